"""Real worker processes, killed with -9 at any moment: every job is done once, and nothing stays half done."""

import os
import signal
from collections import Counter

import pytest
from django.db import connection

from grids.access.models import User
from grids.common.errors import Conflict
from grids.jobs import sidenotes
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.services import cancel, enqueue, standing
from tests.grids.jobs.processes import KINDS, Crew, address, until
from tests.long import part_of
from tests.nursery import Nursery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture(scope="module")
def nursery(django_db_setup, tmp_path_factory):
    errors = tmp_path_factory.mktemp("workers") / "errors"
    nursery = Nursery({**os.environ, "DATABASE_URL": address()}, errors, KINDS)
    yield nursery
    nursery.close()


@pytest.fixture
def crew(nursery, tmp_path):
    yield Crew(nursery, tmp_path / "notes")
    nursery.dismiss()


@pytest.fixture
def owner(db):
    return User.objects.create(username="owner")


def state_of(row: Job) -> str:
    return Job.objects.get(pk=row.pk).state


def rows_of(row: Job) -> int:
    return User.objects.filter(username__startswith=f"row-{row.pk}-").count()


def slow(owner: User, *, seconds: float = 30, slow_attempts: int = 1) -> Job:
    return enqueue("test.slow", owner=owner, payload={"seconds": seconds, "slow_attempts": slow_attempts})


def test_two_workers_do_300_jobs_once_each(crew, owner):
    rows = [enqueue("test.note", owner=owner) for _number in range(300)]
    workers = [crew.start("--once"), crew.start("--once")]
    for worker in workers:
        assert worker.wait(timeout=240) == 0, crew.nursery.errors()
    assert Counter(crew.notes()) == {str(row.pk): 1 for row in rows}
    mine = Job.objects.filter(kind="test.note")
    assert mine.filter(state=JobState.DONE, attempts=1).count() == 300


def test_a_killed_worker_leaves_nothing_and_the_next_one_does_it_at_once(crew, owner):
    row = slow(owner)
    first = crew.start()
    until(lambda: f"half {row.pk} 1" in crew.notes())
    first.kill()
    assert rows_of(row) == 0
    assert state_of(row) == JobState.RUNNING
    crew.start()
    until(lambda: state_of(row) == JobState.DONE)
    assert rows_of(row) == 200
    assert Job.objects.get(pk=row.pk).attempts == 2


@pytest.mark.long
def test_killed_again_and_again_it_is_still_done_once(crew, owner):
    kills = part_of(20, usual=6)
    row = slow(owner, slow_attempts=kills)
    for attempt in range(1, kills + 1):
        worker = crew.start()
        until(lambda attempt=attempt: f"half {row.pk} {attempt}" in crew.notes())
        worker.kill()
        assert rows_of(row) == 0
    crew.start("--once").wait(timeout=60)
    assert state_of(row) == JobState.DONE
    assert rows_of(row) == 200


def test_a_living_worker_keeps_its_job(crew, owner):
    row = slow(owner, seconds=3)
    crew.start()
    until(lambda: f"half {row.pk} 1" in crew.notes())
    crew.start("--once").wait(timeout=60)  # finds nothing to do
    until(lambda: state_of(row) == JobState.DONE)
    assert Job.objects.get(pk=row.pk).attempts == 1
    assert [note for note in crew.notes() if note.startswith("half")] == [f"half {row.pk} 1"]


def test_progress_is_seen_while_the_transaction_is_open(crew, owner):
    row = slow(owner)
    crew.start()
    until(lambda: f"half {row.pk} 1" in crew.notes())
    at = until(lambda: (found := standing(Job.objects.get(pk=row.pk))).done == 100 and found)
    assert (at.phase, at.total, at.percent) == ("Writing", 200, 50)
    if connection.vendor == "sqlite":
        assert sidenotes.read(row.pk)["done"] == 100


def test_a_running_job_can_be_cancelled_where_others_may_write(crew, owner):
    """On SQLite nobody writes while a job's transaction is open: the order is refused kindly, and told as it is."""
    row = slow(owner)
    crew.start()
    until(lambda: f"half {row.pk} 1" in crew.notes())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 100")
        with pytest.raises(Conflict):
            cancel(row, actor=owner)
        return
    cancel(row, actor=owner)
    until(lambda: state_of(row) == JobState.CANCELLED)
    assert rows_of(row) == 0


def test_sigterm_gives_the_job_back_within_a_step(crew, owner):
    row = slow(owner)
    worker = crew.start()
    until(lambda: f"half {row.pk} 1" in crew.notes())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0, crew.nursery.errors()
    assert (state_of(row), rows_of(row)) == (JobState.WAITING, 0)
    assert Job.objects.get(pk=row.pk).attempts == 0


def test_a_worker_ends_with_its_parent_however_deaf_its_job(crew, owner):
    """The worker sees that its parent is gone and goes too; the job is begun again by the next one."""
    row = enqueue("test.deaf", owner=owner)
    worker = crew.start("--parent", "1")  # a parent that it does not have
    assert worker.wait(timeout=60) in (0, 1)
    assert state_of(row) in (JobState.WAITING, JobState.RUNNING)
