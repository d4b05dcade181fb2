"""The working calendar for the rooms below the one that knows it: deadlines in working days, and public holidays.

``governance/worktime`` is the only place that knows working days; it registers itself here when the portal starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What the State Council's notice says of a day.

    ``holiday`` is the name of the public holiday that it is off for, "" for any other day; ``made_up`` a weekend day on
    which offices work for it; ``known`` is False in a year whose notice the portal does not have.
    """

    holiday: str = ""
    made_up: bool = False
    known: bool = True


_after: list[Callable[[datetime, int], datetime]] = []
_days: list[Callable[[date], CalendarDay]] = []


def register(after: Callable[[datetime, int], datetime], days: Callable[[date], CalendarDay]) -> None:
    """``after(start, days)`` is the moment at which ``days`` working days have passed since ``start``.

    ``days(day)`` says what kind of day it is.
    """
    _after[:] = [after]
    _days[:] = [days]


def after_working_days(start: datetime, days: int) -> datetime:
    """The end of the ``days``-th working day after ``start`` (aware), in the portal's time zone."""
    return _after[0](start, days)


def calendar_day(day: date) -> CalendarDay:
    """Whether ``day`` is a public holiday, and which, in the reader's language."""
    return _days[0](day)
