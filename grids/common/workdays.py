"""Deadlines in working days for the rooms below the one that knows the calendar.

``governance/worktime`` is the only place that knows working days; it registers itself here when the portal starts.
"""

from collections.abc import Callable
from datetime import datetime

_after: list[Callable[[datetime, int], datetime]] = []


def register(after: Callable[[datetime, int], datetime]) -> None:
    """``after(start, days)`` is the moment at which ``days`` working days have passed since ``start``."""
    _after[:] = [after]


def after_working_days(start: datetime, days: int) -> datetime:
    """The end of the ``days``-th working day after ``start`` (aware), in the portal's time zone."""
    return _after[0](start, days)
