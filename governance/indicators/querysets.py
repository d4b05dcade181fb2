"""The rows behind every figure: numbers are counts of these querysets and nothing else, so they open what they counted.

All of them go through ``restrict(user, VIEW_INDICATORS)``: a number is made of the rows of one's own territory.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone

from governance.affairs.choices import AffairState, Category, Rating, Tier
from governance.affairs.models import Affair
from governance.indicators import briefings, trends, visiting, volunteering
from governance.indicators.choices import ClosedTier, Part
from governance.indicators.rules import Frame, Period
from governance.indicators.scoping import RowsOf, among, contacts_on, households, within
from governance.meetings.choices import NEED_WORKING_DAYS
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.workdays import after_working_days
from grids.tree.choices import GridStatus, Level
from grids.tree.models import Grid
from residents.contacts.models import ContactMember
from residents.contacts.querysets import IN_BAND
from residents.rentals.models import RentalCheck
from residents.rentals.querysets import let_dwellings
from residents.rentals.reports import due_checks
from residents.roster.models import Dwelling, Residency
from residents.roster.rules import STALE_DAYS
from residents.visits.choices import Channel, EncounterKind, TaskState
from residents.visits.models import Encounter, HouseholdNeed, VisitTask

TIERS = {
    ClosedTier.GRID: [Tier.MICROGRID, Tier.GRID],
    ClosedTier.COMMUNITY: [Tier.COMMUNITY],
    ClosedTier.STREET: [Tier.STREET],
    ClosedTier.DISTRICT: [Tier.DISTRICT],
}


# ---------------------------------------------------------------- affairs


def filed(frame: Frame) -> QuerySet:
    """F of domain.md 3.7: affairs accepted within the period, each once, however many rounds it needs."""
    return within(Affair.objects, frame).filter(
        accepted_at__gte=frame.period.start_at, accepted_at__lt=frame.period.end_at, accepted_at__lte=frame.as_of
    )


def is_settled(frame: Frame) -> Q:
    return Q(state__in=AffairState.settled(), verified_at__lte=frame.as_of)


def is_closed(frame: Frame) -> Q:
    return Q(state=AffairState.CLOSED, closed_at__lte=frame.as_of)


def is_closed_at(frame: Frame, *tiers: ClosedTier) -> Q:
    """Closed, and led by one of these tiers when it was."""
    return is_closed(frame) & Q(tier__in=[tier for group in tiers for tier in TIERS[group]])


IS_EVALUATED = Q(rating__isnull=False)
IS_SATISFIED = Q(rating__in=Rating.satisfied())

AFFAIR_COUNTS: dict[str, Callable[[Frame], Q]] = {
    **{category.value: lambda frame, category=category: Q(category=category) for category in Category},
    **{f"tier_{tier.value}": lambda frame, tier=tier: is_closed_at(frame, tier) for tier in ClosedTier},
    "tier_within": lambda frame: is_closed_at(frame, ClosedTier.GRID, ClosedTier.COMMUNITY),
    "settled": is_settled,
    "closed": is_closed,
    "evaluated": lambda frame: IS_EVALUATED,
    "satisfied": lambda frame: IS_SATISFIED,
}


# ---------------------------------------------------------------- households and members


def members(frame: Frame) -> QuerySet:
    """Joint-family members in office on ``frame.day`` and not exempt then, with `load` and the band of their community.

    `load` are the households each is the primary contact of; the band is the one in force now. A member counts for
    the community that he is registered in, once, wherever his households are.
    """
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=frame.day)
    registered_here = Q(grid__code__startswith=frame.grid.prefix)
    serving = contacts_on(frame.day).filter(member=OuterRef("pk"))
    counted = serving.order_by().values("member").annotate(number=Count("pk")).values("number")
    return (
        within(ContactMember.objects, frame)
        .filter(lasting, registered_here, starts_on__lte=frame.day)
        .annotate(load=Coalesce(Subquery(counted), 0))
        .with_band(frame.day)
        .filter(is_exempt=False)
    )


# ---------------------------------------------------------------- visits


def _encounters(frame: Frame) -> Any:
    return (
        within(Encounter.objects, frame)
        .current()
        .filter(
            occurred_at__gte=frame.period.start_at,
            occurred_at__lt=frame.period.end_at,
            occurred_at__lte=frame.as_of,
        )
    )


def visits(frame: Frame) -> QuerySet:
    """Visits at the door within the period, in their newest version (V1, V3)."""
    return _encounters(frame).exclude(kind=EncounterKind.CONTACT).filter(channel=Channel.FACE)


def remote_contacts(frame: Frame) -> QuerySet:
    """Telephone, video and message contacts: counted, but never as visits (V3)."""
    return _encounters(frame).filter(~Q(channel=Channel.FACE) | Q(kind=EncounterKind.CONTACT))


def effective_visits(frame: Frame) -> QuerySet:
    """Those of ``visits`` that met somebody and have substance (V2)."""
    return _encounters(frame).effective()


def visited_households(frame: Frame) -> QuerySet:
    """Those of ``households`` with at least one effective visit within the period."""
    return households(frame).filter(Exists(effective_visits(frame).filter(household=OuterRef("pk"))))


# ---------------------------------------------------------------- what is owed to households


def _due_tasks(frame: Frame) -> Any:
    until = min(frame.period.end_at, frame.as_of)
    return within(VisitTask.objects, frame).filter(due_at__gte=frame.period.start_at, due_at__lt=until)


def tasks_due(frame: Frame) -> QuerySet:
    """Visits owed for one of the five reasons whose time ended in the period, up to now (M20)."""
    return _due_tasks(frame).counted()


def tasks_left_out(frame: Frame) -> QuerySet:
    """Those of the same time that the rate leaves out: called off, or a change of care."""
    return _due_tasks(frame).exclude(pk__in=_due_tasks(frame).counted().order_by().values("pk"))


IN_TIME = Q(state=TaskState.ARRIVED, arrived_at__lte=F("due_at"))


def needs(frame: Frame) -> QuerySet:
    """Needs noted in the period; `in_time`: answered or an affair by the end of the third working day."""
    until = min(frame.period.end_at, frame.as_of)
    rows = within(HouseholdNeed.objects, frame).filter(raised_at__gte=frame.period.start_at, raised_at__lt=until)
    due = Case(*_need_deadlines(frame.period), output_field=DateTimeField())
    settled = Q(affair__reported_at__lte=F("settle_by")) | Q(answer__answered_at__lte=F("settle_by"))
    in_time = Case(When(settled, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(settle_by=due).annotate(in_time=in_time)


def _need_deadlines(period: Period) -> list[When]:
    """For every day of the period the end of the third working day after it; days that share it in one line."""
    lines: list[tuple[datetime, datetime]] = []
    for number in range((period.until - period.since).days + 1):
        start = period.start_at + timedelta(days=number)
        due = after_working_days(start, NEED_WORKING_DAYS)
        if lines and lines[-1][1] == due:
            lines.pop()
        lines.append((start + timedelta(days=1), due))
    return [When(raised_at__lt=end, then=Value(due)) for end, due in lines]


# ---------------------------------------------------------------- rental dwellings and the roster


def let_now(frame: Frame) -> QuerySet:
    """Dwellings that are let, as they stand now, with `has_file`."""
    return let_dwellings(within(Dwelling.objects, frame))


def rental_checks(frame: Frame) -> QuerySet:
    """Checks of let dwellings that fell due within the period and before today, with `colour_before` and `in_time`."""
    following, today = frame.period.until + timedelta(days=1), timezone.localtime(frame.as_of).date()
    return due_checks(within(RentalCheck.objects, frame), since=frame.period.since, until=following, today=today)


def residents(frame: Frame) -> QuerySet:
    """Who lives here on ``frame.day``: one residency a person."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=frame.day)
    return within(Residency.objects, frame).filter(lasting, starts_on__lte=frame.day)


