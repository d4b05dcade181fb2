"""The lists of the room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.meetings.choices import MeetingState
from governance.meetings.models import Meeting
from governance.meetings.reports import share
from grids.common.tables import ChipColumn, DayColumn, NumberColumn, Table, TextColumn


class MeetingTable(Table):
    """Needs `with_numbers()` and the community."""

    planned_on = DayColumn(linkify=True, verbose_name=_("Day"))
    grid = TextColumn(order_by="grid__code", verbose_name=_("Community"))
    state = ChipColumn(MeetingState, orderable=False, verbose_name=_("State"))
    invited = NumberColumn(orderable=False, verbose_name=_("Invited"))
    present = NumberColumn(orderable=False, verbose_name=_("Present"))
    rate = TextColumn(empty_values=(), orderable=False, verbose_name=_("Attendance"))
    items = NumberColumn(orderable=False, verbose_name=_("Agenda items"))
    undecided = NumberColumn(orderable=False, verbose_name=_("Not yet decided"))

    row_header = "planned_on"
    card_columns = ("grid", "state", "rate", "items")

    class Meta:
        model = Meeting
        fields = ("planned_on", "grid", "state", "invited", "present", "rate", "items", "undecided")
        order_by = ("-planned_on",)

    def render_rate(self, record: Any) -> str:
        if record.state not in {MeetingState.OPEN, *MeetingState.over()}:
            return "—"
        return share(record.present, record.invited)
