"""Tables as they are drawn: titles, merged cells, several sheets, totals, footers."""

from typing import Any

import openpyxl

from tests.residents.importing.dirty.making import (
    FANG,
    HEADINGS,
    LI,
    PEOPLE,
    SHEET,
    WANG,
    ZHANG,
    Dirty,
    at,
    changed,
    in_sheet,
    repacked,
    xlsx,
)

TABLE = [HEADINGS, *PEOPLE]


def numbered(rows: list[list[Any]], first: int = 1) -> list[list[Any]]:
    return [[place, *row] for place, row in enumerate(rows, start=first)]


def _sheets(workbook: openpyxl.Workbook, _sheet: Any) -> None:
    for name, people in (("4号楼", [WANG]), ("5号楼", [FANG])):
        more = workbook.create_sheet(name)
        more.append([f"{name}花名册"])
        more.append(HEADINGS)
        for person in people:
            more.append(person)


def _around(workbook: openpyxl.Workbook, _sheet: Any) -> None:
    cover = workbook.create_sheet("填表说明", 0)
    for line in ("填表说明", "1. 身份证号必填，18位", "2. 出生日期按 19900105 填写", "姓名：与户口簿一致"):
        cover.append([line])
    codes = workbook.create_sheet("代码表")
    codes.append(["性别", "与户主关系", "文化程度", "婚姻状况"])
    codes.append(["男", "户主", "本科", "未婚"])
    old = workbook.create_sheet("去年")
    old.sheet_state = "hidden"
    old.append(HEADINGS)
    old.append(changed(ZHANG, name="旧记录"))
    workbook.create_sheet("Sheet4")


def _offset(_workbook: Any, sheet: Any) -> None:
    sheet.move_range("A1:I5", rows=4, cols=2)


def _styled_to_the_end(_workbook: Any, sheet: Any) -> None:
    from openpyxl.styles import Font

    for place in ("XFD1", "A1048576", "XFD1048576"):
        sheet[place].font = Font(bold=True)


def _households() -> list[list[Any]]:
    """Household number and door only in the first row of each household."""
    rows = [["户号", *HEADINGS]]
    for number, people in (("1", (ZHANG, LI)), ("2", (WANG, FANG))):
        for place, person in enumerate(people):
            rows.append([number if place == 0 else "", *(person if place == 0 else [*person[:6], "", "", ""])])
    return rows


MERGED_DOORS = [f"{letter}{first}:{letter}{first + 1}" for first in (2, 4) for letter in ("A", "H", "I", "J")]

