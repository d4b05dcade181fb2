"""The figures of the cards and the three reports, each in a number of queries that does not grow with the grids."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import Category
from governance.indicators import querysets
from governance.indicators.choices import ClosedTier, Part, Subject
from governance.indicators.definitions import CARDS, PUBLISHED, Card
from governance.indicators.layout import Cell, Column, Report, build, may_open, rows_url
from governance.indicators.querysets import AFFAIR_COUNTS, EXCLUDED, FIGURES, IN_BAND, by_child
from governance.indicators.rules import Figure, Frame, Trend
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.visits.choices import Outcome

ChildUrl = Callable[[Grid], str]


# ---------------------------------------------------------------- the cards
@dataclass(frozen=True)
class Reading:
    """A card with its figure at one place and time."""

    card: Card
    figure: Figure
    frame: Frame

    @property
    def numerator_url(self) -> str:
        return self._url(Part.NUMERATOR)

    @property
    def denominator_url(self) -> str:
        return self._url(Part.DENOMINATOR)

    @property
    def missing_url(self) -> str:
        return self._url(Part.MISSING)

    @property
    def opens(self) -> bool:
        return may_open(self.frame, self.card.subject)

    def _url(self, part: Part) -> str:
        return rows_url("indicator-rows", self.card.id, self.frame, part=part.value)


def figure(card_id: str, frame: Frame) -> Figure:
    """One figure counted from its own rows: the plain way, which ``readings`` is tested against."""
    rows = FIGURES[card_id]
    left_out = EXCLUDED[card_id](frame).count() if card_id in EXCLUDED else 0
    kind = Trend if card_id in TREND_CARDS else Figure
    return kind(rows[Part.NUMERATOR](frame).count(), rows[Part.DENOMINATOR](frame).count(), left_out)


ROSTER_CARDS = ("I38", "I39", "I50", "I51")
TREND_CARDS = {"I51"}


def readings(frame: Frame) -> list[Reading]:
    """The published cards for one subtree and period, in three queries.

    Below a community there are no members: I27 is a dash.
    """
    affairs = querysets.filed(frame).aggregate(**_affair_counts(frame))
    homes = querysets.households(frame).aggregate(**_HOUSEHOLD_COUNTS)
    members = querysets.members(frame).aggregate(**_MEMBER_COUNTS)
    open_ones = affairs["filed"] - affairs["closed"]
    figures = {
        "I05": Figure(affairs["settled"], affairs["filed"]),
        "I16": Figure(affairs["satisfied"], affairs["evaluated"], affairs["filed"] - affairs["evaluated"]),
        "I18": Figure(affairs["tier_grid"], affairs["closed"], open_ones),
        "I19": Figure(affairs["tier_within"], affairs["closed"], open_ones),
        "I26": Figure(homes["covered_count"], homes["households"]),
        "I27": Figure(members["in_band"], members["members"]),
    }
    return [Reading(CARDS[key], figures[key], frame) for key in PUBLISHED]


def roster_readings(frame: Frame) -> list[Reading]:
    """Rental dwellings, the freshness of the roster, and the trend of matters raised: two queries each."""
    return [Reading(CARDS[key], figure(key, frame), frame) for key in ROSTER_CARDS]


def _affair_counts(frame: Frame) -> dict[str, Count]:
    return {"filed": Count("pk")} | {
        name: Count("pk", filter=condition(frame)) for name, condition in AFFAIR_COUNTS.items()
    }


_HOUSEHOLD_COUNTS = {
    "households": Count("pk"),
    "covered_count": Count("pk", filter=Q(covered=True)),
    "uncovered_count": Count("pk", filter=Q(covered=False)),
}
_MEMBER_COUNTS = {"members": Count("pk"), "in_band": Count("pk", filter=IN_BAND)}

# ---------------------------------------------------------------- affairs by category and tier
_BY_CATEGORY, _CLOSED_AT, _RATES = _("Category"), _("Closed at"), _("Rates")

AFFAIR_COLUMNS = [
    Column("filed", _("Accepted"), rows="filed", strong=True),
    *(
        Column(category.value, category.label, _BY_CATEGORY, "filed", {"category": category.value})
        for category in (*Category.decided(), Category.UNCLASSIFIED)
    ),
    Column("closed", _("Closed"), rows="filed", filters={"closed": "yes"}, strong=True),
    *(
        Column(f"tier_{tier.value}", tier.label, _CLOSED_AT, "filed", {"closed_tier": tier.value})
        for tier in ClosedTier
    ),
    Column("settlement", _("Settlement rate"), _RATES, share=("settled", "filed"), card="I05"),
    Column("grid_rate", _("Grid resolution rate"), _RATES, share=("tier_grid", "closed"), card="I18"),
    Column("community_rate", _("Community resolution rate"), _RATES, share=("tier_within", "closed"), card="I19"),
]


def affairs_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Affairs accepted in the period: by category, and closed ones by the tier that resolved them."""
    counts = by_child(querysets.filed(frame), frame.grid, **_affair_counts(frame))
    return build(frame, AFFAIR_COLUMNS, counts, child_url)


