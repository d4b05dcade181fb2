"""How many persons lived in a grid on a day, and who came and went between two days (domain.md M17).

Counted from the dated rows alone: a person is in a grid on the days on which both his residency and the stay of his
household at a dwelling there hold. So ``population(end) = population(start) + arrivals - departures`` for every grid
and any two days; a household that moves from one grid into another counts out of the one and into the other, and
whoever moves inside a grid counts neither way there. The number of queries does not depend on rows or grids.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from grids.access.querysets import Scope
from grids.common.codes import topmost
from residents.roster.choices import ArrivalReason, EndReason
from residents.roster.models import Residency

_FOREVER = Value(date.max)
_INSIDE = "moved_inside"  # the same word for arrivals and departures


@dataclass
class Change:
    """Persons in a grid at the end of two days, and by which reasons the number changed between them."""

    start: int = 0
    end: int = 0
    arrivals: Counter = field(default_factory=Counter)
    departures: Counter = field(default_factory=Counter)

    @property
    def came(self) -> int:
        return sum(self.arrivals.values())

    @property
    def left(self) -> int:
        return sum(self.departures.values())


def population(grid: Any, on: date) -> int:
    """Persons who live under ``grid`` at the end of the day ``on``. One query."""
    return _present([grid], on).count()


def population_change(grid: Any, start: date, end: date) -> Change:
    """From the end of the day ``start`` to the end of the day ``end``: arrivals and departures by reason.

    Keys are the values of ``ArrivalReason`` and ``EndReason``. Six queries.
    """
    return population_changes([grid], start, end)[grid.pk]


def population_changes(grids: Sequence[Any], start: date, end: date) -> dict[int, Change]:
    """The same for several grids (which may lie in each other) by key, in the same six queries."""
    changes = {grid.pk: Change() for grid in grids}
    holders = _Holders(grids)
    for code, count in _by_code(_present(grids, start)):
        for pk in holders.of(code):
            changes[pk].start += count
    for code, count in _by_code(_present(grids, end)):
        for pk in holders.of(code):
            changes[pk].end += count
    inside_reasons = [reason for reason in ArrivalReason.values if reason not in ArrivalReason.from_outside()]
    came = _pieces(grids).filter(came_on__gt=start, came_on__lte=end)
    left = _pieces(grids).filter(left_on__gt=start, left_on__lte=end)
    for rows, name in ((came, "arrivals"), (left, "departures")):
        outside = rows.exclude(**{f"{name}_by__in": inside_reasons})
        for code, reason, count in outside.values_list(_CODE, f"{name}_by").annotate(count=Count("pk")):
            for pk in holders.of(code):
                getattr(changes[pk], name)[reason or EndReason.MOVED_OUT.value] += count
    arrived = came.filter(arrivals_by__in=inside_reasons).values_list(_CODE, "person", "came_on", "arrivals_by")
    departed = left.filter(departures_by__in=inside_reasons).values_list(_CODE, "person", "left_on", "departures_by")
    into, out_of = _gather(arrived, holders), _gather(departed, holders)
    for pk, change in changes.items():
        for key, reason in into.get(pk, {}).items():
            if key not in out_of.get(pk, {}):
                change.arrivals[reason] += 1
        for key, reason in out_of.get(pk, {}).items():
            if key not in into.get(pk, {}):
                change.departures[reason] += 1
    return changes


_CODE = "stay__dwelling__grid__code"


class _Holders:
    """Which of the asked grids hold a code."""

    def __init__(self, grids: Sequence[Any]) -> None:
        self.scopes = [(grid.pk, Scope(topmost({grid.code}))) for grid in grids]
        self.known: dict[str, list[int]] = {}

    def of(self, code: str) -> list[int]:
        if code not in self.known:
            self.known[code] = [pk for pk, scope in self.scopes if scope.holds(code)]
        return self.known[code]


def _lived(grids: Sequence[Any], *conditions: Q) -> QuerySet:
    """Residencies beside each stay of their household under ``grids`` (``stay``) for which ``conditions`` hold.

    One call of ``filter``: a second one would ask about any other stay of the household.
    """
    scope = Scope(topmost({grid.code for grid in grids}))
    rows = Residency.objects.annotate(stay=FilteredRelation("household__stays")).order_by()
    return rows.filter(scope.condition(_CODE), *conditions)


def _present(grids: Sequence[Any], on: date) -> QuerySet:
    return _lived(
        grids,
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        Q(stay__ends_on__isnull=True) | Q(stay__ends_on__gt=on),
        Q(starts_on__lte=on, stay__starts_on__lte=on),
    )


def _pieces(grids: Sequence[Any]) -> QuerySet:
    """Each person's time in a dwelling: ``came_on``, ``left_on``, and by which reason; none without any length."""
    residency_end, stay_end = Coalesce("ends_on", _FOREVER), Coalesce("stay__ends_on", _FOREVER)
    return (
        _lived(grids)
        .annotate(came_on=Greatest("starts_on", "stay__starts_on"), left_on=Least(residency_end, stay_end))
        .filter(came_on__lt=F("left_on"))
        .annotate(
            arrivals_by=Case(When(starts_on__gte=F("stay__starts_on"), then=F("start_reason")), default=Value(_INSIDE)),
            departures_by=Case(When(ends_on__lte=stay_end, then=F("end_reason")), default=Value(_INSIDE)),
        )
    )


def _by_code(rows: QuerySet) -> QuerySet:
    return rows.values_list(_CODE).annotate(count=Count("pk"))


def _gather(rows: QuerySet, holders: _Holders) -> dict[int, dict[tuple[int, date], str]]:
    """By grid: who moved on which day, and why."""
    found: dict[int, dict[tuple[int, date], str]] = {}
    for code, person, day, reason in rows:
        for pk in holders.of(code):
            found.setdefault(pk, {})[person, day] = reason
    return found
