"""Writing CSV and XLSX files that no spreadsheet runs, with the mark of whoever took them (promises P25, P37)."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

import xlsxwriter
from django.utils.translation import pgettext

from grids.common.clock import today
from grids.common.tables import CellText

# What a spreadsheet runs, also behind characters that it does not show (OWASP: CSV injection; full-width forms are
# Excel's own). Apostrophes before it belong to the pattern, so that one more can be taken away again.
_UNSEEN = "\\s\u0000\ufeff\u200b-\u200f\u2060\u3000"
FORMULA = re.compile(f"'*(?:[\t\r\n\u0000\ufeff]|[{_UNSEEN}]*[=+\\-@|%＝＋－＠｜％])")
WIDEST = 40


@dataclass(frozen=True)
class Mark:
    """Who took a file: ``visible`` is printed on every page and stands below the rows; ``hidden`` travels with rows.

    ``hidden`` is a word of characters that are not shown; it is appended to one worded cell of every ``EVERY``th row.
    ``properties`` go into the document's properties.
    """

    visible: str = ""
    hidden: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What a ledger says around its rows: above the headings (title, unit, period), and below (who made it)."""

    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


PLAIN = Frame()
EVERY = 4
_WORDED = re.compile("[\u4e00-\u9fff]|[A-Za-z]{2}")


def harmless(cell: CellText) -> CellText:
    """``cell`` so that no spreadsheet runs it: a text that begins like a formula gets an apostrophe before it."""
    return "'" + cell if isinstance(cell, str) and FORMULA.match(cell) else cell


def as_typed(cell: str) -> str:
    """What ``harmless`` was given: the reader's way back, ``as_typed(harmless(text)) == text`` for every text."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def marked(rows: Iterable[list[CellText]], mark: Mark) -> Iterable[list[CellText]]:
    """The rows with the hidden word at the end of their last worded cell; the first column is left alone."""
    for number, row in enumerate(rows):
        if mark.hidden and number % EVERY == 0:
            for column in range(len(row) - 1, 0, -1):
                cell = row[column]
                if isinstance(cell, str) and _WORDED.search(cell):
                    row = [*row[:column], cell + mark.hidden, *row[column + 1 :]]
                    break
        yield row


def write_csv(
    file: IO[bytes], header: list[str], rows: Iterable[list[CellText]], mark: Mark, frame: Frame = PLAIN
) -> int:
    """Rows as CSV, with the byte-order mark that Excel and WPS need to read Chinese; returns how many."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerows([harmless(line)] for line in frame.above)
    writer.writerow([harmless(cell) for cell in header])
    count = 0
    for row in marked(rows, mark):
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    if below := [*frame.below, *filter(None, [mark.visible])]:
        writer.writerows([[], *([harmless(line)] for line in below)])
    text.flush()
    text.detach()
    return count


def write_xlsx(
    file: IO[bytes],
    title: str,
    header: list[str],
    rows: Iterable[list[CellText]],
    mark: Mark,
    frame: Frame = PLAIN,
) -> int:
    """One sheet: frozen bold header, A4 landscape, head repeated, pages numbered, the mark on each; returns the rows.

    Rows are streamed to a temporary file: memory does not grow with them.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, **mark.properties})
        sheet = book.add_worksheet(_sheet_name(title))
        head_format = book.add_format({"bold": True, "bg_color": "#EAEEF3", "bottom": 1, "valign": "vcenter"})
        title_format = book.add_format({"bold": True, "font_size": 15, "align": "center", "valign": "vcenter"})
        mark_format = book.add_format({"font_color": "#808080", "italic": True})
        top = len(frame.above)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.set_header(f"&L{_printed(title)}&R{_printed(mark.visible) or f'{today():%Y-%m-%d}'}")
        page = pgettext("page number of a printed sheet", "Page")
        sheet.set_footer(f"&L{_printed(mark.visible)}&C{page} &P / &N")
        for column, label in enumerate(header):
            sheet.set_column(column, column, max(12, min(2 * len(label) + 4, WIDEST)))
        for line, text in enumerate(frame.above):
            if line == 0 and len(header) > 1:
                sheet.merge_range(0, 0, 0, len(header) - 1, "")
            sheet.write_string(line, 0, text, title_format if line == 0 else None)
        for column, label in enumerate(header):
            sheet.write_string(top, column, label, head_format)
        line = top
        for line, row in enumerate(marked(rows, mark), start=top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    # write_string: text stays text, 18-digit numbers and formulas included.
                    sheet.write_string(line, column, cell)
                else:
                    sheet.write_number(line, column, cell)
        for number, text in enumerate(frame.below, start=line + 2):
            sheet.write_string(number, 0, text)
        if mark.visible:
            sheet.write_string(line + 2 + len(frame.below), 0, mark.visible, mark_format)
    return line - top


def _printed(text: str) -> str:
    """``text`` for a printed header: an ampersand is doubled, and what is too long for Excel is cut."""
    return text.replace("&", "&&")[:120]


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"


def write_sheet(
    kind: str,
    title: str,
    header: list[str],
    rows: Iterable[list[CellText]],
    mark: Mark,
    frame: Frame = PLAIN,
) -> tuple[Any, int]:
    """A temporary file of ``kind`` ("csv" or "xlsx") at its beginning, and how many rows it holds."""
    file = tempfile.TemporaryFile(suffix=f".{kind}")  # noqa: SIM115 - whoever gets it closes it
    if kind == "csv":
        count = write_csv(file, header, rows, mark, frame)
    else:
        count = write_xlsx(file, title, header, rows, mark, frame)
    file.seek(0)
    return file, count
