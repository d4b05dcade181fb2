"""How the rows behind the figures of briefings look: the meetings, and who was invited."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.indicators.tables import RowTable, linked
from governance.meetings.choices import AttendanceState, MeetingState
from governance.meetings.models import Attendance, Meeting
from grids.common.tables import ChipColumn, DayColumn, MomentColumn, TextColumn
from residents.contacts.rules import member_name


class MeetingRows(RowTable):
    """Briefings: for which month, on which day, and whether it was held."""

    planned_on = DayColumn(linkify=True, verbose_name=_("Day"))
    month = TextColumn(verbose_name=_("For the month"))
    grid = TextColumn(order_by=("grid__code",), verbose_name=_("Community"))
    state = ChipColumn(MeetingState, verbose_name=_("State"))
    opened_at = MomentColumn(verbose_name=_("Opened"))
    change_reason = TextColumn(orderable=False, verbose_name=_("Why moved or called off"))

    row_header = "planned_on"
    card_columns = ("month", "state", "opened_at")

    class Meta:
        model = Meeting
        fields = ("planned_on", "month", "grid", "state", "opened_at", "change_reason")
        order_by = ("-planned_on",)

    def render_month(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class AttendanceRows(RowTable):
    """Invitations to briefings: whose, and whether he came; names masked by the reader's powers."""

    member = TextColumn(orderable=False, verbose_name=_("Joint-family member"))
    meeting = TextColumn(order_by=("meeting__planned_on",), verbose_name=_("Briefing"))
    state = ChipColumn(AttendanceState, verbose_name=_("Attendance"))
    way = TextColumn(verbose_name=_("Marked"))
    grid = TextColumn(accessor="meeting__grid", order_by=("meeting__grid__code",), verbose_name=_("Community"))

    row_header = "member"
    card_columns = ("meeting", "state", "way")

    class Meta:
        model = Attendance
        fields = ("member", "meeting", "state", "way", "grid")
        order_by = ("-meeting",)

    def render_member(self, record: Attendance) -> str:
        return member_name(self.reader, record.member)

    def render_meeting(self, record: Attendance) -> Any:
        return linked(record.meeting.get_absolute_url(), self.value_meeting(record))

    def value_meeting(self, record: Attendance) -> str:
        return f"{record.meeting.planned_on:%Y-%m-%d}"
