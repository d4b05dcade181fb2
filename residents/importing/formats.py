"""The formats of a workbook that is written row by row: those of the user's own one, and red where a cell is wrong."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from residents.importing.looks import Looks, is_of_days, pixels
from residents.importing.sheetxml import RowLook

RED = "FFC7CE"
DARK_RED = "9C0006"
_WRONG = {"bg_color": f"#{RED}", "font_color": f"#{DARK_RED}"}
_DAYS = {"num_format": "yyyy-mm-dd"}


class Formats:
    """Formats of ``book`` by the number of the look in the user's own one, each made when it is first asked for."""

    def __init__(self, book: Any, looks: Looks | None) -> None:
        self.looks = looks
        self._book = book
        self._all: dict[tuple[int, bool, bool], Any] = {}

    def of(self, style: int, *, is_day: bool, is_wrong: bool) -> Any:
        """A day shows as one, whatever its look; the red of a wrong cell goes before its own colour."""
        key = (style, is_day, is_wrong)
        if key not in self._all:
            look = self.looks.properties(style) if self.looks else {}
            days = _DAYS if is_day and not is_of_days(look) else {}
            properties = look | days | (_WRONG if is_wrong else {})
            self._all[key] = self._book.add_format(properties) if properties else None
        return self._all[key]


class SheetFormats:
    """Widths, heights and formats of one sheet; its rows must be begun in their order."""

    def __init__(self, sheet: Any, formats: Formats, name: str) -> None:
        self._sheet, self._formats = sheet, formats
        self._columns: dict[int, int] = {}
        self._rows: Iterator[RowLook] = iter(())
        self._next: RowLook | None = None
        self._row: RowLook | None = None
        if formats.looks is None:
            return
        columns, self._rows = formats.looks.sheet(name)
        self._next = next(self._rows, None)
        for one in columns:
            width = pixels(one.width) if one.width is not None else None
            style = formats.of(one.style, is_day=False, is_wrong=False) if one.style else None
            sheet.set_column_pixels(one.first, one.last, width, style, {"hidden": one.hidden})
            self._columns |= dict.fromkeys(range(one.first, one.last + 1), one.style)

    def begin_row(self, number: int) -> int:
        """Give the row ``number`` (from 1) its height; the last column (from 0) with a look of its own, or -1."""
        while self._next is not None and self._next.number < number:
            self._next = next(self._rows, None)
        self._row = self._next if self._next is not None and self._next.number == number else None
        row = self._row
        if row is None:
            return -1
        if row.height is not None or row.hidden or row.style:
            style = self._formats.of(row.style, is_day=False, is_wrong=False) if row.style else None
            self._sheet.set_row(number - 1, row.height, style, {"hidden": row.hidden})
        return max(row.cells, default=-1)

    def of(self, column: int, value: Any, *, is_wrong: bool) -> Any:
        row = self._row
        own = row.cells.get(column) if row else None
        style = own if own is not None else (row.style if row and row.style else self._columns.get(column, 0))
        return self._formats.of(style, is_day=isinstance(value, date), is_wrong=is_wrong)
