"""Lists of grids: one level of the tree, and what a search found."""

from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.common.codes import grouped
from grids.common.tables import ChipColumn, CodeColumn, NumberColumn, Table, TextColumn
from grids.tree.choices import GridStatus, Kind, Level
from grids.tree.models import Grid


class GridTable(Table):
    """The grids of one level: a name opens the grid, the number below opens the next level."""

    name = TextColumn(linkify=True, order_by=("name_zh",), verbose_name=_("Grid"))
    code = CodeColumn(verbose_name=_("Code"))
    kind = ChipColumn(Kind, verbose_name=_("Kind"))
    child_count = NumberColumn(verbose_name=_("Directly below"))
    grid_count = NumberColumn(verbose_name=_("Grids"))
    microgrid_count = NumberColumn(verbose_name=_("Micro-grids"))
    status = ChipColumn(GridStatus, verbose_name=_("Status"))

    row_header = "name"
    card_columns: tuple[str, ...] = ("code", "kind", "child_count", "grid_count", "microgrid_count")

    class Meta:
        model = Grid
        fields = ("name", "code", "kind", "child_count", "grid_count", "microgrid_count", "status")
        order_by = ("code",)

    def render_code(self, value: str) -> str:
        return grouped(value)

    def value_code(self, value: str) -> str:
        return value

    def render_child_count(self, value: int, record: Grid) -> SafeString | str:
        if not value:
            return "0"
        return format_html('<a href="{}?under={}">{}</a>', reverse("grids:grid-list"), record.code, value)

    def value_child_count(self, value: int) -> int:
        return value


# What says nothing about the grids below a grid of this level (None: about districts).
SAYS_NOTHING: dict[Level | None, tuple[str, ...]] = {
    None: ("kind", "microgrid_count"),
    Level.DISTRICT: ("kind", "microgrid_count"),
    Level.STREET: ("kind", "grid_count"),
    Level.COMMUNITY: ("grid_count", "microgrid_count"),
    Level.GRID: ("kind", "child_count", "grid_count", "microgrid_count"),
    Level.MICROGRID: ("kind", "child_count", "grid_count", "microgrid_count"),
}


@cache
def table_below(level: Level | None) -> type[GridTable]:
    """The table of the grids directly below one of ``level``, with the columns that mean something there."""

    class LevelTable(GridTable):
        class Meta(GridTable.Meta):
            exclude = SAYS_NOTHING[level]
            fields = tuple(name for name in GridTable.Meta.fields if name not in SAYS_NOTHING[level])

    return LevelTable


class FoundTable(GridTable):
    """What a search found, with the way to it: names repeat all over a city."""

    path = TextColumn(empty_values=(), orderable=False, verbose_name=_("Belongs to"))
    level = TextColumn(verbose_name=_("Level"))

    card_columns = ("path", "code", "level", "status")

    class Meta(GridTable.Meta):
        fields = ("name", "path", "level", "code", "kind", "status")
        exclude = ("child_count", "grid_count", "microgrid_count")
        sequence = fields

    def render_path(self, record: Grid) -> Any:
        return " / ".join(record.path) or "—"
