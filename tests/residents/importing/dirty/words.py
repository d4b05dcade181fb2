"""Names, coded words and everything else that is typed into cells."""

from datetime import date
from typing import Any

from tests.residents.importing.dirty.making import (
    FANG,
    HEADINGS,
    LI,
    SHEET,
    WANG,
    ZHANG,
    Dirty,
    changed,
    people_with,
    text,
    xlsx,
)


def relations(*words: Any) -> list[list[Any]]:
    return [
        ["姓名", "与户主关系", "楼栋", "室"],
        *([f"乙{'子丑寅卯辰巳午未申酉戌亥'[n]}", word, "1号楼", "101"] for n, word in enumerate(words)),
    ]


OF_501 = {"building": "3号楼", "unit": "2单元", "room": "501"}

BOOKS = [
    Dirty(
        "wide_characters",
        "full-width digits and letters everywhere",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                [
                    "张建国",
                    "男",
                    ZHANG[2],
                    "１９５０－３－４",
                    "１３９００００００１１",
                    "户主",
                    "３号楼",
                    "２单元",
                    "５０１",
                ],
            ]
        ),
        rows=1,
        values={(SHEET, 2): {"birth_date": date(1950, 3, 4), "phone": "13900000011", **OF_501}},
        notes=("width",),
    ),
    Dirty(
        "spaces_and_breaks",
        "spaces, wide spaces, line breaks and invisible letters",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                [
                    "张 建\u3000国",
                    " 男 ",
                    f"{ZHANG[2]}\u200b\xa0",
                    "1950-03-04 ",
                    "139\u00a00000 0001",
                    "户 主",
                    "3号楼\n",
                    "2 单元",
                    "501 室",
                ],
            ]
        ),
        rows=1,
        values={
            (SHEET, 2): {
                "name": "张建国",
                "sex": "1",
                "id_number": ZHANG[2],
                "relation": "02",
                "phone": "13900000001",
                **OF_501,
            }
        },
    ),
    Dirty(
        "text_formulas_csv",
        '="…" around numbers, as exports protect them',
        "花名册.csv",
        lambda: text([HEADINGS, changed(ZHANG, id=f'="{ZHANG[2]}"', phone='="13900000001"')]),
        rows=1,
        values={("", 2): {"id_number": ZHANG[2], "phone": "13900000001"}},
        notes=("formula_text",),
    ),
    Dirty(
        "nothing_written_out",
        "无, -, / and — for nothing",
        "花名册.xlsx",
        lambda: xlsx(people_with(["备注", "文化程度"], ["无", "-", "/", "—"], ["暂无", "无", "不详", "N/A"])),
        rows=4,
        values={(SHEET, 2): {"name": "张建国"}},
    ),
    Dirty(
        "ditto",
        "同上 for the cell above: never filled in",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, ZHANG, changed(LI, building="同上", unit="同上", room="〃")]),
        rows=2,
        faults=tuple((SHEET, 3, letter, "ditto") for letter in "GHI"),
    ),
    Dirty(
        "sexes",
        "男, 1, M and the rest",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["姓名", "性别", "楼栋", "室"],
                *(
                    [f"甲{n}", sex, "1", "101"]
                    for n, sex in zip("子丑寅卯辰巳午未", ["男", 1, "M", "男性", "女", 2.0, "f", "妇女"], strict=True)
                ),
            ]
        ),
        rows=8,
        values={(SHEET, row): {"sex": "1" if row < 6 else "2"} for row in range(2, 9)},
        faults=((SHEET, 9, "B", "choice"),),
    ),
    Dirty(
        "relations",
        "relations in many words and codes",
        "花名册.xlsx",
        lambda: xlsx(
            relations("户主", "妻", "长子", "儿媳", "孙女", "岳母", "外公", "姐夫", "02户主", "10", "租户", "其他亲属")
        ),
        rows=12,
        values={
            (SHEET, row): {"relation": code}
            for row, code in enumerate(
                ["02", "10", "20", "38", "40", "50", "60", "70", "02", "10", "99", "97"], start=2
            )
        },
    ),
    Dirty(
        "relations_unclear",
        "relations that may be several things",
        "花名册.xlsx",
        lambda: xlsx(relations("户主", "其他", "媳妇", "家属", "子女")),
        rows=5,
        faults=tuple((SHEET, row, "B", "choice") for row in (3, 4, 5, 6)),
    ),
    Dirty(
        "child_by_sex",
        "子女 is son or daughter by the sex",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                WANG,
                changed(FANG, relation="子女"),
                changed(FANG, relation="子女", id="", sex="男", name="王小强"),
            ]
        ),
        rows=3,
        values={(SHEET, 3): {"relation": "30"}, (SHEET, 4): {"relation": "20"}},
    ),
    Dirty(
        "people_gone",
        "people who have moved away or are deceased are left out",
        "花名册.xlsx",
        lambda: xlsx(
            people_with(
                ["是否已迁出", "迁出日期", "是否已死亡", "死亡日期"],
                ["1", "0", "否", ""],
                ["20250301", "", "", "2025-05-01"],
                ["", "是", 0, ""],
                ["", "", "", ""],
            )
        ),
        rows=4,
        left_out=((SHEET, 2), (SHEET, 3), (SHEET, 5)),
        values={(SHEET, 4): {"name": "王小明"}},
    ),
    Dirty(
        "residency_and_party",
        "kind of residency, party membership, yes and no in many words",
        "花名册.xlsx",
        lambda: xlsx(
            people_with(
                ["人口类型", "政治面貌", "是否人户分离", "是否出租房", "文化程度"],
                ["户籍人口", "流动人口", "人户分离", "常驻火星"],
                ["中共党员", "群众", "共青团员", "预备党员"],
                ["否", "是", 1, "√"],
                ["否", "是", "", "也许"],
                ["大专", "初中", "硕士研究生", "学前班"],
            )
        ),
        rows=4,
        values={
            (SHEET, 2): {"kind": "permanent_local", "party_member": True, "hukou_here": True, "education": "30"},
            (SHEET, 3): {"kind": "migrant", "hukou_here": False, "use": "let", "education": "70"},
            (SHEET, 4): {"kind": "hukou_elsewhere", "hukou_here": False, "education": "10"},
        },
        faults=((SHEET, 5, "J", "choice"), (SHEET, 5, "M", "choice"), (SHEET, 5, "N", "choice")),
    ),
    Dirty(
        "names_wrong",
        "names with digits, masked, missing, numbers",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                changed(ZHANG, name="张建国1"),
                changed(LI, name="李**"),
                changed(WANG, name=""),
                changed(FANG, name=3),
            ]
        ),
        rows=4,
        faults=(
            (SHEET, 2, "A", "name"),
            (SHEET, 3, "A", "masked"),
            (SHEET, 4, "A", "required"),
            (SHEET, 5, "A", "name"),
        ),
    ),
    Dirty(
        "names_unusual",
        "minority names with their middle dots, two letters, rare characters",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                changed(ZHANG, name="买买提·吐尔逊"),
                changed(LI, name="阿依古丽•买买提"),
                changed(WANG, name="王 㛃"),
                changed(FANG, name="𠮷田"),
            ]
        ),
        rows=4,
        values={
            (SHEET, 2): {"name": "买买提·吐尔逊"},
            (SHEET, 3): {"name": "阿依古丽·买买提"},
            (SHEET, 4): {"name": "王㛃"},
            (SHEET, 5): {"name": "𠮷田"},
        },
    ),
    Dirty(
        "keys_alone",
        "our own list come back with few columns: the key finds the person",
        "花名册.xlsx",
        lambda: xlsx([["系统编号", "联系电话"], ["P0001", "13900000001"], ["P0002", "1390"]]),
        rows=2,
        values={(SHEET, 2): {"person_key": "P0001", "phone": "13900000001"}},
        faults=((SHEET, 3, "B", "phone"),),
    ),
]
