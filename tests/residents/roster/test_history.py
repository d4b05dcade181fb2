"""What a household and a person are told to have lived through: each kind of event by its own word."""

from datetime import timedelta

import pytest
from django.utils import translation

from grids.common.clock import today
from residents.roster import services
from residents.roster.choices import ArrivalReason, EndReason, Relation, Sex
from residents.roster.history import CAME, LEFT, household_history
from residents.roster.person_cards import lived_where
from tests.world import SINCE

DAY = timedelta(days=1)


def member(world, **values):
    values = {"actor": world.secretary, "relation": Relation.SPOUSE, "name": "家人", "starts_on": SINCE, **values}
    return services.add_person(world.east_household, **values)


def born(world):
    values = {"name": "家人", "on": today() - DAY, "sex": Sex.MALE}
    return services.record_birth(world.east_household, actor=world.secretary, **values)


def died(world):
    living = member(world)
    services.record_death(living.person, actor=world.secretary, on=today() - DAY)
    return living


def moved_out(world):
    living = member(world)
    services.move_away(living, actor=world.secretary)
    return living


def moved_inside(world):
    living = member(world)
    services.move_within(living.person, actor=world.secretary, to=world.west_household, relation=Relation.NOT_RELATED)
    return living


def split(world):
    living = member(world)
    door = {"grid": world.east_grid, "building": "7", "unit": "1", "room": "701"}
    relations = {living.pk: Relation.HEAD}
    services.split_household(world.east_household, actor=world.secretary, relations=relations, door=door)
    return living


def merged(world):
    living = member(world)
    present = world.east_household.residencies.active()
    relations = {one.pk: Relation.NOT_RELATED for one in present}
    services.merge_households(world.east_household, world.west_household, actor=world.secretary, relations=relations)
    return living


def mistaken(world):
    living = member(world)
    services.end_residency(living, actor=world.secretary, reason=EndReason.ENTERED_WRONGLY)
    return living


# What was done, what the history of the household says of the person, what that of the one he came to says, and what
# his own page says of the places where he lived, newest first.
EVENTS = {
    "first recorded": (member, ["家人：首次登记"], [], [""]),
    "moved in": (lambda world: member(world, start_reason=ArrivalReason.MOVED_IN), ["家人：迁入"], [], ["迁入"]),
    "birth": (born, ["家人：出生"], [], ["出生"]),
    "death": (died, ["家人：已去世", "家人：首次登记"], [], ["已去世"]),
    "moved out": (moved_out, ["家人：已迁出", "家人：首次登记"], [], ["已迁出"]),
    "moved inside": (
        moved_inside,
        ["家人：区内迁移", "家人：首次登记"],
        ["家人：区内迁移"],
        ["区内迁移", "区内迁移"],
    ),
    "split": (split, ["家人：分户", "家人：首次登记"], ["家人：分户"], ["分户", "分户"]),
    "merged": (merged, ["家人：并户", "家人：首次登记"], ["家人：并户"], ["并户", "并户"]),
    "mistake": (mistaken, ["家人：误登记", "家人：首次登记"], [], ["误登记"]),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_is_called_by_its_name(world, visit, name):
    act, here, there, own = EVENTS[name]
    person = act(world).person
    places = list(person.residencies.select_related("household").order_by("-starts_on", "-pk"))

    def told(household):
        steps = household_history(type(household).objects.get(pk=household.pk), world.secretary)
        return [step.title for step in steps if step.title.startswith("家人")]

    with translation.override("zh-hans"):
        assert told(world.east_household) == here
        assert [title for place in places[:-1] for title in told(place.household)] == there
        words = [line.note.split(" · ")[2:] for line in lived_where(places, world.secretary)]
        assert [" · ".join(one) for one in words] == own
    page = visit(world.secretary, "household-detail", world.east_household.pk)
    assert page.status_code == 200
    assert here[0].removeprefix("家人") in page.content.decode()


def test_no_reason_is_without_its_sign():
    assert (set(CAME), set(LEFT)) == (set(ArrivalReason), set(EndReason))
