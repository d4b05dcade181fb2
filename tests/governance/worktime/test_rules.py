"""Deadlines: the vectors of domain.md 3.2.1, an independent slow model, and years nobody planned for."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.worktime.choices import Unit
from governance.worktime.rules import calendar_known, deadline, is_working_day, working_hours_between

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(month, day, hour, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        (at(2, 13, 16), 4, Unit.WH, at(2, 14, 10, 30)),  # adjusted working Saturday
        (at(2, 14, 16), 4, Unit.WH, at(2, 24, 10, 30)),  # over the Spring Festival
        (at(9, 30, 17, 30), 2, Unit.WH, at(10, 8, 10, 0)),
        (at(11, 21, 10), 2, Unit.WH, at(11, 23, 10, 30)),
        (at(5, 8, 15), 8, Unit.WH, at(5, 9, 15, 0)),
        (at(2, 15, 10), 8, Unit.DH, at(2, 16, 10, 0)),
        (at(2, 15, 10), 8, Unit.WH, at(2, 24, 18, 0)),
        (at(2, 13, 9), 3, Unit.WD, at(2, 25, 18)),
        (at(9, 30, 9), 5, Unit.WD, at(10, 13, 18)),
        (at(9, 18, 9), 1, Unit.WD, at(9, 20, 18)),  # working Sunday
        (at(4, 3, 17, 59), 1, Unit.WD, at(4, 7, 18)),
        (at(11, 20, 9), 7, Unit.WD, at(12, 1, 18)),
        (at(11, 20, 9), 15, Unit.WD, at(12, 11, 18)),
        (at(2, 15, 23, 55), Fraction(1, 6), Unit.CH, at(2, 16, 0, 5)),
        (at(11, 23, 9), 0, Unit.WH, at(11, 23, 9)),
    ],
)
def test_the_vectors_of_the_specification(start, amount, unit, due):
    assert deadline(start, amount, unit) == due


def test_2026_has_248_working_days():
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert sum(map(is_working_day, days)) == 248


def test_a_year_without_a_notice_counts_monday_to_friday_and_says_so():
    unknown = max(day.year for day in chinese_calendar.holidays) + 1
    assert calendar_known(2026)
    assert not calendar_known(unknown)
    monday = next(day for day in (date(unknown, 6, n) for n in range(1, 8)) if day.weekday() == 0)
    assert [is_working_day(monday + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


# ------------------------------------------------------------------ the slow model: one minute after another
def counts(moment, unit):
    """Whether the minute that begins at ``moment`` (wall clock) is counted by the unit."""
    minute = moment.hour * 60 + moment.minute
    inside = 8 * 60 + 30 <= minute < 12 * 60 or 13 * 60 + 30 <= minute < 18 * 60
    return inside and (unit == Unit.DH or chinese_calendar.is_workday(moment.date()))


def slow_deadline(start, minutes, unit):
    moment = start.replace(tzinfo=None)
    while minutes:
        minutes -= counts(moment, unit)
        moment += timedelta(minutes=1)
    return moment.replace(tzinfo=SHANGHAI)


def slow_days(start, days):
    day = start.date()
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return datetime(day.year, day.month, day.day, 18, tzinfo=SHANGHAI)


moments = st.datetimes(datetime(2004, 1, 1), datetime(2026, 11, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 40 * 60), st.sampled_from([Unit.WH, Unit.DH]))
def test_hours_equal_the_slow_model(start, minutes, unit):
    assert deadline(start, Fraction(minutes, 60), unit) == slow_deadline(start, minutes, unit)


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 30))
def test_days_equal_the_slow_model(start, days):
    assert deadline(start, days, Unit.WD) == slow_days(start, days)


@settings(max_examples=100, deadline=None)
@given(moments, st.integers(0, 20 * 24 * 60))
def test_hours_between_equal_the_slow_model(start, minutes):
    wall = start.replace(tzinfo=None)
    counted = sum(counts(wall + timedelta(minutes=number), Unit.WH) for number in range(minutes))
    end = start + timedelta(minutes=minutes)
    assert working_hours_between(start, end) == pytest.approx(counted / 60)
    assert working_hours_between(end, start) == pytest.approx(-counted / 60)


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(0, 200))
def test_between_undoes_the_deadline(start, hours):
    assert working_hours_between(start, deadline(start, hours, Unit.WH)) == pytest.approx(hours)


@settings(max_examples=400, deadline=None)
@given(
    st.datetimes(timezones=st.just(UTC)) | st.datetimes(timezones=st.just(SHANGHAI)),
    st.integers(0, 500),
    st.sampled_from(list(Unit)),
)
def test_no_moment_of_any_year_raises(start, amount, unit):
    due = deadline(start, amount, unit)
    assert due.tzinfo is not None
    assert due.astimezone(UTC)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="aware"):
        deadline(datetime(2026, 1, 1), 1, Unit.CH)
    with pytest.raises(ValueError, match="negative"):
        deadline(at(1, 5, 9), -1, Unit.CH)
    with pytest.raises(ValueError, match="weeks"):
        deadline(at(1, 5, 9), 1, "weeks")
