"""A job runs once, ends in one of four ways, and belongs to whoever ordered it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from grids.common.clock import now, stopped_at
from grids.common.errors import Conflict, Refused
from grids.jobs import queue, registry
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.processes import is_alive, is_near, new_holder
from grids.jobs.progress import JobInterrupted, Progress
from grids.jobs.registry import job
from grids.jobs.rules import LEASE, duration_words, seconds_left
from grids.jobs.services import cancel, enqueue, standing
from grids.jobs.worker import Worker, run_pending

pytestmark = pytest.mark.django_db
ELSEWHERE = "other-machine/12345678/99|4711|100|abcdef01"


@pytest.fixture
def known(monkeypatch):
    """A registry of the test's own."""
    monkeypatch.setattr(registry, "_kinds", {})
    return registry._kinds


@pytest.fixture
def secretary(world):
    return world.secretary


def test_a_job_leaves_its_result_and_where_to_see_it(known, secretary):
    @job("test.count")
    def count(row, progress):
        progress.phase("Counting", 3)
        for number in range(1, 4):
            progress.advance(number)
        row.result = {"rows": 3, "next_url": "/grids/"}

    row = enqueue("test.count", owner=secretary, title="Count", payload={"list": 7})
    assert run_pending() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.payload) == (JobState.DONE, 1, {"list": 7})
    assert (row.result["rows"], row.next_url, row.phase, row.total) == (3, "/grids/", "Counting", 3)
    assert run_pending() == 0


def test_a_refusal_tells_the_owner_why(known, secretary):
    @job("test.refuse")
    def refuse(row, progress):
        raise ValidationError("The third sheet is empty.")

    row = enqueue("test.refuse", owner=secretary)
    run_pending()
    row.refresh_from_db()
    assert (row.state, row.message) == (JobState.FAILED, "The third sheet is empty.")


@pytest.mark.expected_errors("grids.jobs")
def test_an_error_tells_the_number_of_the_job_and_nothing_personal(known, secretary, caplog):
    secret = "赵一 13800000101"

    @job("test.break")
    def fail(row, progress):
        raise RuntimeError(secret)

    row = enqueue("test.break", owner=secretary)
    run_pending()
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert str(row.pk) in row.message
    logged = next(record.getMessage() for record in caplog.records if record.levelname == "ERROR")
    assert f"job {row.pk} (test.break): RuntimeError" in logged
    assert "test_queue.py" in logged
    assert "13800000101" not in row.message + logged


@pytest.mark.expected_errors("grids.jobs")
def test_a_kind_that_nobody_knows_ends_with_a_message(known, secretary):
    row = enqueue("test.gone", owner=secretary)
    run_pending()
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert row.message


def test_one_key_is_one_live_job(known, secretary):
    job("test.nightly")(lambda row, progress: None)
    first = enqueue("test.nightly", owner=None, key="rollup@2026-11-21")
    assert enqueue("test.nightly", owner=None, key="rollup@2026-11-21") == first
    assert enqueue("test.nightly", owner=None, key="rollup@2026-11-22") != first
    run_pending()
    assert enqueue("test.nightly", owner=None, key="rollup@2026-11-21") != first


def test_a_rolled_back_order_is_no_order(known, secretary):
    with transaction.atomic():
        enqueue("test.nothing", owner=secretary)
        transaction.set_rollback(True)
    assert not Job.objects.filter(kind="test.nothing").exists()


class TestCancelling:
    def test_a_waiting_job_never_begins(self, known, world, secretary):
        begun = []
        job("test.wait")(lambda row, progress: begun.append(row))
        row = enqueue("test.wait", owner=secretary)
        with pytest.raises(Refused):
            cancel(row, actor=world.east_worker)
        assert cancel(row, actor=secretary).state == JobState.CANCELLED
        assert run_pending() == 0
        assert not begun

    def test_a_running_job_stops_at_its_next_step(self, known, secretary):
        steps = []

        @job("test.long")
        def long(row, progress):
            progress.phase("first", 10)
            cancel(row, actor=secretary)
            steps.append("first")
            progress.phase("second", 10)
            steps.append("second")

        row = enqueue("test.long", owner=secretary)
        run_pending()
        row.refresh_from_db()
        assert (row.state, steps) == (JobState.CANCELLED, ["first"])

    def test_what_has_ended_cannot_be_cancelled(self, known, secretary):
        job("test.short")(lambda row, progress: None)
        row = enqueue("test.short", owner=secretary)
        run_pending()
        with pytest.raises(Conflict):
            cancel(row, actor=secretary)


