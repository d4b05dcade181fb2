"""First letters of names: surnames by their own sound, every other character by its commonest."""

from datetime import date

import pytest

from residents.roster.initials import initials_of, looks_like_initials
from residents.roster.rules import clean_person

ON = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("张三", "zs"),
        ("李小明", "lxm"),
        # Surnames that sound otherwise than the character does elsewhere.
        ("单田芳", "stf"),
        ("曾国藩", "zgf"),
        ("仇和", "qh"),
        ("解晓东", "xxd"),
        ("区志强", "ozq"),
        ("查良镛", "zly"),
        ("朴树", "ps"),
        ("翟志刚", "zzg"),
        ("覃海洋", "qhy"),
        ("缪建民", "mjm"),
        ("尉迟恭", "ycg"),
        ("万俟星", "mqx"),
        ("澹台明", "ttm"),
        ("单于夫", "cyf"),
        ("欧阳修", "oyx"),
        ("长孙无忌", "zswj"),
        # The same characters inside a name sound as they do elsewhere.
        ("王单", "wd"),
        ("李解", "lj"),
        # Other names: by their letters.
        ("阿卜杜拉·买买提", "abdlmmt"),
        ("John Smith", "js"),
        ("Mary-Ann O’Brien", "mo"),
        ("Éva Østergård", "eo"),
        ("Anna张", "az"),
        ("𠮷田", "tt"),
        ("Иван", ""),
        ("", ""),
    ],
)
def test_initials(name, letters):
    if name == "𠮷田":  # a rare character may be unknown, the others still count
        assert initials_of(name).endswith("t")
    else:
        assert initials_of(name) == letters


def test_one_place_writes_them():
    cleaned = clean_person({"name": "单 田芳", "phone": "13800000101"}, on=ON)
    assert cleaned["name_initials"] == "stf"
    assert cleaned["phone_tail"] == "0101"


def test_they_never_outgrow_their_column():
    assert len(initials_of("王" * 60)) == 60
    assert len(initials_of("万俟" + "王" * 58)) == 60


@pytest.mark.parametrize(("word", "meant"), [("zs", True), ("ZS", True), ("张s", False), ("3", False), ("", False)])
def test_what_may_be_initials(word, meant):
    assert looks_like_initials(word) is meant
