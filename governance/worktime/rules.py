"""Working days, working hours and deadlines (domain.md 2.7 and 3.2.1). Pure: no database, no clock.

Four units: CH runs around the clock; WH runs inside the daily segments of working days; DH inside the same segments
of every calendar day (duty roster); WD counts whole working days after the day of the event and ends at 18:00.

Working days are those of the State Council's yearly notice, adjusted weekends included (package chinesecalendar). For
a year without a notice every Monday to Friday counts, and ``calendar_known`` says so for the page to tell its reader.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil

import chinese_calendar
from django.utils import timezone

from governance.worktime.choices import Unit

Amount = int | float | Fraction

# Eight hours a day.
SEGMENTS = ((time(8, 30), time(12, 0)), (time(13, 30), time(18, 0)))
DAY_ENDS = time(18, 0)
SATURDAY = 5
# The last and first moments that every time zone can still write down.
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


def calendar_known(year: int) -> bool:
    """Whether the holidays and adjusted working weekends of ``year`` are known; otherwise Monday to Friday count."""
    return year in _KNOWN_YEARS


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether public offices work on ``day``; never raises, whatever the year."""
    if calendar_known(day.year):
        return chinese_calendar.is_workday(day)
    return day.weekday() < SATURDAY


def is_duty_day(day: date) -> bool:
    """Every day: the duty roster covers holidays as well."""
    return True


def deadline(start: datetime, amount: Amount, unit: str) -> datetime:
    """The moment by which ``amount`` of ``unit`` (see ``Unit``) has passed since ``start``.

    ``start`` is aware; the answer is aware in the portal's time zone. An amount of nothing is due at once, and what
    would lie beyond the year 9999 is due at its end. Raises ``ValueError`` for a naive start or a negative amount.
    """
    _require_aware(start)
    if amount < 0:
        raise ValueError("A deadline lies after its start: the amount may not be negative.")
    unit = Unit(unit)
    moment = _within_reach(start)
    if not amount:
        return _local(moment)
    try:
        if unit is Unit.CH:
            return _local(_within_reach(moment.astimezone(UTC) + _hours(amount)))
        wall = _wall(moment)
        if unit is Unit.WD:
            due = _after_working_days(wall, ceil(amount))
        else:
            due = _after_hours(wall, _hours(amount), is_working_day if unit is Unit.WH else is_duty_day)
    except OverflowError:
        return _local(LATEST)
    return _local(_within_reach(due.replace(tzinfo=timezone.get_default_timezone())))


def working_hours_between(start: datetime, end: datetime) -> float:
    """Working hours (unit WH) that pass from ``start`` to ``end``, both aware; negative when ``end`` is the earlier."""
    _require_aware(start)
    _require_aware(end)
    if end < start:
        return -working_hours_between(end, start)
    first, last = _wall(_within_reach(start)), _wall(_within_reach(end))
    worked = timedelta()
    for opens, closes in _segments_from(first, is_working_day):
        if opens >= last:
            break
        worked += min(closes, last) - opens
    return worked / timedelta(hours=1)


def _require_aware(moment: datetime) -> None:
    if timezone.is_naive(moment):
        raise ValueError("Deadlines are worked out between aware moments only.")


def _hours(amount: Amount) -> timedelta:
    """Whole seconds, so that a third of an hour is exactly twenty minutes."""
    return timedelta(seconds=round(amount * 3600))


def _within_reach(moment: datetime) -> datetime:
    return min(max(moment, EARLIEST), LATEST)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(timezone.get_default_timezone())


def _wall(moment: datetime) -> datetime:
    """What the clock on the wall shows, without a zone: working time is counted on it."""
    return _local(moment).replace(tzinfo=None)


def _after_working_days(wall: datetime, days: int) -> datetime:
    day = wall.date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return datetime.combine(day, DAY_ENDS)


def _after_hours(wall: datetime, left: timedelta, counts: Callable[[date], bool]) -> datetime:
    for opens, closes in _segments_from(wall, counts):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise OverflowError


def _segments_from(wall: datetime, counts: Callable[[date], bool]) -> Iterator[tuple[datetime, datetime]]:
    """The rest of the segment that ``wall`` lies in, and every later segment of the days that count."""
    day = wall.date()
    while day < date.max:
        if counts(day):
            for opens, closes in SEGMENTS:
                ends = datetime.combine(day, closes)
                if ends > wall:
                    yield max(datetime.combine(day, opens), wall), ends
        day += timedelta(days=1)
