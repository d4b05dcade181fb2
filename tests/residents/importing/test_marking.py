"""The workbook that comes back has the merged cells of the user's own, however it has to be written."""

from io import BytesIO

import openpyxl
import pytest
import xlwt

from residents.importing.marking import Mark, mark
from residents.importing.merges import Merges
from residents.importing.rules import STYLED_UP_TO

ROWS = [
    ["网格花名册", "", "", ""],
    ["户编号", "姓名", "联系电话", "备注"],
    ["1", "甲一", "138", "租户"],
    ["", "甲二", "139", ""],
    ["", "甲三", "137", ""],
    ["2", "乙一", "136", ""],
]
MERGES = {"A1:D1", "A3:A5", "D3:D4"}


def xls() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("花名册")
    covered = {(0, 1), (0, 2), (0, 3), (3, 0), (4, 0), (3, 3)}
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            if (row, column) not in covered | {(0, 0), (2, 0), (2, 3)}:
                sheet.write(row, column, value)
    for place, value in (((0, 0, 0, 3), ROWS[0][0]), ((2, 4, 0, 0), "1"), ((2, 3, 3, 3), "租户")):
        sheet.write_merge(*place, value)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append([value or None for value in row])
    for area in MERGES:
        sheet.merge_cells(area)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


WRITTEN = {
    "xls": (xls, "xls", 6),
    "large": (xlsx, "xlsx", STYLED_UP_TO + 1),
    "styled": (xlsx, "xlsx", 6),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_merged_cells_come_back(way):
    build, kind, rows = WRITTEN[way]
    marks = [Mark(0, 4, 0, "没有这一户"), Mark(0, 5, 0, "没有这一户"), Mark(0, 4, 2, "电话不全")]
    sheet = openpyxl.load_workbook(BytesIO(mark(build(), kind, marks, rows=rows))).worksheets[0]

    assert {str(area) for area in sheet.merged_cells.ranges} == MERGES
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows(max_col=4)] == ROWS
    comments = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert comments == {"A3": "没有这一户", "C4": "电话不全"}, "of merged cells the first one says it, once"
    assert {sheet[place].fill.start_color.rgb[-6:] for place in comments} == {"FFC7CE"}


@pytest.mark.parametrize("way", WRITTEN)
def test_merged_cells_are_parted_where_one_was_typed(way):
    build, kind, rows = WRITTEN[way]
    typed = {(0, 4): {0: "7"}, (0, 6): {2: "135"}}
    sheet = openpyxl.load_workbook(BytesIO(mark(build(), kind, [], rows=rows, typed=typed))).worksheets[0]

    assert {str(area) for area in sheet.merged_cells.ranges} == MERGES - {"A3:A5"}
    assert [sheet.cell(row, 1).value for row in range(3, 7)] == ["1", "7", "1", "2"]
    assert sheet["C6"].value == "135"


def test_ranges_that_no_program_opens_are_not_written():
    merges = Merges([((0, 0), (0, 3)), ((0, 2), (5, 2)), ((1, 0), (1, 0)), ((1, 1), (3, 1)), ((3, 0), (3, 1))])
    assert merges.kept == [(1, 0, 1, 3), (2, 1, 4, 1)]
