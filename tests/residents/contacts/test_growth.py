"""The lists of proposals and hand-overs ask the database as often for many rows as for few."""

from datetime import timedelta

import pytest

from grids.common.clock import now, today
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, HandoverState
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.roster.models import Household
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.residents.contacts.test_pages import address, browser, queries_of
from tests.world import World

STATES = [AssignmentStatus.PROPOSED, AssignmentStatus.REFUSED, AssignmentStatus.LAPSED, AssignmentStatus.WITHDRAWN]


def propose(world: World, member: ContactMember, household: Household, number: int) -> None:
    status = STATES[number % len(STATES)]
    ContactAssignment.objects.create(
        household=household,
        member=member,
        status=status,
        accepted_at=None,
        proposed_by=world.secretary,
        respond_by=now() + timedelta(days=5),
        ends_on=None if status == AssignmentStatus.PROPOSED else today(),
    )


def hand_over(world: World, old: ContactAssignment, new: ContactMember, number: int) -> None:
    """An open one, one that is done and has its successor, a cancelled one, and so on."""
    state = HandoverState.values[number % len(HandoverState.values)]
    successor = None
    if state == HandoverState.DONE:
        ContactAssignment.objects.filter(pk=old.pk).update(
            status=AssignmentStatus.ENDED, ends_on=today(), end_reason=AssignmentEnd.REBALANCED, slot=None
        )
        slot = new.assignments.serving().count() + 1
        successor = ContactAssignment.objects.create(household=old.household, member=new, slot=slot)
    ContactHandover.objects.create(
        household=old.household,
        from_assignment=old,
        to_assignment=successor,
        reason=AssignmentEnd.REBALANCED,
        state=state,
        opened_by=world.secretary,
        opened_at=now() - timedelta(days=1),
        due_at=now() + timedelta(days=10),
        closed_at=None if state == HandoverState.OPEN else now(),
        closed_by=None if state == HandoverState.OPEN else world.secretary,
    )


@pytest.mark.parametrize("query", ["", "?per_page=100&sort=-member", "?q=住户"])
def test_a_longer_list_of_proposals_asks_no_more_questions(world: World, query: str) -> None:
    client, url = browser(world, "secretary"), address("contact-proposals") + query
    members = more_members(world, 4)
    households = more_households(world, 16)
    for number in range(4):
        propose(world, members[0], households[number], number)
    before = queries_of(client, url)
    for number in range(4, 16):
        propose(world, members[number % 4], households[number], number)
    assert queries_of(client, url) == before


@pytest.mark.parametrize("query", ["", "?per_page=100", "?q=住户"])
def test_a_longer_list_of_hand_overs_asks_no_more_questions(world: World, query: str) -> None:
    client, url = browser(world, "secretary"), address("contacthandover-list") + query
    [first, second, *others] = more_members(world, 4)
    served = load_up(first, more_households(world, 6)) + load_up(second, more_households(world, 6))
    few, many = served[:3], served[3:]
    for number, one in enumerate(few):
        hand_over(world, one, others[0], number)
    before = queries_of(client, url)
    for number, one in enumerate(many, start=len(few)):
        hand_over(world, one, others[number % 2], number)
    assert queries_of(client, url) == before
