"""Reading a file as secretaries really have them: XLSX, XLS, CSV, or a block pasted from Excel."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from residents.importing import compounds, csvs, packages
from residents.importing.book import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    BadValue,
    Book,
    BookKind,
    SkippedSheet,
    SkipReason,
    SourceSheet,
    UnreadableBook,
    Value,
    column_letter,
)
from residents.importing.refusals import refuse
from residents.importing.sheets import Range, Row, read_sheet
from residents.importing.sheetxml import SLACK_ROWS

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh")
_SHORT = 12  # texts up to this length are kept once however often they come


def check_size(size: int) -> None:
    """Refuse a file by its size alone, before it is read. Raises ``UnreadableBook``."""
    if size > MAX_BYTES:
        raise refuse("too_big")
    if size == 0:
        raise refuse("empty_file")


def read_book(content: bytes, filename: str) -> Book:
    """The sheets of ``content``. What the file is follows from its content; ``filename`` only helps the wording.

    Raises ``UnreadableBook`` with one clear sentence for anything that cannot be read completely.
    """
    check_size(len(content))
    try:
        if content.startswith(b"PK\x03\x04"):
            book = _read_xlsx(content)
        elif content.startswith(compounds.SIGNATURE):
            book = _read_xls(content)
        else:
            book = _read_text(content)
    except (UnreadableBook, MemoryError):
        raise
    except (ArithmeticError, LookupError, RecursionError, ValueError, OSError) as problem:
        # Whatever a broken file does to a reader, the user is told what to do with it.
        raise refuse("damaged") from problem
    claimed = filename.rpartition(".")[2].lower()
    if claimed in {"xlsx", "xls", "csv"} and claimed != book.kind and not (claimed == "xls" and book.kind == "xlsx"):
        note = _("The file is named .%(claimed)s and is %(kind)s; it was read as what it is.")
        book = _with_notes(book, note % {"claimed": claimed, "kind": book.kind.upper()})
    return book


def read_paste(text: str) -> Book:
    """A block of cells copied from Excel, with its heading row. Raises ``UnreadableBook``."""
    check_size(len(text.encode(errors="replace")))
    return _book_of_text(text, BookKind.PASTE, "")


# ------------------------------------------------------------------ text
def _read_text(content: bytes) -> Book:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = start[:512].lower()
    if start.startswith(b"%PDF"):
        raise refuse("pdf")
    if content.startswith(_PICTURES) and (b"\0" in content[:512] or content.startswith(b"GIF8")):
        raise refuse("image")
    if content.startswith(_ARCHIVES) or content.startswith(b"PK"):
        raise refuse("archive" if content.startswith(_ARCHIVES) else "damaged")
    if low.startswith(b"{\\rtf"):
        raise refuse("document")
    if low.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<body", b"<style", b"<div", b"<!--")):
        raise refuse("html")
    if low.startswith(b"mime-version:") or b"<html" in low[:256]:
        raise refuse("html")
    if low.startswith(b"<?xml"):
        raise refuse("html" if b"<html" in low else "xml")
    if content.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
        raise refuse("not_a_spreadsheet")
    if _looks_binary(content[:4096]):
        raise refuse("not_a_spreadsheet")
    text, encoding = csvs.decode(content)
    return _book_of_text(text, BookKind.CSV, encoding)


def _looks_binary(start: bytes) -> bool:
    """Control characters that no text has; UTF-16 with or without its mark is text."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = sum(1 for byte in start if byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b\0")
    zeros = start.count(0)
    if zeros:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        # In Chinese UTF-16 a good part of the characters are digits, commas and line ends: zeros on one side only.
        return controls > len(start) // 10 or min(even, odd) * 10 > max(even, odd)
    return controls > len(start) // 50


def _book_of_text(text: str, kind: BookKind, encoding: str) -> Book:
    rows, delimiter = csvs.table(text, kind=kind)
    sheet = read_sheet("", 0, rows, is_text=True)
    notes = []
    if encoding not in {"", "utf-8"}:
        notes.append(_("The text was read as %(encoding)s.") % {"encoding": encoding.upper()})
    return _book(kind, [sheet], notes, encoding=encoding, delimiter=delimiter)


# ------------------------------------------------------------------ workbooks
def _read_xlsx(content: bytes) -> Book:
    package = packages.inspect(content)
    workbook = _opened(content)
    notes = []
    if package.has_links:
        notes.append(_("Links to other workbooks were not followed; the stored values were read."))
    sheets = []
    for position, metadata in enumerate(_sheets_of(workbook)):
        bad = package.bad_values.get(package.sheet_parts.get(metadata.name, ""), {})
        sheets.append(_read_one(workbook, position, metadata, bad, uses_1904=package.uses_1904))
    return _book(BookKind.XLSX, sheets, notes)


