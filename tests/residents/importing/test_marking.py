"""The workbook that comes back has the merged cells of the user's own, however it has to be written."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color

from residents.importing.choices import Kept
from residents.importing.marking import Mark, mark
from residents.importing.merges import Merges
from residents.importing.rules import STYLED_UP_TO
from residents.importing.sheetxml import LookScan

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
    sheet = openpyxl.load_workbook(BytesIO(mark(build(), kind, marks, rows=rows)[0])).worksheets[0]

    assert {str(area) for area in sheet.merged_cells.ranges} == MERGES
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows(max_col=4)] == ROWS
    comments = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert comments == {"A3": "没有这一户", "C4": "电话不全"}, "of merged cells the first one says it, once"
    assert {sheet[place].fill.start_color.rgb[-6:] for place in comments} == {"FFC7CE"}


@pytest.mark.parametrize("way", WRITTEN)
def test_merged_cells_are_parted_where_one_was_typed(way):
    build, kind, rows = WRITTEN[way]
    typed = {(0, 4): {0: "7"}, (0, 6): {2: "135"}}
    sheet = openpyxl.load_workbook(BytesIO(mark(build(), kind, [], rows=rows, typed=typed)[0])).worksheets[0]

    assert {str(area) for area in sheet.merged_cells.ranges} == MERGES - {"A3:A5"}
    assert [sheet.cell(row, 1).value for row in range(3, 7)] == ["1", "7", "1", "2"]
    assert sheet["C6"].value == "135"


def test_ranges_that_no_program_opens_are_not_written():
    merges = Merges([((0, 0), (0, 3)), ((0, 2), (5, 2)), ((1, 0), (1, 0)), ((1, 1), (3, 1)), ((3, 0), (3, 1))])
    assert merges.kept == [(1, 0, 1, 3), (2, 1, 4, 1)]


# ------------------------------------------------------------------ looks
def looking() -> bytes:
    """A roster as a secretary makes it beautiful: no two cells of it look alike."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append([value or None for value in row])
    line = Side("thin", color="FF808080")
    sheet["A1"].font = Font(name="黑体", size=16, bold=True, color=Color(theme=4, tint=-0.25))
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for cell in sheet[2]:
        cell.fill = PatternFill("solid", start_color=Color(theme=4, tint=0.6))
        cell.border = Border(left=line, right=line, top=line, bottom=Side("double"))
    sheet["B3"].font = Font(name="宋体", size=11, italic=True, underline="single", strike=True, color="FF0070C0")
    sheet["C3"] = 0.256
    sheet["C3"].number_format = "0.00%"
    sheet["C4"] = date(1990, 1, 5)
    sheet["C4"].number_format = "yyyy年m月d日"
    sheet["B5"].fill = PatternFill("solid", start_color=Color(indexed=13))
    sheet["D6"].border = Border(bottom=Side("medium"))  # of an empty cell
    sheet.row_dimensions[1].height = 36
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["A"].width = 24.5
    sheet.column_dimensions["D"].hidden = True
    sheet["C9"].alignment = Alignment(text_rotation=135, indent=2)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _looks(sheet) -> dict[str, object]:
    """Everything of a sheet that an eye sees, colours as they are after theme and tint."""
    found: dict[str, object] = {}
    for cell in (cell for row in sheet.iter_rows(max_row=6, max_col=4) for cell in row):
        font, side = cell.font, cell.border
        found[cell.coordinate] = (
            (font.name, font.sz, bool(font.b), bool(font.i), font.u, bool(font.strike)),
            tuple(edge and edge.style for edge in (side.left, side.right, side.top, side.bottom)),
            (cell.alignment.horizontal, cell.alignment.vertical, bool(cell.alignment.wrap_text)),
            cell.number_format,
            cell.value,
        )
    return found


def test_a_large_workbook_comes_back_as_it_looked():
    own = openpyxl.load_workbook(BytesIO(looking())).worksheets[0]
    content, kept = mark(looking(), "xlsx", [Mark(0, 5, 2, "电话不全")], rows=STYLED_UP_TO + 1)
    back = openpyxl.load_workbook(BytesIO(content)).worksheets[0]

    assert kept == Kept.LOOKS
    assert _looks(back) == _looks(own)
    # The colours of the theme, which the new workbook does not have, as the eye saw them.
    assert back["A1"].font.color.rgb == "FF376092"
    assert back["A2"].fill.fgColor.rgb == "FFB9CDE5"
    assert back["B3"].font.color.rgb == "FF0070C0"
    assert back["B5"].fill.fgColor.rgb == "FFFFFF00"
    assert back["A2"].border.left.color.rgb == "FF808080"
    assert back["C5"].fill.fgColor.rgb == "FFFFC7CE"
    assert back.row_dimensions[1].height == 36
    assert back.row_dimensions[5].hidden
    assert back.column_dimensions["A"].width == pytest.approx(24.5, abs=0.1)
    assert back.column_dimensions["D"].hidden


def test_rows_and_columns_with_one_look_and_cells_without_a_place():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("花名册")
        blue, bold = book.add_format({"bg_color": "#DDEBF7"}), book.add_format({"bold": True})
        sheet.set_column(1, 2, 30, blue)
        sheet.set_row(1, 28, bold)
        for row, values in enumerate(ROWS):
            for column, value in enumerate(values):
                if value:
                    sheet.write_string(row, column, value)
    content, _kept = mark(target.getvalue(), "xlsx", [Mark(0, 4, 3, "备注")], rows=STYLED_UP_TO + 1)
    back = openpyxl.load_workbook(BytesIO(content)).worksheets[0]

    assert [back.column_dimensions[letter].width for letter in "BA"] == [pytest.approx(30.7, abs=0.1), 13]
    assert back["B4"].fill.fgColor.rgb == "FFDDEBF7"
    assert back["B2"].font.b
    assert not back["B4"].font.b
    assert back.row_dimensions[2].height == 27.75, "whole pixels, as Excel keeps them"

    scan = LookScan()
    xml = [b'<worksheet><sheetData><row><c s="3"/><c/><c s="4"/></row><row/><row r="7"><c r="AB7" s="', b'2"/></row>']
    assert [(row.number, dict(row.cells)) for row in scan.rows(iter(xml))] == [(1, {0: 3, 2: 4}), (2, {}), (7, {27: 2})]


def test_what_does_not_come_back_is_known():
    """The page says it: see test_pages. A text file has nothing beside its values, so nothing is lost."""
    broken = _with_part(looking(), "xl/styles.xml", b"<styleSheet/>")
    assert mark(xlsx(), "xlsx", [], rows=6)[1] == Kept.ALL
    assert mark(xls(), "xls", [], rows=6)[1] == Kept.VALUES
    assert mark("姓名,电话\n甲,1\n".encode(), "csv", [], rows=1)[1] == Kept.ALL
    for rows in (6, STYLED_UP_TO + 1):
        content, kept = mark(broken, "xlsx", [Mark(0, 3, 2, "电话不全")], rows=rows)
        assert kept == Kept.VALUES
        assert openpyxl.load_workbook(BytesIO(content)).worksheets[0]["C3"].fill.fgColor.rgb == "FFFFC7CE"


def _with_part(content: bytes, name: str, xml: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(target, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, xml if part.filename == name else old.read(part))
    return target.getvalue()
