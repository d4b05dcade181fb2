"""The forms: every fault in one round, nothing lost, and the way to what stands in the way."""

import re

import pytest
from django.urls import reverse

from grids.trail.models import AuditEntry
from residents.roster import services
from residents.roster.choices import Relation, Sex
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import LOOKUPS_AN_HOUR
from tests.residents.roster.people import numbers, words


def doorstep(world, **changes):
    data = {
        "grid": world.east_micro.pk,
        "building": "1幢",
        "unit": "1单元",
        "room": "801",
        "name": "吴新",
        "id_number": numbers(1)[0],
        "phone": "139 0000 0001",
        "kind": "migrant",
        "sex": "0",
        "id_type": "resident",
        "use": "own",
    }
    return {**data, **changes}


def test_a_household_is_added_on_one_page(world, visit):
    response = visit(world.east_worker, "household-create", data=doorstep(world), follow=True)
    assert "1幢1单元801" in words(response)
    assert "行政区划" in words(response)  # area 990101 is no county: a warning, not a refusal
    person = Residency.objects.get(household__dwelling__room="801").person
    assert (person.sex, person.birth_date.year, person.phone) == (Sex.FEMALE, 1950, "13900000001")


def test_every_fault_is_named_in_one_round_and_nothing_is_lost(world, visit):
    before = Household.objects.count()
    faulty = doorstep(world, phone="1390000000", id_number="990101194904120012", room="", name="")
    text = words(visit(world.east_worker, "household-create", data=faulty))
    for sentence in ("手机号要 11 位，现在是 10 位。", "第 18 位校验不符", "请填写姓名。", "请填写房号。"):
        assert sentence in text
    assert 'value="1幢"' in text
    assert Household.objects.count() == before


def test_a_foreign_grid_is_no_choice(world, visit):
    text = words(visit(world.east_worker, "household-create", data=doorstep(world, grid=world.west_micro.pk)))
    assert "error-summary" in text
    assert not Household.objects.filter(dwelling__room="801").exists()


def test_a_duplicate_leads_to_the_household(world, visit):
    number = world.persons["east_other"].id_number
    text = words(visit(world.east_worker, "household-create", data=doorstep(world, id_number=number)))
    assert "钱二" in text
    assert reverse("residents:household-detail", args=[world.households["east_other"].pk]) in text
    data = {"name": "钱二", "relation": "10", "kind": "lodger", "sex": "0", "id_type": "resident", "id_number": number}
    text = words(visit(world.east_worker, "person-create", world.east_household.pk, data=data))
    move_in = reverse("residents:household-movein", args=[world.east_household.pk, world.persons["east_other"].pk])
    assert move_in in text
    visit(
        world.east_worker,
        "household-movein",
        world.east_household.pk,
        world.persons["east_other"].pk,
        data={"relation": "10", "kind": "lodger"},
    )
    assert world.east_household.residencies.active().count() == 2


def test_a_number_that_finds_somebody_is_a_look_up(world, visit):
    """Digits that a list hides cannot be tried out in a form: what fits is in the trail, thirty times an hour."""
    other = world.persons["east_other"]
    typed = {"name": "钱二", "relation": "10", "kind": "lodger", "sex": "0", "id_type": "resident"}
    attempts = [
        ("household-create", [], doorstep(world, id_number=other.id_number)),
        ("person-create", [world.east_household.pk], {**typed, "id_number": other.id_number}),
        ("person-update", [world.east_person.pk], {**typed, "version": 1, "id_number": other.id_number}),
    ]
    for number, (name, keys, data) in enumerate(attempts, start=1):
        assert "钱二" in words(visit(world.east_worker, name, *keys, data=data))
        entries = AuditEntry.objects.filter(act="person.lookup", actor=world.east_worker, object_id=str(other.pk))
        assert entries.count() == number
    assert set(entries.values_list("grid", flat=True)) == {world.households["east_other"].dwelling.grid_id}
    for one in numbers(LOOKUPS_AN_HOUR - len(attempts)):
        services.look_up(one, actor=world.east_worker)
    text = words(visit(world.east_worker, "person-create", world.east_household.pk, data=attempts[1][2]))
    assert f"{LOOKUPS_AN_HOUR} 次身份证号" in text
    assert reverse("residents:person-detail", args=[other.pk]) not in text
    assert 'value="钱二"' in text, "what was typed stays"


def test_a_second_household_at_a_door_is_asked_about(world, visit):
    text = words(visit(world.east_worker, "household-create"))
    assert "another_at_door" not in text
    text = words(visit(world.east_worker, "household-create", data=doorstep(world, room="101")))
    assert "another_at_door" in text
    assert reverse("residents:household-detail", args=[world.east_household.pk]) in text
    visit(world.east_worker, "household-create", data=doorstep(world, room="101", another_at_door="on"))
    assert world.east_household.dwelling.households.count() == 2


def change(person, **changes):
    data = {"version": person.version, "name": person.name, "sex": person.sex, "id_type": person.id_type}
    return {**data, **changes}


