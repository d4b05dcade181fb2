"""The pages: who gets in, what is masked for whom, what is found, and that no value leaves without a reveal."""

import html

import pytest
from django.urls import reverse

from grids.trail.models import AuditEntry
from residents.roster import services
from residents.roster.choices import Relation
from residents.roster.models import Household, Person, Residency
from tests.residents.roster.people import words

KEEPERS = ["secretary", "desk_worker", "leader", "east_worker"]
READERS = ["auditor", "mentor", "street_desk", "liaison"]
STRANGERS = ["west_worker", "foreign_secretary", "foreign_auditor", "foreign_worker", "joint_member", "stranger"]


def addresses(world) -> dict[str, list]:
    """Every page about the eastern household, its head, and his living there."""
    household, person = world.east_household.pk, world.east_person.pk
    residency = world.east_household.residencies.get().pk
    return {
        "household-detail": [household],
        "household-update": [household],
        "household-move": [household],
        "household-close": [household],
        "person-create": [household],
        "household-movein": [household, world.west_person.pk],
        "person-detail": [person],
        "person-update": [person],
        "person-confirm": [person],
        "person-move": [person],
        "person-reveal": [person, "phone"],
        "residency-update": [residency],
        "residency-head": [residency],
        "residency-end": [residency],
    }


# ------------------------------------------------------------------ who gets in
@pytest.mark.parametrize("name", STRANGERS)
def test_foreign_pages_do_not_exist(world, visit, name):
    for page, args in addresses(world).items():
        for data in (None,) if page.endswith("-detail") else (None, {}):
            assert visit(world.fresh(name), page, *args, data=data).status_code == 404, page


@pytest.mark.parametrize("name", READERS)
def test_readers_read_and_change_nothing(world, visit, name):
    user = world.fresh(name)
    for page, args in addresses(world).items():
        wanted = 200 if page in {"household-detail", "person-detail"} else 403
        if page == "household-movein" and name == "liaison":
            wanted = 403
        response = visit(user, page, *args)
        # The western person does not exist for those who serve the east only.
        assert response.status_code == wanted or (page == "household-movein" and response.status_code == 404), page


@pytest.mark.parametrize("name", KEEPERS)
def test_keepers_open_every_page(world, visit, name):
    user = world.fresh(name)
    for page, args in addresses(world).items():
        response = visit(user, page, *args)
        if page == "household-movein" and name in {"leader", "east_worker"}:
            assert response.status_code == 404
        else:
            assert response.status_code == 200, page


@pytest.mark.parametrize("page", ["household-list", "person-list"])
def test_lists_show_one_s_own_rows(world, visit, page):
    assert "赵一" in words(visit(world.secretary, page))
    assert "李四" in words(visit(world.secretary, page))
    east = words(visit(world.east_worker, page))
    assert "赵一" in east
    assert "李四" not in east
    foreign = words(visit(world.foreign_secretary, page))
    assert "外区人" in foreign
    assert "赵一" not in foreign
    assert visit(world.stranger, page).status_code in {403, 404}


# ------------------------------------------------------------------ masks
def canaries(world) -> set[str]:
    """Every encrypted value of the world."""
    found = set()
    for person in Person.objects.filter(merged_into__isnull=True):
        found |= {person.id_number, person.phone, f"{person.birth_date:%Y-%m-%d}", f"{person.birth_date:%Y%m%d}"}
    return found


@pytest.mark.parametrize("name", [*KEEPERS, *READERS])
def test_no_page_holds_a_hidden_value(world, visit, name):
    secret = canaries(world)
    user = world.fresh(name)
    pages = {**addresses(world), "household-list": [], "person-list": []}
    for page, args in pages.items():
        queries = ["", "?export=csv"] if page.endswith("-list") else [""]
        for query in queries:
            response = visit(user, page, *args, query=query)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            text = html.unescape(content.decode())
            assert not [value for value in secret if value in text], (page, query)


def test_names_and_rooms_are_masked_for_the_auditor(world, visit):
    for page, args in (("household-list", []), ("person-list", []), ("household-detail", [world.east_household.pk])):
        text = words(visit(world.auditor, page, *args))
        assert "赵*" in text
        assert "1幢1单元***" in text
        assert "赵一" not in text
        assert "1单元101" not in text
    person = words(visit(world.auditor, "person-detail", world.east_person.pk))
    assert "990101********" in person
    assert "138****0101" in person
    assert reverse("residents:person-reveal", args=[world.east_person.pk, "phone"]) not in person


def test_the_liaison_sees_name_and_door_only(world, visit):
    for page, args in (
        ("household-list", []),
        ("person-list", []),
        ("household-detail", [world.east_household.pk]),
        ("person-detail", [world.east_person.pk]),
    ):
        text = words(visit(world.liaison, page, *args))
        assert "赵一" in text
        assert "101" in text
        for hidden in ("138****", "990101", "1949", f"/persons/{world.east_person.pk}/show/"):
            assert hidden not in text, (page, hidden)


