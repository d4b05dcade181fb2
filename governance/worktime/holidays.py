"""Public holidays by name (domain.md 2.7), from the same notice as the working days. Pure."""

from datetime import date

import chinese_calendar
from chinese_calendar import Holiday
from django.utils.translation import gettext_lazy as _

from governance.worktime.rules import SATURDAY, calendar_known
from grids.common.workdays import CalendarDay

NAMES = {
    Holiday.new_years_day: _("New Year’s Day"),
    Holiday.spring_festival: _("Spring Festival"),
    Holiday.tomb_sweeping_day: _("Tomb-Sweeping Day"),
    Holiday.labour_day: _("Labour Day"),
    Holiday.dragon_boat_festival: _("Dragon Boat Festival"),
    Holiday.mid_autumn_festival: _("Mid-Autumn Festival"),
    Holiday.national_day: _("National Day"),
    Holiday.anti_fascist_70th_day: _("Victory Day"),
}


def day_of_calendar(day: date) -> CalendarDay:
    """A weekend beside a holiday is off for it; without a notice for the year every day is an ordinary one."""
    if not calendar_known(day.year):
        return CalendarDay(known=False)
    off, name = chinese_calendar.get_holiday_detail(day)
    if not off:
        return CalendarDay(made_up=day.weekday() >= SATURDAY)
    return CalendarDay(holiday=str(NAMES[Holiday(name)]) if name else "")
