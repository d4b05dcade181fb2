"""Opening hours: what is read, and how it is written down."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from grids.places.hours import clean_hours, hours_in_words, read_hours


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1-5 09:00-17:30; 6 09:00-12:00", "1-5 09:00-17:30; 6 09:00-12:00"),
        ("1－5 ９：00—17：30；6 9:00~12:00", "1-5 09:00-17:30; 6 09:00-12:00"),
        ("1,3、5 08:30-11:30", "1,3,5 08:30-11:30"),
        ("1-3 09:00-12:00\n4-5 09:00-12:00", "1-5 09:00-12:00"),
        ("1 14:00-17:30 09:00-12:00", "1 09:00-12:00 14:00-17:30"),
        ("1-7 00:00-24:00", "1-7 00:00-24:00"),
        ("  ", ""),
    ],
)
def test_hours_have_one_written_form(typed, stored):
    assert clean_hours(typed) == stored
    assert clean_hours(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "5-1 09:00-10:00",
        "0 09:00-10:00",
        "8 09:00-10:00",
        "1 10:00-09:00",
        "1 09:00-09:00",
        "1 09:60-10:00",
        "1 23:00-25:00",
        "1 09:00-10:00 09:30-11:00",
        "1",
        "09:00-10:00",
        "1-5 09:00-10:00 x",
        "1-2-3 09:00-10:00",
        "٣ 09:00-10:00",
    ],
)
def test_what_cannot_be_read_is_said(typed):
    with pytest.raises(ValidationError):
        read_hours(typed)


def test_hours_in_words():
    assert hours_in_words("1-5 09:00-17:30; 6 09:00-12:00") == ["周一至周五 09:00–17:30", "周六 09:00–12:00"]


@st.composite
def weeks(draw):
    """Hours of a random week: for some days one or two spans that do not touch."""
    parts = []
    for day in sorted(draw(st.sets(st.integers(1, 7)))):
        ends = sorted(draw(st.sets(st.integers(0, 24 * 4), min_size=2, max_size=4).filter(lambda s: len(s) % 2 == 0)))
        spans = [
            f"{a // 4:02d}:{a % 4 * 15:02d}-{b // 4:02d}:{b % 4 * 15:02d}"
            for a, b in zip(ends[::2], ends[1::2], strict=True)
        ]
        parts.append(f"{day} {' '.join(spans)}")
    return "; ".join(parts)


@given(weeks())
def test_cleaning_keeps_every_hour(text):
    assert read_hours(clean_hours(text)) == read_hours(text)


@given(st.text(max_size=60))
def test_any_text_is_hours_or_a_reason(text):
    try:
        stored = clean_hours(text)
    except ValidationError:
        return
    assert clean_hours(stored) == stored