@dataclass(frozen=True)
class Matrix:
    """Closed affairs of one grid, category by tier; rows and columns end in their sums."""

    heads: list[str]
    lines: list[tuple[str, list[Cell]]]
    foot: list[Cell]


def category_by_tier(frame: Frame) -> Matrix:
    """The crosstab of closed affairs. One query."""
    found = {
        (row["category"], tier): row[f"tier_{tier.value}"]
        for row in querysets.filed(frame).order_by().values("category").annotate(**_affair_counts(frame))
        for tier in ClosedTier
    }
    categories = Category.decided()
    if any(found.get((Category.UNCLASSIFIED, tier)) for tier in ClosedTier):
        categories = [*categories, Category.UNCLASSIFIED]

    opens = may_open(frame, Subject.AFFAIR)

    def cell(among: list[Category], tiers: list[ClosedTier], **filters: str) -> Cell:
        number = sum(found.get((category.value, tier), 0) for category in among for tier in tiers)
        url = rows_url("report-rows", "filed", frame, closed="yes", **filters) if number and opens else ""
        return Cell(number_format(number, force_grouping=True), url, value=number)

    lines = [
        (
            str(category.label),
            [
                *(cell([category], [tier], category=category.value, closed_tier=tier.value) for tier in ClosedTier),
                cell([category], list(ClosedTier), category=category.value),
            ],
        )
        for category in categories
    ]
    foot = [*(cell(categories, [tier], closed_tier=tier.value) for tier in ClosedTier)]
    return Matrix([str(tier.label) for tier in ClosedTier], lines, [*foot, cell(categories, list(ClosedTier))])


@dataclass(frozen=True)
class Piece:
    """One part of a stacked bar of length 1000."""

    label: str
    share: str
    start: int
    length: int


