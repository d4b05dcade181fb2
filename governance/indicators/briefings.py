"""The monthly briefing in numbers (I32, I33): who came, and whether it was held in its month."""

from datetime import date

from django.db.models import DateField, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from governance.indicators.choices import Part
from governance.indicators.rules import Frame, in_a_row
from governance.indicators.scoping import RowsOf, among, within
from governance.meetings.choices import AttendanceState, MeetingState
from governance.meetings.models import Attendance, Meeting


def _past(frame: Frame) -> QuerySet:
    """Briefings whose day has passed by the end of the period, and those held on the last day.

    With `held_month`, the first of the month in which it took place, or None.
    """
    zone = timezone.get_default_timezone()
    passed = Q(planned_on__lt=timezone.localtime(frame.as_of).date()) | Q(state__in=MeetingState.over())
    # A grid reads the briefings of its community; they are no figure of the grid.
    here = Q(grid__code__startswith=frame.grid.prefix)
    rows = within(Meeting.objects, frame).filter(here, passed, planned_on__lte=frame.day)
    return rows.annotate(held_month=TruncMonth("opened_at", tzinfo=zone, output_field=DateField()))


def planned(frame: Frame) -> QuerySet:
    """Briefings whose day lay in the period: held in their month, in another one, called off, or forgotten."""
    return _past(frame).filter(planned_on__gte=frame.period.since)


# ``rules.held_in_its_month`` of the meetings room, in SQL.
IN_ITS_MONTH = Q(state__in=MeetingState.over(), held_month=F("month"))


def invited(frame: Frame) -> QuerySet:
    """Who was invited to a briefing that was held in the period: every member who contacted a household then."""
    held = planned(frame).over().order_by().values("pk")
    return within(Attendance.objects, frame).filter(meeting__in=held)


def months_in_a_row(frame: Frame) -> int:
    """How many months in a row, up to the last briefing, each community of the territory met in the right month.

    The least of its communities; 0 where one missed its last briefing, and where there is none. One query.
    """
    held: dict[int, list[tuple[date, bool]]] = {}
    rows = _past(frame).order_by("series", "-month").values_list("series", "month", "state", "held_month")
    for series, month, state, held_month in rows:
        held.setdefault(series, []).append((month, state in MeetingState.over() and held_month == month))
    return min(map(in_a_row, held.values()), default=0)


FIGURES: dict[str, dict[Part, RowsOf]] = {
    "I32": among(invited, lambda frame: Q(state=AttendanceState.PRESENT)),
    "I33": among(planned, lambda frame: IN_ITS_MONTH),
}
