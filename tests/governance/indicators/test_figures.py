"""The figures of known worlds: the demo quarter, Sanjiabang, and what must not count."""

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.affairs.choices import AffairState, Category, Tier
from governance.affairs.models import Affair
from governance.indicators.choices import Part
from governance.indicators.definitions import CARDS
from governance.indicators.querysets import FIGURES
from governance.indicators.reports import (
    affairs_report,
    category_by_tier,
    contacts_report,
    figure,
    readings,
    roster_readings,
    stack,
)
from governance.indicators.rules import Frame, Period
from governance.meetings.models import AgendaItem, Attendance
from residents.contacts.models import ContactAssignment
from residents.rentals.models import RentalCheck, RentalChecklist
from residents.roster.models import Dwelling, Person, Residency
from residents.visits.models import VisitTask
from tests.governance.indicators.quarter import (
    AS_OF,
    QUARTER,
    affair,
    demo_quarter,
    frame_of,
    households,
    members,
    share_out,
)


def words(frame):
    return {reading.card.id: str(reading.figure) for reading in readings(frame)}


def test_the_demo_quarter(world):
    demo_quarter(world)
    found = words(frame_of(world.auditor, world.district))
    assert (found["I05"], found["I18"], found["I19"]) == ("100.0%", "70.9%", "94.9%")


def test_one_open_affair_of_254_is_told(world):
    demo_quarter(world)
    Affair.objects.filter(number__endswith="00007").update(state="handling", closed_at=None, verified_at=None)
    assert words(frame_of(world.auditor, world.district))["I05"] == "99.6%"


def test_sanjiabang_is_wholly_covered(world):
    ContactAssignment.objects.all().delete()
    AgendaItem.objects.all().delete()
    Attendance.objects.all().delete()
    VisitTask.objects.all().delete()
    world.member.delete()
    homes = households(world, world.west_micro, 1904)
    serving = members(world, 169)
    share_out(homes, serving)
    frame = frame_of(world.secretary, world.west_grid)
    assert words(frame)["I26"] == "99.9%"  # the world's own household of that grid has no contact
    ContactAssignment.objects.create(
        household=world.west_household, member=serving[-1], slot=12, starts_on="2025-01-01"
    )
    assert words(frame)["I26"] == "100.0%"
    at_community = {reading.card.id: reading.figure for reading in readings(frame_of(world.secretary, world.community))}
    assert (at_community["I27"].numerator, at_community["I27"].denominator) == (169, 169)
    assert str(at_community["I27"]) == "100.0%"


def test_members_belong_to_the_community_below_it_there_is_no_figure(world):
    assert words(frame_of(world.secretary, world.east_grid))["I27"] == "—"
    assert words(frame_of(world.secretary, world.community))["I27"] == "0.0%"


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, True),
        # The first and the last moment of the quarter in Shanghai, and their neighbours outside.
        ({"accepted_at": QUARTER.start_at}, True),
        ({"accepted_at": QUARTER.start_at - timedelta(microseconds=1)}, False),
        ({"accepted_at": QUARTER.end_at - timedelta(microseconds=1)}, True),
        ({"accepted_at": QUARTER.end_at}, False),
        ({"state": AffairState.REPORTED, "category": Category.UNCLASSIFIED, "accepted_at": None, "tier": None}, False),
    ],
)
def test_what_counts_as_accepted_in_the_period(world, change, counts):
    affair(1, world.east_grid, **change).save()
    assert figure("I05", frame_of(world.auditor, world.district)).denominator == counts


@pytest.mark.parametrize(
    ("tier", "in_grid", "in_community"),
    [
        (Tier.MICROGRID, 1, 1),
        (Tier.GRID, 1, 1),
        (Tier.COMMUNITY, 0, 1),
        (Tier.STREET, 0, 0),
        (Tier.DISTRICT, 0, 0),
    ],
)
def test_which_tier_counts_where(world, tier, in_grid, in_community):
    affair(1, world.east_grid, tier=tier).save()
    frame = frame_of(world.auditor, world.district)
    assert figure("I18", frame).numerator == in_grid
    assert figure("I19", frame).numerator == in_community


@pytest.mark.parametrize(
    ("rating", "numerator", "denominator"), [(5, 1, 1), (3, 1, 1), (2, 0, 1), (1, 0, 1), (None, 0, 0)]
)
def test_silence_is_not_satisfaction(world, rating, numerator, denominator):
    affair(1, world.east_grid, rating=rating).save()
    found = figure("I16", frame_of(world.auditor, world.district))
    assert (found.numerator, found.denominator) == (numerator, denominator)


def test_family_affairs_count_for_everybody_who_sees_numbers(world):
    affair(1, world.east_grid, category=Category.FAMILY).save()
    assert figure("I05", frame_of(world.auditor, world.district)).denominator == 1


def test_the_same_period_seen_earlier_has_fewer_closed(world):
    affair(1, world.east_grid).save()
    earlier = Frame(world.auditor, world.district, QUARTER, AS_OF.replace(month=7, day=3))
    found = figure("I05", earlier)
    assert (found.numerator, found.denominator) == (0, 1)


