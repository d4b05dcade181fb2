"""Text as a table: CSV and TSV in the encodings that Excel and WPS write, and a block pasted from a sheet."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO

from grids.exporting.rules import LOST_WORD
from residents.importing.book import MAX_COLUMNS, MAX_ROWS, BookKind, column_letter
from residents.importing.headings import meaning
from residents.importing.refusals import refuse

DELIMITERS = (",", "\t", ";", "|")
SAMPLE = 40  # rows by which the delimiter is found
LONGEST_CELL = 32_767  # Excel's own limit

_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8 or UTF-16 by their marks, else UTF-8 or GB 18030 by trying.

    Raises ``UnreadableBook`` when it is neither.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, [encoding])
    if b"\0" in content[:4096]:
        # Text without a mark whose every other byte is zero: UTF-16 as some exports write it.
        even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
        return _decoded(content, ["utf-16-le" if odd >= even else "utf-16-be"])
    return _decoded(content, ["utf-8", "gb18030"])


def _decoded(content: bytes, encodings: list[str]) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        text = text.replace(LOST_WORD, "")  # no cell of our own lists changes by being saved in another code page
        return text, {"utf-8-sig": "utf-8", "gb18030": "gbk"}.get(encoding, encoding)
    raise refuse("encoding")


def table(text: str, *, kind: BookKind) -> tuple[list[tuple[str, ...]], str]:
    """All rows of ``text`` in order, and the delimiter. A pasted block is divided by tabs if it has any.

    Raises ``UnreadableBook``.
    """
    said = _SEPARATOR_LINE.match(text)
    if said:
        text = text[said.end() :]
    if said and said[1] in DELIMITERS:
        delimiter = said[1]
    elif kind is BookKind.PASTE and "\t" in text:
        delimiter = "\t"
    else:
        delimiter = _delimiter(text)
    rows = []
    for number, row in enumerate(_parsed(text, delimiter), start=1):
        if number > MAX_ROWS:
            raise refuse("too_many_rows", place=str(number))
        cells = tuple(row)
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) > MAX_COLUMNS:
            raise refuse("too_many_columns", place=f"{column_letter(len(cells) - 1)}{number}")
        _refuse_swallowed_rows(cells, number, delimiter)
        rows.append(cells)
    return rows, delimiter


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL * 64)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise refuse("quotes", place=str(reader.line_num)) from problem
        yield row


def _delimiter(text: str) -> str:
    """The delimiter by which some row has most known headings; with none known, the one that gives most cells."""
    best, best_score = DELIMITERS[0], (-1, -1)
    sample = text[: 64 * 1024]
    for delimiter in DELIMITERS:
        known = cells = 0
        reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
        try:
            for _number, row in zip(range(SAMPLE), reader, strict=False):
                known = max(known, sum(1 for cell in row[:MAX_COLUMNS] if cell.strip() and meaning(cell[:100])))
                cells = max(cells, sum(1 for cell in row if cell.strip()))
        except csv.Error:
            continue
        if (known, cells) > best_score:
            best, best_score = delimiter, (known, cells)
    return best


def _refuse_swallowed_rows(cells: tuple[str, ...], number: int, delimiter: str) -> None:
    """A quotation mark that is never closed makes one cell of the rows below it. Nothing of them may be lost."""
    for cell in cells:
        if len(cell) > LONGEST_CELL or ("\n" in cell and any(line.count(delimiter) >= 2 for line in cell.split("\n"))):
            raise refuse("quotes", place=str(number))
