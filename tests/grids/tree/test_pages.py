"""The pages over the tree: what they show to whom, and what their forms do."""

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.common.decisions import Denied
from grids.places.models import Building
from grids.team.models import StaffProfile
from grids.tree.choices import GridStatus, Level
from grids.tree.models import Grid
from grids.tree.services import close_grid, create_grid, rename_grid

pytestmark = pytest.mark.django_db
LIST = "/grids/"
OK, REFUSED, MISSING, CONFLICT = 200, 403, 404, 409


@pytest.fixture
def visit(client, world):
    """``visit(name, path)`` asks for a page as one of the cast."""

    def get(name, path, **query):
        client.force_login(world.fresh(name))
        return client.get(path, query)

    return get


@pytest.fixture
def send(client, world):
    def post(name, path, **data):
        client.force_login(world.fresh(name))
        return client.post(path, data)

    return post


def rows(response) -> list[str]:
    return [row.record.code for row in response.context["table"].rows]


def page(act, grid) -> str:
    return reverse(f"grids:grid-{act}", args=[grid.pk])


# ------------------------------------------------------------------ browsing
def test_each_reader_starts_at_his_own_part_of_the_forest(world, visit):
    superuser = world.stranger
    superuser.is_superuser = True
    superuser.save()
    assert rows(visit("stranger", LIST)) == [world.district.code, world.foreign_district.code]
    # One top-most grid only: its next level is shown at once.
    assert rows(visit("auditor", LIST)) == [world.street.code]
    assert rows(visit("secretary", LIST)) == [world.east_grid.code, world.west_grid.code]
    assert rows(visit("liaison", LIST)) == [world.east_micro.code]


def test_one_level_after_the_other_with_the_way_back(world, visit):
    response = visit("auditor", LIST, under=world.community.code)
    assert rows(response) == [world.east_grid.code, world.west_grid.code]
    crumbs = [(crumb.label, crumb.url) for crumb in response.context["breadcrumb"]]
    assert [label for label, _url in crumbs[1:]] == ["东明区", "望江街道"]
    assert crumbs[2][1] == f"{LIST}?under={world.street.code}"
    assert {level["label"]: level["value"] for level in response.context["levels"]} == {
        Level.GRID.label: 2,
        Level.MICROGRID.label: 2,
    }
    # The secretary may not open what lies above his community: it is named without a link.
    crumbs = visit("secretary", LIST, under=world.community.code).context["breadcrumb"]
    assert [crumb.url for crumb in crumbs[1:]] == ["", ""]


def test_a_foreign_branch_does_not_exist(world, visit):
    assert visit("foreign_secretary", LIST, under=world.foreign_community.code).status_code == OK
    for code in (world.foreign_community.code, "999999999999", "no code"):
        assert visit("secretary", LIST, under=code).status_code == MISSING


def test_search_finds_names_and_codes_with_their_path(world, visit):
    found = visit("auditor", LIST, q="第一网格")
    assert rows(found) == [world.east_grid.code, world.next_grid.code]
    assert "东明区 / 望江街道 / 丁香社区" in found.content.decode()
    assert "东明区 / 望江街道 / 海棠社区" in found.content.decode()
    assert rows(visit("auditor", LIST, q="990106001001")) == [
        world.community.code,
        world.east_grid.code,
        world.east_micro.code,
        world.west_grid.code,
        world.west_micro.code,
    ]
    assert rows(visit("auditor", LIST, q="第一网格", under=world.next_community.code)) == [world.next_grid.code]
    assert rows(visit("secretary", LIST, level=Level.MICROGRID.value)) == [
        world.east_micro.code,
        world.west_micro.code,
    ]


def test_a_closed_grid_leaves_the_browser_and_stays_in_the_search(world, visit):
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    close_grid(empty, actor=None, version=1, reason="误建")
    assert empty.code not in rows(visit("secretary", LIST))
    assert rows(visit("secretary", LIST, q="空网格")) == [empty.code]
    assert rows(visit("secretary", LIST, status=GridStatus.CLOSED.value)) == [empty.code]


def test_the_export_is_what_is_seen(world, visit):
    response = visit("auditor", LIST, under=world.community.code, export="csv")
    text = b"".join(response.streaming_content).decode()
    assert world.east_grid.code in text
    assert world.next_grid.code not in text
    assert visit("east_worker", LIST, export="csv").status_code == REFUSED


@pytest.mark.parametrize("query", [{}, {"q": "9901"}, {"under": "990106001001"}])
def test_the_number_of_queries_does_not_grow_with_the_grids(world, visit, query):
    from django.db import connection

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert visit("auditor", LIST, **query).status_code == OK
        return len(captured)

    queries()  # what is read once a process
    few = queries()
    for number in range(12):
        grid = create_grid(world.community, actor=None, name_zh=f"新网格{number}")
        create_grid(grid, actor=None, name_zh="新幢")
        create_grid(world.district, actor=None, name_zh=f"新街道{number}")
    assert queries() == few


# ------------------------------------------------------------------ one grid
def test_the_counters_equal_the_lists_that_they_lead_to(world, visit, client):
    response = visit("secretary", page("detail", world.community))
    counters = {entry["key"]: entry["context"] for entry in response.context["panels"]["counter"]}
    assert counters["children"]["value"] == 2
    assert counters["buildings"]["value"] == Building.objects.under(world.community).count() == 2
    assert counters["staff"]["value"] == StaffProfile.objects.serving_in(world.community).count() == 7
    for key in ("children", "buildings", "staff"):
        listed = client.get(counters[key]["url"])
        assert listed.context["table"].paginator.count == counters[key]["value"], key


