"""How long which rows are kept: each room names its limits here, the nightly job applies them (domain.md 2.11; P38).

A room that keeps something for a limited time writes ``<room>/retention.py``::

    retention_rules.register(
        RetentionRule(
            key="residents.visit_notes",
            title=_("Notes of visits"),
            data_class=C3,
            keeps=_("3 years after the visit"),
            due=lambda on: Encounter.objects.filter(...),
            purge=services.redact_notes,
            held_by={"residents.Person": "person"},
        )
    )

and imports it from ``<app>/panels.py``.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import lazy

from grids.common.privacy import DataClass


@dataclass(frozen=True)
class RetentionRule:
    """One limit.

    ``due(on)`` is the queryset of the rows whose time is over on the day ``on``: exactly those that still hold what
    has to go, so that a row is never due twice. ``purge(queryset, on, actor)`` does away with it (deletes the rows, or
    empties the personal part) and returns how many rows it touched; it is called inside a transaction with a part of
    the due rows (``BATCH`` at most), and writes the trail itself if it is more than the loss of a file; ``actor`` is
    None for the nightly job.

    ``title`` and ``keeps`` are shown to people: what is limited, and for how long from when. ``happens`` says what
    becomes of a due row. ``held_by`` names the lookup that leads from a row to a subject that may be under a legal
    hold, e.g. ``{"residents.Person": "person", "governance.Affair": "pk"}``; ``"residents.RentalFile"`` is the landlord
    whom the file names. Rows under a hold are not touched.
    """

    key: str
    title: Any
    data_class: DataClass
    keeps: Any
    due: Callable[[date], QuerySet]
    purge: Callable[[QuerySet, date, Any], int]
    happens: Any = ""
    held_by: Mapping[str, str] = field(default_factory=dict)


class RetentionRules:
    """All limits of the portal; registering a key again replaces the rule (autoreload)."""

    def __init__(self) -> None:
        self._rules: dict[str, RetentionRule] = {}

    def register(self, rule: RetentionRule) -> RetentionRule:
        self._rules[rule.key] = rule
        return rule

    def __iter__(self) -> Iterator[RetentionRule]:
        return iter(sorted(self._rules.values(), key=lambda rule: rule.key))

    def get(self, key: str) -> RetentionRule | None:
        return self._rules.get(key)


retention_rules = RetentionRules()


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; 29 February becomes the 28th where there is none."""
    return months_before(day, 12 * years)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def told(words: Callable[[], str]) -> Any:
    """A sentence that is made when it is read: it names a term that the deployment may have changed."""
    return lazy(words, str)()


def start_of(day: date) -> datetime:
    """The first moment of ``day`` in the portal's time zone, aware."""
    return timezone.make_aware(datetime.combine(day, time.min))
