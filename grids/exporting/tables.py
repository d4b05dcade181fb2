"""The lists of exports: one's own, and those that wait for one's decision."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.common.chips import chip_of
from grids.common.tables import ChipColumn, CodeColumn, MomentColumn, NumberColumn, Table, TextColumn
from grids.exporting.choices import ExportState
from grids.exporting.models import Export


class ExportTable(Table):
    title = TextColumn(linkify=True, verbose_name=_("List"))
    state = ChipColumn(verbose_name=_("Status"))
    rows_count = NumberColumn(accessor="rows", verbose_name=_("Rows"))
    reason = TextColumn(verbose_name=_("Reason"))
    asked_at = MomentColumn(verbose_name=_("Asked at"))
    number = CodeColumn(order_by=("pk",), verbose_name=_("Number"))

    row_header = "title"
    card_columns = ("state", "rows_count", "asked_at")

    class Meta:
        model = Export
        fields = ("title", "state", "rows_count", "reason", "asked_at", "number")
        order_by = ("-asked_at",)

    def render_state(self, record: Export) -> Any:
        return chip_of(ExportState, record.standing)

    def value_state(self, record: Export) -> str:
        return str(record.standing.label)


class DecisionTable(ExportTable):
    owner = TextColumn(verbose_name=_("Asked by"))

    card_columns = ("owner", "rows_count", "asked_at")

    class Meta:
        model = Export
        fields = ("title", "owner", "rows_count", "reason", "asked_at", "number")
        order_by = ("asked_at",)
        exclude = ("state",)
