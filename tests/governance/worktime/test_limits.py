"""The matrix of domain.md 3.2.2, read aloud, and the chip that shows what is left."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from governance.worktime.chips import deadline_chip
from governance.worktime.choices import Clock, Unit
from governance.worktime.limits import HANDLING_LIMITS, LIMITS, Limit, limit_of
from grids.common.chips import Tone

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_every_clock_knows_every_urgency():
    assert {clock for clock in Clock if clock is not Clock.HANDLE} == set(LIMITS)
    assert all(set(row) == {"u1", "u2", "u3", "u4"} for row in LIMITS.values())
    assert {tier for tier, row in HANDLING_LIMITS.items() if "u4" not in row} == {1, 2}


@pytest.mark.parametrize(
    ("clock", "urgency", "tier", "limit"),
    [
        (Clock.ACCEPT, "u1", None, Limit(Fraction(1, 6), Unit.CH)),
        (Clock.DISPATCH, "u3", None, Limit(4, Unit.WH)),
        (Clock.TAKE, "u2", None, Limit(1, Unit.DH)),
        (Clock.HANDLE, "u3", 2, Limit(2, Unit.WD)),
        (Clock.HANDLE, "u3", 3, Limit(5, Unit.WD)),
        (Clock.HANDLE, "u4", 4, Limit(45, Unit.WD)),
        (Clock.HANDLE, "u1", 5, Limit(48, Unit.CH)),
        (Clock.HANDLE, "u4", 2, None),
        (Clock.HANDLE, "u3", None, None),
        (Clock.VERIFY, "u4", None, Limit(2, Unit.WD)),
        (Clock.EVALUATE, "u3", None, Limit(5, Unit.WD)),
    ],
)
def test_the_matrix(clock, urgency, tier, limit):
    assert limit_of(clock, urgency=urgency, tier=tier) == limit


def test_half_a_limit():
    assert Limit(5, Unit.WD).scaled(Fraction(1, 2)).after(MONDAY) == datetime(2026, 11, 26, 18, tzinfo=MONDAY.tzinfo)


@pytest.mark.parametrize(
    ("offset", "words", "tone"),
    [
        (timedelta(hours=5, minutes=20), "剩 5 小时", Tone.YELLOW),
        (timedelta(days=3, hours=1), "剩 3 天", Tone.GREY),
        (timedelta(seconds=20), "剩 1 分钟", Tone.YELLOW),
        (-timedelta(days=2, hours=3), "超 2 天", Tone.RED),
        (-timedelta(minutes=7), "超 7 分钟", Tone.RED),
    ],
)
def test_the_chip_says_what_is_left(offset, words, tone):
    with override("zh-hans"):
        chip = deadline_chip(MONDAY + offset, now=MONDAY)
    assert (str(chip), chip.tone) == (words, tone)


def test_no_deadline_no_chip():
    assert deadline_chip(None, now=MONDAY) is None