def stack(matrix: Matrix) -> list[Piece]:
    """The foot of the crosstab as one bar: which share was resolved where."""
    *parts, whole = (cell.value or 0 for cell in matrix.foot)
    pieces, before = [], 0
    for label, number in zip(matrix.heads, parts, strict=True):
        start, end = (1000 * edge // whole if whole else 0 for edge in (before, before + number))
        pieces.append(Piece(label, str(Figure(number, whole)), start, end - start))
        before += number
    return pieces


# ---------------------------------------------------------------- contact coverage
_HOMES, _MEMBERS = _("Households"), _("Joint-family members")

CONTACT_COLUMNS = [
    Column("households", _("Households"), _HOMES, rows="households", strong=True),
    Column("covered_count", _("With a contact"), _HOMES, "households", {"covered": "yes"}),
    Column("uncovered_count", _("Without a contact"), _HOMES, "households", {"covered": "no"}),
    Column("coverage", _("Coverage"), _HOMES, share=("covered_count", "households"), card="I26"),
]
MEMBER_COLUMNS = [
    Column("members", _("Members"), _MEMBERS, "members", strong=True),
    Column("in_band", _("Within the band"), _MEMBERS, "members", {"in_band": "yes"}),
    Column("compliance", _("Compliance"), _MEMBERS, share=("in_band", "members"), card="I27"),
]


def contacts_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Coverage of households, and the loads of members where a community or more is shown (members belong to it)."""
    counts = by_child(querysets.households(frame), frame.grid, **_HOUSEHOLD_COUNTS)
    if frame.grid.level >= Level.COMMUNITY:
        return build(frame, CONTACT_COLUMNS, counts, child_url)
    for key, found in by_child(querysets.members(frame), frame.grid, **_MEMBER_COUNTS).items():
        counts.setdefault(key, {}).update(found)
    return build(frame, [*CONTACT_COLUMNS, *MEMBER_COLUMNS], counts, child_url)


# ---------------------------------------------------------------- visits
_VISITS, _DOORS, _OUTCOMES = _("Visits"), _("Households"), _("Outcome")

VISIT_COLUMNS = [
    Column("visits", _("Visits"), _VISITS, rows="visits", strong=True),
    Column("effective", _("Effective"), _VISITS, rows="effective"),
    *(
        Column(f"outcome_{outcome.value}", outcome.label, _OUTCOMES, "visits", {"outcome": outcome.value})
        for outcome in Outcome
    ),
    Column("households", _("Households"), _DOORS, rows="households"),
    Column("visited", _("Visited effectively"), _DOORS, rows="visited", strong=True),
    Column("share", _("Share"), _DOORS, rows="visited", share=("visited", "households")),
    Column("remote", _("Remote contacts"), rows="remote"),
]


def visits_report(frame: Frame, child_url: ChildUrl) -> Report:
    """Visits at the door, what came of them, and how many households were reached. Five queries."""
    by_outcome = {f"outcome_{outcome.value}": Count("pk", filter=Q(outcome=outcome.value)) for outcome in Outcome}
    counts = by_child(querysets.visits(frame), frame.grid, visits=Count("pk"), **by_outcome)
    for name, rows in (
        ("effective", querysets.effective_visits),
        ("households", querysets.households),
        ("visited", querysets.visited_households),
        ("remote", querysets.remote_contacts),
    ):
        for key, found in by_child(rows(frame), frame.grid, **{name: Count("pk")}).items():
            counts.setdefault(key, {}).update(found)
    return build(frame, VISIT_COLUMNS, counts, child_url)


@dataclass(frozen=True)
class Month:
    """Visits of one month within the period; lengths in permille of the longest bar."""

    label: str
    visits: Cell
    effective: Cell


def visits_by_month(frame: Frame) -> list[Month]:
    """The visits of every month of the period up to now, months without any included. Two queries."""
    visits, effective = (_monthly(rows(frame)) for rows in (querysets.visits, querysets.effective_visits))
    most = max(visits.values(), default=0)
    opens = may_open(frame, Subject.ENCOUNTER)
    months = []
    for month in frame.period.months:
        if month.start_at > frame.as_of:
            break
        key = month.since.strftime("%Y-%m")
        of_month = Frame(frame.user, frame.grid, month, frame.as_of)
        numbers = {"visits": visits.get(key, 0), "effective": effective.get(key, 0)}
        cells = {
            name: Cell(
                number_format(number, force_grouping=True),
                rows_url("report-rows", name, of_month) if number and opens else "",
                value=number,
                permille=1000 * number // most if most else 0,
            )
            for name, number in numbers.items()
        }
        months.append(Month(date_format(month.since, "YEAR_MONTH_FORMAT"), cells["visits"], cells["effective"]))
    return months


def _monthly(rows: QuerySet) -> dict[str, int]:
    zone = timezone.get_default_timezone()
    grouped = rows.order_by().values(month=TruncMonth("occurred_at", tzinfo=zone)).annotate(number=Count("pk"))
    return {row["month"].strftime("%Y-%m"): row["number"] for row in grouped}
