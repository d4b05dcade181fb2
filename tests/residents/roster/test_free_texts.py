"""Words in texts: found in every spelling, hidden without harm to the rest, and told without what is of others."""

import json

import pytest

from residents.roster.free_texts import about, is_named, without

WORDS = ["赵一", "13800000101", "990101194904120012"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("赵一家的灯坏了", "•••家的灯坏了"),
        ("打13800000101", "打•••"),
        (json.dumps({"note": "赵一"}), '{"note": "•••"}'),
        ("q=%E8%B5%B5%E4%B8%80&page=2", "q=•••&page=2"),
        ("赵大家的灯坏了", "赵大家的灯坏了"),
        ("", ""),
    ],
)
def test_words_are_hidden_in_every_spelling(text: str, hidden: str) -> None:
    assert without(text, WORDS) == hidden
    assert is_named(text, WORDS) == (text != hidden)


def test_json_keeps_its_shape() -> None:
    sheet = [{"key": "needs", "lines": ["赵一要轮椅", "停水"], "count": 2}]
    assert without(sheet, WORDS) == [{"key": "needs", "lines": ["•••要轮椅", "停水"], "count": 2}]
    assert about(sheet, WORDS)[0]["lines"] == ["赵一要轮椅", ""]
    assert is_named(sheet, WORDS)


def test_one_sign_and_nothing_are_no_names() -> None:
    assert without("王家与张家", ["王", "", ""]) == "王家与张家"
    assert not is_named("王家与张家", ["王", ""])


def test_of_a_text_the_sentences_about_him_are_told() -> None:
    text = "李四来过。赵一说要修灯；钱二不同意！电话13800000101\n其他事项"
    assert about(text, WORDS) == "赵一说要修灯；电话13800000101"
