"""Cells one by one: what is cleaned silently, what is named, and that no text makes the reader think for ever."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import translation

from residents.importing.book import (
    BadValue,
    Cell,
    CellKind,
    SourceRow,
    SourceSheet,
    column_letter,
)
from residents.importing.cells import CleanRow, clean_row, columns_of
from residents.importing.fields import DROPPED, FIELDS
from residents.importing.readers import READERS
from residents.importing.words import CHOICES, value_of
from residents.roster.choices import Relation
from tests.residents.importing.dirty.making import ON


def read(**cells) -> CleanRow:
    """A row with these cells beside a name and a door, unless they are given."""
    cells = {"name": "张三", "address": "3-2-501"} | cells
    row = SourceRow(7, tuple(cells.values()))
    sheet = SourceSheet("花名册", 0, (1,), tuple(cells), (row,))
    return clean_row(row, columns_of(sheet, tuple(cells)), on=ON)


def codes(clean: CleanRow) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in clean.faults]


def test_every_field_has_a_reader_and_none_is_dropped():
    assert set(READERS) == set(FIELDS)
    assert not set(FIELDS) & set(DROPPED)


def test_columns_have_the_letters_of_excel():
    assert [column_letter(place) for place in (0, 2, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A", "C", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


def test_a_cell_is_shown_as_people_read_it():
    assert Cell.of(13800138000.0) == Cell("13800138000", CellKind.NUMBER, 13800138000.0)
    assert Cell.of(datetime(1990, 1, 5)).text == "1990-01-05"
    assert Cell.of(datetime(1990, 1, 5, 8, 30)).text == "1990-01-05 08:30"
    assert Cell.of(1.5).text == "1.5"
    assert Cell.of(True).kind is CellKind.YESNO
    assert Cell.of(BadValue("#N/A")) == Cell("#N/A", CellKind.ERROR, BadValue("#N/A"))
    assert Cell.of("  ").kind is CellKind.EMPTY
    assert Cell.of(time(3, 1)).kind is CellKind.TIME
    row = SourceRow(3, ("a", 1))
    assert row.cell(5).kind is CellKind.EMPTY
    assert [cell.text for cell in row.cells] == ["a", "1"]


def test_a_row_is_clean_when_nothing_is_wrong():
    clean = read(phone=" 138 0013 8000 ")
    assert clean.faults == ()
    assert clean.values == {
        "name": "张三",
        "phone": "13800138000",
        "building": "3号楼",
        "unit": "2单元",
        "room": "501",
        "floor": 5,
    }


@pytest.mark.parametrize(
    "value", [True, time(3, 1), timedelta(hours=30), BadValue("#REF!"), BadValue(""), float("nan"), float("inf"), 1e300]
)
@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"note"}))
def test_a_value_of_the_wrong_kind_is_named_in_every_field(field, value):
    clean = read(**{field: value})
    if value is True and field in {"is_let", "party_member", "hukou_here", "hukou_apart", "moved_out", "deceased"}:
        return  # yes
    assert field in {fault.field for fault in clean.faults}
    assert field not in clean.values


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize(
    "nasty",
    [
        "(" * 30_000,
        " " * 30_000 + "1",
        "1990" + " " * 30_000,
        "3号楼" * 9000,
        "1-" * 15_000,
        "合计 " * 9000,
        "，" * 30_000,
        "9" * 30_000,
        "\u200b" * 30_000,
    ],
)
def test_no_text_makes_a_reader_think_for_ever(field, nasty):
    """Promise P66: with a quadratic pattern one of these would take minutes; the test run would stop here."""
    assert isinstance(read(**{field: nasty}), CleanRow)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_our_own_lists_come_back(language):
    """What a list shows in a coded column is a word of that column."""
    with translation.override(language):
        for field, choices in CHOICES.items():
            for choice in choices:
                assert value_of(field, str(choice.label)) == choice.value


def test_the_codes_and_names_of_the_standard_are_relations():
    for word, relation in {
        "01": Relation.HEAD, "12": Relation.SPOUSE, "22": Relation.SON, "28": Relation.SON_IN_LAW,
        "38": Relation.DAUGHTER_IN_LAW, "43": Relation.GRANDCHILD, "56": Relation.PARENT, "64": Relation.GRANDPARENT,
        "74": Relation.SIBLING, "93": Relation.OTHER_RELATIVE, "99": Relation.NOT_RELATED,
        "外孙女": Relation.GRANDCHILD, "养子或继子": Relation.SON, "孙子、孙女或外孙子、外孙女": Relation.GRANDCHILD,
    }.items():  # fmt: skip
        assert value_of("relation", word) == relation, word
    assert value_of("relation", "80") is None  # 其他: a relative or not?


def test_a_number_may_say_whether_a_child_is_a_son():
    assert codes(read(relation="子女")) == [("relation", "choice")]
    assert read(relation="子女", sex="女").values["relation"] == Relation.DAUGHTER


def test_what_two_columns_say_must_agree():
    assert codes(read(party_member="否", political_status="中共党员")) == [("party_member", "conflict")]
    assert codes(read(hukou_here="是", hukou_apart="是")) == [("hukou_apart", "conflict")]
    assert codes(read(use="自住", is_let="是")) == [("is_let", "conflict")]
    assert read(use="出租", is_let="是").values["use"] == "let"
    assert read(use="自住", is_let="否").values["use"] == "own"


def test_nobody_lives_in_a_vacant_dwelling():
    assert codes(read(use="空置")) == [("use", "vacant")]


def test_who_is_gone_is_left_out_and_not_wrong():
    clean = read(deceased_on="2026-01-02", phone="123")
    assert clean.left_out
    assert clean.faults == ()
    assert codes(read(moved_out_on="2027-01-02")) == [("moved_out_on", "future")]
    assert not read(moved_out="否", deceased="0").left_out


def test_empty_cells_are_told_from_columns_that_are_not_there():
    clean = read(phone="", note="无")
    assert clean.emptied == {"phone", "note"}
    assert "sex" not in clean.emptied


def test_a_key_of_our_own_makes_name_and_door_dispensable():
    row = SourceRow(2, ("P1", "13800138000"))
    sheet = SourceSheet("", 0, (1,), ("系统编号", "联系电话"), (row,))
    assert clean_row(row, columns_of(sheet, ("person_key", "phone")), on=ON).faults == ()


def test_a_day_may_be_expected_in_the_future_but_not_begun():
    assert read(expected_leave_on="2027-01-02").values["expected_leave_on"] == date(2027, 1, 2)
    assert codes(read(since="2027-01-02")) == [("since", "future")]


def test_merged_cells_count_for_the_household_only():
    rows = (SourceRow(2, ("张三", "13800138000", "3", "501")), SourceRow(3, ("李四", "", "", "")))
    merged = {(3, 1): "13800138000", (3, 2): "3", (3, 3): "501"}
    sheet = SourceSheet("", 0, (1,), ("姓名", "联系电话", "楼栋", "室"), rows, merged=merged)
    clean = clean_row(rows[1], columns_of(sheet, ("name", "phone", "building", "room")), on=ON)
    assert clean.values == {"name": "李四", "building": "3号楼", "unit": "", "room": "501", "floor": 5}
