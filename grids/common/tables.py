"""The base of every table: columns for the portal's kinds of values, cards on phones, text for exports.

::

    class HouseholdTable(Table):
        number = TextColumn(linkify=True, verbose_name=_("Household"))
        state = ChipColumn(HouseholdState, verbose_name=_("Status"))
        people = NumberColumn(verbose_name=_("People"))
        visited_on = DayColumn(accessor="last_visited_on", verbose_name=_("Last visit"))

        row_header = "number"              # the card's title on phones, the row header on desks
        card_columns = ("state", "visited_on")   # what else the card shows; others only on desks

        class Meta:
            model = Household
            fields = ("number", "state", "people", "visited_on")
            order_by = ("number",)

Rows are drawn by ``components/table.html``. Per-cell ``attrs`` of django-tables2 are left out on purpose: they cost
more than the cell itself; a column says its class in ``css_class``.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import django_tables2
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_tables2.rows import BoundRow

from grids.common.chips import chip_of

CellText = str | int | float


class TextColumn(django_tables2.Column):
    """Plain text; ``linkify=True`` links to the record's ``get_absolute_url``, ``("app:name", {...})`` elsewhere."""

    css_class = ""


class NumberColumn(django_tables2.Column):
    """A number, right-aligned with thousands separators; exported as a number."""

    css_class = "num"

    def render(self, value: Any) -> str:
        return formats.number_format(value, use_l10n=True, force_grouping=True)

    def value(self, value: Any) -> Any:
        return value


class PercentColumn(NumberColumn):
    """A share between 0 and 1, shown as a percentage with one decimal."""

    def render(self, value: Any) -> str:
        return f"{value * 100:.1f}%"

    def value(self, value: Any) -> str:
        return self.render(value)


class DayColumn(django_tables2.Column):
    """A date as 2026-03-05 (dates in tables are ISO, ux.md 9.4)."""

    css_class = "date"

    def render(self, value: date) -> str:
        return f"{value:%Y-%m-%d}"


class MomentColumn(django_tables2.Column):
    """A moment as 2026-03-05 14:30 in the portal's time zone."""

    css_class = "date"

    def render(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


class ChipColumn(django_tables2.Column):
    """A state drawn as a chip: of an enum whose members have ``tone``, or of a ``Chip`` that the accessor returns."""

    css_class = "state"

    def __init__(self, choices: Callable[[Any], Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def render(self, value: Any, record: Any, bound_column: Any) -> Any:
        if self.choices is None:
            return value
        # django-tables2 passes get_FOO_display(); the chip belongs to the stored value.
        return chip_of(self.choices, bound_column.accessor.resolve(record))

    def value(self, value: Any, record: Any, bound_column: Any) -> str:
        return str(self.render(value, record, bound_column))


class CodeColumn(django_tables2.Column):
    """A code or a masked number in figures of equal width."""

    css_class = "code"


@dataclass(frozen=True)
class Head:
    """A column as the template needs it, worked out once per table."""

    name: str
    label: str
    css_class: str
    is_title: bool
    sort_next: str
    sorted: str  # "", "ascending" or "descending"

    @cached_property
    def ends(self) -> tuple[SafeString, SafeString]:
        """What stands before and behind each cell of the column, so that a page writes it once and not once a row."""
        css_class = format_html(' class="{}"', self.css_class) if self.css_class else ""
        if self.is_title:
            return format_html('<th scope="row"{}>', css_class), SafeString("</th>")
        return format_html('<td{} data-label="{}">', css_class, self.label), SafeString("</td>")


class Row(BoundRow):
    """A row that learns once for each function that draws cells which arguments it takes, not once a cell."""

    def _call_render(self, bound_column: Any, value: Any = None) -> Any:
        given = self._optional_cell_arguments(bound_column, value)
        draw = bound_column.render
        taken = _arguments(getattr(draw, "__func__", draw))
        content = draw(**given) if taken is None else draw(**{name: given[name] for name in taken if name in given})
        return bound_column.link(content, **given) if bound_column.link else content


@lru_cache(maxsize=1024)
def _arguments(function: Callable[..., Any]) -> tuple[str, ...] | None:
    """The names of a function's arguments; None when it takes any."""
    names = inspect.signature(function).parameters
    if any(one.kind is one.VAR_KEYWORD for one in names.values()):
        return None
    return tuple(names)


# Cells are written as ``{{ cell }}`` would write them.
_CONTEXT = Context()


class Table(django_tables2.Table):
    """Base of every table; see the example at the top of this file."""

    row_header: str = ""
    card_columns: tuple[str, ...] | None = None

    @property
    def title_column(self) -> str:
        return self.row_header or next(iter(self.columns)).name

    @property
    def heads(self) -> list[Head]:
        if not hasattr(self, "_heads"):
            self._heads = [self._head(column) for column in self.columns]
        return self._heads

    def _head(self, bound: Any) -> Head:
        is_title = bound.name == self.title_column
        classes = [getattr(bound.column, "css_class", "")]
        if self.card_columns is not None and bound.name not in self.card_columns and not is_title:
            classes.append("desk-only")
        ordered = ""
        if bound.is_ordered:
            ordered = "descending" if bound.order_by_alias.is_descending else "ascending"
        return Head(
            name=bound.name,
            label=str(bound.header),
            css_class=" ".join(filter(None, classes)),
            is_title=is_title,
            sort_next=str(bound.order_by_alias.next) if bound.orderable else "",
            sorted=ordered,
        )

    @property
    def body(self) -> Iterator[SafeString]:
        """The cells of each row of the page as HTML: a template that tells cell from cell takes three times as long."""
        columns = [(*head.ends, head.name) for head in self.heads]
        for bound in self.paginated_rows:
            row = Row(bound.record, table=self)
            yield SafeString(
                "".join(
                    f"{opening}{render_value_in_context(row.get_cell(name), _CONTEXT)}{closing}"
                    for opening, closing, name in columns
                )
            )

    @property
    def sort_words(self) -> str:
        """The order in words, "Community, ascending", or an empty string when it is the natural one."""
        words = {"ascending": gettext("ascending"), "descending": gettext("descending")}
        return gettext(", then ").join(
            gettext("%(column)s %(direction)s") % {"column": head.label, "direction": words[head.sorted]}
            for head in self.heads
            if head.sorted
        )

    @property
    def export_heads(self) -> list[Head]:
        """The columns that leave with a file: buttons (``exclude_from_export``) stay."""
        return [head for head in self.heads if not self.columns[head.name].column.exclude_from_export]

    def export_texts(self, record: Any) -> list[CellText]:
        """What the row shows, column by column, without HTML: exactly what is seen, masks included."""
        row = BoundRow(record, table=self)
        return [plain(row.get_cell_value(head.name)) for head in self.export_heads]

    def order_stably(self) -> None:
        """Let the primary key decide between equal rows, so that no row is on two pages or on none."""
        queryset = getattr(self.data, "data", None)
        if queryset is None or not hasattr(queryset, "query"):
            return
        ordering = list(queryset.query.order_by) or list(queryset.model._meta.ordering)
        if not {"pk", "-pk", "id", "-id"}.intersection(map(str, ordering)):
            self.data.data = queryset.order_by(*ordering, "pk")


def plain(value: Any) -> CellText:
    """``value`` as exported text; numbers stay numbers, None becomes empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, int | float):
        return value
    if isinstance(value, SafeString):
        return " ".join(strip_tags(value).split())
    return str(value)
