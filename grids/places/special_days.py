"""Days on which a service point keeps other hours than in an ordinary week: public holidays and dated exceptions. Pure.

Exceptions stand one a line: a day or two, hours or "closed", and in words what for::

    2026-12-24 09:00-12:00 year-end stocktaking
    2027-01-04 - 2027-01-08 closed: the hall is painted

What is dated goes before the holidays, and these before the week. ``hours`` and ``exceptions`` are in the one written
form that ``clean_hours`` and ``clean_exceptions`` give them.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.common.workdays import CalendarDay
from grids.places.choices import HolidayPolicy
from grids.places.hours import clock, read_hours, read_spans

Spans = tuple[tuple[int, int], ...]
LONGEST_RUN = timedelta(days=366)
LONGEST_NOTE = 60

_DAY = r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
_TO = r"\s*[-~至到]\s*"
_SPAN = rf"[0-9]{{1,2}}:[0-9]{{2}}{_TO}[0-9]{{1,2}}:[0-9]{{2}}"
_LINE = re.compile(
    rf"(?P<first>{_DAY})(?:{_TO}(?P<last>{_DAY}))?[\s:,]*"
    rf"(?P<how>closed|休息|休|关闭|闭馆|不开放|{_SPAN}(?:[\s,、]+{_SPAN})*)(?:[\s:,]+(?P<note>.*))?",
    re.IGNORECASE,
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True)
class SpecialDays:
    """From ``first`` to ``last``, both included: the spans of minutes it is open, none when closed, and what for."""

    first: date
    last: date
    spans: Spans
    note: str = ""

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def written(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} - {self.last}"
        return f"{days} {_written(self.spans) or 'closed'}" + (f": {self.note}" if self.note else "")


def read_exceptions(text: str) -> list[SpecialDays]:
    """The dated exceptions in the order of their days. Raises ``ValidationError`` naming the faulty line."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text or ""))
    found = sorted(
        (_read_line(line) for line in (one.strip() for one in plain.splitlines()) if line), key=lambda one: one.first
    )
    for before, after in pairwise(found):
        if after.first <= before.last:
            raise ValidationError(
                _("%(day)s stands in two lines. Write each day once.") % {"day": after.first.isoformat()}
            )
    return found


def _read_line(line: str) -> SpecialDays:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValidationError(_unreadable(line))
    try:
        first = _read_day(match["first"])
        last = _read_day(match["last"]) if match["last"] else first
    except ValueError as problem:
        raise ValidationError(_unreadable(line)) from problem
    if not timedelta() <= last - first <= LONGEST_RUN:
        raise ValidationError(_unreadable(line))
    how = match["how"]
    spans = tuple(sorted(read_spans(re.sub(_TO, "-", how).replace("、", ","), line))) if how[0].isdigit() else ()
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise ValidationError(_unreadable(line))
    note = " ".join((match["note"] or "").split())
    if len(note) > LONGEST_NOTE:
        raise ValidationError(_("At most %(count)s characters, please."), params={"count": LONGEST_NOTE})
    return SpecialDays(first, last, spans, note)


def _read_day(text: str) -> date:
    year, month, day = (int(number) for number in re.findall("[0-9]+", text))
    return date(year, month, day)


def _unreadable(line: str) -> str:
    return _("“%(line)s” cannot be read. Write it like this: 2026-12-24 09:00-12:00, or 2026-12-25 closed") % {
        "line": line[:40]
    }


def clean_exceptions(text: str) -> str:
    """The exceptions in their one written form, one a line. Raises ``ValidationError``."""
    return "\n".join(one.written() for one in read_exceptions(text))


# ------------------------------------------------------------------ one day
@dataclass(frozen=True)
class DayPlan:
    """When a service point is open on one day, and why it keeps other hours than in an ordinary week."""

    spans: Spans
    reason: str = ""

    def is_open(self, at: datetime) -> bool:
        minute = at.hour * 60 + at.minute
        return any(opens <= minute < closes for opens, closes in self.spans)

    def in_words(self) -> str:
        """Today open 09:00–17:00; today closed for National Day."""
        words = {"hours": _written(self.spans, dash="–"), "reason": self.reason}
        if self.spans:
            return (_("Today open %(hours)s (%(reason)s)") if self.reason else _("Today open %(hours)s")) % words
        return _("Today closed for %(reason)s") % words if self.reason else _("Closed today")


def plan_of(hours: str, policy: str, exceptions: str, day: date, calendar: CalendarDay) -> DayPlan:
    """The hours of ``day``: of its own line, else by the ``policy`` for public holidays, else of the week."""
    for one in read_exceptions(exceptions):
        if one.holds(day):
            return DayPlan(one.spans, one.note)
    week = {number: [] for number in range(1, 8)} | _week(hours)
    if policy != HolidayPolicy.OPEN and calendar.holiday:
        return DayPlan((), calendar.holiday)
    if policy == HolidayPolicy.OFFICE and calendar.made_up:
        # The notice does not say which weekday is made up for: the first one that has hours stands for it.
        worked = next((week[number] for number in range(1, 6) if week[number]), [])
        return DayPlan(tuple(worked), _("working weekend"))
    return DayPlan(tuple(week[day.isoweekday()]))


def _week(hours: str) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for one in read_hours(hours):
        found.setdefault(one.day, []).append((one.opens, one.closes))
    return found


def ahead_in_words(exceptions: str, day: date) -> list[str]:
    """The exceptions from ``day`` on, a line each: "2026-12-24 09:00–12:00, stocktaking"."""
    lines = []
    for one in read_exceptions(exceptions):
        if one.last < day:
            continue
        days = f"{one.first}" if one.first == one.last else f"{one.first} – {one.last}"
        how = _written(one.spans, dash="–") or pgettext("service point", "closed")
        lines.append(f"{days} {how}" + (_(" (%(note)s)") % {"note": one.note} if one.note else ""))
    return lines


def _written(spans: Spans, *, dash: str = "-") -> str:
    separator = _(", ") if dash == "–" else " "
    return separator.join(f"{clock(opens)}{dash}{clock(closes)}" for opens, closes in spans)
