"""Headings of all kinds: over two rows, decorated, unknown, ambiguous, twice, and what is not collected."""

from typing import Any

from tests.residents.importing.dirty.making import (
    HEADINGS,
    LI,
    PEOPLE,
    SHEET,
    WANG,
    ZHANG,
    Dirty,
    at,
    people_with,
    text,
    xls,
    xlsx,
)

TABLE = [HEADINGS, *PEOPLE]


TWO_ROWS = [
    ["序号", "姓名", "性别", "身份证号", "家庭住址", "", "", "联系电话", "与户主关系"],
    ["", "", "", "", "楼栋", "单元", "室", "", ""],
]


def two_row_people() -> list[list[Any]]:
    return [[n, p[0], p[1], p[2], p[6], p[7], p[8], p[4], p[5]] for n, p in enumerate(PEOPLE, start=1)]


BOOKS = [
    Dirty(
        "merged_headings",
        "headings over two rows with merged cells",
        "花名册.xlsx",
        lambda: xlsx(
            [["居民花名册"], *TWO_ROWS, *two_row_people()],
            merges=["A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2", "H2:H3", "I2:I3"],
        ),
        rows=4,
        values=at(4),
        skipped=((SHEET, 1, "title"),),
    ),
    Dirty(
        "group_headings",
        "groups above the headings, merged sideways only",
        "花名册.xlsx",
        lambda: xlsx(
            [["基本信息", "", "", "", "", "", "居住地址", "", ""], *TABLE],
            merges=["A1:F1", "G1:I1"],
        ),
        rows=4,
        values=at(3),
    ),
    Dirty(
        "group_of_registration",
        "a building under 户籍地址 is not where somebody lives",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["基本信息", "", "", "", "", "", "户籍地址", "", "", "居住地址"],
                ["姓名", "性别", "身份证号", "出生日期", "联系电话", "与户主关系", "楼栋", "单元", "室", "现住址"],
                *([*person[:6], "99号楼", "9单元", "909", "3-2-501"] for person in (ZHANG, LI)),
            ],
            merges=["A1:F1", "G1:I1"],
        ),
        rows=2,
        values=at(3),
        asked=("户籍地址 › 楼栋", "户籍地址 › 单元", "户籍地址 › 室"),
        answers={"户籍地址楼栋": "", "户籍地址单元": "", "户籍地址室": ""},
    ),
    Dirty(
        "merged_headings_xls",
        "headings over two rows in an old workbook",
        "花名册.xls",
        lambda: xls(
            [["居民花名册"], *TWO_ROWS, *two_row_people()],
            then=lambda _book, sheet: (
                [sheet.write_merge(1, 2, column, column, TWO_ROWS[0][column]) for column in (0, 1, 2, 3, 7, 8)]
                + [sheet.write_merge(1, 1, 4, 6, "家庭住址")]
            ),
        ),
        rows=4,
        values=at(4),
        skipped=((SHEET, 1, "title"),),
    ),
    Dirty(
        "csv_two_heading_rows",
        "headings over two rows without merged cells",
        "花名册.csv",
        lambda: text([["居民花名册"], *TWO_ROWS, *two_row_people()], encoding="gbk"),
        rows=4,
        values=at(4, sheet=""),
        skipped=(("", 1, "title"),),
    ),
    Dirty(
        "decorated_headings",
        "hints, stars, line breaks and wide letters in the headings",
        "花名册.xlsx",
        lambda: xlsx(
            [
                [
                    "姓 名",
                    "性  别",
                    "*身份证号码\n（18位）",
                    "出生日期（如19900105）",
                    "联系电话：",
                    "与户主关系（必填）",
                    "楼 号",
                    "单元",
                    "室（房号）",
                ],
                *PEOPLE,
            ]
        ),
        rows=4,
        values=at(2),
    ),
    Dirty(
        "other_headings",
        "synonyms",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["居民姓名", "性别", "公民身份号码", "出生年月", "手机号码", "与户主的关系", "幢", "单元号", "房号"],
                *PEOPLE,
            ]
        ),
        rows=4,
        values=at(2),
    ),
    Dirty(
        "unknown_heading",
        "a heading nobody knows",
        "花名册.xlsx",
        lambda: xlsx(people_with(["积分编号"], ["A1", "A2", "A3", "A4"])),
        rows=4,
        values=at(2),
        asked=("积分编号",),
        answers={"积分编号": ""},
    ),
    Dirty(
        "ambiguous_heading",
        "地址 may be several things",
        "花名册.xlsx",
        lambda: xlsx(
            [[*HEADINGS[:6], "地址"], *([*person[:6], f"3号楼2单元{person[8]}室"] for person in PEOPLE)],
        ),
        rows=4,
        values=at(2),
        asked=("地址",),
        answers={"地址": "address"},
    ),
    Dirty(
        "same_heading_twice",
        "two columns with one meaning",
        "花名册.xlsx",
        lambda: xlsx(people_with(["证件号码"], [person[2] for person in PEOPLE])),
        rows=4,
        values=at(2),
        asked=("证件号码",),
        answers={"证件号码": ""},
    ),
    Dirty(
        "two_phone_columns",
        "mobile and landline",
        "花名册.xlsx",
        lambda: xlsx(people_with(["固定电话"], ["0511-88123456", "", "", "0511-88123457"])),
        rows=4,
        values=at(2, phone="13900000001") | {(SHEET, 5): {"phone": "051188123457"}},
        notes=("more_phones",),
    ),
    Dirty(
        "not_collected",
        "religion, income, health and the like",
        "花名册.xlsx",
        lambda: xlsx(
            people_with(
                ["宗教信仰", "民族", "血型", "健康状况", "月收入", "婚姻状况", "是否重点人员", "身高"],
                *[["佛教"] * 4, ["汉族"] * 4, ["A"] * 4, ["良好"] * 4, [3000] * 4, ["已婚"] * 4, ["否"] * 4, [170] * 4],
            )
        ),
        rows=4,
        values=at(2),
        dropped=("宗教信仰", "民族", "血型", "健康状况", "月收入", "婚姻状况", "是否重点人员", "身高"),
    ),
    Dirty(
        "only_heads",
        "a list of households without 姓名",
        "花名册.xlsx",
        lambda: xlsx([["户主", *HEADINGS[1:5], *HEADINGS[6:]], *([*p[:5], *p[6:]] for p in (ZHANG, WANG))]),
        rows=2,
        values={(SHEET, 2): {"name": "张建国"}},
        asked=("户主",),
        answers={"户主": "name"},
    ),
]