BOOKS = [
    Dirty("clean", "nothing", "花名册.xlsx", lambda: xlsx(TABLE), rows=4, values=at(2)),
    Dirty(
        "title_rows",
        "title and unit above the table",
        "花名册.xlsx",
        lambda: xlsx(
            [["丁山社区居民花名册"], ["填报单位：丁山社区", "", "", "2026年11月"], [], *TABLE], merges=["A1:I1"]
        ),
        rows=4,
        values=at(5),
        skipped=((SHEET, 1, "title"), (SHEET, 2, "title")),
    ),
    Dirty(
        "instructions",
        "a row of instructions below the headings",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                [
                    "必填，真实姓名",
                    "男/女",
                    "必填，18位身份证号",
                    "如19900105",
                    "多个电话用;分隔",
                    "如：户主、配偶",
                    "",
                    "",
                    "必填",
                ],
                *PEOPLE,
            ]
        ),
        rows=4,
        values=at(3),
        skipped=((SHEET, 2, "instructions"),),
    ),
    Dirty(
        "column_numbers",
        "numbers of the columns below the headings",
        "花名册.xlsx",
        lambda: xlsx([["序号", *HEADINGS], ["甲", *range(1, 10)], *numbered(PEOPLE)]),
        rows=4,
        values=at(3),
        skipped=((SHEET, 2, "instructions"),),
    ),
    Dirty(
        "sample_row",
        "a row with an example",
        "花名册.xlsx",
        lambda: xlsx(
            [["序号", *HEADINGS], ["示例", *changed(ZHANG, name="王示例")], *numbered(PEOPLE)],
        ),
        rows=4,
        values=at(3),
        skipped=((SHEET, 2, "sample"),),
    ),
    Dirty(
        "running_number",
        "序号, and rows numbered in advance",
        "花名册.xlsx",
        lambda: xlsx([["序号", *HEADINGS], *numbered(PEOPLE), [5], [6], [7]]),
        rows=4,
        values=at(2),
        skipped=tuple((SHEET, row, "only_numbered") for row in (6, 7, 8)),
    ),
    Dirty(
        "totals",
        "小计 in the middle and 合计 at the end",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["序号", *HEADINGS],
                [1, *ZHANG],
                [2, *LI],
                ["小计", "2人"],
                [3, *WANG],
                [4, *FANG],
                ["", "小 计".replace(" ", ""), 2],
                ["合计：4人", "", "", "", "", "", "", "", "", "2户"],
                ["共 2 户 4 人".replace(" ", "")],
            ]
        ),
        rows=4,
        values=at(2),
        skipped=tuple((SHEET, row, "total") for row in (4, 7, 8, 9)),
    ),
    Dirty(
        "blank_rows",
        "blank rows, also between headings and rows",
        "花名册.xlsx",
        lambda: xlsx([[], [], HEADINGS, [], ZHANG, [], [" ", "\u3000"], LI, [], [], WANG, FANG, [], []]),
        rows=4,
        values=at(5),
    ),
    Dirty(
        "repeated_headings",
        "every printed page begins with title and headings",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["丁山社区居民花名册"],
                HEADINGS,
                ZHANG,
                LI,
                ["丁山社区居民花名册"],
                HEADINGS,
                WANG,
                FANG,
                ["第2页 共2页"],
            ],
            merges=["A1:I1", "A5:I5", "A9:I9"],
        ),
        rows=4,
        values=at(3),
        skipped=((SHEET, 1, "title"), (SHEET, 5, "title"), (SHEET, 6, "repeated_heading"), (SHEET, 9, "title")),
    ),
    Dirty(
        "footers",
        "who filled it in, who checked it, remarks, stamp",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["序号", *HEADINGS],
                *numbered(PEOPLE),
                ["填表人：陈某", "", "", "审核人：", "", "联系电话："],
                ["（盖章）"],
                ["注：1. 本表一式两份。"],
                ["备注：空白处请填写“无”"],
                ["填报日期：2026年11月22日"],
            ]
        ),
        rows=4,
        values=at(2),
        skipped=tuple((SHEET, row, "footer") for row in (6, 7, 8, 9, 10)),
    ),
    Dirty(
        "several_sheets",
        "one sheet a building",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, ZHANG, LI], then=_sheets, name="3号楼"),
        rows=4,
        values=at(2, sheet="3号楼") | {("5号楼", 3): {"name": "王芳芳"}},
        skipped=(("4号楼", 1, "title"), ("5号楼", 1, "title")),
    ),
    Dirty(
        "other_sheets",
        "instructions, code lists, a hidden sheet and an empty one",
        "花名册.xlsx",
        lambda: xlsx(TABLE, then=_around),
        rows=4,
        values=at(2),
        skipped_sheets=(
            ("填表说明", "no_headings"),
            ("代码表", "no_headings"),
            ("去年", "hidden_sheet"),
            ("Sheet4", "empty_sheet"),
        ),
    ),
    Dirty(
        "merged_households",
        "household number and door merged over the members",
        "花名册.xlsx",
        lambda: xlsx(_households(), merges=MERGED_DOORS),
        rows=4,
        values=at(2, household="1")
        | {
            (SHEET, 3): {"name": "李秀英", "household": "1", "building": "3号楼", "unit": "2单元", "room": "501"},
            (SHEET, 5): {"name": "王芳芳", "household": "2", "room": "502"},
        },
    ),
    Dirty(
        "empty_doors",
        "doors left empty below the first member, not merged: never guessed",
        "花名册.xlsx",
        lambda: xlsx(_households()),
        rows=4,
        values=at(2, household="1"),
        faults=((SHEET, 3, "J", "no_door"), (SHEET, 5, "J", "no_door")),
    ),
    Dirty(
        "merged_name",
        "a merged name is no second person",
        "花名册.xlsx",
        lambda: xlsx(
            [HEADINGS, ZHANG, changed(LI, name=""), WANG],
            merges=["A2:A3"],
        ),
        rows=3,
        faults=((SHEET, 3, "A", "required"),),
    ),
    Dirty(
        "offset_table",
        "the table begins in C5",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, ZHANG, LI, changed(WANG, id="123"), FANG], then=_offset),
        rows=4,
        values=at(6),
        faults=((SHEET, 8, "E", "id_number"),),
    ),
    Dirty(
        "styled_to_the_end",
        "formats down to the last cell of the sheet",
        "花名册.xlsx",
        lambda: xlsx(TABLE, then=_styled_to_the_end),
        rows=4,
        values=at(2),
    ),
    Dirty(
        "section_lines",
        "the name of the grid as a line across the table",
        "花名册.xlsx",
        lambda: xlsx(
            [["序号", *HEADINGS], ["第一网格"], [1, *ZHANG], [2, *LI], ["第二网格"], [1, *WANG], [2, *FANG]],
            merges=["A2:J2", "A5:J5"],
        ),
        rows=4,
        values=at(3),
        skipped=((SHEET, 2, "title"), (SHEET, 5, "title")),
    ),
    Dirty(
        "namespaced_xml",
        "XML with prefixes, as some systems write it",
        "花名册.xlsx",
        lambda: repacked(
            xlsx([HEADINGS, ZHANG]),
            in_sheet("<dimension", "<!-- exported --><dimension"),
        ),
        rows=1,
        values=at(2),
    ),
]
