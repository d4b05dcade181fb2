"""Doors in one cell or in several, and cells that hold something else than they show."""

from datetime import date, time
from typing import Any

from tests.residents.importing.dirty.making import (
    FANG,
    HEADINGS,
    LI,
    PEOPLE,
    SHEET,
    WANG,
    ZHANG,
    Dirty,
    changed,
    in_sheet,
    repacked,
    without_places,
    xls,
    xlsx,
)

TABLE = [HEADINGS, *PEOPLE]


def addresses(*texts: Any) -> list[list[Any]]:
    return [["姓名", "现住址"], *([f"甲{'子丑寅卯辰巳午未申酉戌亥'[place]}", one] for place, one in enumerate(texts))]


def _xls_errors(_workbook: Any, sheet: Any) -> None:
    sheet.row(1).set_cell_error(4, 42)  # #N/A
    sheet.row(2).set_cell_error(8, 0x17)  # #REF!


OF_501 = {"building": "3号楼", "unit": "2单元", "room": "501"}

BOOKS = [
    Dirty(
        "addresses",
        "building, unit and room in one cell",
        "花名册.xlsx",
        lambda: xlsx(
            addresses(
                "3-2-501",
                "3号楼2单元501",
                "3号楼2单元501室",
                "３－２－５０１",
                "三号楼二单元501",
                "3#楼2单元501",
                "3#2单元501室",
                "阳光小区3号楼2单元501",
                "3—2—501",
                " 3 号楼 2 单元 501 室 ",
            )
        ),
        rows=10,
        values={(SHEET, row): OF_501 for row in range(2, 12)} | {(SHEET, 9): {**OF_501, "address_prefix": "阳光小区"}},
    ),
    Dirty(
        "addresses_without_unit",
        "doors without a unit, and other words for a building",
        "花名册.xlsx",
        lambda: xlsx(addresses("3幢501室", "3-501", "A座1501", "12号301")),
        rows=4,
        values={
            (SHEET, 2): {"building": "3幢", "unit": "", "room": "501"},
            (SHEET, 3): {"building": "3号楼", "unit": "", "room": "501"},
            (SHEET, 4): {"building": "A座", "room": "1501", "floor": 15},
            (SHEET, 5): {"building": "12号", "room": "301"},
        },
    ),
    Dirty(
        "addresses_wrong",
        "addresses that name no door",
        "花名册.xlsx",
        lambda: xlsx(addresses("桥头村东首", "501", "3号楼", "2单元501", date(2026, 3, 2), 0.5, "1-2-3-4", "")),
        rows=8,
        faults=(
            (SHEET, 2, "B", "address"),
            (SHEET, 3, "B", "no_building"),
            (SHEET, 4, "B", "no_room"),
            (SHEET, 5, "B", "no_building"),
            (SHEET, 6, "B", "became_date"),
            (SHEET, 7, "B", "decimal"),
            (SHEET, 8, "B", "address"),
            (SHEET, 9, "B", "no_door"),
        ),
    ),
    Dirty(
        "doors_in_parts",
        "unit and room beside the building, a full door in the room column, doors that contradict",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["姓名", "楼栋", "单元", "室", "门牌地址"],
                ["甲子", "3号楼", "", "", "2单元501室"],
                ["甲丑", "", "", "3-2-501", ""],
                ["甲寅", "3号楼2单元", "", "501", ""],
                ["甲卯", 3, 2, 501, "3号楼2单元501"],
                ["甲辰", "3号楼", "2单元", "501", "3号楼2单元502"],
                ["甲巳", "3-2", "", "501", ""],
                ["甲午", "3号楼", "2单元", "501", "中山路12号院内"],
                ["甲未", 3, 2, 501.5, ""],
                ["甲申", 3, 2, date(2026, 5, 1), ""],
                ["甲酉", 3, 2, True, ""],
                ["甲戌", 3, 2, time(3, 1), ""],
            ]
        ),
        rows=11,
        values={(SHEET, row): OF_501 for row in (2, 3, 4, 5, 8)},
        faults=(
            (SHEET, 6, "E", "door_conflict"),
            (SHEET, 7, "B", "building_split"),
            (SHEET, 9, "D", "decimal"),
            (SHEET, 10, "D", "became_date"),
            (SHEET, 11, "D", "truth"),
            (SHEET, 12, "D", "became_time"),
        ),
    ),
    Dirty(
        "formulas",
        "formulas: stored results count, errors and missing results are wrong",
        "花名册.xlsx",
        lambda: repacked(
            xlsx([HEADINGS, ZHANG, changed(LI, phone="=1/0"), changed(WANG, room="=A1"), changed(FANG, name="#N/A")]),
            in_sheet("<f>1/0</f><v />", "<f>1/0</f><v>13900000002</v>"),
        ),
        rows=4,
        values={(SHEET, 3): {"phone": "13900000002"}},
        faults=((SHEET, 4, "I", "no_result"), (SHEET, 5, "A", "excel_error")),
    ),
    Dirty(
        "formulas_unplaced",
        "cells without their places, as small programs write them",
        "花名册.xlsx",
        lambda: repacked(
            xlsx([HEADINGS, ZHANG, changed(LI, phone="=1/0"), changed(WANG, name="#N/A")]),
            without_places,
        ),
        rows=3,
        values={(SHEET, 2): {"name": "张建国"}},
        faults=((SHEET, 3, "E", "no_result"), (SHEET, 4, "A", "excel_error")),
    ),
    Dirty(
        "errors_xls",
        "error cells in an old workbook",
        "花名册.xls",
        lambda: xls(TABLE, then=_xls_errors),
        rows=4,
        faults=((SHEET, 2, "E", "excel_error"), (SHEET, 3, "I", "excel_error")),
    ),
]
