"""What a file is, once it has been read: sheets, headings, rows, and everything that was left out, with the reason.

Plain values without a database. Rows and columns keep the places that they have in the user's own file, as Excel shows
them: row 7, column C. A roster may have 100,000 rows, so a row holds plain values and makes its cells when asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError

MAX_BYTES = 30 * 1024 * 1024  # of the file as it is uploaded
MAX_UNPACKED_BYTES = 150 * 1024 * 1024  # of all parts of a workbook: 100,000 rows of 20 columns take up to 104 MB
MAX_ROWS = 200_000  # of a sheet
MAX_COLUMNS = 200
MAX_SHEETS = 100
MAX_AREA = 6_400_000  # cells from A1 to the last one with content: 200,000 rows of 32 columns
GROUP_SIGN = " › "


class UnreadableBook(ValidationError):
    """The file is no roster that can be read: one sentence what it is and what to do.

    ``code`` is the short name of the reason, such as ``"encrypted"``; tests and pages go by it, people by the message.
    """


class BookKind(StrEnum):
    """What a file really is, whatever its name says."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    PASTE = "paste"


class CellKind(StrEnum):
    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a date or a date with a time
    TIME = "time"  # a time of day or a length of time
    YESNO = "yesno"
    ERROR = "error"  # #N/A, #REF! ..., or a formula whose result is not in the file


@dataclass(frozen=True, slots=True)
class BadValue:
    """An error value of Excel (``#N/A``), or a formula without a stored result (``code`` is empty)."""

    code: str


Value = str | int | float | bool | date | datetime | time | timedelta | BadValue


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what a reader sees (13800138000, never 13800138000.0), ``raw`` the value in the file."""

    text: str
    kind: CellKind
    raw: Value

    @classmethod
    def of(cls, value: Value) -> "Cell":
        return cls(shown(value), kind_of(value), value)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the file: ``number`` counts from 1 as in Excel, ``values`` from column A on; empty cells are ``""``."""

    number: int
    values: tuple[Value, ...]

    def cell(self, column: int) -> Cell:
        """The cell of column ``column`` (A is 0); beyond the last value it is empty."""
        return Cell.of(self.values[column] if column < len(self.values) else "")

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(Cell.of(value) for value in self.values)

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)


class SkipReason(StrEnum):
    """Why a row or a sheet was left out; ``Skipped.message`` says it in words."""

    TITLE = "title"
    INSTRUCTIONS = "instructions"
    TOTAL = "total"
    REPEATED_HEADING = "repeated_heading"
    FOOTER = "footer"
    SAMPLE = "sample"
    ONLY_NUMBERED = "only_numbered"  # nothing but a running number
    HIDDEN_SHEET = "hidden_sheet"
    NO_HEADINGS = "no_headings"
    EMPTY_SHEET = "empty_sheet"
    NOT_A_WORKSHEET = "not_a_worksheet"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was left out (blank rows are not listed). ``message`` is one sentence for the user."""

    row: int
    reason: SkipReason
    message: str


@dataclass(frozen=True, slots=True)
class SkippedSheet:
    name: str
    index: int
    reason: SkipReason
    message: str


@dataclass(frozen=True)
class SourceSheet:
    """A sheet with headings and rows. ``index`` is its place in the workbook from 0, ``heading_rows`` are Excel's.

    ``headings[i]`` is the heading of column ``i`` (A is 0), empty where there is none; group and detail of a heading
    over two rows are joined by ``GROUP_SIGN`` (``户主 › 姓名``). ``merged`` gives (row number, column) of each cell
    that a merged cell further up covers, and the value of that merged cell: ``cells.columns_of`` fills household
    columns with it, no others. ``uses_1904`` says from which day a plain number counts as a date.
    """

    name: str
    index: int
    heading_rows: tuple[int, ...]
    headings: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    skipped: tuple[Skipped, ...] = ()
    merged: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    uses_1904: bool = False
    is_text: bool = False  # the cells have no types: CSV or pasted


@dataclass(frozen=True)
class Book:
    """A file that was read: its roster sheets, the sheets left out, and remarks for the user (such as the encoding)."""

    kind: BookKind
    sheets: tuple[SourceSheet, ...]
    skipped_sheets: tuple[SkippedSheet, ...] = ()
    notes: tuple[str, ...] = field(default=())
    encoding: str = ""  # of a text file
    delimiter: str = ""  # of a text file

    @property
    def row_count(self) -> int:
        return sum(len(sheet.rows) for sheet in self.sheets)


def column_letter(column: int) -> str:
    """The letter that Excel shows over column ``column``: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def kind_of(value: Value) -> CellKind:
    if isinstance(value, str):
        return CellKind.TEXT if value.strip() else CellKind.EMPTY
    if isinstance(value, bool):
        return CellKind.YESNO
    if isinstance(value, int | float):
        return CellKind.NUMBER
    if isinstance(value, date):
        return CellKind.DATE
    return CellKind.ERROR if isinstance(value, BadValue) else CellKind.TIME


def shown(value: Value) -> str:
    """``value`` as people read it: whole numbers without a point, dates as 1990-01-05."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.time() != time() else f"{value:%Y-%m-%d}"
    if isinstance(value, BadValue):
        return value.code
    return str(value)
