"""The list of requests to move staff."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.common.tables import ChipColumn, DayColumn, MomentColumn, Table, TextColumn
from grids.moves.choices import MoveState
from grids.moves.models import StaffMove


class StaffMoveTable(Table):
    """One request a row."""

    name = TextColumn(accessor="staff__name", linkify=lambda record: record.get_absolute_url(), verbose_name=_("Name"))
    role = TextColumn(accessor="post__role", verbose_name=_("Post"))
    old = TextColumn(accessor="post__grid__name", order_by=("post__grid__code",), verbose_name=_("From grid"))
    new = TextColumn(accessor="to_grid__name", order_by=("to_grid__code",), verbose_name=_("New grid"))
    starts_on = DayColumn(verbose_name=_("In office from"))
    state = ChipColumn(MoveState, verbose_name=_("Status"))
    asked_by = TextColumn(order_by=("asked_by__display_name",), verbose_name=_("Asked by"))
    asked_at = MomentColumn(verbose_name=_("Asked at"))

    row_header = "name"
    card_columns = ("state", "old", "new", "starts_on")

    class Meta:
        model = StaffMove
        fields = ("name", "role", "old", "new", "starts_on", "state", "asked_by", "asked_at")
        order_by = ("-asked_at",)

    def render_role(self, record: StaffMove) -> Any:
        return record.post.get_role_display()

    def value_role(self, record: StaffMove) -> str:
        return str(record.post.get_role_display())
