"""Days in every way of writing them."""

from datetime import date, datetime
from typing import Any

from tests.residents.importing.dirty.making import (
    SHEET,
    Dirty,
    xls,
    xlsx,
)

DATED = ["姓名", "出生日期", "楼栋", "室"]


def births(*days: Any) -> list[list[Any]]:
    """Persons without identity numbers, each with one way of writing a birth date."""
    return [
        DATED,
        *([f"甲{'子丑寅卯辰巳午未申酉戌亥'[place]}", day, "1号楼", str(101 + place)] for place, day in enumerate(days)),
    ]


def all_born(count: int, day: date = date(1990, 1, 5), sheet: str = SHEET) -> dict[tuple[str, int], dict[str, Any]]:
    return {(sheet, row): {"birth_date": day} for row in range(2, 2 + count)}


def _epoch_1904(workbook: Any, sheet: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    workbook.epoch = CALENDAR_MAC_1904
    sheet["B2"] = date(1990, 1, 5)
    sheet["B3"] = (date(1990, 1, 5) - date(1904, 1, 1)).days


def _year_in_date_cell(_workbook: Any, sheet: Any) -> None:
    sheet["B2"] = 1990
    sheet["B2"].number_format = "yyyy-mm-dd"


def _xls_epoch(workbook: Any, _sheet: Any) -> None:
    workbook.dates_1904 = True


BOOKS = [
    Dirty(
        "dates_written_freely",
        "1990.1.5, 19900105, 1990年1月5日 and others",
        "花名册.xlsx",
        lambda: xlsx(
            births(
                "1990.1.5",
                "19900105",
                19900105,
                "1990-01-05",
                "1990/1/5",
                "1990年1月5日",
                "１９９０．０１．０５",
                "'1990-1-5",
                "1990.01.05.",
                "1990-01-05 00:00:00",
                " 1990 . 1 . 5 ",
            )
        ),
        rows=11,
        values=all_born(11),
        notes=("date_form", "width", "apostrophe"),
    ),
    Dirty(
        "date_cells_and_serials",
        "real dates, date with time, serial numbers",
        "花名册.xlsx",
        lambda: xlsx(
            births(date(1990, 1, 5), datetime(1990, 1, 5, 0, 0), datetime(1990, 1, 5, 8, 30), 32878, 32878.5, "32878")
        ),
        rows=6,
        values=all_born(6),
    ),
    Dirty(
        "dates_xls",
        "dates in an old workbook",
        "花名册.xls",
        lambda: xls(births(date(1990, 1, 5), "1990.1.5", 32878, 19900105)),
        rows=4,
        values=all_born(4),
    ),
    Dirty(
        "dates_1904",
        "the calendar of the Mac that begins in 1904",
        "花名册.xlsx",
        lambda: xlsx(births("", "", "1990.1.5"), then=_epoch_1904),
        rows=3,
        values=all_born(3),
    ),
    Dirty(
        "dates_1904_xls",
        "the calendar of the Mac in an old workbook",
        "花名册.xls",
        lambda: xls(births("1990.1.5", (date(1990, 1, 5) - date(1904, 1, 1)).days), then=_xls_epoch),
        rows=2,
        values=all_born(2),
    ),
    Dirty(
        "dates_wrong",
        "two-digit years, months only, days that do not exist",
        "花名册.xlsx",
        lambda: xlsx(
            births(
                "90.1.5",
                "1990.1",
                "1990年1月",
                199001,
                1990.1,
                "05/01/1990",
                "1990-02-30",
                "19901305",
                "2090-01-05",
                "农历正月初五",
                "1790-01-05",
                "不记得了",
            ),
        ),
        rows=12,
        faults=(
            (SHEET, 2, "B", "short_year"),
            (SHEET, 3, "B", "month_only"),
            (SHEET, 4, "B", "month_only"),
            (SHEET, 5, "B", "month_only"),
            (SHEET, 6, "B", "month_only"),
            (SHEET, 7, "B", "day_first"),
            (SHEET, 8, "B", "no_such_day"),
            (SHEET, 9, "B", "no_such_day"),
            (SHEET, 10, "B", "future"),
            (SHEET, 11, "B", "lunar"),
            (SHEET, 12, "B", "too_early"),
            (SHEET, 13, "B", "date"),
        ),
    ),
    Dirty(
        "year_in_date_cell",
        "1990 typed into a date cell, which is a day of 1905",
        "花名册.xlsx",
        lambda: xlsx(births("", 1990), then=_year_in_date_cell),
        rows=2,
        faults=((SHEET, 2, "B", "year_as_serial"), (SHEET, 3, "B", "month_only")),
    ),
]
