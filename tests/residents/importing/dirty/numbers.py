"""Identity and phone numbers: damaged by Excel, mistyped, several in a cell, of other documents."""

from datetime import date

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
    number,
    people_with,
    text,
    xls,
    xlsx,
)


def _fits_in_000() -> str:
    """A valid number that ends in 000: what Excel leaves of some numbers fits its check digit by accident."""
    for day in range(1, 28):
        for sequence in range(100, 1000, 100):
            found = number(date(1960, 1, day), sequence)
            if found.endswith("000"):
                return found
    raise AssertionError("no such number")


def _with_x() -> str:
    return next(found for sequence in range(1, 999, 2) if (found := number(date(1975, 2, 3), sequence)).endswith("X"))


WITH_X = _with_x()
FITS = _fits_in_000()
BIRTH_OF_FITS = f"{FITS[6:10]}-{FITS[10:12]}-{FITS[12:14]}"
ZEROED = [f"{person[2][:15]}000" for person in PEOPLE]
IN_COLUMN_C = tuple((SHEET, row, "C", "damaged") for row in (2, 3, 4, 5))


def ids(*numbers: object) -> list[list[object]]:
    return [HEADINGS, *(changed(person, id=one) for person, one in zip(PEOPLE, numbers, strict=False))]


def phones(*numbers: object) -> list[list[object]]:
    return [HEADINGS, *(changed(person, phone=one) for person, one in zip(PEOPLE, numbers, strict=False))]


