"""I51 and I39 by colour equal a plain count over five years of affairs and checks, leap days and open periods too."""

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from governance.affairs.choices import AffairState, Category
from governance.affairs.models import Affair
from governance.indicators import trends
from governance.indicators.definitions import CARDS
from governance.indicators.reports import Reading, figure
from governance.indicators.roster_reports import by_base, by_colour, rentals_report, trend_report
from governance.indicators.rules import Frame, Period, Trend
from residents.rentals.choices import Colour
from residents.rentals.models import RentalCheck, RentalChecklist, RentalFile
from residents.rentals.services import open_file
from residents.roster.models import Dwelling
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from tests.governance.indicators.plain import SHANGHAI, rows_of
from tests.governance.indicators.quarter import QUARTER, affair, frame_of

AS_OF = datetime(2026, 11, 22, 4, tzinfo=UTC)
PERIODS = [
    Period(date(2026, 10, 1), date(2026, 12, 31)),  # not over yet
    Period(date(2024, 2, 1), date(2024, 2, 29)),
    Period(date(2024, 2, 29), date(2024, 2, 29)),
    Period(date(2025, 2, 1), date(2025, 2, 28)),
    Period(date(2027, 2, 1), date(2027, 2, 28)),  # lies ahead; its base years had happened
    Period(date(2026, 1, 1), date(2026, 6, 30)),
]
PLACES = ["community", "east_grid", "east_micro", "west_grid", "west_micro", "next_grid"]


@pytest.fixture
def town(world):
    """Three thousand affairs of five years, and checks of rental dwellings of two."""
    chance = random.Random(51)
    first = datetime(2021, 12, 25, tzinfo=UTC)
    moments = [first + timedelta(minutes=chance.randrange(5 * 366 * 1440)) for _one in range(3000)]
    # The edges of days, and of the hour at which is asked.
    moments += [datetime.combine(day, time(0), SHANGHAI) for day in (date(2023, 3, 1), date(2024, 3, 1))]
    moments += [AS_OF.replace(year=year) + timedelta(seconds=s) for year in (2023, 2025, 2026) for s in (-1, 0, 1)]
    Affair.objects.bulk_create(
        affair(
            number,
            world.grids[chance.choice(PLACES)],
            reported_at=moment,
            source=chance.choice(["grid_member", "joint_family", "liaison", "desk", "resident"]),
            **chance.choice([{}, {"state": AffairState.REPORTED, "category": Category.UNCLASSIFIED, "rating": None}]),
        )
        for number, moment in enumerate(moments)
    )
    return chance


def raised_plainly(world, name: str, period: Period, years: int) -> int:
    """Everything residents reported in these days ``years`` ago, one by one."""
    prefix, count = world.grids[name].prefix, 0
    codes = {grid.pk: grid.code for grid in world.grids.values()}
    for row in rows_of(Affair):
        at = row["reported_at"].astimezone(SHANGHAI)
        if row["source"] == "grid_member" or not codes[row["grid_id"]].startswith(prefix):
            continue
        # Turned round: the report is moved ahead by the years, and must lie in the period and not after now.
        year, day = at.year + years, at.date()
        ahead = (year, day.month, day.day)
        if (period.since.year, period.since.month, period.since.day) == (2024, 2, 29) and years:
            inside = (day.month, day.day, year) == (2, 28, 2024)  # no such day: the one before it
        else:
            inside = _tuple(period.since) <= ahead < _tuple(period.until + timedelta(days=1))
        now = AS_OF.astimezone(SHANGHAI)
        count += inside and (*ahead, at.time()) <= (*_tuple(now.date()), now.time())
    return count


