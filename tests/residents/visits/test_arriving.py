"""Five must arrive, the law: clocks, telling again, what an arrival is (domain.md M20)."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from residents.visits import arriving
from residents.visits.choices import Channel, Outcome, RemoteReason, TaskState, Trigger

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLD = datetime(2026, 9, 30, 20, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("trigger", "hours"),
    [
        (Trigger.EMERGENCY, 2),
        (Trigger.DISCONTENT, 24),
        (Trigger.DISPUTE, 24),
        (Trigger.HARDSHIP, 24),
        (Trigger.FAMILY_EVENT, 48),
        (Trigger.RISK_CHANGE, 24),
    ],
)
def test_the_clock_of_each_trigger_runs_through_nights_and_holidays(trigger: Trigger, hours: int):
    for month in range(1, 13):
        told = datetime(2026, month, 30 if month != 2 else 28, 23, 30, tzinfo=SHANGHAI)
        assert arriving.due_at(trigger, told) - told == timedelta(hours=hours)


def test_a_dispute_on_the_eve_of_the_national_holiday_is_due_the_next_evening():
    assert arriving.due_at(Trigger.DISPUTE, TOLD) == datetime(2026, 10, 1, 20, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (None, datetime(2026, 10, 2, 20, 0, tzinfo=SHANGHAI)),
        (datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI), datetime(2026, 10, 2, 20, 0, tzinfo=SHANGHAI)),
        (datetime(2026, 10, 2, 20, 0, tzinfo=SHANGHAI), datetime(2026, 10, 2, 20, 0, tzinfo=SHANGHAI)),
        (datetime(2026, 10, 2, 20, 1, tzinfo=SHANGHAI), datetime(2026, 10, 2, 23, 59, 59, tzinfo=SHANGHAI)),
        (datetime(2026, 10, 18, 11, 0, tzinfo=SHANGHAI), datetime(2026, 10, 18, 23, 59, 59, tzinfo=SHANGHAI)),
    ],
)
def test_a_family_event_that_is_later_than_two_days_is_due_by_the_end_of_its_day(event: datetime | None, due: datetime):
    assert arriving.due_at(Trigger.FAMILY_EVENT, TOLD, event_at=event) == due
    assert arriving.due_at(Trigger.DISPUTE, TOLD, event_at=event) == TOLD + timedelta(hours=24)


def test_the_backup_contact_is_told_after_half_of_the_time():
    assert arriving.backup_due_at(TOLD, TOLD + timedelta(hours=2)) == TOLD + timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "after", "same"),
    [
        (TaskState.OPEN, timedelta(days=30), True),
        (TaskState.ARRIVED, timedelta(days=7) - timedelta(microseconds=1), True),
        (TaskState.ARRIVED, timedelta(days=7), False),
        (TaskState.CANCELLED, timedelta(minutes=1), False),
    ],
)
def test_what_is_told_again_within_seven_days_is_the_same(state: TaskState, after: timedelta, same: bool):
    task = SimpleNamespace(state=state, raised_at=TOLD)
    assert arriving.is_told_again(task, now=TOLD + after) is same


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("outcome", Outcome)
def test_an_arrival_is_at_the_door_with_somebody(channel: Channel, outcome: Outcome):
    encounter = SimpleNamespace(channel=channel, outcome=outcome, household_away=False, remote_reason="away")
    at_the_door = channel == Channel.FACE and outcome != Outcome.NOT_HOME
    assert arriving.is_arrival(encounter) is at_the_door


@pytest.mark.parametrize(
    ("away", "reason", "outcome", "arrived"),
    [
        (True, RemoteReason.AWAY, Outcome.MET, True),
        (True, RemoteReason.AT_SEA, Outcome.MET_RELATIVE, True),
        (True, RemoteReason.AT_SEA, Outcome.NOT_HOME, False),
        (True, RemoteReason.WISHED, Outcome.MET, False),
        (True, "", Outcome.MET, False),
        (False, RemoteReason.AWAY, Outcome.MET, False),
    ],
)
def test_a_call_is_an_arrival_only_at_a_household_that_is_away_and_with_that_reason(
    away: bool, reason: str, outcome: Outcome, arrived: bool
):
    encounter = SimpleNamespace(channel=Channel.PHONE, outcome=outcome, household_away=away, remote_reason=reason)
    assert arriving.is_arrival(encounter) is arrived


def test_half_an_hour_before_the_end_is_in_time_and_a_second_after_it_is_not():
    due = arriving.due_at(Trigger.DISPUTE, TOLD)
    task = SimpleNamespace(arrived_at=datetime(2026, 10, 1, 19, 30, tzinfo=SHANGHAI), due_at=due)
    assert arriving.is_on_time(task) is True
    task.arrived_at = due
    assert arriving.is_on_time(task) is True
    task.arrived_at = due + timedelta(seconds=1)
    assert arriving.is_on_time(task) is False
    task.arrived_at = None
    assert arriving.is_on_time(task) is None


def test_the_chip_says_how_much_is_left_and_turns_yellow_after_half_of_the_time():
    task = SimpleNamespace(state="open", raised_at=TOLD, due_at=TOLD + timedelta(hours=24), arrived_at=None)
    with translation.override("zh-hans"):
        early = arriving.clock_chip(task, now=TOLD + timedelta(hours=1))
        late = arriving.clock_chip(task, now=TOLD + timedelta(hours=13))
        over = arriving.clock_chip(task, now=TOLD + timedelta(hours=50))
    assert [chip.tone for chip in (early, late, over)] == ["blue", "yellow", "red"]
    assert [str(chip) for chip in (early, late, over)] == ["还剩23小时0分", "还剩11小时0分", "超时1天2小时"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"trigger": "nonsense"},
        {"source": "nonsense"},
        {"note": "长" * 201},
        {"event_at": TOLD + timedelta(days=400)},
        {"event_at": TOLD - timedelta(days=31)},
    ],
)
def test_what_cannot_be_is_said_at_its_field(wrong: dict):
    values = {"trigger": "dispute", "source": "staff", "note": "", "event_at": None} | wrong
    trigger, source = values.pop("trigger"), values.pop("source")
    with pytest.raises(ValidationError) as problem:
        arriving.check_trigger(trigger, source, now=TOLD, **values)
    assert list(problem.value.message_dict) == list(wrong)