def test_coverage_follows_the_dates_of_the_contact(world):
    contact = ContactAssignment.objects.get(household=world.east_household)

    def covered(day):
        return figure("I26", frame_of(world.secretary, world.east_micro, Period(day, day))).numerator

    assert covered(contact.starts_on - timedelta(days=1)) == 0
    assert covered(contact.starts_on) == 1
    contact.status, contact.ends_on, contact.slot = "ended", date(2026, 9, 10), None
    contact.save()
    assert covered(date(2026, 9, 9)) == 1
    assert covered(date(2026, 9, 10)) == 0  # the day of a hand-over belongs to the successor


@pytest.mark.parametrize(
    "values",
    [
        {"status": "proposed", "accepted_at": None, "respond_by": AS_OF},
        {"status": "suspended", "suspended_on": date(2025, 1, 1)},
    ],
)
def test_a_contact_who_does_not_serve_covers_nobody(world, values):
    ContactAssignment.objects.filter(household=world.east_household).update(slot=None, **values)
    assert figure("I26", frame_of(world.secretary, world.east_micro)).numerator == 0


def test_dormitories_are_left_out(world):
    dwelling = world.east_household.dwelling
    before = figure("I26", frame_of(world.secretary, world.east_micro)).denominator
    dwelling.use = "collective"
    dwelling.save()
    assert figure("I26", frame_of(world.secretary, world.east_micro)).denominator == before - 1


def test_every_table_adds_up(world):
    demo_quarter(world)
    frame = frame_of(world.auditor, world.community)
    report = affairs_report(frame, lambda child: "")
    assert [line.kind for line in report.lines] == ["child", "child", "own"]
    for place, column in enumerate(report.columns):
        if not column.share:
            assert sum(line.cells[place].value for line in report.lines) == report.total.cells[place].value
    sums = report.sums
    assert sums["filed"] == sum(sums[category.value] for category in Category) == 254
    assert [sums[f"tier_{name}"] for name in ("grid", "community", "street", "district")] == [180, 61, 11, 2]
    matrix = category_by_tier(frame)
    assert [cell.value for cell in matrix.foot] == [180, 61, 11, 2, 254]
    assert [sum(line[1][place].value for line in matrix.lines) for place in range(5)] == [180, 61, 11, 2, 254]
    assert [piece.share for piece in stack(matrix)] == ["70.9%", "24.0%", "4.3%", "0.8%"]
    assert sum(piece.length for piece in stack(matrix)) == 1000


def test_uncovered_households_are_told_per_child(world):
    report = contacts_report(frame_of(world.secretary, world.community), lambda child: child.code)
    by_name = {line.url: [cell.value for cell in line.cells[:3]] for line in report.lines}
    assert by_name == {world.east_grid.code: [3, 1, 2], world.west_grid.code: [1, 0, 1]}


def test_every_card_says_everything():
    for card in CARDS.values():
        for field in (
            "name",
            "plain",
            "formula",
            "numerator",
            "denominator",
            "missing",
            "excluded",
            "timing",
            "source",
        ):
            assert str(getattr(card, field)).strip(), (card.id, field)
    published = "I05 I16 I18 I19 I26 I27 I28 I29 I30 I31 I32 I33 I38 I39 I50 I51 I55 I56"
    assert list(CARDS) == published.split()


def test_rental_files_checks_in_time_and_fresh_records(world):
    """I38, I39 and I50 beside their rows; the checks by the colour before them."""
    unit = world.east_household.dwelling.unit
    for number in range(3):
        Dwelling.objects.create(grid=world.east_micro, unit=unit, room=f"L{number}", use="let", sort_key=f"l{number}")
    RentalCheck.objects.filter(checked_at__isnull=True).delete()
    for due, made in ((1, 1), (2, 5), (3, 3)):
        RentalCheck.objects.create(
            file=world.east_rental,
            due_on=date(2026, 8, due),
            checked_at=datetime(2026, 8, made, 2, tzinfo=UTC),
            checked_by=world.east_worker,
            colour="yellow",
            checklist=RentalChecklist.objects.first(),
        )
    Person.objects.filter(pk=world.east_person.pk).update(verified_on=date(2026, 9, 1))
    Person.objects.filter(pk=world.persons["east_other"].pk).update(verified_on=date(2026, 1, 1))
    frame = frame_of(world.secretary, world.east_grid)
    found = {reading.card.id: reading.figure for reading in roster_readings(frame)}
    assert (found["I38"].numerator, found["I38"].denominator) == (1, 4)
    assert (found["I39"].numerator, found["I39"].denominator) == (2, 3)
    assert found["I50"].numerator == 1
    assert found["I50"].denominator == Residency.objects.active().under(world.east_grid).count() > 1
    for key, figure_of in found.items():
        missing = FIGURES[key][Part.MISSING](frame).count()
        assert missing == figure_of.missing, key
    late = FIGURES["I39"][Part.MISSING](frame).get()
    assert late.due_on == date(2026, 8, 2)
