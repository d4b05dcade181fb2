"""When a community meets next."""

from datetime import date, timedelta
from typing import Any

from governance.meetings.choices import HolidayPolicy, MeetingKind
from governance.meetings.models import Meeting, MeetingSeries
from governance.meetings.rules import planned_day

FIXED_DAY = 5


def next_briefing(grid: Any, today: date) -> date:
    """The day of the next briefing of the community: as planned or moved, else by its series. At most two queries."""
    planned = Meeting.objects.ahead().filter(grid=grid, planned_on__gte=today).order_by("planned_on", "pk").first()
    if planned is not None:
        return planned.planned_on
    series = MeetingSeries.objects.filter(grid=grid, kind=MeetingKind.BRIEFING).first()
    day, policy = (series.day, series.holiday_policy) if series else (FIXED_DAY, HolidayPolicy.NEXT_WORKDAY)
    first = today.replace(day=1)
    while (on := planned_day(first.year, first.month, day, policy)) < today:
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return on