class TestLeases:
    """A job whose worker died is taken again: at once on the same machine, after the lease on another one."""

    def taken_by(self, holder, secretary, **changes):
        row = enqueue("test.work", owner=secretary)
        Job.objects.filter(pk=row.pk).update(
            state=JobState.RUNNING, holder=holder, token="old", attempts=1, leased_until=now() + LEASE, **changes
        )
        return row

    def test_another_machine_keeps_it_until_the_lease_is_over(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        row = self.taken_by(ELSEWHERE, secretary)
        mine = new_holder()
        assert queue.take(mine) is None
        with stopped_at(now() + LEASE + timedelta(seconds=1)):
            taken = queue.take(mine)
        assert (taken.pk, taken.attempts, taken.holder) == (row.pk, 2, mine)

    def test_a_dead_process_of_this_machine_loses_it_at_once(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        machine, pid, _born, _nonce = new_holder().split("|")
        reborn = f"{machine}|{pid}|1|abcdef01"  # the number of a living process, but begun at another time
        self.taken_by(reborn, secretary)
        assert is_near(reborn)
        assert not is_alive(reborn)
        assert queue.take(new_holder()).attempts == 2

    def test_a_living_process_of_this_machine_keeps_it_however_long_it_is_silent(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        holder = new_holder()
        self.taken_by(holder, secretary)
        with stopped_at(now() + 100 * LEASE):
            assert queue.take(new_holder()) is None
            # But whoever asks for work himself does none.
            assert queue.take(holder) is not None

    @pytest.mark.expected_errors("grids.jobs")
    def test_what_was_interrupted_three_times_is_given_up(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        row = self.taken_by(ELSEWHERE, secretary)
        Job.objects.update(attempts=3, leased_until=now() - LEASE)
        assert run_pending() == 0
        row.refresh_from_db()
        assert row.state == JobState.FAILED
        assert "3" in row.message

    def test_a_cancelled_job_of_a_dead_worker_is_not_begun_again(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        row = self.taken_by(ELSEWHERE, secretary, cancel_requested=True)
        Job.objects.update(leased_until=now() - LEASE)
        assert run_pending() == 0
        row.refresh_from_db()
        assert row.state == JobState.CANCELLED

    def test_whoever_lost_a_job_can_no_longer_end_it(self, known, secretary):
        job("test.work")(lambda row, progress: None)
        enqueue("test.work", owner=secretary)
        late = queue.take(ELSEWHERE)
        Job.objects.update(leased_until=now() - LEASE)
        taken = queue.take(new_holder())
        assert not queue.finish(late, JobState.DONE)
        with pytest.raises(JobInterrupted), Progress(late, in_thread=False) as progress:
            progress.confirm()
        assert queue.finish(taken, JobState.DONE)

    def test_a_worker_that_is_told_to_stop_gives_its_job_back(self, known, secretary):
        worker = Worker(in_thread=False)

        @job("test.work")
        def work(row, progress):
            worker.stop()
            progress.advance(1)
            raise AssertionError("went on")

        row = enqueue("test.work", owner=secretary)
        worker.step()
        row.refresh_from_db()
        assert (row.state, row.attempts) == (JobState.WAITING, 0)


def test_progress_tells_rows_and_time_left(known, secretary):
    seen = {}

    @job("test.rows")
    def rows(row, progress):
        began = now()
        with stopped_at(began):
            progress.phase("Writing", 200)
        with stopped_at(began + timedelta(seconds=10)):
            progress._shown_at = 0
            progress.advance(50)
            seen["at"] = standing(Job.objects.get(pk=row.pk))

    enqueue("test.rows", owner=secretary)
    run_pending()
    at = seen["at"]
    assert (at.phase, at.done, at.total, at.percent, round(at.left)) == ("Writing", 50, 200, 25, 30)


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "expected"),
    [(0, 10, 5, None), (5, 0, 5, None), (5, 10, 0.2, None), (1, 100, 5, None), (5, 10, 5, 5), (20, 10, 5, 0)],
)
def test_a_forecast_needs_something_to_go_by(done, total, elapsed, expected):
    assert seconds_left(done, total, elapsed) == expected


def test_durations_are_told_in_the_coarsest_unit_that_says_enough():
    from django.utils import translation

    with translation.override("en"):
        words = [duration_words(seconds) for seconds in (0, 8, 120, 3600 * 3)]
    assert words == ["1 second", "8 seconds", "2 minutes", "3 hours"]
