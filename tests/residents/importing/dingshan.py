"""The Dingshan roster as its secretary keeps it: 10,537 persons of 253 micro-grids in one workbook (domain.md 6.3).

Title row, an instruction row, headings over two rows with merged groups, running numbers, a total; synonyms, merged
doors, days in four forms, phones with dashes, full-width digits. ``planted`` spoils 25 cells, each in another way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

import xlsxwriter

from governance.demo.blueprint import draw_up
from governance.demo.grids import draw_grids
from governance.demo.territory import CommunityPlan
from grids.tree.models import Grid
from grids.tree.services import create_grid

PERSONS, MICRO_GRIDS = 10_537, 253
GROUPS = [("", 1), ("居住地址", 5), ("居民信息", 8), ("", 2)]
HEADINGS = [
    "序号", "所属网格", "微网格", "幢", "单元", "室", "户号", "姓名", "与户主关系", "公民身份号码", "性别", "出生年月",
    "手机号码", "人员类型", "入住时间", "宗教信仰",
]  # fmt: skip
RELATIONS = {
    "02": "户主", "10": "配偶", "20": "儿子", "30": "女儿", "28": "女婿", "38": "儿媳", "40": "孙子女", "50": "父母",
    "60": "祖父母", "70": "兄弟姐妹", "97": "其他亲属", "99": "非亲属",
}  # fmt: skip
KINDS = {
    "permanent_local": "户籍常住", "permanent_nonlocal": "非户籍常住", "migrant": "流动人口",
    "hukou_elsewhere": "人户分离", "lodger": "寄住", "overseas": "境外人员",
}  # fmt: skip
FIRST_ROW = 5  # of the first person, as Excel counts


@dataclass(frozen=True)
class Planted:
    """A spoilt cell: its place as Excel shows it, and the field that the fault must name."""

    place: str
    field: str


def plan() -> CommunityPlan:
    return draw_up().dingshan


def found_territory(community: CommunityPlan) -> Grid:
    """District, street and community of Dingshan with its grids, micro-grids and buildings; nobody lives there yet."""
    code = community.code
    above = None
    for part, name in ((f"{code[:6]}000000", "江津区"), (f"{code[:9]}000", "丁山街道"), (code, "丁山社区")):
        above = create_grid(above, actor=None, name_zh=name, code=part, is_demo_code=True)
    draw_grids(community, track=lambda items, count: items)
    return Grid.objects.get(code=code)


def rows_of(community: CommunityPlan) -> list[list[Any]]:
    """One list a person, in the columns of ``HEADINGS``; households stand together, the head first."""
    chance = Random(2026)
    rows: list[list[Any]] = []
    for home, (grid, micro_grid, door) in enumerate(community.doors(), start=1):
        for person in door.family.persons:
            since = max(door.family.opened_on, person.birth_date)
            rows.append(
                [
                    len(rows) + 1,
                    grid.name,
                    micro_grid.name,
                    micro_grid.building,
                    door.unit,
                    door.room,
                    f"{home:05d}",
                    person.name,
                    RELATIONS[str(person.relation)],
                    person.id_number,
                    {"1": "男", "2": "女"}.get(str(person.sex), ""),
                    _day(person.birth_date, chance.randrange(4)),
                    _phone(person.phone, chance.randrange(8)),
                    KINDS[str(person.kind)],
                    _day(since, chance.randrange(4)),
                    "无",
                ]
            )
    return rows


def _day(day: date, form: int) -> Any:
    return [f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", day][form]


def _phone(phone: str, form: int) -> str:
    if form == 0 and len(phone) == 11:
        return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    if form == 1:
        return phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return f" {phone}" if form == 2 else phone


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """``rows`` in the secretary's workbook; doors of a household are merged cells."""
    target = BytesIO()
    options = {"strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("花名册")
        bold = book.add_format({"bold": True, "align": "center"})
        days = book.add_format({"num_format": "yyyy/m/d"})
        last = len(HEADINGS) - 1
        sheet.merge_range(0, 0, 0, last, "丁山社区居民花名册", bold)
        sheet.merge_range(1, 0, 1, last, "填表说明：一人一行，户主排在第一行，身份证号请以文本格式填写。", None)
        column = 0
        for title, width in GROUPS:
            if width > 1 and title:
                sheet.merge_range(2, column, 2, column + width - 1, title, bold)
            column += width
        for place, heading in enumerate(HEADINGS):
            sheet.write(3, place, heading, bold)
        sheet.set_column(9, 9, 22)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(FIRST_ROW - 1 + place, column, value, days)
                else:
                    sheet.write(FIRST_ROW - 1 + place, column, value)
        _merge_doors(sheet, rows)
        end = FIRST_ROW - 1 + len(rows)
        sheet.write(end, 0, "合计")
        sheet.write(end, 7, f"{len(rows)}人")
    return target.getvalue()


def _merge_doors(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place][6] != rows[start][6]:
            if place - start > 1:
                for column in (2, 3, 4, 5):
                    sheet.merge_range(FIRST_ROW - 1 + start, column, FIRST_ROW - 2 + place, column, rows[start][column])
            start = place


def plant(rows: list[list[Any]]) -> list[Planted]:
    """Spoil 25 cells of ``rows``, far from each other and each in a household with several persons."""
    heads = [place for place, row in enumerate(rows) if row[8] == "户主"]
    sizes = {place: _size(rows, place) for place in heads}
    large = [place for place in heads if sizes[place] >= 3]
    chosen = [large[number * (len(large) // 25)] for number in range(25)]
    planted = []
    for number, head in enumerate(chosen):
        column, field, spoil = SPOILS[number]
        row = head if column in {1, 2, 3, 5} else head + 1
        rows[row][column] = spoil(rows, row)
        planted.append(Planted(f"{'ABCDEFGHIJKLMNOP'[column]}{FIRST_ROW + row}", field))
    return planted


def _size(rows: Sequence[Sequence[Any]], head: int) -> int:
    return sum(1 for row in rows[head : head + 12] if row[6] == rows[head][6])


def _number(rows: Any, row: int) -> str:
    return rows[row][9]


def _last_digit(rows: Any, row: int) -> str:
    number = _number(rows, row)
    return number[:17] + ("1" if number[17] != "1" else "2")


SPOILS: list[tuple[int, str, Any]] = [
    (9, "id_number", _last_digit),
    (9, "id_number", lambda rows, row: float(_number(rows, row)[:15] + "000")),
    (9, "id_number", lambda rows, row: "9.90101E+17"),
    (9, "id_number", lambda rows, row: _number(rows, row)[:17]),
    (9, "id_number", lambda rows, row: _number(rows, row) + "1"),
    (9, "id_number", lambda rows, row: _number(rows, row)[:6] + "20261399" + _number(rows, row)[14:]),
    (9, "id_number", lambda rows, row: _number(rows, row - 1)),
    (9, "id_number", lambda rows, row: _number(rows, row)[:14] + "abcd"),
    (9, "id_number", lambda rows, row: "#REF!"),
    (12, "phone", lambda rows, row: "1381234567"),
    (12, "phone", lambda rows, row: "138123456789"),
    (12, "phone", lambda rows, row: "12345678901"),
    (12, "phone", lambda rows, row: "电话不详"),
    (11, "birth_date", lambda rows, row: "1990.13.5"),
    (11, "birth_date", lambda rows, row: "2990.1.5"),
    (11, "birth_date", lambda rows, row: "1990-02-30"),
    (10, "sex", lambda rows, row: "甲"),
    (8, "relation", lambda rows, row: "户主"),
    (8, "relation", lambda rows, row: "邻居的朋友"),
    (13, "kind", lambda rows, row: "临时住几天"),
    (14, "since", lambda rows, row: "2999.1.1"),
    (7, "name", lambda rows, row: ""),
    (7, "name", lambda rows, row: "张3"),
    (2, "micro_grid", lambda rows, row: "不存在的微网格"),
    (1, "grid", lambda rows, row: "别的社区第一网格"),
]
