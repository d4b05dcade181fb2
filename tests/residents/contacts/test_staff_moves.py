"""Households that somebody contacts himself where he serves as staff, when he moves to another grid."""

import pytest

from grids.common.clock import today
from grids.moves.effects import held_items
from grids.moves.services import agree, ask
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, HandoverState
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.services import accept
from residents.visits.models import VisitTask
from tests.world import enlist

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacted(world) -> ContactAssignment:
    """The member of the world is the east worker's own registration from now on."""
    ContactMember.objects.filter(pk=world.member.pk).update(user=world.east_worker)
    return world.east_contact


def moved(world, contact: ContactAssignment) -> None:
    options = {"items": [("contacts", contact.pk)], "successor": world.staff["leader"]}
    move = ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), starts_on=today(), **options)
    agree(move, actor=world.fresh("security_admin"))


def test_they_are_in_his_hand_and_shown_by_their_door(world, contacted):
    ((part, rows),) = [(part, rows) for part, rows in held_items(world.east_post) if part.key == "contacts"]
    assert rows == [contacted]
    assert "101" in part.shown(world.fresh("secretary"), rows[0])
    assert "101" not in part.shown(world.fresh("street_desk"), rows[0])
    assert held_items(world.events["foreign_post"]) == []


def test_a_successor_who_is_a_member_is_asked_and_gets_everything_with_the_household(world, contacted):
    member = enlist(world, "east_other", "community", world.users["leader"])
    moved(world, contacted)
    contacted.refresh_from_db()
    assert contacted.status == AssignmentStatus.HANDOVER  # serves on until the new one agrees (C9)
    proposal = ContactAssignment.objects.get(member=member, status=AssignmentStatus.PROPOSED)
    accept(proposal, actor=world.fresh("leader"))
    contacted.refresh_from_db()
    assert (contacted.status, contacted.end_reason) == (AssignmentStatus.ENDED, AssignmentEnd.MEMBER_MOVED)
    assert VisitTask.objects.get(household=contacted.household).member == member


def test_for_any_other_the_secretary_looks_for_somebody(world, contacted):
    moved(world, contacted)
    handover = ContactHandover.objects.get(household=contacted.household)
    assert (handover.state, handover.reason) == (HandoverState.OPEN, AssignmentEnd.MEMBER_MOVED)
    assert not ContactAssignment.objects.filter(status=AssignmentStatus.PROPOSED).exists()


def test_a_member_who_may_not_contact_this_household_is_not_asked(world, contacted):
    enlist(world, "east", "community", world.users["leader"])  # it is his own household
    moved(world, contacted)
    assert ContactHandover.objects.get(household=contacted.household).state == HandoverState.OPEN
    assert not ContactAssignment.objects.filter(status=AssignmentStatus.PROPOSED).exists()