def _tuple(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_matters_raised_equal_a_plain_count(world, town, period):
    for name in ("community", "east_grid", "west_grid", "east_micro", "street"):
        frame = Frame(world.auditor, world.grids[name], period, AS_OF)
        plain = {years: raised_plainly(world, name, period, years) for years in (0, 1, 3)}
        found = figure("I51", frame)
        assert (found.numerator, found.denominator) == (plain[0], plain[1]), name
        assert isinstance(found, Trend)
        parts = by_base(Reading(CARDS["I51"], found, frame))
        assert [(one.figure.numerator, one.figure.denominator) for one in parts] == [
            (plain[0], plain[1]),
            (plain[0], plain[3]),
        ]
        report = trend_report(frame, lambda child: child.code)
        assert {key: report.sums.get(key, 0) for key in trends.COUNTS} == {
            "raised": plain[0],
            "raised_1": plain[1],
            "raised_3": plain[3],
        }


def test_changqing_has_30_per_cent_less_than_three_years_earlier(world):
    """Domain M42: complaint trend 100 → 70 = −30.0 %."""
    then, now = datetime(2023, 8, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    Affair.objects.bulk_create(
        affair(number, world.east_micro, reported_at=then if number < 100 else now, source="resident")
        for number in range(170)
    )
    frame = frame_of(world.auditor, world.district)
    reading = Reading(CARDS["I51"], figure("I51", frame), frame)
    assert [str(one.figure) for one in by_base(reading)] == ["—", "−30.0%"]


@pytest.mark.parametrize(
    ("now", "base", "words"),
    [(70, 100, "−30.0%"), (1, 3, "−66.7%"), (3, 2, "+50.0%"), (5, 5, "0.0%"), (0, 4, "−100.0%"), (4, 0, "—")],
)
def test_a_trend_in_words(now, base, words):
    found = Trend(now, base)
    assert (str(found), found.missing) == (words, 0)


def test_rental_checks_by_colour_equal_a_plain_count(world):
    chance = random.Random(39)
    RentalCheck.objects.filter(checked_at__isnull=True).delete()
    homes = []
    for number in range(12):
        dwelling = Dwelling.objects.create(
            grid=world.west_micro if number % 3 else world.east_micro,
            unit=world.west_household.dwelling.unit,
            room=f"C{number}",
            sort_key=f"c{number}",
        )
        homes.append(open_file(dwelling, actor=world.secretary, landlord_name="房东"))
    checklist = RentalChecklist.objects.first()
    for file in homes:
        made = datetime(2026, 5, 1, tzinfo=UTC)
        for _number in range(8):
            made += timedelta(days=chance.randrange(1, 40), hours=chance.randrange(24))
            RentalCheck.objects.create(
                file=file,
                due_on=made.date() + timedelta(days=chance.randrange(-4, 5)),
                checked_at=made,
                checked_by=world.east_worker,
                colour=chance.choice(Colour.values),
                checklist=checklist,
            )
    RentalFile.objects.filter(pk=homes[3].pk).update(status="vacant")
    for grid in (world.community, world.west_grid, world.east_grid):
        frame = frame_of(world.secretary, grid)
        due, in_time = checks_plainly(grid)
        reading = Reading(CARDS["I39"], figure("I39", frame), frame)
        parts = by_colour(reading)
        assert [(one.figure.numerator, one.figure.denominator) for one in parts] == [
            (in_time[colour], due[colour]) for colour in (*Colour.values, "")
        ]
        assert sum(due.values()) == reading.figure.denominator > 0
        report = rentals_report(frame, lambda child: child.code)
        assert [report.sums[f"due_{name}"] for name in (*Colour.values, "first")] == [
            due[colour] for colour in (*Colour.values, "")
        ]


def checks_plainly(grid) -> tuple[Counter, Counter]:
    """Of the quarter, by the colour of the check made before: how many fell due, and how many were made in time."""
    codes = {row["id"]: row["code"] for row in rows_of(type(grid))}
    places = {row["id"]: codes[row["grid_id"]] for row in rows_of(Dwelling)}
    files = {row["id"]: row for row in rows_of(RentalFile)}
    due, in_time = Counter(), Counter()
    before: dict[int, str] = {}
    for row in sorted(rows_of(RentalCheck), key=lambda row: (row["checked_at"] or AS_OF, row["id"])):
        file = files[row["file_id"]]
        colour = before.get(file["id"], "")
        if row["checked_at"]:
            before[file["id"]] = row["colour"]
        if not places[file["dwelling_id"]].startswith(grid.prefix):
            continue
        if not QUARTER.since <= row["due_on"] <= QUARTER.until:
            continue
        if row["checked_at"] is None and file["status"] != "active":
            continue
        due[colour] += 1
        made = row["checked_at"] and row["checked_at"].astimezone(SHANGHAI).date()
        in_time[colour] += bool(made and made <= row["due_on"])
    return due, in_time


def test_the_pages_lead_to_the_rows(world, town, client):
    client.force_login(world.fresh("auditor"))
    grid = {"grid": world.community.code, "since": "2026-07-01", "until": "2026-09-30"}
    for key in ("I39", "I51"):
        page = client.get(reverse("governance:indicator-detail", args=[key]), grid)
        _heading, parts = page.context["splits"]
        for part in parts:
            answer = client.get(part.url)
            assert answer.status_code == 200
            assert answer.context["table"].paginator.count == part.figure.denominator
    PartyMemberReport.objects.update(reported_at=datetime(2026, 8, 1, tzinfo=UTC))
    ServiceClaim.objects.update(claimed_at=datetime(2026, 8, 1, tzinfo=UTC))
    for name in ("report-rentals", "report-volunteers", "report-trend"):
        report = client.get(reverse(f"governance:{name}"), grid).context["report"]
        for line in report.lines:
            for cell in line.cells:
                if cell.url and cell.value is not None:
                    assert client.get(cell.url).context["table"].paginator.count == cell.value
    client.force_login(world.fresh("district_office"))
    page = client.get(reverse("governance:indicator-detail", args=["I39"]), grid)
    assert not any(part.url for part in page.context["splits"][1])
