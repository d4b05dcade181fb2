"""Sentences one after the other, in both languages."""

import pytest

from grids.common.sentences import joined


@pytest.mark.parametrize(
    ("sentences", "text"),
    [
        (["One.", "Two."], "One. Two."),
        (["第一句。", "第二句。"], "第一句。第二句。"),
        (["只有一句"], "只有一句"),
        ([], ""),
    ],
)
def test_a_space_stands_where_the_language_wants_it(sentences: list[str], text: str) -> None:
    assert joined(sentences) == text
