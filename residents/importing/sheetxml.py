"""What the XML of a sheet holds before a library reads it: how far it reaches, how much it repeats, which cells lie,
and which cell has which style.

The reader sets up every cell up to the last one and copies a shared text into each cell that shows it: a file of a few
kilobytes could take all memory. So reach and length are counted here first, piece by piece.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from residents.importing.book import MAX_AREA, MAX_COLUMNS, MAX_ROWS, BadValue, column_letter
from residents.importing.refusals import refuse

OVERLAP = 16 * 1024  # of pieces that are searched, so that no cell is cut in two; a formula has up to 8,192 letters
SLACK_ROWS = 200  # titles above and footers below the table
MOST_TEXT = 150 * 1024 * 1024  # bytes of all texts, each counted as often as it is shown

# A cell with content (not <c .../>) beyond column AE or beyond row 200,199.
_FAR = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"'](?:[A-Z]{3,}\d|A[F-Z]\d|[B-Z][A-Z]\d|[A-Z]+(?:\d{7,}|[3-9]\d{5}|2[1-9]\d{4}"
    rb"|20[1-9]\d{3}|200[2-9]\d\d))[^>]*(?<!/)>",
    re.IGNORECASE,
)
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]+)(\d+)[\"'][^>]*(?<!/)>", re.IGNORECASE)
# An error cell; and a formula without a stored result. The other kinds of cells need no look.
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>(?:[^<]*<(?:\w+:)?f[^<]*</(?:\w+:)?f>)?"
    rb"(?:[^<]*<(?:\w+:)?v[^>]*>([^<]*))?"
)
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\s([^>]*[^/>])>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]+)([0-9]{1,7})[\"']", re.IGNORECASE)
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"'](?:str|inlineStr|e)[\"']")
# A cell whose first attribute is not its place.
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:\s*/?>|\s+(?!r\s*=)[A-Za-z:]+\s*=)")
_SHOWN = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*<")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s>].*?</(?:\w+:)?si\s*>", re.DOTALL)


class SheetLook:
    """One sheet, piece by piece: ``bad_values`` are (row, column) from 0 of cells that look empty and are not.

    ``is_unplaced`` says that some cells do not tell where they are: then the whole sheet must be parsed.
    """

    def __init__(self) -> None:
        self.bad_values: dict[tuple[int, int], BadValue] = {}
        self.is_unplaced = False
        self.cells = 0
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Raises ``UnreadableBook`` for a table that reaches too far."""
        window = self._tail + piece
        self.cells += piece.count(b"<v") + piece.count(b":v")
        _look_for_far_cells(window)
        self.is_unplaced = self.is_unplaced or bool(_UNPLACED.search(window))
        if b'"e"' in window or b"'e'" in window:
            self._collect(_ERROR, window)
        if b"<f" in window or b":f" in window:
            self._collect(_NO_RESULT, window)
        self._tail = window[-OVERLAP:]

    def _collect(self, pattern: re.Pattern[bytes], window: bytes) -> None:
        for cell in pattern.finditer(window):
            if pattern is _NO_RESULT and _TEXT_RESULT.search(cell[1]):
                continue  # the result is an empty text
            place = _PLACE.search(cell[1])
            if place is None:
                self.is_unplaced = True
                continue
            code = (cell[2] or b"#").decode("utf-8", "replace").strip() if pattern is _ERROR else ""
            self.bad_values[int(place[2]) - 1, _column_number(place[1]) - 1] = BadValue(code)


class SharedTexts:
    """The lengths of the texts that cells share."""

    def __init__(self, xml: bytes) -> None:
        self.lengths = [found.end() - found.start() for found in _SHARED.finditer(xml)]
        self.longest = max(self.lengths, default=0)

    def refuse_repetition(self, cells: int, sheets: Iterator[Iterator[bytes]]) -> None:
        """Raises ``UnreadableBook`` when the texts, each as often as it is shown, are more than a roster has.

        ``cells`` is how many there are at most; only if these could be too many, the sheets are looked through again.
        """
        if cells * self.longest <= MOST_TEXT:
            return
        total = 0
        for pieces in sheets:
            tail = b""
            for piece in pieces:
                window = tail + piece
                whole = window.rfind(b"<c") + 1  # what begins after it comes again with the next piece
                for found in _SHOWN.finditer(window[:whole]):
                    index = int(found[1])
                    total += self.lengths[index] if index < len(self.lengths) else 0
                if total > MOST_TEXT:
                    raise refuse("bomb")
                tail = window[max(whole - 1, 0) :]
            total += sum(
                self.lengths[int(found[1])] for found in _SHOWN.finditer(tail) if int(found[1]) < len(self.lengths)
            )


