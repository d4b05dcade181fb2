"""The law of the roster: doors in the order of reading, names, masks, ages, periods."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from grids.access.choices import Permission as P
from grids.common.clock import today
from grids.places.rules import first_number, natural_key, numeral, tidy, with_digits
from residents.roster import rules
from residents.roster.choices import DwellingUse, IdType, Sex
from tests.residents.roster.people import numbers

TODAY = date(2026, 11, 22)
GRID = SimpleNamespace(code="990106001001001")


class Reader:
    """An account that holds exactly these powers, everywhere."""

    def __init__(self, *powers: P) -> None:
        self.powers = powers

    def has_perm(self, power: P, grid: object) -> bool:
        return power in self.powers


KEEPER = Reader(P.VIEW_ROSTER, P.VIEW_NAMES, P.EDIT_ROSTER, P.REVEAL_PERSONAL)
LIAISON = Reader(P.VIEW_ROSTER, P.VIEW_NAMES)
AUDITOR = Reader(P.VIEW_ROSTER)


# ------------------------------------------------------------------ order
def test_doors_stand_in_the_order_of_reading():
    doors = [
        ("2号楼", "1单元", "101"),
        ("3号楼", "1单元", "99"),
        ("3号楼", "1单元", "501"),
        ("3号楼", "1单元", "502"),
        ("3号楼", "1单元", "1201"),
        ("3号楼", "2单元", "101"),
        ("3号楼", "10单元", "101"),
        ("12号楼", "1单元", "101"),
    ]
    keys = [rules.clean_door(*door).sort_key for door in doors]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


places = st.tuples(st.integers(1, 999), st.integers(1, 20), st.integers(1, 33), st.integers(1, 20))


@given(places, places)
def test_byte_order_is_the_order_of_counting(one, other):
    keys = [
        rules.clean_door(str(building), str(unit), f"{floor}{flat:02d}").sort_key.encode()
        for building, unit, floor, flat in (one, other)
    ]
    assert (keys[0] < keys[1]) == (one < other)


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=30))
def test_a_key_fits_its_column(building, unit, room):
    try:
        door = rules.clean_door(building, unit, room)
    except ValidationError:
        return
    assert len(door.sort_key) <= 60


@pytest.mark.parametrize(
    ("text", "value"), [("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百零三", 103)]
)
def test_chinese_numerals(text, value):
    assert numeral(text) == value


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三号楼", "3号楼"),
        ("十二幢", "12幢"),
        ("三江花园", "三江花园"),
        ("３号楼 ", "3号楼"),
        ("百合苑一栋", "百合苑1栋"),
    ],
)
def test_numerals_count_only_before_a_place(text, digits):
    assert with_digits(text) == digits


def test_names_of_places():
    assert tidy(" ａ 座 ") == "A座"
    assert natural_key("3号楼", 20) == "00003号楼"
    assert first_number("丁香园十二号楼") == 12
    assert first_number("门卫") == 0


# ------------------------------------------------------------------ doors
def test_bare_numbers_get_their_words():
    door = rules.clean_door("3", "02", "501室")
    assert (door.building, door.unit, door.room, door.floor) == ("3号楼", "2单元", "501", 5)
    assert rules.clean_door("3幢", "", "A1").unit == ""
    assert rules.clean_door("3", "1", "1203").floor == 12
    assert rules.clean_door("3", "1", "1203", floor=-1).floor == -1
    assert rules.building_as_said("３") == "3号楼"


@pytest.mark.parametrize(
    ("typed", "door"),
    [
        ("3-2-501", (3, 2, "501")),
        ("3－2－501", (3, 2, "501")),
        ("3-501", (3, None, "501")),
        ("3号楼2单元501", (3, 2, "501")),
        ("3号楼2单元501室", (3, 2, "501")),
        ("三幢二单元501", (3, 2, "501")),
        ("3栋501", (3, None, "501")),
        ("3号楼", (3, None, "")),
        ("03-02-501", (3, 2, "501")),
    ],
)
def test_doors_as_people_say_them(typed, door):
    found = rules.read_door(typed)
    assert (found.building, found.unit, found.room) == door


@pytest.mark.parametrize(
    "typed", ["", "501", "张三", "丁香园", "3-", "-3", "3--1", "2026-11-22-33", "3号楼2单元501-7-8"]
)
def test_what_is_no_door(typed):
    assert rules.read_door(typed) is None


@given(st.text(max_size=40))
def test_reading_a_door_never_fails(text):
    rules.read_door(text)


# ------------------------------------------------------------------ persons
@pytest.mark.parametrize(
    ("typed", "stored"),
    [(" 王 小明 ", "王 小明"), ("阿依古丽・买买提", "阿依古丽·买买提"), ("Ｊｏｈｎ  Smith", "John Smith")],
)
def test_names_that_are_right(typed, stored):
    assert rules.clean_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "  ", "王3", "王\x00", "字" * 61, "王\u202e明"])
def test_names_that_are_wrong(typed):
    with pytest.raises(ValidationError):
        rules.clean_name(typed)


def test_a_person_is_completed_by_the_number():
    cleaned = rules.clean_person({"name": "甲", "id_number": numbers(1)[0]}, on=TODAY)
    assert (cleaned["birth_date"], cleaned["sex"]) == (date(1950, 1, 1), Sex.FEMALE)
    kept = rules.clean_person(
        {"name": "甲", "id_number": numbers(1)[0], "sex": "1", "birth_date": date(1951, 1, 1)}, on=TODAY
    )
    assert (kept["birth_date"], kept["sex"]) == (date(1951, 1, 1), Sex.MALE)


def test_what_is_unusual_warns_and_blocks_nothing():
    usual = rules.clean_person({"name": "甲", "id_number": "11010519491231002X"}, on=TODAY)
    assert rules.person_warnings(usual, on=TODAY) == []
    odd = rules.clean_person(
        {"name": "甲", "id_number": numbers(1)[0], "sex": "1", "birth_date": date(1899, 1, 1)}, on=TODAY
    )
    with translation.override("zh-hans"):
        warnings = rules.person_warnings(odd, on=TODAY)
    assert [word for word in ("行政区划", "性别", "出生日期与", "120 岁") if any(word in one for one in warnings)] == [
        "行政区划",
        "性别",
        "出生日期与",
        "120 岁",
    ]
    passport = rules.clean_person({"name": "甲", "id_type": IdType.PASSPORT, "id_number": "E12345678"}, on=TODAY)
    assert rules.person_warnings(passport, on=TODAY) == []


def test_all_faults_come_together():
    with pytest.raises(ValidationError) as caught:
        rules.clean_person({"name": "", "phone": "1", "id_number": "1", "birth_date": date(2999, 1, 1)}, on=TODAY)
    assert set(caught.value.error_dict) == {"name", "phone", "id_number", "birth_date"}


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(1949, 4, 12), date(2026, 4, 11), 76),
        (date(1949, 4, 12), date(2026, 4, 12), 77),
    ],
)
def test_ages(born, on, age):
    assert rules.age_on(born, on) == age


# ------------------------------------------------------------------ masks
@pytest.mark.parametrize(
    ("reader", "name", "room", "phone", "number", "birth"),
    [
        (KEEPER, "王小明", "501", "138****0001", "990101********0013", "77 岁（1949 年生）"),
        (LIAISON, "王小明", "501", "—", "—", "—"),
        (AUDITOR, "王**", "***", "138****0001", "990101********0013", "77 岁"),
    ],
    ids=["keeper", "liaison", "auditor"],
)
def test_what_each_reader_sees(reader, name, room, phone, number, birth):
    with translation.override("zh-hans"):
        assert rules.shown_name(reader, GRID, "王小明") == name
        assert rules.shown_room(reader, GRID, "501") == room
        assert rules.shown_phone(reader, GRID, "13800000001") == phone
        assert rules.shown_id_number(reader, GRID, "990101194904120013") == number
        assert rules.shown_birth(reader, GRID, date(1949, 4, 12), on=TODAY) == birth


def test_nothing_known_is_a_dash_for_everybody():
    for reader in (KEEPER, LIAISON, AUDITOR):
        assert rules.shown_name(reader, GRID, None) == "—"
        assert rules.shown_phone(reader, GRID, "") == "—"
        assert rules.shown_id_number(reader, GRID, "") == "—"
        assert rules.shown_birth(reader, GRID, None, on=TODAY) == "—"


def test_who_may_reveal_and_edit():
    assert rules.may_reveal(KEEPER, GRID)
    assert not rules.may_reveal(KEEPER, None)
    for reader in (LIAISON, AUDITOR, None):
        assert not rules.may_reveal(reader, GRID)
    assert rules.may_edit_roster(KEEPER, GRID)
    assert rules.may_edit_roster(None, GRID)
    for reader in (LIAISON, AUDITOR):
        assert not rules.may_edit_roster(reader, GRID)


# ------------------------------------------------------------------ households
def test_nobody_lives_in_a_vacant_dwelling():
    assert rules.check_use(DwellingUse.LET) is DwellingUse.LET
    with pytest.raises(ValidationError):
        rules.check_use(DwellingUse.VACANT)
    assert rules.check_use(DwellingUse.VACANT, lived_in=False) is DwellingUse.VACANT


def test_periods():
    rules.check_period(today(), today(), on=today())
    for starts_on, ends_on in (
        (date(2999, 1, 1), None),
        (date(2026, 1, 2), date(2026, 1, 1)),
        (TODAY, date(2999, 1, 1)),
    ):
        with pytest.raises(ValidationError):
            rules.check_period(starts_on, ends_on, on=TODAY)