# ------------------------------------------------------------------ reveal
def test_a_value_is_shown_once(world, visit):
    person = world.east_person
    asked = visit(world.east_worker, "person-reveal", person.pk, "phone", data={"purpose": "contact"})
    assert asked.status_code == 302
    assert "13800000101" not in asked.headers["Location"]
    shown = visit_again(visit, world, person)
    assert "13800000101" in words(shown)
    assert person.id_number not in words(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "13800000101" not in words(visit_again(visit, world, person))
    assert AuditEntry.objects.filter(act="person.reveal", reason="contact").count() == 1


def visit_again(visit, world, person):
    return visit(world.east_worker, "person-detail", person.pk)


def test_a_reveal_is_for_one_person_and_one_minute(world, visit, client):
    visit(world.east_worker, "person-reveal", world.east_person.pk, "phone", data={"purpose": "contact"})
    other = visit(world.east_worker, "person-detail", world.persons["east_other"].pk)
    assert "13800000102" not in words(other)
    session = client.session
    session["revealed"] = {**session["revealed"], "until": 0}
    session.save()
    assert "13800000101" not in words(visit_again(visit, world, world.east_person))


def test_a_reveal_needs_a_purpose(world, visit):
    response = visit(world.east_worker, "person-reveal", world.east_person.pk, "phone", data={})
    assert response.status_code == 200
    assert "13800000101" not in words(visit_again(visit, world, world.east_person))
    assert not AuditEntry.objects.filter(act="person.reveal").exists()
    assert visit(world.east_worker, "person-reveal", world.east_person.pk, "name").status_code == 404


# ------------------------------------------------------------------ search
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("赵一", {"赵一"}),
        ("1-1-101", {"赵一"}),
        ("1幢1单元102", {"钱二"}),
        ("1幢", {"赵一", "钱二", "孙党员"}),
        ("一幢 钱", {"钱二"}),
        ("0101", {"赵一"}),
        ("301", {"李四"}),
        ("8-301", {"李四"}),
        ("2-1-101", set()),
        ("赵%", set()),
    ],
)
@pytest.mark.parametrize("page", ["household-list", "person-list"])
def test_search_by_name_phone_and_door(world, visit, page, typed, found):
    text = words(visit(world.secretary, page, query=f"?q={typed}"))
    rows = text.partition("<tbody>")[2]
    assert {name for name in ("赵一", "钱二", "孙党员", "李四") if name in rows} == found


@pytest.mark.parametrize("typed", ["赵一", "1-1-101", "101", "0101", "13800000101", "990101194904120"])
@pytest.mark.parametrize("page", ["household-list", "person-list"])
def test_what_is_masked_cannot_be_searched(world, visit, page, typed):
    assert "<tbody>" not in words(visit(world.auditor, page, query=f"?q={typed}"))
    by_building = words(visit(world.auditor, page, query="?q=1幢"))
    assert "赵*" in by_building


def test_the_liaison_cannot_find_anybody_by_phone(world, visit):
    assert "<tbody>" not in words(visit(world.liaison, "person-list", query="?q=0101"))
    assert "赵一" in words(visit(world.liaison, "person-list", query="?q=1-1-101"))


def test_an_identity_number_stands_in_no_address(world, visit):
    number = world.east_person.id_number
    for page in ("household-list", "person-list"):
        response = visit(world.east_worker, page, query=f"?q={number}")
        assert response.headers["Location"] == reverse("residents:person-lookup")
    found = visit(world.east_worker, "person-lookup", data={"id_number": number})
    assert found.headers["Location"] == reverse("residents:person-detail", args=[world.east_person.pk])
    assert "没有" in words(visit(world.west_worker, "person-lookup", data={"id_number": number}))
    assert visit(world.auditor, "person-lookup").status_code == 403


def test_filters_keep_to_the_scope(world, visit):
    mine = words(visit(world.secretary, "household-list", query=f"?grid={world.west_grid.code}"))
    assert "李四" in mine
    assert "赵一" not in mine
    foreign = words(visit(world.secretary, "household-list", query=f"?grid={world.foreign_grid.code}"))
    assert "外区人" not in foreign
    assert "<tbody>" not in foreign


def test_closed_households_are_asked_for(world, visit):
    services.close_household(world.east_household, actor=world.secretary, reason="moved_out")
    assert "1单元101" not in words(visit(world.secretary, "household-list"))
    assert "1单元101" in words(visit(world.secretary, "household-list", query="?status=closed"))


# ------------------------------------------------------------------ queries
@pytest.mark.parametrize("page", ["household-list", "person-list"])
@pytest.mark.parametrize("name", ["secretary", "auditor"])
def test_lists_do_not_ask_per_row(world, visit, page, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from residents.roster.bulk import load_roster
    from tests.residents.roster.test_bulk import rows

    def count() -> int:
        visit(world.fresh(name), page)  # the session is written at the first visit
        with CaptureQueriesContext(connection) as captured:
            assert visit(world.fresh(name), page).status_code == 200
        return len(captured)

    before = count()
    load_roster(rows(60), grid=world.community, actor=None)
    assert count() == before


def test_a_household_does_not_ask_per_member(world, visit):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        visit(world.fresh("secretary"), "household-detail", world.east_household.pk)
        with CaptureQueriesContext(connection) as captured:
            visit(world.fresh("secretary"), "household-detail", world.east_household.pk)
        return len(captured)

    services.add_person(world.east_household, actor=world.secretary, relation=Relation.SPOUSE, name="妻")
    before = count()
    for name in ("甲", "乙", "丙", "丁"):
        services.add_person(world.east_household, actor=world.secretary, relation=Relation.SON, name=name)
    assert count() == before


@pytest.mark.parametrize("model", [Household, Residency])
def test_scope_and_order_are_the_same_index(world, model):
    """The list walks the grid index in code order (performance.md 2): range and first sort key are one column."""
    rows = model.objects.restrict(world.auditor, "grids.view_roster").with_place().in_reading_order()
    statement = str(rows[:20].query)
    where, _word, order = statement.partition("ORDER BY")
    assert order.strip().startswith('"grids_grid"."code" ASC')
    assert '"grids_grid"."code" >= 990106' in where
    assert '"grids_grid"."code" < 990107' in where