def _look_for_far_cells(window: bytes) -> None:
    """Refuse a table that reaches too far."""
    if not _FAR.search(window):
        return
    for found in _CELL.finditer(window):
        _refuse_far(int(found[2][:9]), _column_number(found[1]), f"{found[1].decode().upper()}{found[2].decode()}")


def _refuse_far(row: int, column: int, place: str) -> None:
    """``row`` and ``column`` from 1."""
    if column > MAX_COLUMNS or row > MAX_ROWS + SLACK_ROWS or row * column > MAX_AREA:
        raise refuse("too_many_rows" if row > MAX_ROWS else "too_many_columns", place=place)


def _column_number(letters: bytes) -> int:
    """A is 1, AA is 27; anything beyond Excel's own limit is simply far."""
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number


class CellScan:
    """Finds error cells and formulas without a stored result in the XML of a sheet."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], BadValue] = {}
        self.row = self.column = self.last_row = self.last_column = -1
        self.type = ""
        self.has_formula = self.in_value = False
        self.text: list[str] = []

    def read(self, pieces: Iterator[bytes]) -> dict[tuple[int, int], BadValue]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, OverflowError) as problem:
            raise refuse("damaged") from problem
        return self.found

    def _doctype(self, *_arguments: object) -> None:
        raise refuse("damaged")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif tag == "c":
            place = re.fullmatch(r"([A-Za-z]{1,3})([0-9]{1,7})", attributes.get("r", ""))
            self.column = _column_number(place[1].encode()) - 1 if place else self.column + 1
            self.row = int(place[2]) - 1 if place else self.row
            self.type = attributes.get("t", "")
            self.has_formula = False
            self.text = []
        elif tag == "f":
            self.has_formula = True
        elif tag == "v":
            self.in_value = True

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self.in_value = False
        elif tag == "c":
            text = "".join(self.text).strip()
            self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
            _refuse_far(self.last_row + 1, self.last_column + 1, f"{column_letter(self.column)}{self.row + 1}")
            if self.type == "e":
                self.found[self.row, self.column] = BadValue(text or "#")
            elif self.has_formula and not text and self.type not in {"str", "inlineStr"}:
                self.found[self.row, self.column] = BadValue("")

    def _characters(self, data: str) -> None:
        if self.in_value:
            self.text.append(data)


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """Columns ``first`` to ``last`` (from 0): their width as the file has it, their style, whether they are hidden."""

    first: int
    last: int
    width: float | None
    style: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class RowLook:
    """A row (from 1): its height in points if it has one of its own, its style, and those of its cells by column."""

    number: int
    height: float | None
    style: int
    hidden: bool
    cells: Mapping[int, int]


class LookScan:
    """Which cell of a sheet has which style, by the XML of the sheet: row by row, in the order of the file."""

    def __init__(self) -> None:
        self.columns: list[ColumnLook] = []
        self._done: list[RowLook] = []
        self._row: dict[str, str] = {}
        self._cells: dict[int, int] = {}
        self._number, self._column = 0, -1
        self._places: dict[str, int] = {}  # letters to column

    def rows(self, pieces: Iterator[bytes]) -> Iterator[RowLook]:
        """Raises ``ExpatError`` or ``ValueError`` for what is no sheet."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        for piece in pieces:
            parser.Parse(piece, False)
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            if letters and letters not in self._places:
                self._places[letters] = _column_number(letters.encode()) - 1
            self._column = self._places[letters] if letters else self._column + 1
            style = int(attributes.get("s", 0))
            if style and self._column < MAX_COLUMNS:
                self._cells[self._column] = style
        elif tag == "row":
            self._row, self._cells, self._column = attributes, {}, -1
            self._number = int(attributes.get("r", self._number + 1))
        elif tag == "col":
            first, last = int(attributes["min"]) - 1, min(int(attributes["max"]), MAX_COLUMNS) - 1
            if first <= last:
                width = float(attributes["width"]) if "width" in attributes else None
                style = int(attributes.get("style", 0))
                self.columns.append(ColumnLook(first, last, width, style, _is_yes(attributes, "hidden")))

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "row":
            height = float(self._row["ht"]) if "ht" in self._row else None
            style = int(self._row.get("s", 0)) if _is_yes(self._row, "customFormat") else 0
            self._done.append(RowLook(self._number, height, style, _is_yes(self._row, "hidden"), self._cells))


def _is_yes(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}
