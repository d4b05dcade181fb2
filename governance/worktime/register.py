"""Gives the lower storeys deadlines in working days (grids/common/workdays.py)."""

from datetime import datetime

from governance.worktime.choices import Unit
from governance.worktime.rules import deadline
from grids.common import workdays


def after_working_days(start: datetime, days: int) -> datetime:
    return deadline(start, days, Unit.WD)


workdays.register(after_working_days)
