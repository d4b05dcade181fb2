"""1,000 mutations of clean rosters (promise P26): broken files are refused, planted faults are named, nothing else is.

The first half breaks files: bytes flipped, parts dropped, cut, swapped or filled with noise. Whatever comes of it, the
reader refuses the file or reads it; it never fails in another way, and never reads other values out of a file whose
bytes were only flipped. The second half plants faults in cells of a good roster and dresses up other cells, rows and
columns: exactly the planted cells are wrong, and every other cell still means what it meant.
"""

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from residents.importing.book import Book, UnreadableBook
from residents.importing.cells import CleanRow, clean_row, columns_of
from residents.importing.headings import match_headings
from residents.importing.workbooks import read_book
from tests.residents.importing.dirty.making import HEADINGS, ON, PEOPLE, SHEET, number, repacked, text, xls, xlsx

many = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SOURCES = {
    "xlsx": xlsx([["花名册"], HEADINGS, *PEOPLE, ["合计", "4人"]], merges=["A1:I1"]),
    "formulas": xlsx([HEADINGS, *PEOPLE, ["=A2", "=1/0", "#N/A", *PEOPLE[0][3:]]]),
    "xls": xls([["花名册"], HEADINGS, *PEOPLE * 12]),
    "csv": text([HEADINGS, *PEOPLE]),
    "gbk": text([HEADINGS, *PEOPLE], encoding="gbk"),
    "utf16": text([HEADINGS, *PEOPLE], encoding="utf-16"),
}


def values_of(book: Book) -> list[dict[str, Any]]:
    """Everything the book says, row by row; cleaning must never fail either."""
    found = []
    for sheet in book.sheets:
        columns = columns_of(sheet, match_headings(sheet.headings))
        for row in sheet.rows:
            clean = clean_row(row, columns, on=ON)
            assert isinstance(clean, CleanRow)
            found.append({"row": row.number, "faults": len(clean.faults), **clean.values})
    return found


def read_or_refused(content: bytes, name: str) -> list[dict[str, Any]] | None:
    try:
        return values_of(read_book(content, name))
    except UnreadableBook:
        return None


