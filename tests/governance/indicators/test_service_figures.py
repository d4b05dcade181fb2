"""The figures of contacts and visits (I26 to I31) equal a plain count over a community with two years of history."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from governance.affairs.models import Affair
from governance.indicators.choices import Part
from governance.indicators.definitions import SERVICE
from governance.indicators.querysets import FIGURES
from governance.indicators.reports import figure
from governance.indicators.rules import Frame, Period
from residents.contacts.models import ContactAssignment, ContactExemption, ContactMember
from residents.roster.models import Dwelling, Household, Person
from residents.visits.choices import Channel, EncounterKind, Outcome, Trigger
from residents.visits.models import Encounter, HouseholdNeed, NeedAnswer, VisitTask
from tests.governance.indicators.plain import Town
from tests.world import World

HOUSEHOLDS = 3000
MEMBERS = 260
FIRST = datetime(2024, 11, 22, tzinfo=UTC)
AS_OF = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAYS = (AS_OF - FIRST).days
PERIODS = [
    Period(date(2026, 10, 1), date(2026, 12, 31)),
    Period(date(2026, 9, 30), date(2026, 10, 1)),
    Period(date(2025, 2, 1), date(2025, 2, 28)),
    Period(date(2025, 1, 1), date(2026, 11, 30)),
]


def a_moment(chance: random.Random) -> datetime:
    return FIRST + timedelta(seconds=chance.randrange(DAYS * 86400))


def a_day(chance: random.Random) -> date:
    return a_moment(chance).date()


def generated(world: World, chance: random.Random) -> None:
    """A community that lived for two years; everything by bulk, nothing by the services that are measured."""
    unit = world.east_household.dwelling.unit
    grids = [world.east_grid, world.east_micro, world.west_grid, world.west_micro]
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(
            grid=chance.choice(grids),
            unit=unit,
            room=f"Y{number}",
            sort_key=f"y{number:06d}",
            use="collective" if chance.random() < 0.02 else "residential",
        )
        for number in range(HOUSEHOLDS)
    )
    homes = []
    for dwelling in dwellings:
        opened = date(2024, 1, 1) if chance.random() < 0.8 else a_day(chance)
        closed = None if chance.random() < 0.9 else max(opened, a_day(chance))
        homes.append(
            Household(dwelling=dwelling, opened_on=opened, closed_on=closed, status="closed" if closed else "active")
        )
    homes = Household.objects.bulk_create(homes)
    people = Person.objects.bulk_create(Person(name=f"党员{number}") for number in range(MEMBERS))
    members = ContactMember.objects.bulk_create(
        ContactMember(
            grid=world.community,
            person=person,
            consented_on=date(2024, 1, 1),
            starts_on=date(2024, 1, 1) if chance.random() < 0.8 else a_day(chance),
        )
        for person in people
    )
    ContactExemption.objects.bulk_create(
        ContactExemption(member=member, reason="age", starts_on=a_day(chance)) for member in chance.sample(members, 12)
    )
    contacts(homes, members, chance)
    visits(world, homes, chance)
    tasks(world, homes, chance)


def contacts(homes: list[Household], members: list[ContactMember], chance: random.Random) -> None:
    """Some had two contacts one after the other, some have none; loads lie below, within and above the band."""
    rows = []
    rest = list(homes)
    chance.shuffle(rest)
    for member in members:
        for slot in range(1, chance.randint(2, 20) + 1):
            if not rest:
                break
            home = rest.pop()
            change = a_day(chance)
            if chance.random() < 0.3:
                before = chance.choice(members)
                began = change - timedelta(days=chance.randrange(200))
                rows.append(
                    ContactAssignment(
                        household=home,
                        member=before,
                        status="ended",
                        starts_on=began,
                        ends_on=change,
                        end_reason="moved",
                    )
                )
            rows.append(
                ContactAssignment(
                    household=home,
                    member=member,
                    slot=slot,
                    starts_on=change,
                    exception_reason="人手不够" if slot > 15 else "",
                    exception_until=date(2099, 1, 1) if slot > 15 else None,
                )
            )
    ContactAssignment.objects.bulk_create(rows, batch_size=500)


def visits(world: World, homes: list[Household], chance: random.Random) -> None:
    """Three a household, one in twenty corrected; a need on one in eight, answered, reported or neither."""
    found = Encounter.objects.bulk_create(
        [encounter(world, chance.choice(homes).pk, a_moment(chance), chance) for _one in range(3 * HOUSEHOLDS)],
        batch_size=500,
    )
    corrections = [
        encounter(world, one.household_id, one.occurred_at, chance, replaces=one)
        for one in chance.sample(found, len(found) // 20)
    ]
    Encounter.objects.bulk_create(corrections, batch_size=500)
    needs = HouseholdNeed.objects.bulk_create(
        [
            HouseholdNeed(encounter=one, household_id=one.household_id, text="一件事", raised_at=one.occurred_at)
            for one in found
            if one.has_needs
        ],
        batch_size=500,
    )
    answers, affairs = [], []
    for number, need in enumerate(needs):
        if chance.random() < 0.4:
            answers.append(NeedAnswer(need=need, text="已答复", answered_at=later(need.raised_at, chance)))
        if chance.random() < 0.4:
            at = later(need.raised_at, chance)
            affairs.append(
                Affair(
                    number=f"AF-{number}", text="井盖", grid=world.east_grid, source="desk", need=need, reported_at=at
                )
            )
    NeedAnswer.objects.bulk_create(answers, batch_size=500)
    Affair.objects.bulk_create(affairs, batch_size=500)


def later(moment: datetime, chance: random.Random) -> datetime:
    return moment + timedelta(hours=chance.choice([0, 1, 20, 50, 70, 80, 100, 130, 200]))


def encounter(world: World, household: int, at: datetime, chance: random.Random, **more) -> Encounter:
    kind = chance.choice([*EncounterKind])
    channel = chance.choice([Channel.FACE, Channel.FACE, Channel.FACE, *Channel])
    return Encounter(
        household_id=household,
        visitor=world.east_worker,
        kind=kind,
        channel=channel,
        outcome=chance.choice([*Outcome]),
        note_length=chance.choice([0, 9, 10, 40]),
        has_needs=chance.random() < 0.12,
        occurred_at=at,
        recorded_at=at,
        correction_reason="写错了" if more else "",
        **more,
    )


def tasks(world: World, homes: list[Household], chance: random.Random) -> None:
    """In every state; due to the second, late by a second, never, called off."""
    visit = Encounter.objects.order_by("pk").last()
    rows, open_ones = [], set()
    for _one in range(2000):
        home, trigger, told = chance.choice(homes), chance.choice([*Trigger]), a_moment(chance)
        due = told + timedelta(hours=chance.choice([2, 24, 48]))
        task = VisitTask(household=home, trigger=trigger, source="staff", raised_at=told, due_at=due)
        fate = chance.random()
        if fate < 0.7:
            task.state, task.encounter = "arrived", visit
            task.arrived_at = due + timedelta(seconds=chance.choice([-3600, -1, 0, 1, 7200]))
        elif fate < 0.8:
            task.state, task.cancelled_at, task.cancel_reason = "cancelled", told, "已经和好"
        elif (home.pk, trigger) in open_ones:
            continue
        else:
            open_ones.add((home.pk, trigger))
        rows.append(task)
    VisitTask.objects.bulk_create(rows, batch_size=500)


@pytest.mark.once
def test_the_figures_equal_a_plain_count_over_3000_households_and_two_years(world: World):
    generated(world, random.Random(20261122))
    town = Town()
    assert len(town.households) > HOUSEHOLDS
    seen = set()
    for place in (world.district, world.community, world.east_grid, world.west_micro):
        for period in PERIODS:
            frame = Frame(world.auditor, place, period, AS_OF)
            expected = town.count(place.prefix, period, AS_OF)
            for key in SERVICE:
                found = figure(key, frame)
                assert (found.numerator, found.denominator) == expected[key], (key, place, str(period))
                assert FIGURES[key][Part.MISSING](frame).count() == found.missing
                seen |= {key} if 0 < found.numerator < found.denominator else set()
    # Every figure had rows on both sides at least once: the proof says something.
    assert seen == set(SERVICE)


def test_what_the_arrival_rate_leaves_out_is_listed(world: World):
    VisitTask.objects.all().delete()
    told = AS_OF - timedelta(days=3)
    common = {
        "household": world.east_household,
        "source": "staff",
        "raised_at": told,
        "due_at": told + timedelta(hours=1),
    }
    VisitTask.objects.create(trigger="dispute", **common)
    VisitTask.objects.create(trigger="risk_change", **common)
    VisitTask.objects.create(
        trigger="hardship", state="cancelled", cancelled_at=told, cancel_reason="已经和好", **common
    )
    frame = Frame(world.auditor, world.community, PERIODS[0], AS_OF)
    found = figure("I28", frame)
    assert (found.numerator, found.denominator, found.excluded) == (0, 1, 2)
    assert str(figure("I28", Frame(world.auditor, world.west_grid, PERIODS[0], AS_OF))) == "—"
