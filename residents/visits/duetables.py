"""The list of doors to go to (走访清单)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.common.chips import chip_of
from grids.common.tables import ChipColumn, DayColumn, Table, TextColumn
from residents.roster.care import sees_care
from residents.roster.models import Household
from residents.roster.rules import shown_household, shown_name
from residents.visits.choices import CareLevel
from residents.visits.doors import due_chip, tried_words


class DueTable(Table):
    """Households read by ``for_cards`` in the order of the stairs; the door leads to the form of the visit."""

    door = TextColumn(
        empty_values=(), order_by=("scope_grid__code", "dwelling__sort_key", "pk"), verbose_name=_("Door")
    )
    floor = TextColumn(accessor="dwelling__floor", orderable=False, verbose_name=_("Floor"))
    next_due_at = ChipColumn(empty_values=(), verbose_name=pgettext_lazy("next visit", "Due"))
    care_level = ChipColumn(empty_values=(), orderable=False, verbose_name=_("Care level"))
    head_name = TextColumn(orderable=False, verbose_name=_("Head of household"))
    last_visited_at = DayColumn(verbose_name=_("Last visit"))
    tried = TextColumn(empty_values=(), orderable=False, verbose_name=_("In vain"))
    grid = TextColumn(accessor="dwelling__grid", order_by=("scope_grid__code",), verbose_name=_("Grid"))

    row_header = "door"
    card_columns = ("next_due_at", "care_level", "head_name", "tried")

    class Meta:
        model = Household
        fields = ("door", "floor", "next_due_at", "care_level", "head_name", "last_visited_at", "tried", "grid")
        order_by = ("door",)

    def render_door(self, record: Household) -> Any:
        url = reverse("residents:encounter-log", args=[record.pk])
        back = urlencode({"next": self.request.get_full_path()})
        return format_html('<a href="{}?{}">{}</a>', url, back, self.value_door(record))

    def value_door(self, record: Household) -> str:
        return shown_household(self.request.user, record)

    def render_next_due_at(self, record: Any) -> Any:
        return due_chip(record)

    def value_next_due_at(self, record: Any) -> str:
        return str(due_chip(record))

    def render_care_level(self, record: Any) -> Any:
        return self._care(record) or "—"

    def value_care_level(self, record: Any) -> str:
        return str(self._care(record) or "")

    def _care(self, record: Any) -> Any:
        """Only for those with a care duty at this door."""
        level = record.care_level if sees_care(self.request.user, record.dwelling.grid) else ""
        return chip_of(CareLevel, level)

    def render_head_name(self, value: str, record: Household) -> str:
        return shown_name(self.request.user, record.dwelling.grid, value)

    def render_tried(self, record: Any) -> str:
        return tried_words(record) or "—"

    def value_tried(self, record: Any) -> str:
        return tried_words(record)

    def render_grid(self, record: Household) -> str:
        return record.dwelling.grid.name
