"""The user's own workbook handed back: wrong cells red, each with a comment that says what to do.

An XLSX keeps everything. Above ``rules.STYLED_UP_TO`` rows it is written row by row, so that memory stays small, with
its values, merged cells and looks. XLS and text files, and what no library makes sense of, come back as an XLSX with
values and merged cells. ``Kept`` says which of these it was.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from residents.importing import csvs
from residents.importing.book import BookKind
from residents.importing.choices import Kept
from residents.importing.drafting import Typed
from residents.importing.formats import RED, Formats, SheetFormats
from residents.importing.looks import Looks
from residents.importing.merges import Merges
from residents.importing.rules import STYLED_UP_TO
from residents.importing.sheets import Range

logger = logging.getLogger(__name__)
COMMENT_WIDTH, COMMENT_HEIGHT = 320, 110  # pixels


@dataclass(frozen=True, slots=True)
class Mark:
    """A wrong cell: sheet from 0, row from 1 as Excel shows it, column from 0, and what to do."""

    sheet: int
    row: int
    column: int
    message: str


def mark(
    content: bytes, kind: str, marks: Iterable[Mark], *, rows: int, typed: Typed | None = None
) -> tuple[bytes, Kept]:
    """The workbook as XLSX with every cell of ``marks`` coloured and explained, and ``typed`` in place of its cells.

    And what it has of the user's own beside its values.
    """
    words = _by_cell(marks)
    typed = typed or {}
    ways: list[tuple[Kept, Callable[[], bytes]]] = []
    if kind == BookKind.XLSX:
        if rows <= STYLED_UP_TO:
            ways.append((Kept.ALL, lambda: _styled(content, words, typed)))
        ways.append((Kept.LOOKS, lambda: _plain(content, kind, words, typed, Looks(content))))
    for kept, way in ways:
        try:
            return way(), kept
        except Exception as problem:  # openpyxl is stricter than Excel about styles it does not know
            logger.info("a workbook was not handed back with %s of its own (%s)", kept, type(problem).__name__)
    has_looks = kind in {BookKind.XLSX, BookKind.XLS}
    return _plain(content, kind, words, typed), Kept.VALUES if has_looks else Kept.ALL


def _by_cell(marks: Iterable[Mark]) -> dict[int, dict[tuple[int, int], str]]:
    """Sheet to (row, column) to everything that is wrong there."""
    words: dict[int, dict[tuple[int, int], str]] = {}
    for one in marks:
        cells = words.setdefault(one.sheet, {})
        place = (one.row, one.column)
        known = cells.get(place)
        cells[place] = f"{known}\n{one.message}" if known and one.message not in known else one.message
    return words


def _styled(content: bytes, words: dict[int, dict[tuple[int, int], str]], typed: Typed) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    for (index, row), cells in typed.items():
        sheet = book[book.sheetnames[index]]
        for column, text in cells.items():
            _part(sheet, row, column + 1)
            _type(sheet.cell(row, column + 1), text)
    fill = PatternFill("solid", start_color=RED, end_color=RED)
    author = _("Lianhu")
    for index, cells in words.items():
        sheet = book[book.sheetnames[index]]
        covered = {
            place: (area.min_row, area.min_col)
            for area in sheet.merged_cells.ranges
            for place in ((row, column) for row in range(area.min_row, area.max_row + 1) for column in _columns(area))
        }
        for (row, column), message in cells.items():
            # Of merged cells only the first one can carry a comment.
            cell = sheet.cell(*covered.get((row, column + 1), (row, column + 1)))
            cell.fill = fill
            known = f"{cell.comment.text}\n" if cell.comment and message not in cell.comment.text else ""
            cell.comment = Comment(known + message, author, width=COMMENT_WIDTH, height=COMMENT_HEIGHT)
    target = BytesIO()
    book.save(target)
    book.close()
    return target.getvalue()


def _part(sheet: Any, row: int, column: int) -> None:
    """Part the merged cells around a place, each with the value of all: what was typed there is meant for one row."""
    for area in list(sheet.merged_cells.ranges):
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            value = sheet.cell(area.min_row, area.min_col).value
            sheet.unmerge_cells(str(area))
            for number in range(area.min_row, area.max_row + 1):
                sheet.cell(number, area.min_col, value)


def _type(cell: Any, text: str) -> None:
    """Text stays text: 18-digit numbers and what begins like a formula."""
    cell.value = text or None
    if text:
        cell.data_type = "s"
    cell.number_format = "@"


def _columns(area: Any) -> range:
    return range(area.min_col, area.max_col + 1)


def _plain(
    content: bytes,
    kind: str,
    words: dict[int, dict[tuple[int, int], str]],
    typed: Typed,
    looks: Looks | None = None,
) -> bytes:
    target = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        formats = Formats(book, looks)
        for index, (name, rows, ranges) in enumerate(_tables(content, kind)):
            sheet = book.add_worksheet(name)
            look = SheetFormats(sheet, formats, name or "")
            given = {row: cells for (place, row), cells in typed.items() if place == index}
            merges = Merges(ranges, typed=[(row, column) for row, cells in given.items() for column in cells])
            cells = merges.at_first(words.get(index, {}))
            by_row: dict[int, dict[int, str]] = {}
            for (row, column), message in cells.items():
                by_row.setdefault(row, {})[column] = message
            for number, values in _up_to(rows, max(by_row, default=0)):
                meant = _with_typed(merges.filled(number, values), given.get(number))
                _write_row(sheet, number, meant, by_row.get(number, {}), look)
            # Row by row the library has no merge_range, which writes all rows of a range at once; the list is its own.
            sheet.merge.extend([top - 1, left, bottom - 1, right] for top, left, bottom, right in merges.kept)
    return target.getvalue()


def _up_to(rows: Iterable[Sequence[Any]], last: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """``rows`` with their numbers from 1, and empty ones until ``last``: an error below all values is a wrong cell."""
    number = 0
    for number, values in enumerate(rows, start=1):
        yield number, values
    yield from ((more, ()) for more in range(number + 1, last + 1))


def _with_typed(values: Sequence[Any], given: Mapping[int, str] | None) -> Sequence[Any]:
    if not given:
        return values
    cells = [*values, *[""] * (max(given) + 1 - len(values))]
    for column, text in given.items():
        cells[column] = text
    return cells


def _write_row(sheet: Any, number: int, values: Sequence[Any], wrong: dict[int, str], look: SheetFormats) -> None:
    """Cells without a value are written too where they have a look: the borders of an empty cell."""
    last_looking = look.begin_row(number)
    width = max([len(values), last_looking + 1, *(column + 1 for column in wrong)])
    for column in range(width):
        value = values[column] if column < len(values) else ""
        style = look.of(column, value, is_wrong=column in wrong)
        if value == "" or value is None:
            if style is not None:
                sheet.write_blank(number - 1, column, None, style)
        elif isinstance(value, bool):
            sheet.write_boolean(number - 1, column, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(number - 1, column, value, style)
        elif isinstance(value, date | datetime):
            sheet.write_datetime(number - 1, column, value, style)
        elif isinstance(value, time | timedelta):
            sheet.write_string(number - 1, column, str(value), style)
        else:
            # Text stays text: 18-digit numbers and what begins like a formula.
            sheet.write_string(number - 1, column, str(value)[:32_767], style)
    # With their row: once the library has written it, it takes no comment any more.
    for column, message in wrong.items():
        size = {"author": _("Lianhu"), "width": COMMENT_WIDTH, "height": COMMENT_HEIGHT}
        sheet.write_comment(number - 1, column, message, size)


def _tables(content: bytes, kind: str) -> Iterator[tuple[str | None, Iterable[Sequence[Any]], Sequence[Range]]]:
    """Name and rows of every sheet, from row 1 and column A on, and its merged ranges."""
    if kind in {BookKind.CSV, BookKind.PASTE}:
        text = csvs.decode(content)[0]
        yield None, csvs.table(text, kind=BookKind(kind))[0], ()
        return
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    for index, name in enumerate(workbook.sheet_names):
        sheet = workbook.get_sheet_by_index(index)
        pad = ("",) * (sheet.start[1] if sheet.start else 0)
        yield name, ((*pad, *row) for row in sheet.iter_rows()), sheet.merged_cell_ranges or ()
