"""The list of records that wait for the secretary."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.common.tables import MomentColumn, Table, TextColumn
from residents.offline.models import SyncItem
from residents.offline.sides import kind_label
from residents.roster.rules import shown_household


class HeldTable(Table):
    """What waits longest comes first. Needs `with_place()`."""

    kind = TextColumn(empty_values=(), orderable=False, verbose_name=pgettext_lazy("outbox", "Record"))
    door = TextColumn(empty_values=(), orderable=False, verbose_name=_("Household"))
    account = TextColumn(accessor="account__display_name", verbose_name=_("Recorded by"))
    reason = TextColumn(accessor="get_reason_display", orderable=False, verbose_name=_("Why it waits"))
    made_at = MomentColumn(verbose_name=_("Recorded"))
    received_at = MomentColumn(verbose_name=_("At the office since"))

    row_header = "kind"
    card_columns = ("door", "account", "reason", "made_at")

    class Meta:
        model = SyncItem
        fields = ("kind", "door", "account", "reason", "made_at", "received_at")
        order_by = ("received_at",)

    def render_kind(self, record: SyncItem) -> Any:
        url = reverse("residents:field-held-item", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, self.value_kind(record))

    def value_kind(self, record: SyncItem) -> str:
        return str(kind_label(record))

    def render_door(self, record: SyncItem) -> str:
        return shown_household(self.request.user, record.household) if record.household is not None else "—"

    def value_door(self, record: SyncItem) -> str:
        return self.render_door(record)