# ------------------------------------------------------------------ broken files
@many
@given(st.data())
def test_flipped_bytes_never_change_a_value(data):
    """Zip files carry checksums: a workbook with flipped bytes says the same as before, or is refused."""
    kind = data.draw(st.sampled_from(["xlsx", "formulas"]))
    content = bytearray(SOURCES[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] ^= data.draw(st.integers(1, 255))
    found = read_or_refused(bytes(content), "花名册.xlsx")
    assert found is None or found == values_of(read_book(SOURCES[kind], "花名册.xlsx"))


@many
@given(st.data())
def test_broken_files_are_read_or_refused(data):
    kind = data.draw(st.sampled_from(sorted(SOURCES)))
    content = bytearray(SOURCES[kind])
    for _step in range(data.draw(st.integers(1, 4))):
        if len(content) < 8:
            break
        start = data.draw(st.integers(0, len(content) - 1))
        end = min(len(content), start + data.draw(st.integers(0, 600)))
        way = data.draw(st.sampled_from(["cut", "drop", "noise", "double", "zeros"]))
        if way == "cut":
            del content[start:]
        elif way == "drop":
            del content[start:end]
        elif way == "noise":
            content[start:end] = random.Random(start).randbytes(end - start)
        elif way == "double":
            content[end:end] = content[start:end]
        else:
            content[start:end] = bytes(end - start)
    read_or_refused(bytes(content), f"花名册.{kind}")


@many
@given(st.data())
def test_broken_parts_are_read_or_refused(data):
    """The zip file is whole, but its parts are not: dropped, swapped, cut, or with other bytes in their XML."""
    kind = data.draw(st.sampled_from(["xlsx", "formulas"]))
    seed = random.Random(data.draw(st.integers(0, 10**9)))
    way = data.draw(st.sampled_from(["drop", "cut", "bytes", "swap", "words"]))
    others = [b"", b"<worksheet/>", b"<sst/>", b"\0" * 50, b"not xml", SOURCES["csv"]]
    words = [
        (b'r="A3"', b'r="XFD1048576"'),
        (b'r="3"', b'r="99999999999"'),
        (b"<v>", b"<v>9" + b"9" * 40),
        (b't="s"', b't="e"'),
        (b't="s"', b't="n"'),
        (b't="s"', b't="b"'),
        (b't="inlineStr"', b't="d"'),
        (b"<row", b"<rox"),
        (b"A1:I1", b"A1:XFD1048576"),
        (b"A1:I1", b"I9:A1"),
        (b"<c ", b"<c><c "),
        (b"</row>", b""),
        (b"sheet1.xml", b"sheet9.xml"),
        (b"utf-8", b"utf-16"),
        (b"UTF-8", b"GBK"),
    ]

    def change(_name: str, part: bytes) -> bytes | None:
        if seed.random() < 0.6:
            return part
        if way == "drop":
            return None
        if way == "cut":
            return part[: seed.randrange(len(part) + 1)]
        if way == "swap":
            return seed.choice(others)
        if way == "words":
            old, new = seed.choice(words)
            return part.replace(old, new, seed.choice([1, 1000]))
        changed = bytearray(part)
        for _byte in range(seed.randrange(1, 6)):
            if changed:
                changed[seed.randrange(len(changed))] = seed.randrange(256)
        return bytes(changed)

    read_or_refused(repacked(SOURCES[kind], change), "花名册.xlsx")


# ------------------------------------------------------------------ planted faults
@dataclass(frozen=True)
class Column:
    """A column of the good roster: what else means the same, and what is wrong in it."""

    field: str
    heading: str
    same: tuple[Any, ...]  # functions from the good text to another way of writing it
    wrong: tuple[Any, ...]  # functions from the good text to something wrong


def wide(good: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in good)


def spaced(good: str) -> str:
    return f" {good}\u3000\n"


COLUMNS = (
    Column(
        "name",
        "姓名",
        (spaced, lambda good: good[0] + " " + good[1:]),
        (lambda _: "", lambda _: "张3", lambda _: 17, lambda _: "无"),
    ),
    Column(
        "sex",
        "性别",
        (spaced, lambda good: {"男": "M", "女": 2}[good]),
        (lambda _: "妇女", lambda _: 3, lambda good: {"男": "女", "女": "男"}[good]),
    ),
    Column(
        "id_number",
        "身份证号",
        (
            spaced,
            wide,
            lambda good: "'" + good,
            lambda good: good.lower(),
            lambda good: f"{good[:6]} {good[6:14]} {good[14:]}",
        ),
        (
            lambda good: float(good[:17] + "0"),
            lambda good: int(good[:15] + "000"),
            lambda _: "9.90101E+17",
            lambda good: good[:-1],
            lambda good: good + "1",
            lambda good: good[:9] + str((int(good[9]) + 1) % 10) + good[10:],
            lambda good: good[:6] + good[8:17],
        ),
    ),
    Column(
        "birth_date",
        "出生日期",
        (
            spaced,
            wide,
            lambda good: good.replace("-", "."),
            lambda good: int(good.replace("-", "")),
            lambda good: "{}年{}月{}日".format(*(int(part) for part in good.split("-"))),
            lambda good: (date.fromisoformat(good) - date(1899, 12, 30)).days,
            lambda good: date.fromisoformat(good),
            lambda _: "",
        ),
        (
            lambda good: good[2:],
            lambda good: good[:7],
            lambda good: good[:5] + "13" + good[7:],
            lambda good: int(good[:4]),
            lambda _: "2190-01-01",
            lambda _: "属马",
            lambda good: (date.fromisoformat(good) + timedelta(days=1)).isoformat(),
            lambda _: True,
        ),
    ),
    Column(
        "phone",
        "联系电话",
        (
            spaced,
            wide,
            float,
            int,
            lambda good: f"+86 {good[:3]}-{good[3:7]}-{good[7:]}",
            lambda good: f"{good}；051188123456",
        ),
        (
            lambda good: good[:-1],
            lambda good: good + "1",
            lambda _: "1.39E+10",
            lambda good: f"{good}、139",
            lambda _: "没电话了",
        ),
    ),
    Column(
        "relation",
        "与户主关系",
        (spaced, lambda good: {"户主": "02", "配偶": "妻", "儿子": "长子"}[good]),
        (lambda _: "其他", lambda _: "火星人", lambda _: "同上"),
    ),
    Column(
        "address",
        "现住址",
        (spaced, wide, lambda good: "{}号楼{}单元{}室".format(*good.split("-"))),
        (lambda good: good.rpartition("-")[2], lambda _: "桥头", lambda _: date(2026, 3, 2), lambda _: ""),
    ),
)
# A wrong number leaves nothing to compare with: what a fault hides is not named besides it.
RELATIONS = ("户主", "配偶", "儿子")
REAL = {"户主": "02", "配偶": "10", "儿子": "20"}
NAMES = "建国秀英小明芳伟娜静强磊洋勇军杰敏丽"


def good_person(source: random.Random) -> dict[str, str]:
    day = date(1940, 1, 1) + timedelta(source.randrange(25_000))
    sequence = source.randrange(1, 1000)
    while (found := number(day, sequence)).endswith("000"):
        sequence = source.randrange(1, 1000)
    return {
        "name": "王李张刘陈"[source.randrange(5)] + "".join(source.sample(NAMES, 2)),
        "sex": "男" if sequence % 2 else "女",
        "id_number": found,
        "birth_date": day.isoformat(),
        "phone": f"139{source.randrange(10**8):08d}",
        "relation": RELATIONS[source.randrange(3)],
        "address": f"{source.randrange(1, 40)}-{source.randrange(1, 6)}-{source.randrange(101, 2999)}",
    }


def meant(person: dict[str, str]) -> dict[str, Any]:
    building, unit, room = person["address"].split("-")
    return {
        "name": person["name"],
        "sex": {"男": "1", "女": "2"}[person["sex"]],
        "id_number": person["id_number"],
        "birth_date": date.fromisoformat(person["birth_date"]),
        "phone": person["phone"],
        "relation": REAL[person["relation"]],
        "address": (f"{building}号楼", f"{unit}单元", room),
    }


def read_value(clean: CleanRow, field: str) -> Any:
    if field == "address":
        return tuple(clean.values.get(part) for part in ("building", "unit", "room"))
    return clean.values.get(field)


def workbook(rows: list[list[Any]], before: bool) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    if before:
        book.add_worksheet("说明").write(0, 0, "填表说明")
    sheet = book.add_worksheet(SHEET)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(place, column, value, day)
            elif value != "":
                sheet.write(place, column, value)
    book.close()
    return stream.getvalue()


@many
@given(seed=st.integers(0, 10**9))
@example(seed=0)
def test_exactly_the_planted_cells_are_wrong(seed):
    source = random.Random(seed)
    columns = list(COLUMNS)
    source.shuffle(columns)
    with_number = source.random() < 0.5
    lead = int(with_number)
    headings = (["序号"] if with_number else []) + [column.heading for column in columns]
    rows: list[list[Any]] = [["丁山社区花名册"]] * source.randrange(2) + [[]] * source.randrange(2) + [headings]
    people: dict[int, dict[str, str]] = {}
    planted: set[tuple[int, str]] = set()
    for place in range(source.randrange(1, 12)):
        dressing = source.random()
        if place and dressing < 0.1:
            rows.append([])
        elif place and dressing < 0.15:
            rows.append(headings)
        elif place and dressing < 0.2:
            rows.append(["小计", f"{place}人"])
        person = good_person(source)
        cells: list[Any] = [place + 1] if with_number else []
        wrong = source.choice(columns).field if source.random() < 0.3 else ""
        for column in columns:
            good = person[column.field]
            if column.field == wrong:
                planted.add((len(rows) + 1, column.field))
                cells.append(source.choice(column.wrong)(good))
            else:
                cells.append(source.choice(column.same)(good) if source.random() < 0.2 else good)
        rows.append(cells)
        people[len(rows)] = person
    if source.random() < 0.3:
        rows.append(["填表人：王某"])

    sheet = read_book(workbook(rows, before=source.random() < 0.3), "花名册.xlsx").sheets[0]
    layout = columns_of(sheet, match_headings(sheet.headings))
    assert {row.number for row in sheet.rows} == set(people)
    for row in sheet.rows:
        clean = clean_row(row, layout, on=ON)
        expected = {
            (lead + place, column.field)
            for place, column in enumerate(columns)
            if (row.number, column.field) in planted
        }
        assert {(fault.column, fault.field) for fault in clean.faults} == expected
        for column in columns:
            if (row.number, column.field) in planted:
                continue
            found, right = read_value(clean, column.field), meant(people[row.number])[column.field]
            assert found == right or (column.field == "birth_date" and found is None)


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_the_unbroken_files_are_read(kind):
    assert read_or_refused(SOURCES[kind], f"花名册.{kind}")