def _read_xls(content: bytes) -> Book:
    legacy = compounds.inspect(content)
    workbook = _opened(content)
    sheets = [
        _read_one(workbook, position, metadata, legacy.bad_values.get(position, {}), uses_1904=legacy.uses_1904)
        for position, metadata in enumerate(_sheets_of(workbook))
    ]
    return _book(BookKind.XLS, sheets, [])


def _opened(content: bytes) -> CalamineWorkbook:
    return _guarded(lambda: CalamineWorkbook.from_filelike(BytesIO(content)))


def _guarded(step: Any) -> Any:
    """``step()``; whatever the reader makes of a broken file, even giving up altogether, becomes a refusal."""
    try:
        return step()
    except PasswordError as problem:
        raise refuse("encrypted") from problem
    except CalamineError as problem:
        raise refuse("damaged") from problem
    except UnreadableBook:
        raise
    except BaseException as problem:
        # The reader is written in Rust: its panic is an exception of its own, outside of Exception.
        if type(problem).__name__ == "PanicException" or isinstance(problem, Exception):
            raise refuse("damaged") from problem
        raise


def _sheets_of(workbook: CalamineWorkbook) -> Sequence[Any]:
    if any(metadata.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba) for metadata in workbook.sheets_metadata):
        raise refuse("macros")
    if len(workbook.sheets_metadata) > MAX_SHEETS:
        raise refuse("too_many_sheets")
    return list(workbook.sheets_metadata)


def _read_one(
    workbook: CalamineWorkbook,
    position: int,
    metadata: Any,
    bad: Mapping[tuple[int, int], BadValue],
    *,
    uses_1904: bool,
) -> SourceSheet | SkippedSheet:
    name = metadata.name
    if metadata.typ != SheetTypeEnum.WorkSheet:
        return SkippedSheet(name, position, SkipReason.NOT_A_WORKSHEET, _("This sheet holds a chart, not a table."))
    if metadata.visible != SheetVisibleEnum.Visible:
        message = _("The sheet is hidden. Please unhide it in Excel if it belongs to the roster.")
        return SkippedSheet(name, position, SkipReason.HIDDEN_SHEET, message)
    rows, merges = _guarded(lambda: _cells(workbook, position, bad))
    return read_sheet(name, position, rows, merges=merges, uses_1904=uses_1904)


def _cells(
    workbook: CalamineWorkbook, position: int, bad: Mapping[tuple[int, int], BadValue]
) -> tuple[list[Row], list[Range]]:
    """All rows from row 1 on, values from column A on, without empty cells at their ends; and the merged ranges."""
    sheet = workbook.get_sheet_by_index(position)
    left = sheet.start[1] if sheet.start else 0
    if left + sheet.width > MAX_COLUMNS:
        raise refuse("too_many_columns", place=column_letter(left + sheet.width - 1))
    pad: tuple[Value, ...] = ("",) * left
    once: dict[str, str] = {}
    rows: list[Row] = []
    for values in sheet.iter_rows():
        while values and values[-1] == "":
            values.pop()
        for place, value in enumerate(values):
            if isinstance(value, str) and len(value) <= _SHORT:
                values[place] = once.setdefault(value, value)
        rows.append(pad + tuple(values) if values else ())
        if len(rows) > MAX_ROWS + SLACK_ROWS:
            raise refuse("too_many_rows", place=str(len(rows)))
    for (row, column), value in sorted(bad.items()):
        if column >= MAX_COLUMNS or row > MAX_ROWS + SLACK_ROWS:
            continue
        while len(rows) <= row:
            rows.append(())
        cells = list(rows[row]) + [""] * (column + 1 - len(rows[row]))
        # A library that keeps the error's own name has said enough.
        cells[column] = value if cells[column] == "" else cells[column]
        rows[row] = tuple(cells)
    return rows, [(tuple(first), tuple(last)) for first, last in sheet.merged_cell_ranges or ()]  # type: ignore[misc]


# ------------------------------------------------------------------ the whole
def _book(
    kind: BookKind,
    sheets: Sequence[SourceSheet | SkippedSheet],
    notes: Sequence[str],
    *,
    encoding: str = "",
    delimiter: str = "",
) -> Book:
    read = tuple(sheet for sheet in sheets if isinstance(sheet, SourceSheet))
    skipped = tuple(sheet for sheet in sheets if isinstance(sheet, SkippedSheet))
    if not read:
        empty = all(sheet.reason is SkipReason.EMPTY_SHEET for sheet in skipped)
        raise refuse("no_rows" if empty else "no_headings")
    return Book(kind, read, skipped, tuple(notes), encoding, delimiter)


def _with_notes(book: Book, *notes: str) -> Book:
    return Book(book.kind, book.sheets, book.skipped_sheets, (*book.notes, *notes), book.encoding, book.delimiter)
