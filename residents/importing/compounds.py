"""What is inside an OLE file (XLS of Excel 97-2003, encrypted XLSX, DOC), looked at before any library opens it.

Sources: MS-CFB (the container), MS-XLS (its BIFF records). As for zipped workbooks this finds what must be refused, and
the cells that the reader gives as empty although they hold an error.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from residents.importing.book import MAX_AREA, MAX_COLUMNS, BadValue, column_letter
from residents.importing.refusals import refuse

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_SMALL_STREAM = 4096
_BOF, _EOF, _SHEET, _PASSWORD, _EPOCH, _ERROR, _FORMULA = 0x809, 0x0A, 0x85, 0x2F, 0x22, 0x205, 0x06
_ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
# Records that hold one cell with a value: label, number, label of the string table, formula, ...
_CELLS = {0x203, 0x204, 0xFD, 0x27E, 0xD6, 0x205, 0x06}


@dataclass
class Legacy:
    """``bad_values`` by the sheet's place in the workbook: (row from 0, column from 0)."""

    uses_1904: bool = False
    bad_values: dict[int, dict[tuple[int, int], BadValue]] = field(default_factory=dict)


def inspect(content: bytes) -> Legacy:
    """Look through an OLE file that should be a workbook. Raises ``UnreadableBook``."""
    try:
        container = _Container(content)
        names = {name.lower() for name in container.streams}
        if "encryptedpackage" in names or "encryptioninfo" in names:
            raise refuse("encrypted")
        if "worddocument" in names or "powerpoint document" in names:
            raise refuse("document")
        if any(name.startswith("_vba_project") for name in names):
            raise refuse("macros")
        stream = next((name for name in container.streams if name.lower() in {"workbook", "book"}), None)
        if stream is None:
            raise refuse("not_a_spreadsheet")
        return _look(container.read(stream))
    except (struct.error, IndexError, ValueError, UnicodeError) as problem:
        raise refuse("damaged") from problem


class _Container:
    """The streams of an OLE file by name. Raises ``ValueError`` or ``struct.error`` when it is not whole."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, small_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or small_shift != 6:
            raise ValueError("sector size")
        self.size = 1 << shift
        tables, directory, _transaction, _cutoff, small_table, _small_count, extra, _extra_count = struct.unpack_from(
            "<II I I I I I I".replace(" ", ""), content, 44
        )
        sectors = list(struct.unpack_from("<109I", content, 76))
        seen = set()
        while extra < _END:
            if extra in seen:
                raise ValueError("loop")
            seen.add(extra)
            more = struct.unpack(f"<{self.size // 4}I", self._sector(extra))
            sectors += more[:-1]
            extra = more[-1]
        self.next: list[int] = []
        for sector in sectors[:tables]:
            if sector < _END:
                self.next += struct.unpack(f"<{self.size // 4}I", self._sector(sector))
        self.streams: dict[str, tuple[int, int]] = {}
        root = (0, 0)
        entries = self._chain(directory)
        for offset in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, offset + 64)
            start, size = struct.unpack_from("<II", entries, offset + 116)
            name = entries[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (start, size)
            elif kind in {1, 2}:
                self.streams.setdefault(name, (start, size))
        self.small = self._chain(root[0]) if root[1] else b""
        table = self._chain(small_table) if small_table < _END else b""
        self.small_next = struct.unpack(f"<{len(table) // 4}I", table)

    def read(self, name: str) -> bytes:
        start, size = self.streams[name]
        if size >= _SMALL_STREAM:
            data = self._chain(start)
        else:
            data, seen = b"", set()
            while start < _END:
                if start in seen:
                    raise ValueError("loop")
                seen.add(start)
                data += self.small[start * 64 : start * 64 + 64]
                start = self.small_next[start]
        if len(data) < size:
            raise ValueError("short")
        return data[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        sector = self.content[start : start + self.size]
        if not sector:
            raise ValueError("beyond the end")
        # The last sector may be shorter in files of careless writers.
        return sector.ljust(self.size, b"\0")

    def _chain(self, number: int) -> bytes:
        parts, seen = [], set()
        while number < _END:
            if number in seen:
                raise ValueError("loop")
            seen.add(number)
            parts.append(self._sector(number))
            number = self.next[number]
        return b"".join(parts)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _look(stream: bytes) -> Legacy:
    legacy, offsets, place = Legacy(), {}, 0
    position = -1
    depth = last_row = last_column = 0
    if struct.unpack_from("<H", stream, 0)[0] != _BOF:
        raise refuse("damaged")
    for kind, data in _records(stream):
        if kind == _PASSWORD:
            raise refuse("encrypted")
        if kind == _SHEET:
            offset, _hidden, sheet_type = struct.unpack_from("<IBB", data)
            if sheet_type in {1, 6}:  # XLM macro sheet, Visual Basic module
                raise refuse("macros")
            offsets[offset] = len(offsets)
        elif kind == _EPOCH:
            legacy.uses_1904 = data[:1] == b"\1"
        elif kind == _BOF:
            depth += 1
            position = offsets.get(place, position)
            if place in offsets:
                last_row = last_column = 0
        elif kind == _EOF:
            depth -= 1
        elif kind in _CELLS and position >= 0:
            row, column = struct.unpack_from("<HH", data)
            last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
            if last_column > MAX_COLUMNS or last_row * last_column > MAX_AREA:
                raise refuse("too_many_columns", place=f"{column_letter(column)}{row + 1}")
            code = _error_code(kind, data)
            if code is not None:
                found = legacy.bad_values.setdefault(position, {})
                found[row, column] = BadValue(_ERROR_NAMES.get(code, "#"))
        place += 4 + len(data)
    if depth > 0:
        raise refuse("damaged")  # the file ends in the middle of a sheet
    return legacy


def _error_code(kind: int, data: bytes) -> int | None:
    if kind == _ERROR and len(data) >= 8 and data[7] == 1:
        return data[6]
    # The result of a formula: 0xFFFF at its end says that it is no number, 2 at its beginning that it is an error.
    if kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
        return data[8]
    return None