def test_the_history_tells_what_happened(world, visit):
    rename_grid(world.east_grid, actor=world.district_office, version=1, name_zh="东网格")
    steps = visit("secretary", page("detail", world.east_grid)).context["history"]
    assert [(step["who"], step["note"]) for step in steps] == [("韩主任", "“第一网格”更名为“东网格”")]


def test_who_may_not_draw_grids_reads_why_and_who_keeps_no_posts_is_left_in_peace(world, visit):
    offered = visit("district_office", page("detail", world.east_grid)).context["actions"]
    # The grid has posts and a micro-grid: it can be changed, but not closed now.
    assert [bool(action.decision) for action in offered] == [True, True, True, False]
    # The way to the changes of the population stands before the buttons.
    refused = visit("secretary", page("detail", world.east_grid)).context["actions"]
    assert [isinstance(action.decision, Denied) for action in refused] == [False, True]
    left_in_peace = visit("east_worker", page("detail", world.east_grid)).context["actions"]
    assert [isinstance(action.decision, Denied) for action in left_in_peace] == [False]


def test_a_grid_outside_ones_scope_is_missing_on_every_page(world, visit):
    for act in ("detail", "create", "rename", "move", "close"):
        assert visit("secretary", page(act, world.foreign_grid)).status_code == MISSING
        assert visit("district_office", page(act, world.foreign_grid)).status_code == MISSING
    assert visit("stranger", LIST).status_code == REFUSED


# ------------------------------------------------------------------ the four acts
def test_create_through_the_form(world, send):
    sent = {"name_zh": "市场网格", "kind": "exclusive", "exclusive_type": "market", "reason": "新建市场"}
    response = send("district_office", page("create", world.community), **sent)
    grid = Grid.objects.get(name_zh="市场网格")
    assert response.url == grid.get_absolute_url()
    assert (grid.code, grid.parent) == ("990106001001901", world.community)
    # The same again: nothing typed is lost, the field says what is wrong.
    again = send("district_office", page("create", world.community), **sent)
    assert again.status_code == OK
    assert set(again.context["form"].errors) == {"name_zh"}
    assert again.context["form"]["reason"].value() == "新建市场"
    wrong = send("district_office", page("create", world.community), name_zh="甲", kind="exclusive", exclusive_type="")
    assert set(wrong.context["form"].errors) == {"kind"}
    assert send("secretary", page("create", world.community), **sent).status_code == REFUSED
    assert send("district_office", page("create", world.east_micro), name_zh="甲").status_code == REFUSED


def test_rename_through_the_form_and_a_stale_one(world, send, visit):
    form = visit("district_office", page("rename", world.east_grid)).context["form"]
    assert (form["name_zh"].value(), form["version"].value()) == ("第一网格", 1)
    sent = {"version": 1, "name_zh": "东网格", "name_en": "East", "boundary_note": "东至江边"}
    assert send("district_office", page("rename", world.east_grid), **sent).status_code == 302
    assert Grid.objects.get(pk=world.east_grid.pk).boundary_note == "东至江边"
    assert send("district_office", page("rename", world.east_grid), **sent).status_code == CONFLICT


def test_move_through_the_form_by_choice_and_by_code(world, send, visit):
    form = visit("district_office", page("move", world.west_grid)).context["form"]
    assert [grid.code for grid in form.fields["new_parent"].queryset] == [world.next_community.code]
    sent = {"version": 1, "new_parent": world.next_community.pk, "code": "", "reason": "调整"}
    response = send("district_office", page("move", world.west_grid), **sent)
    assert response.status_code == 302
    moved = Grid.objects.get(pk=world.west_grid.pk)
    assert moved.code == "990106001002002"
    back = {"version": moved.version, "new_parent": "", "code": "990106 001 001", "reason": "调回"}
    assert send("district_office", page("move", moved), **back | {"code": "990106 001 009"}).status_code == OK
    assert send("district_office", page("move", moved), **back | {"code": ""}).status_code == OK
    assert (
        send("district_office", page("move", moved), **back | {"code": world.foreign_community.code}).status_code == OK
    )
    assert Grid.objects.get(pk=moved.pk).version == 2
    assert send("district_office", page("move", moved), **back | {"code": world.community.code}).status_code == 302
    assert Grid.objects.get(pk=moved.pk).parent == world.community


def test_close_through_the_form(world, send):
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    sent = {"version": 1, "on": empty.valid_from.isoformat(), "reason": "误建"}
    assert send("district_office", page("close", empty), **sent | {"reason": ""}).status_code == OK
    assert send("district_office", page("close", empty), **sent | {"on": "2020-01-01"}).status_code == OK
    assert send("district_office", page("close", world.east_grid), **sent).status_code == REFUSED
    assert send("district_office", page("close", empty), **sent).status_code == 302
    assert Grid.objects.get(pk=empty.pk).status == GridStatus.CLOSED


@pytest.mark.parametrize(
    "query", ["?level=x", "?under=x", "?page=-1", "?sort=nonsense", "?q=%F0%9F%98%80", "?columns=x"]
)
def test_no_address_ends_in_an_error(world, client, query):
    client.force_login(world.secretary)
    assert client.get(LIST + query).status_code in {OK, MISSING}
