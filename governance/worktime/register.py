"""Gives the lower storeys the working calendar (grids/common/workdays.py)."""

from datetime import datetime

from governance.worktime.choices import Unit
from governance.worktime.holidays import day_of_calendar
from governance.worktime.rules import deadline
from grids.common import workdays


def after_working_days(start: datetime, days: int) -> datetime:
    return deadline(start, days, Unit.WD)


workdays.register(after_working_days, day_of_calendar)