def test_editing_keeps_what_is_left_empty(world, visit):
    person = world.east_person
    kept = (person.id_number, person.phone, person.birth_date)
    visit(world.east_worker, "person-update", person.pk, data=change(person, name="赵一一"))
    person = Person.objects.get(pk=person.pk)
    assert (person.name, person.id_number, person.phone, person.birth_date) == ("赵一一", *kept)
    visit(world.east_worker, "person-update", person.pk, data=change(person, remove_phone="on"))
    person = Person.objects.get(pk=person.pk)
    assert (person.phone, person.phone_tail, person.phone_index) == ("", "", "")


def test_a_stale_form_comes_back_with_what_was_typed(world, visit):
    person = world.east_person
    stale = change(person, name="赵晚")
    services.change_person(person, actor=world.secretary, version=person.version, name="赵早")
    response = visit(world.east_worker, "person-update", person.pk, data=stale)
    assert response.status_code == 409
    text = words(response)
    assert 'value="赵晚"' in text
    assert "有人改过" in text
    assert "有 1 处需要修改" in text, "one conflict is one thing, whatever it says about it"
    assert "登记里现在不同的有：姓名。" in text
    [version] = re.findall(r'name="version" value="(\d+)"', text)
    again = visit(world.east_worker, "person-update", person.pk, data={**stale, "version": version})
    assert again.status_code == 302
    assert Person.objects.get(pk=person.pk).name == "赵晚"


def test_a_head_leaves_through_the_page(world, visit):
    head = world.east_household.residencies.get()
    services.add_person(world.east_household, actor=world.secretary, relation=Relation.SPOUSE, name="郑妻")
    data = {"reason": "moved_out", "on": "2026-01-01"}
    text = words(visit(world.east_worker, "residency-end", head.pk, data=data))
    assert "请选择以后由谁任户主" in text
    successor = world.east_household.residencies.active().get(is_head=False)
    head.refresh_from_db()
    data = {"reason": "moved_out", "on": f"{successor.starts_on:%Y-%m-%d}", "new_head": successor.pk}
    assert visit(world.east_worker, "residency-end", head.pk, data=data).status_code == 302
    successor.refresh_from_db()
    assert successor.is_head


@pytest.mark.parametrize("field", ["grid", "building", "opened_on", "birth_date", "floor", "relation", "version"])
@pytest.mark.parametrize("value", ["\x00", "９" * 500, "-1", "'; drop table", "0000-99-99", "1e309"])
def test_nonsense_is_a_form_error(world, visit, field, value):
    assert visit(world.east_worker, "household-create", data=doorstep(world, **{field: value})).status_code in {
        200,
        302,
    }
    data = change(world.east_person, **{field: value})
    assert visit(world.east_worker, "person-update", world.east_person.pk, data=data).status_code in {200, 302, 409}


def moving(world, **changes):
    data = {"grid": world.east_micro.pk, "building": "1幢", "unit": "1单元", "room": "102", "kind": "lodger"}
    return {**data, **changes}


def test_a_person_moves_to_another_door(world, visit):
    wife = services.add_person(world.east_household, actor=None, relation=Relation.SPOUSE, name="郑妻").person
    asked = visit(world.east_worker, "person-move", wife.pk, data=moving(world))
    assert "请选择与那一户户主的关系" in words(asked)
    assert visit(world.east_worker, "person-move", wife.pk, data=moving(world, relation="97")).status_code == 302
    assert wife.residencies.active().get().household == world.households["east_other"]


def test_a_person_opens_a_household_of_his_own(world, visit):
    services.add_person(world.east_household, actor=None, relation=Relation.SPOUSE, name="郑妻")
    head, room = world.east_person, moving(world, room="909")
    assert "请选择以后由谁任户主" in words(visit(world.east_worker, "person-move", head.pk, data=room))
    successor = world.east_household.residencies.get(is_head=False)
    response = visit(world.east_worker, "person-move", head.pk, data={**room, "new_head": successor.pk})
    assert response.status_code == 302
    assert head.residencies.active().get().is_head
    assert world.east_household.residencies.active().get().person.name == "郑妻"


def test_several_households_at_the_door_are_offered(world, visit):
    services.add_household(
        actor=None,
        grid=world.east_micro,
        building="1幢",
        unit="1单元",
        room="102",
        head={"name": "合租"},
        another_at_door=True,
    )
    text = words(visit(world.east_worker, "person-move", world.east_person.pk, data=moving(world)))
    for household in world.households["east_other"].dwelling.households.all():
        assert reverse("residents:household-movein", args=[household.pk, world.east_person.pk]) in text


def test_an_older_form_of_a_household_leaves_the_use_of_its_door(world, visit):
    """Another household at the door, or a rental file, may have changed it since; what was chosen here counts."""
    home, worker = world.east_household, world.east_worker
    page = visit(worker, "household-update", home.pk).content.decode()
    assert 'name="use_shown" value="own"' in page
    services.put_to_use(home.dwelling, "let", actor=worker)
    sent = {"version": home.version, "use": "own", "use_shown": "own", "opened_on": f"{home.opened_on:%Y-%m-%d}"}
    assert visit(worker, "household-update", home.pk, data=sent | {"note": "门铃坏了"}).status_code == 302
    home.refresh_from_db()
    assert (home.note, home.dwelling.use) == ("门铃坏了", "let")
    sent = sent | {"version": home.version, "use": "collective"}
    assert visit(worker, "household-update", home.pk, data=sent).status_code == 302
    home.refresh_from_db()
    assert home.dwelling.use == "collective"
