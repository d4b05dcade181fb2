"""The pages of life events, the population table and the building board."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.common.chips import risk_chip
from grids.common.clock import today
from residents.roster import services
from residents.roster.boards import dwelling_marks
from residents.roster.choices import DwellingUse, HouseholdStatus, Relation
from residents.roster.models import Absence, Dwelling, Headship, Household, Residency
from tests.residents.roster.people import words
from tests.world import SINCE

DAY = timedelta(days=1)


@pytest.fixture
def wife(world):
    return services.add_person(
        world.east_household, actor=world.secretary, relation=Relation.SPOUSE, name="赵妻", starts_on=SINCE
    )


def day(offset: int = 0) -> str:
    return f"{today() + offset * DAY:%Y-%m-%d}"


# ------------------------------------------------------------------ events
def test_the_household_leads_to_its_events(world, visit):
    page = words(visit(world.east_worker, "household-detail", world.east_household.pk))
    for label in ("出生", "去世", "外出", "变更户主", "分户", "并户", "楼栋图"):
        assert label in page
    for name in ("auditor", "liaison"):
        assert "分户" not in words(visit(getattr(world, name), "household-detail", world.east_household.pk))


def test_a_birth_by_form(world, visit):
    home = world.east_household.pk
    data = {"name": "赵宝", "sex": "2", "on": day(1), "relation": "", "id_number": "", "kind": "permanent_local"}
    assert visit(world.east_worker, "household-birth", home, data=data).status_code == 200
    data["on"] = day(-2)
    assert visit(world.east_worker, "household-birth", home, data=data).status_code == 302
    assert Residency.objects.get(person__name="赵宝").start_reason == "birth"


def test_a_late_birth_by_form_asks_why_and_offers_the_women_as_mother(world, visit, wife):
    home = world.east_household.pk
    page = words(visit(world.east_worker, "household-birth", home))
    assert "孩子的母亲" in page
    assert f'value="{wife.pk}"' in page
    data = {"name": "赵宝", "sex": "2", "on": day(-50), "relation": "", "id_number": "", "kind": "permanent_local"}
    data["mother"] = wife.pk
    assert "请说明现在才登记的原因" in words(visit(world.east_worker, "household-birth", home, data=data))
    data["late_reason"] = "在老家出生"
    assert visit(world.east_worker, "household-birth", home, data=data).status_code == 302
    assert Residency.objects.get(person__name="赵宝").starts_on == today() - 50 * DAY


def test_a_death_asks_for_the_new_head(world, visit, wife):
    home = world.east_household.pk
    data = {"member": world.east_residency.pk, "on": day(), "new_head": ""}
    page = visit(world.east_worker, "household-death", home, data=data)
    assert page.status_code == 200
    data["new_head"] = wife.pk
    assert visit(world.east_worker, "household-death", home, data=data).status_code == 302
    world.east_person.refresh_from_db()
    assert world.east_person.deceased_on == today()


def test_a_member_of_another_household_cannot_be_named(world, visit, wife):
    data = {"member": world.west_household.residencies.get().pk, "on": day()}
    assert visit(world.secretary, "household-death", world.east_household.pk, data=data).status_code == 200
    world.west_person.refresh_from_db()
    assert world.west_person.deceased_on is None


def test_a_change_of_head_by_form(world, visit, wife):
    data = {"member": wife.pk, "former_relation": "10", "on": day(-3)}
    assert visit(world.east_worker, "household-crown", world.east_household.pk, data=data).status_code == 302
    assert Headship.objects.get(residency=wife).starts_on == today() - 3 * DAY


def test_away_and_back_by_form(world, visit):
    home, person = world.east_household.pk, world.east_person.pk
    data = {"member": world.east_residency.pk, "kind": "work", "starts_on": day(-9), "expected_back_on": day(20)}
    assert visit(world.east_worker, "household-away", home, data=data).status_code == 302
    assert f"外出至{day(20)}" in words(visit(world.east_worker, "household-detail", home))
    page = words(visit(world.east_worker, "person-detail", person))
    assert "外出务工" in page
    auditor = words(visit(world.auditor, "person-detail", person))
    assert "外出记录" in auditor
    assert "外出务工" not in auditor
    assert "外出记录" not in words(visit(world.liaison, "person-detail", person))
    assert visit(world.east_worker, "absence-end", world.east_residency.pk, data={"on": day()}).status_code == 302
    assert not Absence.objects.filter(residency=world.east_residency, ended_on__isnull=True).exists()
    assert visit(world.east_worker, "absence-end", world.east_residency.pk).status_code == 404


@pytest.mark.parametrize("where", ["own", "door", "join"])
def test_a_split_by_form(world, visit, wife, where):
    data = {
        f"relation_{world.east_residency.pk}": "",
        f"relation_{wife.pk}": "99" if where == "join" else "02",
        "where": where,
        "grid": world.west_micro.pk if where == "join" else world.east_micro.pk,
        "building": "8幢" if where == "join" else "1幢",
        "unit": "1单元",
        "room": {"own": "", "door": "707", "join": "301"}[where],
        "on": day(),
        "new_head": "",
    }
    answer = visit(world.secretary, "household-split", world.east_household.pk, data=data)
    assert answer.status_code == 302, words(answer)
    home = Residency.objects.active().get(person=wife.person).household
    assert (home == world.west_household) == (where == "join")
    assert home != world.east_household


def test_a_merge_by_form(world, visit, wife):
    data = {
        "grid": world.west_micro.pk,
        "building": "8幢",
        "unit": "1单元",
        "room": "999",
        f"relation_{world.east_residency.pk}": "70",
        f"relation_{wife.pk}": "97",
        "on": day(),
        "contact": "into",
    }
    assert "没有住户" in words(visit(world.secretary, "household-merge", world.east_household.pk, data=data))
    data["room"] = "301"
    assert visit(world.secretary, "household-merge", world.east_household.pk, data=data).status_code == 302
    world.east_household.refresh_from_db()
    assert world.east_household.status == HouseholdStatus.CLOSED


def test_a_person_shows_where_he_lived_when(world, visit):
    services.move_within(
        world.east_household,
        actor=world.secretary,
        on=today() - 5 * DAY,
        door={"grid": world.west_micro, "building": "8幢", "unit": "1单元", "room": "302"},
    )
    page = words(visit(world.secretary, "person-detail", world.east_person.pk))
    assert "1幢1单元101" in page
    assert "8幢1单元302" in page
    assert day(-5) in page
    west = words(visit(world.west_worker, "person-detail", world.east_person.pk))
    assert "8幢1单元302" in west
    assert "1幢1单元101" not in west


def test_a_record_is_unverified_verified_or_stale(world, visit):
    person = world.east_person
    address = ("person-detail", person.pk)
    assert "未核实" in words(visit(world.east_worker, *address))
    for age, label in ((0, "已核实"), (180, "已核实"), (181, "核实已过期")):
        type(person).objects.filter(pk=person.pk).update(verified_on=today() - age * DAY)
        assert label in words(visit(world.east_worker, *address))


# ------------------------------------------------------------------ numbers
def test_population_changes_add_up_on_the_page(world, visit):
    services.move_away(world.east_residency, actor=world.secretary)
    page = words(visit(world.secretary, "population-changes"))
    assert '<div class="table-wrap"' in page, "a wide table scrolls in its own frame"
    assert "丁香社区" in page
    assert "−1" in page
    assert "外区" not in page
    foreign = f"?grid={world.foreign_community.code}"
    assert world.foreign_community.name not in words(visit(world.secretary, "population-changes", query=foreign))
    backwards = "?start=2026-05-02&end=2026-05-01"
    assert "截止日期" in words(visit(world.secretary, "population-changes", query=backwards))


def queries_of(page) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert page().status_code == 200
    return len(asked)


def test_population_changes_ask_no_more_for_more_grids(world, visit):
    def count(code):
        return queries_of(lambda: visit(world.secretary, "population-changes", query=f"?grid={code}"))

    count(world.east_grid.code)
    assert count(world.community.code) <= count(world.east_grid.code)


# ------------------------------------------------------------------ board
def test_the_board_shows_each_door_as_the_reader_may(world, visit):
    building = world.east_household.dwelling.unit.building
    Dwelling.objects.create(grid=world.east_micro, unit=world.east_household.dwelling.unit, room="501", floor=5)
    page = words(visit(world.east_worker, "building-board", building.pk))
    for text in ("101", "赵一", "501", "空置", "自住", "5层"):
        assert text in page
    masked = words(visit(world.auditor, "building-board", building.pk))
    assert "赵一" not in masked
    assert "***" in masked
    assert visit(world.west_worker, "building-board", building.pk).status_code == 404


def test_the_board_takes_marks_from_above(world, visit):
    def mark(user, dwellings):
        return {one.pk: risk_chip("red") for one in dwellings if one.use == DwellingUse.LET}

    Dwelling.objects.filter(pk=world.east_household.dwelling_id).update(use=DwellingUse.LET)
    dwelling_marks.append(mark)
    try:
        page = words(visit(world.east_worker, "building-board", world.east_household.dwelling.unit.building_id))
    finally:
        dwelling_marks.remove(mark)
    assert "出租" in page
    assert "chip-red" in page


def test_the_board_asks_no_more_for_more_doors(world, visit):
    def count():
        building = world.east_household.dwelling.unit.building_id
        return queries_of(lambda: visit(world.east_worker, "building-board", building))

    count()
    few = count()
    for number in range(12):
        services.add_household(
            actor=None, grid=world.east_micro, building="1幢", unit="1单元", room=f"{number + 3}03", head={"name": "某"}
        )
    assert Household.objects.count() > 12
    assert count() == few
