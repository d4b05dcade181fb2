"""Life events one by one: what each writes, and what it refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.common.clock import today
from grids.common.errors import Refused
from grids.trail.models import AuditEntry
from residents.roster import services
from residents.roster.choices import AbsenceKind, ArrivalReason, EndReason, HouseholdStatus, Relation, Sex
from residents.roster.models import Absence, Household, Person, Residency
from residents.roster.population import population, population_change
from tests.world import SINCE

DAY = timedelta(days=1)


def member_of(world, household, **changes):
    values = {"actor": world.secretary, "relation": Relation.SPOUSE, "name": "家人", "starts_on": SINCE}
    return services.add_person(household, **{**values, **changes})


def acts() -> set[str]:
    return set(AuditEntry.objects.values_list("act", flat=True))


# ------------------------------------------------------------------ birth and death
def test_a_child_is_born_into_the_household(world):
    born = today() - 3 * DAY
    child = services.record_birth(world.east_household, actor=world.east_worker, name="赵宝", on=born, sex=Sex.FEMALE)
    assert (child.relation, child.start_reason, child.starts_on) == (Relation.DAUGHTER, ArrivalReason.BIRTH, born)
    assert child.person.birth_date == born
    for values in ({"on": today() + DAY}, {"on": SINCE - DAY}, {"on": born, "sex": Sex.UNKNOWN}):
        with pytest.raises(ValidationError):
            services.record_birth(
                world.east_household, actor=world.east_worker, name="赵二宝", **{"sex": Sex.MALE, **values}
            )
    for name in ("west_worker", "auditor", "liaison"):
        with pytest.raises(Refused):
            services.record_birth(world.east_household, actor=getattr(world, name), name="某", on=born, sex=Sex.MALE)


def test_a_birth_of_more_than_a_month_ago_says_why_it_comes_only_now(world):
    values = {"actor": world.east_worker, "name": "赵宝", "sex": Sex.MALE}
    services.record_birth(world.east_household, on=today() - 31 * DAY, **values)
    born = today() - 32 * DAY
    with pytest.raises(ValidationError) as caught:
        services.record_birth(world.east_household, on=born, late_reason=" ", **values)
    assert set(caught.value.message_dict) == {"late_reason"}
    before = population(world.east_grid, born - DAY)
    child = services.record_birth(world.east_household, on=born, late_reason="在老家出生，刚刚回来", **values)
    assert population(world.east_grid, born) == before + 1
    entry = AuditEntry.objects.get(act="person.late_birth")
    assert (entry.object_id, entry.reason) == (str(child.person_id), "在老家出生，刚刚回来")
    assert entry.changes == {"days_late": [0, 32]}


def test_a_child_entered_late_has_lived_wherever_its_mother_did(world):
    """Born in the east; the mother joined the household in the west ten days ago, and that is where it is entered."""
    born, moved = today() - 20 * DAY, today() - 10 * DAY
    mother = member_of(world, world.east_household, name="赵女", sex=Sex.FEMALE, relation=Relation.DAUGHTER)
    days = [today() - back * DAY for back in range(25)]
    before = {day: (population(world.east_grid, day), population(world.west_grid, day)) for day in days}
    services.move_in(
        mother.person, world.west_household, actor=world.secretary, relation=Relation.SPOUSE, starts_on=moved
    )
    now = mother.person.residencies.active().get()
    values = {"name": "李宝", "sex": Sex.MALE, "on": born, "mother": now}
    for name in ("east_worker", "west_worker"):  # each keeps one of the two homes
        with pytest.raises(Refused):
            services.record_birth(world.west_household, actor=getattr(world, name), **values)
    child = services.record_birth(world.west_household, actor=world.secretary, **values)
    lived = child.person.residencies.order_by("starts_on").values_list(
        "household", "relation", "starts_on", "start_reason", "ends_on", "end_reason"
    )
    assert list(lived) == [
        (world.east_household.pk, Relation.GRANDCHILD, born, ArrivalReason.BIRTH, moved, EndReason.MOVED_INSIDE),
        (world.west_household.pk, Relation.SON, moved, ArrivalReason.MOVED_INSIDE, None, ""),
    ]
    for day, (east, west) in before.items():
        # The mother was counted in the east on all these days; from the day of the move both are in the west.
        expected = (east - 1, west + 2) if day >= moved else (east + (day >= born), west)
        assert (population(world.east_grid, day), population(world.west_grid, day)) == expected
    change = population_change(world.district, born - DAY, today())
    assert (change.arrivals, change.departures) == ({"birth": 1}, {})


def test_no_child_lives_where_its_mother_did_not(world):
    came = today() - 10 * DAY
    mother = member_of(world, world.east_household, name="赵媳", sex=Sex.FEMALE, starts_on=came)
    man = member_of(world, world.east_household, name="赵男", sex=Sex.MALE, relation=Relation.SON)
    stranger = world.west_household.residencies.get()
    values = {"actor": world.secretary, "name": "赵宝", "sex": Sex.MALE}
    for on, who, field in (
        (came - DAY, mother, "on"),  # she lived outside the district
        (SINCE - DAY, None, "on"),  # so did the household
        (came, man, "mother"),
        (came, stranger, "mother"),
    ):
        with pytest.raises(ValidationError) as caught:
            services.record_birth(world.east_household, on=on, mother=who, late_reason="补登", **values)
        assert set(caught.value.message_dict) == {field}
    services.record_birth(world.east_household, on=came, mother=mother, **values)


def test_a_head_who_dies_is_followed(world):
    wife = member_of(world, world.east_household)
    died = today() - 5 * DAY
    with pytest.raises(ValidationError) as caught:
        services.record_death(world.east_person, actor=world.east_worker, on=died)
    assert set(caught.value.message_dict) == {"new_head"}
    with pytest.raises(Refused):
        services.record_death(world.east_person, actor=world.west_worker, on=died, new_head=wife)
    services.record_death(world.east_person, actor=world.east_worker, on=died, new_head=wife)
    world.east_person.refresh_from_db()
    assert world.east_person.deceased_on == died
    past = Residency.objects.get(person=world.east_person)
    assert (past.ends_on, past.end_reason) == (died, EndReason.DECEASED)
    assert "person.deceased" in acts()
    with pytest.raises(Refused):
        services.record_death(world.east_person, actor=world.east_worker, on=died)


def test_a_death_entered_by_mistake_is_withdrawn(world):
    wife = member_of(world, world.east_household)
    with pytest.raises(Refused):
        services.withdraw_death(wife.person, actor=world.east_worker)
    services.record_death(wife.person, actor=world.east_worker, on=today())
    services.withdraw_death(wife.person, actor=world.east_worker)
    services.move_in(wife.person, world.east_household, actor=world.east_worker, relation=Relation.SPOUSE)
    assert wife.person.residencies.active().exists()


def test_nobody_dies_before_birth_or_tomorrow(world):
    for on in (world.east_person.birth_date - DAY, today() + DAY):
        with pytest.raises(ValidationError):
            services.record_death(world.east_person, actor=world.east_worker, on=on)


# ------------------------------------------------------------------ moving
def test_a_move_inside_the_district_is_no_departure(world):
    start = today() - DAY
    services.move_within(
        world.east_household,
        actor=world.secretary,
        door={"grid": world.west_micro, "building": "8幢", "unit": "1单元", "room": "302"},
    )
    assert (population(world.east_grid, start), population(world.east_grid, today())) == (3, 2)
    east, west = (population_change(world.grids[name], start, today()) for name in ("east_grid", "west_grid"))
    assert (east.departures, east.arrivals) == ({"moved_inside": 1}, {})
    assert (west.departures, west.arrivals) == ({}, {"moved_inside": 1})
    whole = population_change(world.community, start, today())
    assert (whole.start, whole.came, whole.left, whole.end) == (4, 0, 0, 4)


def test_a_person_moves_to_a_door_of_his_own(world):
    wife = member_of(world, world.east_household)
    door = {"grid": world.west_micro, "building": "8幢", "unit": "1单元", "room": "305"}
    home = services.move_within(wife.person, actor=world.secretary, door=door)
    assert home.residencies.get().start_reason == ArrivalReason.MOVED_INSIDE
    with pytest.raises(ValidationError):
        services.move_within(wife.person, actor=world.secretary)
    services.move_within(wife.person, actor=world.secretary, to=world.east_household, relation=Relation.SPOUSE)
    home.refresh_from_db()
    assert home.status == HouseholdStatus.CLOSED


def test_a_household_moves_away(world):
    services.move_away(world.east_household, actor=world.secretary, on=today() - DAY)
    assert Residency.objects.get(person=world.east_person).end_reason == EndReason.MOVED_OUT
    change = population_change(world.district, today() - 2 * DAY, today())
    assert (change.departures, change.end) == ({"moved_out": 1}, change.start - 1)


def test_who_comes_and_moves_on_the_same_day_has_come_from_outside(world):
    guest = member_of(world, world.east_household, starts_on=today(), start_reason=ArrivalReason.MOVED_IN)
    services.move_in(guest.person, world.west_household, actor=world.secretary, relation=Relation.NOT_RELATED)
    change = population_change(world.district, today() - DAY, today())
    assert (change.arrivals, change.departures) == ({"moved_in": 1}, {})
    assert population_change(world.east_grid, today() - DAY, today()).arrivals == {}


def test_who_moves_and_leaves_on_the_same_day_has_left(world):
    wife = member_of(world, world.east_household)
    moved = services.move_in(wife.person, world.west_household, actor=world.secretary, relation=Relation.NOT_RELATED)
    services.move_away(moved, actor=world.secretary)
    change = population_change(world.district, today() - DAY, today())
    assert (change.arrivals, change.departures) == ({}, {"moved_out": 1})


# ------------------------------------------------------------------ split and merge
@pytest.fixture
def family(world):
    """Head, wife, son and daughter-in-law of the eastern household."""
    wife = member_of(world, world.east_household)
    son = member_of(world, world.east_household, relation=Relation.SON, name="子")
    bride = member_of(world, world.east_household, relation=Relation.DAUGHTER_IN_LAW, name="媳")
    return world.east_residency, wife, son, bride


def test_a_household_splits(world, family):
    _head, _wife, son, bride = family
    services.start_absence(bride, actor=world.secretary, kind=AbsenceKind.WORK)
    relations = {son.pk: Relation.HEAD, bride.pk: Relation.SPOUSE}
    door = {"grid": world.east_micro, "building": "1幢", "unit": "1单元", "room": "601"}
    home = services.split_household(
        world.east_household, actor=world.secretary, relations=relations, door=door, on=today() - DAY
    )
    members = {one.person.name: one.relation for one in home.residencies.select_related("person")}
    assert members == {"子": Relation.HEAD, "媳": Relation.SPOUSE}
    assert home.stays.get().starts_on == today() - DAY
    assert world.east_household.residencies.active().count() == 2
    assert Absence.objects.get(residency__household=home, ended_on__isnull=True).kind == AbsenceKind.WORK
    assert "household.split" in acts()
    change = population_change(world.east_grid, today() - 2 * DAY, today())
    assert (change.came, change.left) == (0, 0)


def test_a_household_splits_at_its_own_door(world, family):
    head, wife, son, bride = family
    home = services.split_household(
        world.east_household,
        actor=world.secretary,
        relations={head.pk: Relation.HEAD, wife.pk: Relation.SPOUSE},
        new_head=son,
    )
    assert home.dwelling_id == world.east_household.dwelling_id
    assert world.east_household.residencies.active().get(is_head=True) == son
    bride.refresh_from_db()
    assert bride.ends_on is None


def test_some_join_another_household(world, family):
    _head, _wife, son, bride = family
    relations = {son.pk: Relation.NOT_RELATED, bride.pk: Relation.NOT_RELATED}
    with pytest.raises(ValidationError):
        services.split_household(
            world.east_household,
            actor=world.secretary,
            relations={**relations, son.pk: Relation.HEAD},
            into=world.west_household,
        )
    with pytest.raises(Refused):
        services.split_household(
            world.east_household, actor=world.east_worker, relations=relations, into=world.west_household
        )
    services.split_household(
        world.east_household, actor=world.secretary, relations=relations, into=world.west_household
    )
    assert world.west_household.residencies.active().count() == 3


@pytest.mark.parametrize("case", ["nobody", "all", "two heads", "no head", "a stranger", "the head without follower"])
def test_a_split_that_cannot_be(world, family, case):
    head, _wife, son, bride = family
    relations = {
        "nobody": {},
        "all": {one.pk: Relation.OTHER_RELATIVE for one in family} | {head.pk: Relation.HEAD},
        "two heads": {son.pk: Relation.HEAD, bride.pk: Relation.HEAD},
        "no head": {son.pk: Relation.SON},
        "a stranger": {world.west_household.residencies.get().pk: Relation.HEAD},
        "the head without follower": {head.pk: Relation.HEAD},
    }[case]
    before = Household.objects.count()
    with pytest.raises(ValidationError):
        services.split_household(world.east_household, actor=world.secretary, relations=relations)
    assert Household.objects.count() == before


def test_two_households_become_one(world, family):
    told = []

    def hook(household, *, actor, on):
        told.append((household.pk, on))

    relations = {one.pk: Relation.OTHER_RELATIVE for one in family}
    services.household_closed.append(hook)
    try:
        services.merge_households(
            world.east_household, world.west_household, actor=world.secretary, relations=relations, on=today() - DAY
        )
    finally:
        services.household_closed.remove(hook)
    assert world.east_household.status == HouseholdStatus.CLOSED
    assert told == [(world.east_household.pk, today() - DAY)]
    assert world.west_household.residencies.active().count() == 5
    assert world.west_household.residencies.active().filter(is_head=True).count() == 1
    assert "household.merge" in acts()


def test_a_merge_leaves_nobody_behind(world, family):
    relations = {one.pk: Relation.OTHER_RELATIVE for one in family}
    merge = {"actor": world.secretary}
    with pytest.raises(ValidationError):
        services.merge_households(
            world.east_household, world.west_household, relations={family[0].pk: Relation.SIBLING}, **merge
        )
    with pytest.raises(Refused):
        services.merge_households(world.east_household, world.east_household, relations=relations, **merge)
    with pytest.raises(Refused):
        services.merge_households(
            world.east_household, world.west_household, relations=relations, actor=world.east_worker
        )


# ------------------------------------------------------------------ absence
def test_somebody_is_away_and_comes_back(world):
    residency = world.east_residency
    absence = services.start_absence(
        residency, actor=world.east_worker, kind=AbsenceKind.AT_SEA, starts_on=today() - 9 * DAY
    )
    with pytest.raises(Refused):
        services.start_absence(residency, actor=world.east_worker, kind=AbsenceKind.WORK)
    for on in (today() + DAY, today() - 10 * DAY):
        with pytest.raises(ValidationError):
            services.end_absence(absence, actor=world.east_worker, on=on)
    with pytest.raises(Refused):
        services.end_absence(absence, actor=world.west_worker)
    services.end_absence(absence, actor=world.east_worker, on=today() - DAY)
    with pytest.raises(Refused):
        services.end_absence(absence, actor=world.east_worker)
    with pytest.raises(ValidationError):
        services.start_absence(residency, actor=world.east_worker, kind=AbsenceKind.WORK, starts_on=today() - 3 * DAY)
    entry = AuditEntry.objects.get(act="absence.start")
    assert "at_sea" not in str(entry.changes)


def test_an_absence_has_its_days(world):
    bad = [
        {"starts_on": today() + DAY},
        {"starts_on": SINCE - DAY},
        {"starts_on": today(), "expected_back_on": today()},
    ]
    for values in bad:
        with pytest.raises(ValidationError):
            services.start_absence(world.east_residency, actor=world.east_worker, kind=AbsenceKind.WORK, **values)


def test_who_leaves_is_away_no_longer(world):
    services.start_absence(world.east_residency, actor=world.east_worker, kind=AbsenceKind.WORK)
    services.move_away(world.east_residency, actor=world.east_worker)
    assert Absence.objects.latest("pk").ended_on == today()
    assert Person.objects.filter(pk=world.east_person.pk).exists()
