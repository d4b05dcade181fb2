"""Whatever residents typed: no spreadsheet runs it, and the reader gets back what stood there (P25)."""

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from grids.common.sheets import FORMULA, Frame, Mark, as_typed, harmless, write_sheet

BEGINNINGS = [
    "=",
    "+",
    "-",
    "@",
    "|",
    "%",
    "\t",
    "\r",
    "\n",
    "\ufeff",
    "\0",
    "＝",
    "＋",
    "－",
    "＠",
    "｜",
    "％",
    "'",
    "'=",
    " =",
    "\u200b=",
]
# What XML cannot hold at all is another test's subject.
letters = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
dangerous = st.builds(str.__add__, st.sampled_from(BEGINNINGS), letters)
printable = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


def lines_of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def write(kind: str, rows: list[list], mark: Mark = Mark(), frame: Frame = Frame()) -> bytes:  # noqa: B008 - both are frozen
    file, count = write_sheet(kind, "名册", ["甲", "乙"], iter(rows), mark, frame)
    assert count == len(rows)
    with file:
        return file.read()


@settings(max_examples=10_000)
@given(dangerous)
def test_ten_thousand_dangerous_texts_are_disarmed_and_read_back(text: str) -> None:
    armed = harmless(text)
    assert not armed or armed[0] not in "=+-@|%\t\r\n\ufeff\0＝＋－＠｜％"
    assert not FORMULA.match(text) or armed == "'" + text
    assert as_typed(armed) == text


@settings(max_examples=300)
@given(st.lists(st.tuples(dangerous, dangerous), max_size=8))
def test_csv_holds_them_as_they_were(rows: list[tuple[str, str]]) -> None:
    lines = lines_of_csv(write("csv", [list(row) for row in rows]))[1:]
    assert [[as_typed(cell) for cell in line] for line in lines] == [list(row) for row in rows]
    assert not any(cell and cell[0] in "=+-@|%\t\r＝＋－＠｜％" for line in lines for cell in line)


@settings(max_examples=150)
@given(st.lists(st.tuples(dangerous, dangerous), min_size=1, max_size=30))
def test_xlsx_holds_no_formula_whatever_is_written(rows: list[tuple[str, str]]) -> None:
    content = write("xlsx", [list(row) for row in rows])
    book = load_workbook(io.BytesIO(content))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(BEGINNINGS[:5] + BEGINNINGS[11:19]), printable), min_size=1, max_size=30))
def test_xlsx_reads_back_what_was_written(parts: list[tuple[str, str]]) -> None:
    rows = [["x", first + rest] for first, rest in parts]
    read = CalamineWorkbook.from_filelike(io.BytesIO(write("xlsx", rows))).get_sheet_by_index(0).to_python()
    assert [row[1] for row in read[1:]] == [row[1] for row in rows]


@pytest.mark.parametrize("value", ["+86 13800000101", "+8613800000101", "-5", "-5.5", "0571-88886666", "％", "@2"])
def test_phones_and_signs_survive_both_files(value: str) -> None:
    (line,) = lines_of_csv(write("csv", [["x", value]]))[1:]
    assert as_typed(line[1]) == value
    sheet = load_workbook(io.BytesIO(write("xlsx", [["x", value]]))).active
    assert sheet["B2"].value == value


def test_negative_numbers_stay_numbers() -> None:
    assert lines_of_csv(write("csv", [["x", -5]]))[1] == ["x", "-5"]
    assert load_workbook(io.BytesIO(write("xlsx", [["x", -5]]))).active["B2"].value == -5


def test_the_frame_of_a_ledger_stands_around_the_rows() -> None:
    frame = Frame(("丁香社区户籍台账", "填报单位：丁香社区"), ("填表人：吴社工",))
    mark = Mark("周书记 2026-11-22", "", {"keywords": "E000001"})
    expected = ["丁香社区户籍台账", "填报单位：丁香社区", "甲", "1", "", "填表人：吴社工", "周书记 2026-11-22"]
    lines = lines_of_csv(write("csv", [["1", "2"]], mark, frame))
    assert [line[0] if line else "" for line in lines] == expected
    book = load_workbook(io.BytesIO(write("xlsx", [["1", "2"]], mark, frame)))
    assert [row[0] or "" for row in book.active.values] == expected
    assert book.active.print_title_rows == "$3:$3"
    assert "周书记 2026-11-22" in book.active.oddFooter.left.text
    assert book.active.page_setup.orientation == "landscape"


def test_the_hidden_word_leaves_first_columns_numbers_and_dates_alone() -> None:
    mark = Mark(hidden="\u200b\u200c")
    rows = [["张三", "东幢", 3, "2026-01-01"], ["李四", "138****0101", 4, "2026-01-01"]] * 4
    lines = lines_of_csv(write("csv", rows, mark))[1:]
    assert lines[0] == ["张三", "东幢\u200b\u200c", "3", "2026-01-01"]
    assert [line for number, line in enumerate(lines) if number % 4] == [
        [str(cell) for cell in row] for number, row in enumerate(rows) if number % 4
    ]
