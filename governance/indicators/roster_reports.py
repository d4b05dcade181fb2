"""The tables of rental dwellings (I38, I39 by colour), of matters raised beside earlier years (I51), and of members
who report to the community (I55, I56), by grid."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from governance.indicators import querysets, trends, volunteering
from governance.indicators.definitions import Words
from governance.indicators.layout import Column, Counts, Report, build, rows_url
from governance.indicators.reports import ChildUrl, Reading
from governance.indicators.rules import Figure, Frame, Trend
from residents.rentals.choices import Colour

# The value of the filter, the colour before the check, and what it is called; a first check has none before it.
COLOURS: list[tuple[str, str, Words]] = [
    *((colour.value, colour.value, colour.label) for colour in Colour),
    ("first", "", _("First check")),
]
_LET, _CHECKS, _BY_COLOUR = _("Let dwellings"), _("Checks due"), _("In time by the colour before")


@dataclass(frozen=True)
class Split:
    """One part of a figure, and the address of its rows ("" where the reader sees counts only)."""

    label: Words
    figure: Figure
    url: str = ""


def by_colour(reading: Reading) -> list[Split]:
    """I39 for each colour before the check; they add up to the whole. One query."""
    counted = {
        row["colour_before"]: (row["in_time_count"], row["due"])
        for row in querysets.rental_checks(reading.frame)
        .order_by()
        .values("colour_before")
        .annotate(due=Count("pk"), in_time_count=Count("pk", filter=Q(in_time=1)))
    }
    return [
        Split(label, Figure(*counted.get(colour, (0, 0))), f"{reading.denominator_url}?colour_before={name}")
        for name, colour, label in COLOURS
    ]


def by_base(reading: Reading) -> list[Split]:
    """I51 against each of the earlier years. A query each, and one more."""
    frame, now = reading.frame, trends.raised(reading.frame).count()
    return [
        Split(
            trends.LABELS[years],
            Trend(now, rows(frame).count()),
            rows_url("report-rows", f"raised_{years}", frame),
        )
        for years, rows in trends.raised_before.items()
    ]


# What the page of a card shows beside its figure, with its heading.
SPLITS = {"I39": (_("By the colour before the check"), by_colour), "I51": (_("Against earlier years"), by_base)}


def splits(reading: Reading) -> tuple[Words, list[Split]] | None:
    """The heading and the parts, or None for a card that has none."""
    if reading.card.id not in SPLITS:
        return None
    heading, parts = SPLITS[reading.card.id]
    found = parts(reading)
    return heading, found if reading.opens else [Split(one.label, one.figure) for one in found]


# ---------------------------------------------------------------- rental dwellings
RENTAL_COLUMNS = [
    Column("let", _("Let"), _LET, rows="let", strong=True),
    Column("with_file", _("With a file"), _LET, "let", {"has_file": "yes"}),
    Column("coverage", _("Share"), _LET, share=("with_file", "let"), card="I38"),
    Column("due", _("Fell due"), _CHECKS, rows="checks", strong=True),
    Column("in_time_count", _("Made in time"), _CHECKS, "checks", {"in_time": "yes"}),
    Column("rate", _("Share"), _CHECKS, share=("in_time_count", "due"), card="I39"),
    *(
        Column(
            f"rate_{name}",
            label,
            _BY_COLOUR,
            "checks",
            {"colour_before": name},
            share=(f"in_time_{name}", f"due_{name}"),
        )
        for name, _colour, label in COLOURS
    ),
]


def rentals_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Let dwellings with a file, and the checks that fell due by the colour before them. Two queries."""
    counts: Counts = {}
    files = {"let": Count("pk"), "with_file": Count("pk", filter=Q(has_file=True))}
    checks = {"due": Count("pk"), "in_time_count": Count("pk", filter=Q(in_time=1))}
    for name, colour, _label in COLOURS:
        checks[f"due_{name}"] = Count("pk", filter=Q(colour_before=colour))
        checks[f"in_time_{name}"] = Count("pk", filter=Q(colour_before=colour, in_time=1))
    for rows, numbers in ((querysets.let_now, files), (querysets.rental_checks, checks)):
        for key, found in querysets.by_child(rows(frame), frame.grid, **numbers).items():
            counts.setdefault(key, {}).update(found)
    return build(frame, RENTAL_COLUMNS, counts, child_url)


# ---------------------------------------------------------------- matters raised
TREND_COLUMNS = [
    Column("raised", _("In the period"), rows="raised", strong=True),
    *(
        column
        for years in trends.YEARS
        for column in (
            Column(f"raised_{years}", _("Then"), trends.LABELS[years], rows=f"raised_{years}"),
            Column(
                f"trend_{years}",
                _("Up or down"),
                trends.LABELS[years],
                rows="raised",
                share=("raised", f"raised_{years}"),
                trend=True,
            ),
        )
    ),
]


def trend_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Matters of residents in the period and in the same days of earlier years. Three queries."""
    counts: Counts = {}
    for name, rows in trends.COUNTS.items():
        for key, found in querysets.by_child(rows(frame), frame.grid, **{name: Count("pk")}).items():
            counts.setdefault(key, {}).update(found)
    return build(frame, TREND_COLUMNS, counts, child_url)


# ---------------------------------------------------------------- members who report to the community
_REPORTS, _CLAIMS = _("Reports to the community"), _("Wishes and posts")

VOLUNTEER_COLUMNS = [
    Column("reported", _("Who reported"), _REPORTS, rows="member_reports", strong=True),
    Column("taken_on", _("Taken on"), _REPORTS, "member_reports", {"taken_on": "yes"}),
    Column("taken_on_rate", _("Share"), _REPORTS, share=("taken_on", "reported"), card="I55"),
    Column("claimed", _("Claimed"), _CLAIMS, rows="service_claims", strong=True),
    Column("confirmed", _("Confirmed"), _CLAIMS, "service_claims", {"confirmed": "yes"}),
    Column("confirmed_rate", _("Share"), _CLAIMS, share=("confirmed", "claimed"), card="I56"),
]


def volunteers_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Who reported and was taken on, what was claimed and confirmed. Two queries; no person stands in it."""
    counts: Counts = {}
    for rows, numbers in volunteering.COUNTS:
        for key, found in querysets.by_child(rows(frame), frame.grid, **numbers).items():
            counts.setdefault(key, {}).update(found)
    return build(frame, VOLUNTEER_COLUMNS, counts, child_url)
