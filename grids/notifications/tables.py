"""The list of one's own messages."""

from typing import Any

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Chip, Tone
from grids.common.tables import ChipColumn, MomentColumn, Table, TextColumn
from grids.notifications.models import Notification


class NotificationTable(Table):
    text = TextColumn(empty_values=(), orderable=False, verbose_name=_("Message"))
    state = ChipColumn(empty_values=(), order_by=("read_at",), verbose_name=_("Status"))
    created_at = MomentColumn(verbose_name=_("Sent at"))

    row_header = "text"
    card_columns = ("state", "created_at")

    class Meta:
        model = Notification
        fields = ("text", "state", "created_at")
        order_by = ("-created_at",)

    def render_text(self, record: Notification) -> Any:
        """Opening notes that it was read, so it is a button; what leads nowhere is plain words."""
        if not record.url:
            return record.text
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="link-button" type="submit">{}</button></form>',
            reverse("grids:notification-open", args=[record.pk]),
            get_token(self.request),
            record.text,
        )

    def value_text(self, record: Notification) -> str:
        return record.text

    def render_state(self, record: Notification) -> Chip:
        return Chip(_("Read"), Tone.PLAIN, "check") if record.read_at else Chip(_("Unread"), Tone.BLUE, "bell")

    def value_state(self, record: Notification) -> str:
        return str(self.render_state(record))
