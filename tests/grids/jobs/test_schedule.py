"""Nightly work: one job a day and name, however often and by however many workers it is asked for."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from grids.jobs import registry, schedule
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.schedule import KEEP_FREQUENT, enqueue_due, every, nightly, purge_frequent
from grids.jobs.worker import run_pending
from tests.harness import errors_among, run_together

# 02:59, 03:00 and 12:00 of 21 November in Shanghai.
BEFORE = datetime(2026, 11, 20, 18, 59, tzinfo=UTC)
AT_THREE = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
AT_NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NEXT_NIGHT = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)


@pytest.fixture
def own(monkeypatch):
    """A schedule of the test's own; returns the days on which its work was done."""
    days: list[str] = []
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(schedule, "_nightly", {})
    monkeypatch.setattr(schedule, "_frequent", {})
    nightly("test.rollup", lambda row, progress: days.append(row.payload["on"]), title="Roll-up")
    return days


@pytest.mark.django_db
def test_work_is_ordered_once_a_night_and_made_up_for_by_day(own):
    assert enqueue_due(BEFORE) == []
    first = enqueue_due(AT_THREE)
    assert [(row.key, row.owner, row.title) for row in first] == [("test.rollup@2026-11-21", None, "Roll-up")]
    assert enqueue_due(AT_THREE) == []
    run_pending()
    assert enqueue_due(AT_NOON) == []  # done: not again today
    assert [row.key for row in enqueue_due(NEXT_NIGHT)] == ["test.rollup@2026-11-22"]
    run_pending()
    assert own == ["2026-11-21", "2026-11-22"]


@pytest.mark.django_db
def test_a_missed_hour_is_made_up_for(own):
    assert len(enqueue_due(AT_NOON)) == 1


@pytest.mark.django_db
def test_each_work_has_its_own_hour(own):
    nightly("test.posts", lambda row, progress: None, at=time(0, 5))
    assert [row.kind for row in enqueue_due(BEFORE)] == ["test.posts"]


@pytest.mark.django_db
def test_frequent_work_is_ordered_once_in_its_minutes_and_a_missed_slot_is_not_made_up_for(own):
    every("test.alerts", lambda row, progress: None, minutes=5)
    keys = [
        [row.key for row in enqueue_due(BEFORE + timedelta(minutes=minutes)) if row.kind == "test.alerts"]
        for minutes in (-4, -1, 0, 1, 12)
    ]
    assert keys == [
        ["test.alerts@2026-11-21T02:55"],
        [],
        [],
        ["test.alerts@2026-11-21T03:00"],
        ["test.alerts@2026-11-21T03:10"],
    ]
    with pytest.raises(ValueError, match="divide"):
        every("test.alerts", lambda row, progress: None, minutes=7)


@pytest.mark.django_db
def test_records_of_frequent_work_are_kept_for_two_days(own):
    every("test.alerts", lambda row, progress: None, minutes=5)
    enqueue_due(AT_THREE)
    run_pending()
    finished = Job.objects.get(kind="test.alerts").finished_at
    assert purge_frequent(finished + KEEP_FREQUENT) == 0
    assert purge_frequent(finished + KEEP_FREQUENT + timedelta(seconds=1)) == 1
    assert Job.objects.filter(kind="test.rollup").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_twenty_workers_that_ask_at_once_order_a_slot_once(own):
    every("test.alerts", lambda row, progress: None, minutes=5)
    outcomes = run_together(20, lambda number: len(enqueue_due(AT_NOON)))
    assert not errors_among(outcomes)
    assert Job.objects.filter(kind="test.alerts").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_twenty_workers_that_ask_at_once_order_it_once(own):
    outcomes = run_together(20, lambda number: len(enqueue_due(AT_THREE)))
    assert not errors_among(outcomes)
    assert Counter(outcome.value for outcome in outcomes) == {0: 19, 1: 1}
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_the_portal_has_its_nightly_work():
    names = set(schedule._nightly)
    assert {"grids.apply_posts", "grids.check_tree", "grids.verify_trail", "grids.purge_files"} <= names
    enqueue_due(AT_NOON)
    run_pending()
    ours = Job.objects.filter(kind__startswith="grids.", owner=None)
    assert ours.count() >= 4
    assert not ours.exclude(state=JobState.DONE).exists()
