"""Many hands at one proposal or one hand-over: exactly one answer counts, and one primary contact remains."""

from datetime import timedelta

import pytest

from grids.common.clock import stopped_at
from grids.common.errors import Conflict, Refused
from residents.contacts import services
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from tests.harness import errors_among, run_together
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World, build_world

ROUNDS = 5
CLIENTS = 12

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> World:
    return build_world()


def test_of_accept_refuse_and_withdraw_exactly_one_wins(town: World):
    acts = [services.accept, services.refuse, services.withdraw]
    for household in more_households(town, ROUNDS):
        proposal = services.propose(household, town.member, actor=town.secretary)
        outcomes = run_together(CLIENTS, lambda n, asked=proposal: acts[n % 3](asked, actor=town.secretary))
        assert errors_among(outcomes, Conflict) == []
        assert sum(outcome.succeeded for outcome in outcomes) == 1
        proposal.refresh_from_db()
        serving = household.contact_assignments.serving().count()
        assert serving == (proposal.status == AssignmentStatus.ACTIVE)


def test_of_the_nightly_lapse_and_an_answer_in_the_last_second_exactly_one_wins(town: World):
    """The member answers just before his time is over, while the job that lets proposals lapse runs just after it."""
    for household in more_households(town, ROUNDS):
        proposal = services.propose(household, town.member, actor=town.secretary)
        last = proposal.respond_by - timedelta(seconds=1)

        def act(number: int, asked=proposal, last=last) -> object:
            if number % 2:
                with stopped_at(last):
                    return services.accept(asked, actor=town.secretary)
            with stopped_at(last + timedelta(seconds=2)):
                if services.watch()["lapsed"] != 1:
                    raise Conflict("somebody was faster")
                return None

        outcomes = run_together(CLIENTS, act)
        assert errors_among(outcomes, Conflict) == []
        assert sum(outcome.succeeded for outcome in outcomes) == 1
        proposal.refresh_from_db()
        assert proposal.status in {AssignmentStatus.ACTIVE, AssignmentStatus.LAPSED}
        assert household.contact_assignments.serving().count() == (proposal.status == AssignmentStatus.ACTIVE)


def test_a_hand_over_under_many_hands_keeps_exactly_one_primary(town: World):
    """The successor accepts while others assign, cancel, suspend the old one and let him leave: one primary stays."""
    for round_number in range(ROUNDS):
        (home,) = more_households(town, 1, building=f"{20 + round_number}幢")
        old, backup, new, other = more_members(town, 4, building=f"{30 + round_number}幢")
        (row,) = load_up(old, [home])
        services.assign(home, backup, ContactRole.BACKUP, actor=town.secretary)
        handover = services.open_handover(row, actor=town.secretary, reason=AssignmentEnd.MEMBER_WISH)
        asked = services.propose(home, new, actor=town.secretary)
        acts = [
            lambda asked=asked: services.accept(asked, actor=town.secretary),
            lambda home=home, other=other: services.assign(home, other, actor=town.secretary),
            lambda handover=handover: services.cancel_handover(handover, actor=town.secretary),
            lambda old=old: services.suspend_member(old, actor=town.secretary),
            lambda old=old: services.begin_leaving(old, actor=town.secretary),
            lambda backup=backup: services.end_member(backup, actor=town.secretary, reason="搬家"),
        ]
        outcomes = run_together(CLIENTS, lambda n, acts=acts: acts[n % len(acts)]())
        assert errors_among(outcomes, Conflict, Refused) == []
        assert home.contact_assignments.serving().primary().count() <= 1
        assert not backup.assignments.serving().exists()
