"""Notices in a list."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.chips import Chip, Tone
from grids.common.clock import today
from grids.common.tables import Table, TextColumn
from residents.liaison.models import DoorNotice
from residents.liaison.rules import is_running


class NoticeTable(Table):
    title = TextColumn(verbose_name=gettext_lazy("Notice"))
    state = TextColumn(empty_values=(), verbose_name=gettext_lazy("State"), orderable=False)
    reached = TextColumn(empty_values=(), verbose_name=gettext_lazy("Doors reached"), orderable=False)
    grid = TextColumn(verbose_name=gettext_lazy("For the doors of"), order_by=("grid__code",))
    until_on = TextColumn(verbose_name=gettext_lazy("Until"))

    row_header = "title"
    card_columns = ("state", "reached", "until_on")

    class Meta:
        model = DoorNotice
        fields = ("title", "state", "reached", "grid", "until_on")

    def render_title(self, record: DoorNotice) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.title)

    def render_state(self, record: DoorNotice) -> Chip:
        return state_chip(record)

    def value_state(self, record: DoorNotice) -> str:
        return str(state_chip(record))

    def render_reached(self, record: Any) -> str:
        return f"{record.reached:,}"

    def render_until_on(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"


def state_chip(notice: DoorNotice) -> Chip:
    """Under way, over, or withdrawn."""
    if notice.withdrawn_at:
        return Chip(_("Withdrawn"), Tone.GREY)
    return Chip(_("Under way"), Tone.BLUE) if is_running(notice, on=today()) else Chip(_("Over"), Tone.PLAIN)