def is_verified(frame: Frame) -> Q:
    """Compared with the person within the last ``STALE_DAYS`` days before ``frame.day``, or since."""
    return Q(person__verified_on__isnull=False, person__verified_on__gte=frame.day - timedelta(days=STALE_DAYS))


# ---------------------------------------------------------------- the figures of the cards


def closed(frame: Frame) -> QuerySet:
    return filed(frame).filter(is_closed(frame))


def evaluated(frame: Frame) -> QuerySet:
    return filed(frame).filter(IS_EVALUATED)


FIGURES: dict[str, dict[Part, RowsOf]] = {
    "I05": among(filed, is_settled),
    "I16": among(evaluated, lambda frame: IS_SATISFIED),
    "I18": among(closed, lambda frame: is_closed_at(frame, ClosedTier.GRID)),
    "I19": among(closed, lambda frame: is_closed_at(frame, ClosedTier.GRID, ClosedTier.COMMUNITY)),
    "I26": among(households, lambda frame: Q(covered=True)),
    "I27": among(members, lambda frame: IN_BAND),
    "I28": among(tasks_due, lambda frame: IN_TIME),
    "I31": among(needs, lambda frame: Q(in_time=True)),
    "I38": among(let_now, lambda frame: Q(has_file=True)),
    "I39": among(rental_checks, lambda frame: Q(in_time=1)),
    "I50": among(residents, is_verified),
    "I51": trends.FIGURE,
    **visiting.FIGURES,
    **briefings.FIGURES,
    **volunteering.FIGURES,
}
# Rows that a card leaves out on purpose, where that is not plain from the roster.
EXCLUDED: dict[str, RowsOf] = {"I28": tasks_left_out, **visiting.EXCLUDED}

