"""What was not handed on when somebody moved or left: nobody is forgotten until a colleague has it in hand."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.affairs.models import Affair, AffairStep
from governance.affairs.staff_moves import hand_over
from grids.access.choices import Role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.moves.models import StaffMove
from grids.moves.services import agree, ask, refuse
from grids.notifications.models import Notification
from grids.team.models import Post
from grids.team.services import end_post, start_post
from grids.trail.models import AuditEntry
from residents.contacts.choices import AssignmentEnd
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import open_handover
from tests.governance.affairs.cast import Road
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "grids:staffmove-left"
AFFAIRS, CONTACTS, TASKS = "在办事项", "联系的住户", "应到走访"


@pytest.fixture
def holding(world: World) -> World:
    """The east worker handles an affair, contacts the east household himself, and owes it a visit."""
    ContactMember.objects.filter(pk=world.member.pk).update(user=world.east_worker)
    world.events["held"] = Road(world).to("handling")
    return world


@pytest.fixture
def todo(client, world):
    """``todo(name)``: the list as ``{title: [where each row leads]}``; the home page counts the same."""

    def look(name: str = "secretary") -> dict[str, list[str]]:
        client.force_login(world.fresh(name))
        parts = client.get(reverse(PAGE)).context["parts"]
        cards = [card for section in client.get("/").context["sections"] for card in section.cards]
        assert [card.count for card in cards if card.key == "left"] == [len(parts)] * bool(parts)
        return {str(part["title"]): [row["url"] for row in part["rows"]] for part in parts}

    return look


def move_of(world: World, *items: tuple[str, int], days: int = 0) -> StaffMove:
    options = {"items": items, "successor": world.staff["leader"]} if items else {}
    day = today() + timedelta(days=days)
    return ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), starts_on=day, **options)


def moved(world: World, *items: tuple[str, int]) -> StaffMove:
    return agree(move_of(world, *items), actor=world.fresh("security_admin"))


def hand_on(world: World, *, actor: str = "secretary", to: str = "leader", version: int | None = None) -> Affair:
    affair = Affair.objects.get(pk=world.held.pk)
    return hand_over(affair, world.staff[to], actor=world.fresh(actor), version=version or affair.version)


def test_what_was_not_ticked_is_the_secretarys_task_until_each_is_handed_over(holding, todo):
    to_affair = reverse("governance:affair-hand-on", args=[holding.held.pk])
    to_contact = reverse("residents:contact-handover", args=[holding.east_contact.pk])
    to_task = reverse("residents:household-detail", args=[holding.east_household.pk])
    assert todo() == {}
    moved(holding)
    assert todo() == {AFFAIRS: [to_affair], CONTACTS: [to_contact], TASKS: [to_task]}
    assert todo("foreign_secretary") == {}
    assert todo("street_desk") == {AFFAIRS: [to_affair]}  # dispatches there too, and assigns no contacts

    hand_on(holding)
    assert todo() == {CONTACTS: [to_contact], TASKS: [to_task]}
    contact = ContactAssignment.objects.get(pk=holding.east_contact.pk)
    open_handover(contact, actor=holding.fresh("secretary"), reason=AssignmentEnd.MEMBER_MOVED)
    assert todo() == {TASKS: [to_task]}  # the household now stands among the successors to be found


def test_the_request_and_its_result_say_what_stays_and_with_whom(holding, client):
    move = move_of(holding, ("contacts", holding.east_contact.pk))

    def page(name: str) -> str:
        client.force_login(holding.fresh(name))
        return client.get(move.get_absolute_url()).content.decode()

    for name, has_link in [("secretary", True), ("security_admin", False)]:
        text = page(name)
        assert "在办事项：1 项，仍由王东负责" in text, name
        assert "应到走访" not in text, name  # goes with its household
        assert (reverse(PAGE) in text.partition("<main")[2]) is has_link, name
    agree(move, actor=holding.fresh("security_admin"))
    assert "在办事项：1 项，仍由王东负责" in page("secretary")
    hand_on(holding)
    assert "王东名下没有遗留事项" in page("secretary")
    second = ask(
        Post.objects.held_on().get(staff=holding.east_staff),
        holding.east_grid,
        actor=holding.fresh("secretary"),
        starts_on=today(),
    )
    refuse(second, actor=holding.fresh("security_admin"), remark="暂缓")
    client.force_login(holding.fresh("secretary"))
    assert "遗留事项" not in client.get(second.get_absolute_url()).content.decode()


def test_a_colleague_goes_on_and_everybody_can_read_who_gave_it_to_him(holding, client):
    moved(holding)
    client.force_login(holding.fresh("secretary"))
    url = reverse("governance:affair-hand-on", args=[holding.held.pk])
    assert url in client.get(holding.held.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]
    assert form["successor"].value() == holding.staff["leader"].pk
    given = {"successor": holding.staff["leader"].pk, "version": form["version"].value()}
    answer = client.post(url, given)
    assert answer["Location"] == holding.held.get_absolute_url()

    present = Affair.objects.get(pk=holding.held.pk)
    assert (present.handler, present.state, present.due_at) == (
        holding.leader,
        holding.held.state,
        holding.held.due_at,
    )
    step = AffairStep.objects.get(affair=present, transition="hand_on")
    assert (step.actor, step.payload) == (holding.secretary, {"handler": holding.leader.pk})
    assert AuditEntry.objects.get(act="affair.hand_on").actor == holding.secretary
    assert Notification.objects.get(kind="affairs.handed").user == holding.leader
    assert client.post(url, given).status_code == 403  # it is in good hands now
    assert url not in client.get(present.get_absolute_url()).content.decode()


def test_who_may_not_hand_it_on_and_who_cannot_take_it(holding):
    with pytest.raises(Refused, match="仍在当地服务"):
        hand_on(holding)
    moved(holding)
    for actor in ("leader", "east_worker", "auditor"):
        with pytest.raises(Refused, match="派单权限"):
            hand_on(holding, actor=actor)
    for successor in ("west_worker", "east_worker"):  # the one serves elsewhere, the other moved there
        with pytest.raises(ValidationError):
            hand_on(holding, to=successor)
    Affair.objects.filter(pk=holding.held.pk).update(verifier=holding.leader)
    with pytest.raises(ValidationError, match="核验过"):
        hand_on(holding)
    with pytest.raises(Conflict):
        hand_on(holding, version=holding.held.version - 1)


def test_a_post_that_ends_without_a_move_leaves_the_same_behind(holding, todo):
    end_post(holding.east_post, actor=None, reason="离职")
    assert set(todo()) == {AFFAIRS, CONTACTS, TASKS}
    start_post(holding.east_staff, Role.MENTOR, holding.east_grid, actor=None)
    assert set(todo()) == {AFFAIRS}  # he looks after the place again, but handles no affairs


def test_a_move_that_is_still_to_come_leaves_nothing_behind_yet(holding, todo):
    agree(move_of(holding, days=5), actor=holding.fresh("security_admin"))
    assert todo() == {}


def test_a_household_given_to_him_after_he_left_was_meant_so(holding, todo):
    end_post(holding.east_post, actor=None, reason="离职")
    Post.objects.filter(pk=holding.east_post.pk).update(ends_on=today() - timedelta(days=10))
    ContactAssignment.objects.filter(pk=holding.east_contact.pk).update(starts_on=today() - timedelta(days=3))
    assert set(todo()) == {AFFAIRS}


def test_queries_do_not_grow_with_what_is_left(holding, client):
    moved(holding)

    def costs() -> list[int]:
        client.force_login(holding.fresh("secretary"))
        numbers = []
        for page in (reverse(PAGE), "/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            numbers.append(len(asked))
        return numbers

    few = costs()
    for _number in range(3):
        affair = Road(holding).to("assigned")
        Affair.objects.filter(pk=affair.pk).update(handler=holding.east_worker)
    assert costs() == few
