"""The pages of moving somebody to another grid."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.access.choices import Role
from grids.access.services import grant_role
from grids.common.clock import today
from grids.moves.choices import MoveState
from grids.moves.models import StaffMove
from grids.moves.parts import MovePart, move_parts
from grids.moves.rules import LEAD_DAYS
from grids.moves.services import agree, ask
from grids.team.choices import Employment
from grids.team.models import StaffProfile
from grids.team.services import end_post, start_post
from grids.tree.choices import Level
from grids.tree.models import Grid
from grids.tree.services import create_grid

pytestmark = pytest.mark.django_db
OK, FOUND, CONFLICT = 200, 302, 409


@pytest.fixture
def open_as(client, world):
    """``open_as(name, address, **data)``: GET without data, POST with it, as one of the cast."""

    def request(name, address, /, **data):
        client.force_login(world.fresh(name))
        return client.post(address, data) if data else client.get(address)

    return request


@pytest.fixture
def two_things(world):
    """Two things in the east worker's hand."""
    micros = Grid.objects.filter(pk__in=[world.east_micro.pk, world.west_micro.pk])
    part = MovePart(
        "test",
        "手头的事",
        lambda staff, grid: micros if staff.pk == world.east_staff.pk else micros.none(),
        lambda user, row: f"第{row.pk}件",
        lambda row, successor: "",
        lambda row, successor: None,
    )
    move_parts.register(part)
    yield micros
    move_parts.remove("test")


def form_of(world) -> str:
    return reverse("grids:staffmove-create", args=[world.east_post.pk])


def request_of(world, **options) -> StaffMove:
    options = {"starts_on": today()} | options
    return ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), **options)


def test_the_person_has_a_button_for_whoever_appoints_there(world, open_as):
    page = reverse("grids:staff-detail", args=[world.east_staff.pk])
    for name, shown in [("secretary", True), ("street_desk", True), ("leader", False), ("security_admin", False)]:
        assert (form_of(world) in open_as(name, page).content.decode()) is shown, name
    end_post(world.east_post, actor=None, reason="离职")
    assert form_of(world) not in open_as("secretary", page).content.decode()


def test_while_a_request_waits_his_page_says_so_and_has_no_button_that_is_refused(world, open_as):
    north = create_grid(world.community, level=Level.GRID, name_zh="第三网格", actor=None)
    beside = start_post(world.east_staff, Role.PART_TIME, world.west_grid, actor=None)
    buttons = {form_of(world), reverse("grids:staffmove-create", args=[beside.pk])}
    page = reverse("grids:staff-detail", args=[world.east_staff.pk])

    def shown(name: str) -> tuple[str, set[str]]:
        text = open_as(name, page).content.decode()
        return text, {button for button in buttons if button in text}

    assert shown("secretary")[1] == buttons  # one for each post
    move = ask(world.east_post, north, actor=world.fresh("secretary"), starts_on=today())
    for name in ("secretary", "street_desk"):
        text, found = shown(name)
        assert not found, name
        for words in ("一项调整申请正在等待审批", "第三网格", str(world.secretary), move.get_absolute_url()):
            assert words in text, (name, words)
    for name in ("east_worker", "leader"):  # he himself reads nothing before it is agreed to, his colleagues neither
        assert "等待审批" not in shown(name)[0], name
    agree(move, actor=world.fresh("security_admin"))
    text, found = shown("secretary")
    assert "等待审批" not in text
    assert found == {reverse("grids:staffmove-create", args=[beside.pk])}


def test_whoever_manages_another_post_of_his_reads_that_a_request_waits_without_a_link(world, open_as):
    beside = start_post(world.east_staff, Role.PART_TIME, world.foreign_grid, actor=None)
    move = request_of(world)
    text = open_as("foreign_secretary", reverse("grids:staff-detail", args=[world.east_staff.pk])).content.decode()
    assert "一项调整申请正在等待审批" in text
    assert move.get_absolute_url() not in text
    assert reverse("grids:staffmove-create", args=[beside.pk]) not in text


def test_a_post_that_is_about_to_end_has_no_button(world, open_as):
    end_post(world.east_post, actor=None, reason="离职", on=today() + timedelta(days=5))
    assert (
        form_of(world)
        not in open_as("secretary", reverse("grids:staff-detail", args=[world.east_staff.pk])).content.decode()
    )
    assert open_as("secretary", form_of(world)).status_code == 403


def test_the_form_shows_the_effect_has_everything_ticked_and_proposes_a_successor(world, open_as, two_things):
    response = open_as("secretary", form_of(world))
    text = response.content.decode()
    assert "将不再看到 3 户" in text
    assert "第二网格：将看到 1 户" in text
    form = response.context["form"]
    assert [grid.name for grid in form.fields["to_grid"].queryset] == ["第二网格"]
    ticked = [f"test:{row.pk}" for row in two_things.order_by("pk")]
    assert form["items"].value() == ticked
    assert form["successor"].value() == world.staff["leader"].pk
    assert form["starts_on"].value() == today() + timedelta(days=LEAD_DAYS)

    given = {"to_grid": world.west_grid.pk, "starts_on": today(), "items": ticked[:1]}
    answer = open_as("secretary", form_of(world), **given, successor=world.staff["leader"].pk)
    move = StaffMove.objects.get(staff=world.east_staff)
    assert answer.status_code == FOUND
    assert answer["Location"] == move.get_absolute_url()
    assert (move.items, move.successor) == ([["test", two_things.order_by("pk")[0].pk]], world.staff["leader"])
    assert open_as("secretary", form_of(world)).status_code == 403  # one request at a time


