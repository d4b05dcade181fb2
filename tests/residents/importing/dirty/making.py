"""Workbooks and text files made in code: what every dirty book is built from. All persons are invented (area 9901)."""

import csv
import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from residents.roster.numbers import check_digit

ON = date(2026, 11, 22)  # "today" of all expectations


def number(day: date, sequence: int, area: str = "990101") -> str:
    """A valid identity number; an odd ``sequence`` is a man."""
    first = f"{area}{day:%Y%m%d}{sequence:03d}"
    return first + check_digit(first)


HEADINGS = ["姓名", "性别", "身份证号", "出生日期", "联系电话", "与户主关系", "楼栋", "单元", "室"]
ZHANG = ["张建国", "男", number(date(1950, 3, 4), 11), "1950-03-04", "13900000001", "户主", "3号楼", "2单元", "501"]
LI = ["李秀英", "女", number(date(1952, 5, 6), 22), "1952-05-06", "13900000002", "配偶", "3号楼", "2单元", "501"]
WANG = ["王小明", "男", number(date(1980, 7, 8), 33), "1980-07-08", "13900000003", "户主", "3号楼", "2单元", "502"]
FANG = ["王芳芳", "女", number(date(2010, 9, 10), 44), "2010-09-10", "", "女儿", "3号楼", "2单元", "502"]
PEOPLE = [ZHANG, LI, WANG, FANG]

FaultAt = tuple[str, int, str, str]  # sheet, row, column letter ("" for the whole row), code


@dataclass(frozen=True)
class Dirty:
    """A file with a trap, and what reading it must give.

    ``refusal`` is the code of ``UnreadableBook``; then nothing else is expected. ``rows`` are the persons read over all
    sheets, ``faults`` all cells that are wrong, ``values`` what certain rows must hold (not more than what is named is
    compared), ``skipped`` and ``skipped_sheets`` what was left out and why, ``asked`` and ``dropped`` the headings that
    must be asked or are dropped, ``notes`` codes of what was cleaned (at least), ``left_out`` rows of persons who are
    gone. ``answers`` is what the user chooses for the headings asked, as ``match_columns`` remembers it. A ``paste`` is
    text put into the page instead of a file.
    """

    name: str
    trap: str
    filename: str
    build: Callable[[], bytes]
    refusal: str = ""
    rows: int = 0
    faults: tuple[FaultAt, ...] = ()
    values: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    skipped: tuple[tuple[str, int, str], ...] = ()
    skipped_sheets: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    paste: bool = False

    def __str__(self) -> str:
        return self.name


SHEET = "花名册"


def people_with(
    headings: Sequence[str], *columns: Sequence[Any], people: Sequence[list[Any]] = PEOPLE
) -> list[list[Any]]:
    """The people's table with further columns: one sequence of values for each further heading."""
    return [
        [*HEADINGS, *headings],
        *([*person, *extra] for person, extra in zip(people, zip(*columns, strict=True), strict=True)),
    ]


def changed(person: list[Any], **cells: Any) -> list[Any]:
    """``person`` with other cells, by position name: name, sex, id, birth, phone, relation, building, unit, room."""
    names = ["name", "sex", "id", "birth", "phone", "relation", "building", "unit", "room"]
    new = list(person)
    for name, value in cells.items():
        new[names.index(name)] = value
    return new


def xlsx(
    rows: Iterable[Sequence[Any]] = (),
    *,
    merges: Iterable[str] = (),
    then: Callable[[openpyxl.Workbook, Worksheet], None] | None = None,
    name: str = SHEET,
) -> bytes:
    """A workbook with one sheet; ``then`` may do anything else to it."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    if then:
        then(workbook, sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def xls(rows: Iterable[Sequence[Any]], *, then: Callable[[xlwt.Workbook, Any], None] | None = None) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet(SHEET, cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(place, column, value, *([day] if isinstance(value, date) else []))
    if then:
        then(workbook, sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def text(rows: Iterable[Sequence[Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode(encoding)


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    """A zip file with its parts changed (None leaves a part out) and others added (``__`` stands for a slash)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in added.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def in_sheet(old: str, new: str) -> Callable[[str, bytes], bytes]:
    """A change of the first sheet's XML."""

    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        assert old.encode() in data, f"{old} is not in the sheet"
        return data.replace(old.encode(), new.encode(), 1)

    return change


def without_places(name: str, data: bytes) -> bytes:
    """The sheet with cells that do not say where they are; the order tells."""
    return re.sub(rb'(<c) r="[A-Z]+[0-9]+"', rb"\1", data) if name == "xl/worksheets/sheet1.xml" else data


def keep(_name: str, data: bytes) -> bytes:
    return data


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def with_stream_named(content: bytes, old: str, new: str) -> bytes:
    """An OLE file whose stream has another name: what Excel calls EncryptedPackage, Word WordDocument."""
    place = content.index(old.encode("utf-16-le") + b"\0\0")
    entry = bytearray(content[place : place + 128])
    entry[:64] = new.encode("utf-16-le").ljust(64, b"\0")
    entry[64:66] = struct.pack("<H", len(new) * 2 + 2)
    return content[:place] + bytes(entry) + content[place + 128 :]


def with_further_stream(content: bytes, name: str) -> bytes:
    """An OLE file with one more entry in its directory, empty: enough to show that there is a macro project."""
    place = content.index("Workbook".encode("utf-16-le") + b"\0\0") + 128
    assert content[place + 66] == 0, "the entry is in use"
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", len(name) * 2 + 2, 1)
    return content[:place] + entry.ljust(128, b"\0") + content[place + 128 :]


def with_record(content: bytes, old: int, change: Callable[[bytearray], None]) -> bytes:
    """An XLS file whose first record of kind ``old`` was changed in place (its header is part of what is given)."""
    place = content.index(struct.pack("<H", 0x809), 512)
    while True:
        kind, length = struct.unpack_from("<HH", content, place)
        if kind == old:
            record = bytearray(content[place : place + 4 + length])
            change(record)
            return content[:place] + bytes(record) + content[place + len(record) :]
        place += 4 + length


FIRST = {"name": "张建国", "id_number": ZHANG[2], "relation": "02", "building": "3号楼", "unit": "2单元", "room": "501"}


def at(row: int, sheet: str = SHEET, **more: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """The first person is in row ``row``."""
    return {(sheet, row): FIRST | more}
