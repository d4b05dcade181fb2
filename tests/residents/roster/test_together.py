"""Many hands at one door: whoever is late is told so, and nobody lives in two places."""

import pytest
from django.core.exceptions import ValidationError

from grids.common.errors import Conflict, Refused
from residents.roster import services
from residents.roster.choices import EndReason, Relation
from residents.roster.models import Dwelling, Household, Person, Residency
from tests.harness import errors_among, run_together
from tests.world import build_world

HANDS = 8

pytestmark = pytest.mark.concurrency


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_one_person_moves_to_one_household_only(world):
    homes = [
        services.add_household(
            actor=None, grid=world.west_micro, building="9", unit="1", room=f"{n + 1}01", head={"name": "户主"}
        )
        for n in range(HANDS)
    ]
    person = world.east_person
    outcomes = run_together(
        HANDS, lambda n: services.move_in(person, homes[n], actor=None, relation=Relation.OTHER_RELATIVE).pk
    )
    assert errors_among(outcomes, Conflict, Refused) == []
    assert Residency.objects.active().filter(person=person).count() == 1
    world.east_household.refresh_from_db()
    assert world.east_household.status == "closed"


def test_a_new_door_is_made_once(world):
    def arrive(number: int) -> int:
        return services.add_household(
            actor=None, grid=world.east_micro, building="77", unit="1", room="101", head={"name": "新来"}
        ).pk

    outcomes = run_together(HANDS, arrive)
    assert errors_among(outcomes, ValidationError) == []
    assert sum(outcome.succeeded for outcome in outcomes) == 1
    assert Dwelling.objects.filter(unit__building__name="77号楼").count() == 1
    assert Household.objects.filter(dwelling__unit__building__name="77号楼").count() == 1
    assert Person.objects.filter(name="新来").count() == 1


def test_the_last_two_leave_together(world):
    household = world.east_household
    wife = services.add_person(household, actor=None, relation=Relation.SPOUSE, name="妻")
    head = household.residencies.get(is_head=True)
    leaving = [head, wife]

    def leave(number: int) -> None:
        services.end_residency(
            leaving[number % 2], actor=None, reason=EndReason.MOVED_OUT, new_head=None if number % 2 else wife
        )

    outcomes = run_together(HANDS, leave)

    assert errors_among(outcomes, Refused, Conflict, ValidationError) == []
    active = household.residencies.active()
    household.refresh_from_db()
    assert active.count() == 0 or active.filter(is_head=True).count() == 1
    assert (household.status == "closed") == (active.count() == 0)
