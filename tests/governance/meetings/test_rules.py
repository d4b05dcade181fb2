"""The law of briefings: which day, what closes an item, what the public reads (domain.md M19, 3.6)."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from governance.meetings import rules
from governance.meetings.choices import DAYS_AHEAD, HolidayPolicy
from governance.meetings.reports import share
from governance.worktime.rules import is_working_day


@pytest.fixture(autouse=True, scope="module")
def in_chinese():
    with translation.override("zh-hans"):
        yield


KEEP, NEXT, PREVIOUS = HolidayPolicy.KEEP, HolidayPolicy.NEXT_WORKDAY, HolidayPolicy.PREV_WORKDAY


@pytest.mark.parametrize(
    ("month", "policy", "day"),
    [
        (10, NEXT, date(2026, 10, 8)),  # National Day holiday
        (10, KEEP, date(2026, 10, 5)),
        (10, PREVIOUS, date(2026, 9, 30)),
        (5, NEXT, date(2026, 5, 6)),  # Labour Day holiday until the 5th
        (12, NEXT, date(2026, 12, 7)),  # a Saturday
        (11, NEXT, date(2026, 11, 5)),
    ],
)
def test_the_fifth_and_the_holidays(month, policy, day):
    assert rules.planned_day(2026, month, 5, policy) == day


def test_the_fifth_is_no_working_day_in_six_months_of_2026():
    free = [month for month in range(1, 13) if not is_working_day(date(2026, month, 5))]
    assert free == [4, 5, 7, 9, 10, 12]


def test_a_need_is_overdue_after_the_third_working_day():
    noted = timezone.make_aware(datetime(2026, 9, 29, 15))  # a Tuesday; National Day is from Thursday on
    assert rules.need_chip(noted, now=timezone.make_aware(datetime(2026, 10, 9, 9))) is None
    late = rules.need_chip(noted, now=timezone.make_aware(datetime(2026, 10, 9, 23)))
    assert late is not None
    assert str(late) == "超期"


def test_a_month_without_the_day_meets_on_its_last():
    assert rules.planned_day(2026, 2, 31, KEEP) == date(2026, 2, 28)


@given(
    today=st.dates(date(2026, 1, 1), date(2027, 12, 31)), day=st.integers(1, 31), policy=st.sampled_from(HolidayPolicy)
)
def test_what_is_planned_is_every_meeting_of_the_next_thirty_days(today, day, policy):
    planned = rules.months_to_plan(today, day, policy)
    every = {
        (date(year, month, 1), rules.planned_day(year, month, day, policy))
        for year in range(2025, 2029)
        for month in range(1, 13)
    }
    assert set(planned) == {(first, on) for first, on in every if today <= on <= today + timedelta(days=DAYS_AHEAD)}
    assert len(planned) == len(set(planned))


@given(on=st.dates(date(2026, 1, 10), date(2026, 12, 20)))
def test_invitations_go_out_three_working_days_before(on):
    sent = rules.invitation_day(on)
    between = [sent + timedelta(days=n) for n in range((on - sent).days)]
    assert sum(is_working_day(day) for day in between) == 3
    assert is_working_day(sent)


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(160, 169, "94.7%"), (0, 0, "—"), (1, 8, "12.5%"), (169, 169, "100.0%")]
)
def test_attendance_is_rounded_half_up(part, whole, words):
    assert share(part, whole) == words


@pytest.mark.parametrize(("times", "tone"), [(1, "grey"), (2, "grey"), (3, "yellow")])
def test_an_item_carried_over_more_than_twice_turns_yellow(times, tone):
    assert rules.carried_chip(times).tone == tone
    assert rules.carried_chip(0) is None


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("张三说3-2-501漏水，电话 13800000001", "张某说3-2-501漏水，电话 （电话略）"),
        ("欧阳小红和张三丰", "欧某和张某丰"),
        ("拨 010-62345678，证号 990101194904120014", "拨 （电话略），证号 （号码略）"),
        ("没有名字", "没有名字"),
    ],
)
def test_the_public_reads_no_names_and_no_numbers(text, public):
    assert rules.for_the_public(text, ["张三", "欧阳小红", "", "王"]) == public


@pytest.mark.parametrize(
    ("decision", "answer", "fields"),
    [
        ("answered", "已办", set()),
        ("answered", "  ", {"answer"}),
        ("carried", "", set()),
        ("affair", "", set()),
        ("open", "", {"decision"}),
        ("nonsense", "", {"decision"}),
    ],
)
def test_what_a_decision_needs(decision, answer, fields):
    assert set(rules.check_decision(decision, answer)) == fields