BOOKS = [
    Dirty(
        "id_as_number",
        "identity numbers typed as numbers: 1.10105E+17",
        "花名册.xlsx",
        lambda: xlsx(ids(*(int(one[:17] + "0") for one in ZEROED))),
        rows=4,
        faults=IN_COLUMN_C,
    ),
    Dirty(
        "id_as_number_that_fits",
        "a damaged number whose zeros fit the check digit by accident",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, changed(ZHANG, id=int(FITS), birth="", sex=""), LI]),
        rows=2,
        faults=((SHEET, 2, "C", "damaged"),),
    ),
    Dirty(
        "id_as_number_xls",
        "identity numbers typed as numbers in an old workbook",
        "花名册.xls",
        lambda: xls(ids(*(float(one) for one in ZEROED))),
        rows=4,
        faults=IN_COLUMN_C,
    ),
    Dirty(
        "id_scientific_text",
        "1.10105E+17 as text",
        "花名册.xlsx",
        lambda: xlsx(ids("9.90101E+17", "9.90101195205060E+17", "990101198007080000.0", ZEROED[3])),
        rows=4,
        faults=IN_COLUMN_C,
    ),
    Dirty(
        "id_scientific_csv",
        "a CSV that Excel wrote from numbers",
        "花名册.csv",
        lambda: text(ids("9.90101E+17", "9.90101E+17", "9.90101E+17", PEOPLE[3][2])),
        rows=4,
        faults=tuple(("", row, "C", "damaged") for row in (2, 3, 4)),
    ),
    Dirty(
        "id_zeros_csv",
        "a CSV with zeros at the end; one of them fits its check digit by accident",
        "花名册.csv",
        lambda: text(
            [
                HEADINGS,
                changed(ZHANG, id=FITS, birth=BIRTH_OF_FITS, sex=""),
                *(changed(person, id=one) for person, one in zip(PEOPLE[1:], ZEROED[1:], strict=True)),
            ]
        ),
        rows=4,
        faults=tuple(("", row, "C", "damaged") for row in (2, 3, 4, 5)),
    ),
    Dirty(
        "id_zeros_right",
        "a true number that ends in 000, as text beside others: not refused",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, changed(ZHANG, id=FITS, birth=BIRTH_OF_FITS, sex=""), LI, WANG, FANG]),
        rows=4,
        values={(SHEET, 2): {"id_number": FITS}},
        notes=("ends_in_000",),
    ),
    Dirty(
        "id_of_head_damaged",
        "the number of the head damaged as well",
        "花名册.xlsx",
        lambda: xlsx(people_with(["户主身份证号"], [float(ZEROED[0]), ZHANG[2], float(ZEROED[2]), WANG[2]])),
        rows=4,
        values={(SHEET, 3): {"head_id_number": ZHANG[2]}},
        faults=((SHEET, 2, "J", "damaged"), (SHEET, 4, "J", "damaged")),
    ),
    Dirty(
        "grid_code_damaged",
        "a micro-grid code of 17 digits as a number",
        "花名册.xlsx",
        lambda: xlsx(
            people_with(["微网格编码"], [32060100100100101, "32060100100100101", 320601001001001, "第一微网格"])
        ),
        rows=4,
        values={
            (SHEET, 3): {"micro_grid": "32060100100100101"},
            (SHEET, 4): {"micro_grid": "320601001001001"},
            (SHEET, 5): {"micro_grid": "第一微网格"},
        },
        faults=((SHEET, 2, "J", "damaged"),),
    ),
    Dirty(
        "id_mistyped",
        "a wrong digit, one too few, one too many, an old number",
        "花名册.xlsx",
        lambda: xlsx(
            ids(
                ZHANG[2][:10] + str((int(ZHANG[2][10]) + 1) % 10) + ZHANG[2][11:],
                LI[2][:17],
                WANG[2] + "1",
                "990101800708331",
            )
        ),
        rows=4,
        faults=tuple((SHEET, row, "C", "id_number") for row in (2, 3, 4, 5)),
    ),
    Dirty(
        "id_old_as_number",
        "an old number of 15 digits as a number",
        "花名册.xlsx",
        lambda: xlsx(ids(990101500304111)),
        rows=1,
        faults=((SHEET, 2, "C", "id_number"),),
    ),
    Dirty(
        "id_written_freely",
        "spaces, dashes, apostrophes, wide digits, a small x or × at the end",
        "花名册.xlsx",
        lambda: xlsx(
            [
                HEADINGS,
                changed(ZHANG, id=f"{ZHANG[2][:6]} {ZHANG[2][6:14]} {ZHANG[2][14:]}"),
                changed(LI, id="'" + LI[2]),
                changed(WANG, id="".join(chr(ord(digit) + 0xFEE0) for digit in WANG[2])),
                ["周小川", "", WITH_X.replace("X", "x"), "", "", "", "1", "", "101"],
                ["周大川", "", WITH_X.replace("X", "×"), "", "", "", "1", "", "102"],
                changed(FANG, id=f"{FANG[2][:6]}-{FANG[2][6:14]}-{FANG[2][14:]}\n"),
            ]
        ),
        rows=6,
        values={
            (SHEET, 2): {"id_number": ZHANG[2]},
            (SHEET, 3): {"id_number": LI[2]},
            (SHEET, 4): {"id_number": WANG[2]},
            (SHEET, 5): {"id_number": WITH_X},
            (SHEET, 6): {"id_number": WITH_X},
            (SHEET, 7): {"id_number": FANG[2]},
        },
        notes=("apostrophe", "width"),
    ),
    Dirty(
        "id_contradicts",
        "birth date and sex are not those of the number",
        "花名册.xlsx",
        lambda: xlsx([HEADINGS, changed(ZHANG, birth="1950-04-03"), changed(LI, sex="男"), WANG]),
        rows=3,
        faults=((SHEET, 2, "D", "birth_mismatch"), (SHEET, 3, "B", "sex_mismatch")),
    ),
    Dirty(
        "id_not_there",
        "no identity number, birth date and sex empty",
        "花名册.xlsx",
        lambda: xlsx(
            [HEADINGS, changed(ZHANG, id="无"), changed(LI, id="—", birth="/", sex=""), changed(WANG, birth="", sex="")]
        ),
        rows=3,
        values={(SHEET, 2): {"name": "张建国", "sex": "1"}, (SHEET, 4): {"id_number": WANG[2]}},
    ),
    Dirty(
        "other_documents",
        "passport, residence permits, and a number without its document",
        "花名册.xlsx",
        lambda: xlsx(
            [
                ["姓名", "证件类型", "身份证号", "护照/其他证件号码", "楼栋", "室"],
                ["SMITH JOHN", "护照", "", "g1234567", "1", "101"],
                ["陈港生", "港澳台居民居住证", number(date(1970, 1, 2), 5, "810000"), "", "1", "102"],
                ["玛丽", "外国人永久居留身份证", "USA110077010101", "", "1", "103"],
                ["李无类", "", "", "E12345678", "1", "104"],
                ["何某", "军官证", "", "12345678", "1", "105"],
            ]
        ),
        rows=5,
        values={
            (SHEET, 2): {"name": "SMITH JOHN", "id_type": "passport", "id_number": "G1234567"},
            (SHEET, 3): {"id_type": "hmt_permit"},
            (SHEET, 4): {"id_type": "foreign_permanent", "id_number": "USA110077010101"},
        },
        faults=((SHEET, 5, "D", "no_document"), (SHEET, 6, "B", "choice")),
    ),
    Dirty(
        "several_phones",
        "several phones in a cell, with all signs between them",
        "花名册.xlsx",
        lambda: xlsx(
            phones(
                "13900000001；13900000011",
                "13900000002/0511-88123456",
                "13900000003\n13900000033",
                "13900000004 13900000044",
            )
        ),
        rows=4,
        values={(SHEET, row): {"phone": f"1390000000{row - 1}"} for row in (2, 3, 4, 5)},
        notes=("more_phones",),
    ),
    Dirty(
        "phones_written_freely",
        "13800138000.0, +86, spaces, dashes, brackets, landlines",
        "花名册.xlsx",
        lambda: xlsx(phones(13900000001.0, "+86 139-0000-0002", "139 0000 0003（儿子）", "0511-88123456")),
        rows=4,
        values={
            (SHEET, 2): {"phone": "13900000001"},
            (SHEET, 3): {"phone": "13900000002"},
            (SHEET, 4): {"phone": "13900000003"},
            (SHEET, 5): {"phone": "051188123456"},
        },
    ),
    Dirty(
        "phones_wrong",
        "10 or 12 digits, one wrong of two, one Excel has cut",
        "花名册.xlsx",
        lambda: xlsx(phones("1390000000", 139000000022, "13900000003、1390000003", "1.39E+10")),
        rows=4,
        faults=(
            (SHEET, 2, "E", "phone"),
            (SHEET, 3, "E", "phone"),
            (SHEET, 4, "E", "phone"),
            (SHEET, 5, "E", "damaged"),
        ),
    ),
    Dirty(
        "phones_from_pandas",
        "a CSV written by a program: 13900000001.0",
        "花名册.csv",
        lambda: text(phones("13900000001.0", "13900000002.0", "nan", "")),
        rows=4,
        values={("", 2): {"phone": "13900000001"}, ("", 3): {"phone": "13900000002"}},
    ),
]
