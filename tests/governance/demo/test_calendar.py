"""Whatever the day of loading is, the quarter is whole and the living affairs lie after it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from governance.demo.affair_plans import overdue_after, quarter_before
from governance.worktime.choices import Unit
from governance.worktime.rules import deadline

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        (at(2026, 11, 22, 13), at(2026, 7, 1), at(2026, 10, 1)),
        (at(2026, 7, 20, 9), at(2026, 4, 1), at(2026, 7, 1)),
        (at(2027, 1, 15, 9), at(2026, 10, 1), at(2027, 1, 1)),
        # On the fourth day of a quarter affairs of last week are still on the way: the quarter before is the whole one.
        (at(2026, 7, 4, 9), at(2026, 1, 1), at(2026, 4, 1)),
        # The National Day holiday lasts a week.
        (at(2026, 10, 8, 9), at(2026, 4, 1), at(2026, 7, 1)),
    ],
)
def test_the_quarter_ended_before_the_living_affairs_began(now, start, end):
    assert quarter_before(now) == (start, end)
    assert end < now - overdue_after(now)


@pytest.mark.parametrize("now", [at(2026, 2, 23, 10), at(2026, 10, 7, 22), at(2026, 11, 22, 3), at(2026, 3, 18, 12)])
def test_what_is_called_overdue_is(now):
    """Two working days, the limit of a grid, have passed; over Spring Festival as well."""
    assert deadline(now - overdue_after(now), 2, Unit.WD) < now
