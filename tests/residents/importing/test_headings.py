"""Headings: all synonyms are known, nothing is guessed, what must not be collected cannot be chosen."""

import csv
from pathlib import Path

import pytest
from django.utils import translation

from residents.importing.fields import DROPPED, FIELDS, NOT_KEPT, RUNNING, missing_fields
from residents.importing.headings import (
    AMBIGUOUS,
    GROUP,
    Standing,
    match_columns,
    match_headings,
    meaning,
    normalise,
    synonyms,
)

# The fields of the 159 headings found in public roster templates; a few headings of one group mean different fields.
FIELD_OF_GROUP = {
    "name": "name", "former_name": "former_name", "id_number": "id_number", "id_type": "id_type", "sex": "sex",
    "other_id_number": "other_id_number", "birth_date": "birth_date", "nationality": "ethnicity",
    "household_no": "household", "head_name": "head_name", "head_id_number": "head_id_number",
    "head_phone": "head_phone", "relation_to_head": "relation", "residence_status": "kind", "phone": "phone",
    "landline": "phone_more", "current_address": "address", "compound": "compound", "building": "building",
    "unit": "unit", "room": "room", "grid": "grid", "community": "community", "education": "education",
    "political_status": "political_status", "religion": "religion", "blood_type": "blood_type", "height": "height",
    "health": "health", "focus_category": "focus_category", "marital": "marital", "remark": "note",
    "is_rental": "is_let", "inflow_reason": "inflow_reason", "permit_no": "permit_no", "email": "email",
}  # fmt: skip
OF_THEIR_OWN = {"是否人户分离": "hukou_apart"}


def lines() -> list[dict[str, str]]:
    path = Path(__file__).parents[3] / "residents/importing/headings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FOUND = [line for line in lines() if line["source"] in {"found", "usage"}]


def test_all_159_synonyms_are_shipped():
    assert len(FOUND) == 159


@pytest.mark.parametrize("line", FOUND, ids=lambda line: line["heading"])
def test_a_synonym_is_recognised_and_has_one_meaning(line):
    assert meaning(line["heading"]) == line["field"]
    [match] = match_columns([line["heading"], "姓名"])[:1]
    # 户主 and 姓名 stand side by side here, so that neither has to be asked.
    assert match.standing in {Standing.USED, Standing.DROPPED, Standing.NOT_KEPT}


def test_every_heading_leads_to_something_known():
    for field in {line["field"] for line in lines()}:
        assert field in FIELDS or field in DROPPED or field in NOT_KEPT or field in {RUNNING, GROUP}
    for choices in AMBIGUOUS.values():
        assert set(choices) <= set(FIELDS)
    assert not set(AMBIGUOUS) & set(synonyms())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_our_own_labels_are_headings_too(language):
    with translation.override(language):
        for name, field in FIELDS.items():
            assert meaning(str(field.label)) == name


@pytest.mark.parametrize(
    "heading",
    [
        "身份证号",
        " 身 份 证 号 ",
        "*身份证号",
        "身份证号（必填）",
        "身份证号\n(18位)",
        "【身份证号】",
        "身份证号：",
        "ＩＤｃａｒｄ",
        "身份证号★",
    ],
)
def test_decoration_does_not_hide_a_heading(heading):
    assert meaning(heading) == "id_number"


def test_brackets_that_belong_to_a_heading_count():
    assert meaning("村（社区）") == meaning("村(社区)") == "community"
    assert meaning("（备注）") == "note"
    assert meaning("业主（房东）联系电话") == "owner"


def test_ambiguous_and_unknown_headings_are_asked():
    matches = match_columns(["姓名", "地址", "编号", "积分", "室"])
    assert [match.field for match in matches] == ["name", None, None, None, "room"]
    assert matches[1].choices == ("address",)
    assert matches[2].choices == ("household", "person_key")
    assert matches[3].choices == ()
    assert all(match.message for match in matches if match.field is None)


def test_what_the_user_said_is_remembered_under_any_decoration():
    remembered = {normalise("地址"): "address", normalise("积分"): ""}
    assert match_headings(["姓名", "*地 址（必填）", "积分"], remembered) == ["name", "address", ""]
    assert match_headings(["姓名", "楼号"], {normalise("楼号"): "room"}) == ["name", "room"]


@pytest.mark.parametrize(
    "heading", ["宗教信仰", "民族", "血型", "健康状况", "月收入", "前科", "是否重点人员", "婚姻状况", "身高"]
)
def test_what_is_not_collected_is_dropped_whatever_was_remembered(heading):
    for remembered in ({}, {normalise(heading): "note"}):
        match = match_columns([heading], remembered)[0]
        assert match.field == ""
        assert match.standing is Standing.DROPPED
        assert heading in match.message


def test_a_remembered_field_that_no_longer_exists_is_forgotten():
    assert match_headings(["姓名"], {"姓名": "nickname"}) == ["name"]


def test_two_columns_with_one_meaning_are_reported():
    matches = match_columns(["姓名", "身份证号", "证件号码", "联系电话", "手机号码", "备用电话"])
    assert [match.field for match in matches] == ["name", "id_number", None, "phone", "phone_more", None]
    assert matches[2].standing is Standing.TWICE
    assert "身份证号" in matches[2].message
    assert matches[4].standing is Standing.USED
    assert matches[4].message


def test_the_head_is_the_person_only_when_the_user_says_so():
    assert match_columns(["户主", "楼号"])[0].choices == ("name", "head_name")
    assert match_headings(["户主", "楼号"], {"户主": "name"}) == ["name", "building"]
    assert match_headings(["户主", "姓名"]) == ["head_name", "name"]


def test_groups_over_headings():
    assert meaning("户主 › 姓名") == "head_name"
    assert meaning("户主 › 身份证号") == "head_id_number"
    assert meaning("居住地址 › 楼栋") == "building"
    assert meaning("常住地址 › 单元") == "unit"
    assert meaning("联系方式 › 手机") == "phone"
    assert meaning("户籍地址 › 楼栋") == ("building",)
    assert meaning("姓名 › 姓名") == "name"


def test_a_mapping_without_name_or_door_says_so():
    assert missing_fields(["name", "building", "room"]) == []
    assert missing_fields(["name", "address", None, ""]) == []
    assert len(missing_fields(["phone", ""])) == 2
    assert len(missing_fields(["name", "building"])) == 1


def test_a_heading_of_any_length_costs_no_time():
    """No heading makes the patterns search for ever (promise P66)."""
    for nasty in ("（" * 5000, "(" * 2000 + ")" * 2000, " " * 20_000 + "x", "身份证号" * 5000, "*" * 20_000):
        assert match_headings([nasty]) in ([None], [""], ["id_number"])
