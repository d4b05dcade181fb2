"""What is owed at a door is owed where its household goes on, when it joins another one or turns out to be the same."""

from datetime import timedelta

import pytest

from grids.common.clock import now, stopped_at
from residents.roster.choices import Relation
from residents.roster.services import merge_households
from residents.roster.services.merging import undo_merge
from residents.visits.models import VisitTask
from residents.visits.services import raise_task
from tests.residents.roster.doubles import everything, merge, pair
from tests.world import World

__all__ = ["pair"]  # a fixture


@pytest.fixture
def homes(pair):
    """The household that goes on and the one that is left."""
    return [person.residencies.get().household for person in pair]


def tell(world: World, home, trigger: str, *, hours_ago: int = 0) -> VisitTask:
    with stopped_at(now() - timedelta(hours=hours_ago)):
        return raise_task(home, trigger, actor=None, source="staff")


def test_a_household_that_joins_another_one_takes_along_what_is_owed(world: World, homes):
    into, joining = homes
    alone = tell(world, joining, "emergency")
    there, earlier = tell(world, into, "dispute"), tell(world, joining, "dispute", hours_ago=5)
    relations = {row.pk: Relation.SIBLING.value for row in joining.residencies.active()}
    merge_households(joining, into, actor=world.secretary, relations=relations)
    assert set(VisitTask.objects.open().filter(household=into)) == {alone, there}
    due = earlier.due_at
    for task in (there, earlier):
        task.refresh_from_db()
    assert (there.due_at, there.times) == (due, 2), "the clock that began first"
    assert (earlier.state, earlier.household) == ("cancelled", joining)
    assert not VisitTask.objects.open().filter(household=joining).exists()


def test_two_records_of_one_person_and_back_again(world: World, pair, homes):
    lives, left = homes
    task = tell(world, left, "hardship")
    before = everything()
    done = merge(*pair, world, home="kept")
    task.refresh_from_db()
    assert (task.state, task.household) == ("open", lives)
    undo_merge(done, actor=world.secretary)
    assert everything() == before