def test_an_error_stands_at_its_field_and_what_was_typed_stays(world, open_as, two_things):
    yesterday = today() - timedelta(days=1)
    response = open_as("secretary", form_of(world), to_grid=world.west_grid.pk, starts_on=yesterday)
    assert response.context["form"].errors["starts_on"]
    assert response.context["form"]["to_grid"].value() == str(world.west_grid.pk)
    foreign = open_as("secretary", form_of(world), to_grid=world.foreign_grid.pk, starts_on=today())
    assert foreign.context["form"].errors["to_grid"]


def test_the_street_chooses_among_the_grids_of_its_communities_by_their_names(world, open_as):
    text = open_as("street_desk", form_of(world)).content.decode()
    assert "海棠社区 · 第一网格：将看到 0 户" in text


def test_the_security_administrator_finds_it_at_home_and_agrees_on_its_page(world, open_as, two_things):
    ticked = [("test", row.pk) for row in two_things]
    move = request_of(world, items=ticked, successor=world.staff["leader"])
    home = open_as("security_admin", "/")
    (section,) = home.context["sections"]
    (card,) = section.cards
    assert (card.count, len(card.rows)) == (2, 2)  # the world has one of its own
    assert move.get_absolute_url() in home.content.decode()

    page = open_as("security_admin", move.get_absolute_url()).content.decode()
    for words in ("将不再看到 3 户", "将新看到 1 户", "手头的事：2 件，由郑网格长接手", "同意"):
        assert words in page
    assert "第" + str(ticked[0][1]) + "件" not in page  # numbers, no contents
    agreed = open_as("security_admin", reverse("grids:staffmove-agree", args=[move.pk]), agreed="1")
    assert agreed["Location"] == move.get_absolute_url()
    move.refresh_from_db()
    assert move.state == MoveState.AGREED
    again = open_as("security_admin", reverse("grids:staffmove-agree", args=[move.pk]), agreed="1")
    assert again.status_code == CONFLICT
    for name in ("east_worker", "leader"):  # told, and so they may read it
        assert open_as(name, move.get_absolute_url()).status_code == OK


def test_what_is_overtaken_says_so_and_has_no_button_to_agree(world, open_as):
    move = request_of(world)
    end_post(world.east_post, actor=None, reason="离职")
    page = open_as("security_admin", move.get_absolute_url()).content.decode()
    assert "已结束或即将结束" in page
    assert reverse("grids:staffmove-agree", args=[move.pk]) not in page
    sent = open_as("security_admin", reverse("grids:staffmove-agree", args=[move.pk]), agreed="1")
    assert "已结束或即将结束" in sent.content.decode()
    assert StaffMove.objects.get(pk=move.pk).state == MoveState.WAITING


def test_refused_with_a_reason_and_withdrawn(world, open_as):
    move = request_of(world)
    refusal = reverse("grids:staffmove-refuse", args=[move.pk])
    assert open_as("security_admin", refusal, remark=" ").context["form"].errors["remark"]
    assert open_as("security_admin", refusal, remark="先补齐东边").status_code == FOUND
    assert "先补齐东边" in open_as("secretary", move.get_absolute_url()).content.decode()
    second = request_of(world)
    gone = open_as("secretary", reverse("grids:staffmove-withdraw", args=[second.pk]), confirmed="1")
    assert gone.status_code == FOUND
    assert StaffMove.objects.get(pk=second.pk).state == MoveState.WITHDRAWN


def test_the_person_reads_nothing_of_it_before_it_is_agreed(world, open_as):
    move = request_of(world)
    assert open_as("east_worker", move.get_absolute_url()).status_code == 404
    agree(move, actor=world.fresh("security_admin"))
    assert open_as("east_worker", move.get_absolute_url()).status_code == OK


def more(world, *numbers: int) -> None:
    """A grid more for each number, and a request to move somebody there."""
    for number in numbers:
        grid = create_grid(world.community, level=Level.GRID, name_zh=f"增设{number}", actor=None)
        staff = StaffProfile.objects.create(home=world.east_grid, name=f"增{number}", employment=Employment.PART_TIME)
        post = start_post(staff, Role.PART_TIME, world.east_grid, actor=None)
        StaffMove.objects.create(
            staff=staff,
            post=post,
            to_grid=grid,
            starts_on=today(),
            asked_by=world.secretary,
            successor=world.east_staff,
        )


def test_queries_do_not_grow_with_requests_or_grids(world, client):
    pages = [
        ("security_admin", "/"),
        ("security_admin", reverse("grids:staffmove-list")),
        ("secretary", reverse("grids:staffmove-list")),
        ("secretary", form_of(world)),
        ("secretary", reverse("grids:staff-detail", args=[world.east_staff.pk])),
    ]

    def counts() -> list[int]:
        numbers = []
        for name, address in pages:
            client.force_login(world.fresh(name))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == OK
            numbers.append(len(queries))
        return numbers

    more(world, 1, 2)
    few = counts()
    more(world, 3, 4, 5, 6)
    assert counts() == few


def test_the_list_finds_by_name_grid_and_state(world, open_as):
    move = request_of(world)
    address = reverse("grids:staffmove-list")
    for query, found in [
        ("?q=王东", 1),
        ("?q=第二网格", 2),
        ("?q=没有", 0),
        ("?state=agreed", 0),
        ("?state=waiting", 2),
    ]:
        assert len(open_as("secretary", address + query).context["table"].rows) == found, query
    assert open_as("desk_worker", address).context["table"].rows.data.data.count() == 0
    grant_role(world.stranger, Role.SECURITY_ADMIN, world.district, actor=None, source="test")
    assert move.get_absolute_url() in open_as("stranger", address).content.decode()
