"""Many hands at one wish: exactly one claims it, and it is confirmed once."""

import pytest

from grids.common.errors import Conflict, Refused
from residents.roster.choices import Relation
from residents.roster.models import Person, Residency
from residents.volunteers import services
from residents.volunteers.choices import ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from tests.harness import errors_among, run_together
from tests.residents.volunteers.helping import OFFER, accepted, done, post, wish
from tests.world import SINCE, World, build_world

HANDS = 20
ROUNDS = 5

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that several connections see it."""
    return build_world()


def many_members(town: World, count: int) -> list[PartyMemberReport]:
    reports = []
    for number in range(count):
        person = Person.objects.create(name=f"党员{number}", birth_date=SINCE)
        Residency.objects.create(
            person=person, household=town.west_household, relation=Relation.OTHER_RELATIVE, starts_on=SINCE
        )
        reports.append(
            PartyMemberReport.objects.create(
                grid=town.community,
                person=person,
                state=ReportState.ACCEPTED,
                employer=OFFER["employer"],
                hours_a_month=2,
                consented_on=SINCE,
            )
        )
    return reports


def test_of_many_who_claim_at_once_one_wins(town: World):
    reports = many_members(town, HANDS)
    for _round in range(ROUNDS):
        call, _code = wish(town)
        outcomes = run_together(
            HANDS, lambda number, at=call: services.claim(at, reports[number], actor=town.desk_worker)
        )
        assert errors_among(outcomes, Conflict) == []
        (winner,) = [outcome.value for outcome in outcomes if outcome.succeeded]
        assert call.claims.get() == winner


def test_of_contact_and_household_one_confirms(town: World):
    report = accepted(town)
    for _round in range(ROUNDS):
        call, code = wish(town)
        claim = done(services.claim(call, report, actor=town.stranger), town.stranger)

        def answer(number: int, claim: ServiceClaim = claim, code: str = code) -> ServiceClaim:
            if number % 2:
                return services.answer_by_code(code, was_done=number % 4 == 1)
            return services.confirm(claim, actor=town.joint_member)

        outcomes = run_together(HANDS, answer)
        assert errors_among(outcomes, Conflict, Refused) == []
        assert sum(outcome.succeeded for outcome in outcomes) == 1


def test_one_person_reports_once(town: World):
    outcomes = run_together(
        HANDS,
        lambda number: services.register(
            town.west_person, town.community, actor=town.desk_worker, consented_on=SINCE, **OFFER
        ),
    )
    assert errors_among(outcomes, Conflict) == []
    assert sum(outcome.succeeded for outcome in outcomes) == 1


def test_whoever_withdraws_while_he_claims_leaves_nothing_claimed(town: World):
    report = accepted(town)
    calls = [post(town) for _number in range(6)]

    def act(number: int) -> object:
        if number == 3:
            return services.withdraw(report, actor=town.stranger)
        return services.claim(calls[number - (number > 3)], report, actor=town.stranger)

    outcomes = run_together(7, act)
    assert errors_among(outcomes, Refused) == []
    assert not ServiceClaim.objects.filter(report=report, state=ClaimState.CLAIMED).exists()