# ---------------------------------------------------------------- by child


def own(rows: QuerySet, grid: Any) -> QuerySet:
    """Rows that lie on ``grid`` itself and in none of its children."""
    return rows.filter(**{rows.code_path(): grid.code})  # type: ignore[attr-defined]


def child_digits(grid: Any) -> int:
    """How many digits tell the children of ``grid`` apart; its own digits when it can have none."""
    child = Level(grid.level).child
    return (child or Level(grid.level)).digits


def by_child(rows: QuerySet, grid: Any, **counts: Any) -> dict[str, dict[str, int]]:
    """Count ``rows`` per child of ``grid`` in one query: ``{significant digits of the child: {name: count}}``.

    Rows on ``grid`` itself come under its own code cut to the same length, which no child has.
    """
    key = Substr(F(rows.code_path()), 1, child_digits(grid))  # type: ignore[attr-defined]
    grouped = rows.order_by().values(child_key=key).annotate(**counts)
    return {row.pop("child_key"): row for row in grouped}


# ---------------------------------------------------------------- which grids a report may be about


def top_grid(user: Any) -> Grid | None:
    """The highest grid whose indicators ``user`` may see; the first by code among equals."""
    return Grid.objects.restrict(user, Permission.VIEW_INDICATORS).order_by("level", "code").first()


def offered_grids(user: Any, grid: Grid) -> list[Grid]:
    """Where the reader may go from ``grid``: up, aside, down, and to the tops of his scope; in the tree's order."""
    scope = scope_of(user, Permission.VIEW_INDICATORS)
    tops = (
        Q(level=Level.DISTRICT)
        if scope.everything
        else Q(code__in=[prefix.ljust(12, "0") for prefix in scope.prefixes])
    )
    above = Q(tree_id=grid.tree_id, lft__lt=grid.lft, rght__gt=grid.rght)
    beside = Q(parent_id=grid.parent_id, parent_id__isnull=False) if grid.level < Level.MICROGRID else Q(pk=grid.pk)
    living = Q(parent=grid, status__in=GridStatus.living()) | (beside & Q(status__in=GridStatus.living()))
    rows = Grid.objects.restrict(user, Permission.VIEW_INDICATORS)
    return list(rows.filter(tops | above | living | Q(pk=grid.pk)).order_by("code"))
