"""Rounding and periods, by table."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from governance.indicators.choices import Preset
from governance.indicators.rules import Figure, Frame, Period, named_period


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (180, 254, "70.9%"),
        (241, 254, "94.9%"),
        (254, 254, "100.0%"),
        (253, 254, "99.6%"),
        (1904, 1904, "100.0%"),
        (169, 169, "100.0%"),
        (160, 169, "94.7%"),
        (0, 7, "0.0%"),
        (0, 0, "—"),
        # Exactly between two tenths: half up, where Python's own rounding would go down.
        (1, 2000, "0.1%"),
        (5, 2000, "0.3%"),
        # A shade below the whole is never shown as the whole of it by binary fractions.
        (1999, 2000, "100.0%"),
    ],
)
def test_figures_of_the_seed_cases(numerator, denominator, words):
    assert str(Figure(numerator, denominator)) == words


def test_two_decimals_for_comparison_with_published_figures():
    assert str(Figure(911, 972).to(2)) == "93.72%"
    assert str(Figure(737, 972).to(2)) == "75.82%"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_figure_is_within_half_a_tenth_of_the_truth(numerator, denominator):
    value = Figure(numerator, denominator).value
    assert value is not None
    assert abs(value - Decimal(100 * numerator) / Decimal(denominator)) <= Decimal("0.05")


@pytest.mark.parametrize(
    ("preset", "today", "since", "until"),
    [
        (Preset.THIS_MONTH, "2026-11-22", "2026-11-01", "2026-11-30"),
        (Preset.LAST_MONTH, "2026-01-31", "2025-12-01", "2025-12-31"),
        (Preset.LAST_MONTH, "2024-03-31", "2024-02-01", "2024-02-29"),
        (Preset.THIS_QUARTER, "2026-11-22", "2026-10-01", "2026-12-31"),
        (Preset.LAST_QUARTER, "2026-11-22", "2026-07-01", "2026-09-30"),
        (Preset.LAST_QUARTER, "2026-03-31", "2025-10-01", "2025-12-31"),
        (Preset.THIS_YEAR, "2026-02-28", "2026-01-01", "2026-12-31"),
    ],
)
def test_named_periods(preset, today, since, until):
    period = named_period(preset, date.fromisoformat(today))
    assert (period.since.isoformat(), period.until.isoformat()) == (since, until)


def test_a_period_begins_and_ends_at_midnight_in_shanghai():
    period = Period(date(2026, 7, 1), date(2026, 9, 30))
    assert period.start_at == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert period.end_at == datetime(2026, 9, 30, 16, tzinfo=UTC)


def test_months_are_cut_to_the_period():
    months = Period(date(2025, 12, 30), date(2026, 2, 1)).months
    assert [(one.since.isoformat(), one.until.isoformat()) for one in months] == [
        ("2025-12-30", "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-01"),
    ]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 1800))
def test_months_hold_every_day_once(since, length):
    period = Period(since, date.fromordinal(since.toordinal() + length))
    months = period.months
    assert months[0].since == period.since
    assert months[-1].until == period.until
    assert all(later.since.toordinal() == earlier.until.toordinal() + 1 for earlier, later in pairwise(months))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-02-02", "2026-02-01"),
        ("1999-12-31", "2000-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2001-01-01", "2020-01-01"),
    ],
)
def test_periods_that_cannot_be_are_refused_with_a_reason(since, until):
    with pytest.raises(ValidationError) as problem:
        Period(date.fromisoformat(since), date.fromisoformat(until))
    assert problem.value.messages[0]


@pytest.mark.parametrize(
    ("until", "as_of", "day"),
    [
        (date(2026, 9, 30), datetime(2026, 11, 22, tzinfo=UTC), date(2026, 9, 30)),
        # 23:00 in London is already tomorrow in Shanghai.
        (date(2026, 12, 31), datetime(2026, 11, 22, 23, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_stocks_are_counted_on_the_last_day_or_today(until, as_of, day):
    assert Frame(None, None, Period(date(2026, 7, 1), until), as_of).day == day
