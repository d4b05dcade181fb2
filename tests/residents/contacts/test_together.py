"""Acceptance 3: many hands at one household or one member, and exactly one of them gets what only one can have."""

import pytest
from django.test import Client
from django.urls import reverse

from grids.common.errors import Conflict, Refused
from residents.contacts import services
from residents.contacts.choices import AssignmentEnd, ContactRole
from residents.contacts.models import ContactAssignment
from tests.harness import Outcome, errors_among, run_together
from tests.long import part_of
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World, build_world

CLIENTS = 50
ROUNDS = part_of(20, usual=5)

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that several connections see it."""
    return build_world()


def winners(outcomes: list[Outcome], *losing: type[BaseException]) -> list[ContactAssignment]:
    assert errors_among(outcomes, *losing) == []
    return [outcome.value for outcome in outcomes if outcome.succeeded]


@pytest.mark.long
def test_fifty_assign_one_household_and_one_wins_every_time(town: World):
    members = more_members(town, CLIENTS)
    for household in more_households(town, ROUNDS):
        outcomes = run_together(
            CLIENTS,
            lambda n, at=household: services.assign(at, members[n], ContactRole.PRIMARY, actor=town.secretary),
        )
        (winner,) = winners(outcomes, Conflict)
        assert household.contact_assignments.serving().get() == winner
        assert all(winner.member.person.name in str(one.error) for one in outcomes if one.error)


@pytest.mark.long
def test_fifty_households_want_the_last_place_of_one_member_and_one_gets_it_every_time(town: World):
    """Issue: 14 of 15 places are taken, and fifty more come at once."""
    member, doors = town.member, more_households(town, CLIENTS, building="7幢")
    load_up(member, more_households(town, 13))
    for _ in range(ROUNDS):
        assert member.assignments.serving().count() == 14
        outcomes = run_together(
            CLIENTS, lambda n: services.assign(doors[n], member, ContactRole.PRIMARY, actor=town.secretary)
        )
        (winner,) = winners(outcomes, Refused)
        assert member.assignments.serving().count() == 15
        services.end_assignment(winner, actor=town.secretary, reason=AssignmentEnd.MISTAKE)


def test_fifty_hand_one_household_over_and_one_wins(town: World):
    members = more_members(town, CLIENTS)
    old = town.member.assignments.get()
    outcomes = run_together(
        CLIENTS,
        lambda n: services.change_contact(old, members[n], actor=town.secretary, reason=AssignmentEnd.HOUSEHOLD_WISH),
    )
    (winner,) = winners(outcomes, Conflict)
    assert town.east_household.contact_assignments.serving().get() == winner
    assert town.east_household.contact_assignments.count() == 2


def test_a_member_who_stops_while_households_are_given_to_him_keeps_none(town: World):
    doors = more_households(town, 10)

    def act(number: int) -> object:
        if number == 5:
            return services.end_member(town.member, actor=town.secretary, reason="搬家")
        return services.assign(doors[number], town.member, actor=town.secretary)

    assert errors_among(run_together(10, act), Refused, Conflict) == []
    assert not town.member.assignments.serving().exists()


def test_a_backup_steps_up_while_he_stops_and_nobody_waits_for_ever(town: World):
    """Both take the member before his assignments, so that neither waits for the other."""
    for household, stand_in in zip(more_households(town, 10), more_members(town, 10), strict=True):
        old = services.assign(household, more_members(town, 1)[0], actor=town.secretary)
        services.assign(household, stand_in, ContactRole.BACKUP, actor=town.secretary)
        acts = [
            lambda old=old, new=stand_in: services.change_contact(
                old, new, actor=town.secretary, reason=AssignmentEnd.HOUSEHOLD_WISH
            ),
            lambda new=stand_in: services.end_member(new, actor=town.secretary, reason="搬家"),
        ]
        assert errors_among(run_together(2, lambda n, acts=acts: acts[n]()), Refused, Conflict) == []
        assert not stand_in.assignments.serving().exists()


def test_fifty_browsers_assign_one_household_and_none_sees_an_error_page(town: World):
    members = more_members(town, CLIENTS)
    url = reverse("residents:contact-assign", args=[town.west_household.pk])

    def press(number: int) -> int:
        client = Client(raise_request_exception=True)
        client.force_login(town.secretary, backend="grids.access.backends.GridBackend")
        return client.post(url, {"member": members[number].pk, "role": ContactRole.PRIMARY}).status_code

    outcomes = run_together(CLIENTS, press)
    assert errors_among(outcomes) == []
    answers = [outcome.value for outcome in outcomes]
    assert answers.count(302) == 1
    assert set(answers) <= {200, 302, 409}
    assert ContactAssignment.objects.serving().filter(household=town.west_household).count() == 1
