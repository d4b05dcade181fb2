"""Doing jobs: one at a time, until told to stop. ``manage.py run_worker`` is a process that does only this."""

import logging
import os
import threading
import time
import traceback
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext

from grids.common.errors import ServiceError
from grids.common.sentences import joined
from grids.jobs import queue
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.processes import new_holder
from grids.jobs.progress import JobCancelled, JobInterrupted, Progress
from grids.jobs.registry import kind_of
from grids.jobs.schedule import enqueue_due

logger = logging.getLogger("grids.jobs")
IDLE = 1.0  # seconds between two looks into an empty queue
SCHEDULE_EVERY = timedelta(minutes=1).total_seconds()


def run_pending(limit: int | None = None) -> int:
    """Do everything that waits (at most ``limit`` jobs) here and now, in the caller's thread; returns how many."""
    worker = Worker(in_thread=False)
    count = 0
    while (limit is None or count < limit) and worker.step():
        count += 1
    return count


class Worker:
    """Takes jobs and does them. ``stop`` may be called from a signal: the present job is given back and begun again."""

    def __init__(self, *, in_thread: bool = True) -> None:
        self.holder = new_holder()
        self.in_thread = in_thread
        self._stopped = threading.Event()
        self._progress: Progress | None = None
        self._scheduled_at = -SCHEDULE_EVERY

    # ------------------------------------------------------------------ the loop
    def run(self, *, once: bool = False, parent: int | None = None) -> None:
        """Work until ``stop`` (``once``: until nothing waits), or until the process ``parent`` is gone."""
        if parent is not None:
            threading.Thread(target=self._watch, args=(parent,), daemon=True).start()
        while not self._stopped.is_set():
            try:
                self._order_due()
                worked = self.step()
            except OperationalError as problem:
                # A database that restarts, or a write lock that somebody keeps: come back later.
                logger.warning("the queue cannot be reached (%s)", type(problem).__name__)
                worked, once = False, False
            finally:
                close_old_connections()
            if not worked:
                if once:
                    return
                self._stopped.wait(IDLE)

    def stop(self) -> None:
        self._stopped.set()
        if self._progress is not None:
            self._progress.stopping = True

    def _watch(self, parent: int) -> None:
        """End with the process that started us, however that ended."""
        while os.getppid() == parent:
            time.sleep(IDLE)
        self.stop()
        time.sleep(10)
        # A job that asks nobody for so long is killed; the next worker begins it again.
        os._exit(1)

    def _order_due(self) -> None:
        if time.monotonic() - self._scheduled_at >= SCHEDULE_EVERY:
            self._scheduled_at = time.monotonic()
            enqueue_due()

    # ------------------------------------------------------------------ one job
    def step(self) -> bool:
        """Do one job; False when there is none."""
        row = queue.take(self.holder)
        if row is None:
            return False
        with translation.override(row.language or None):
            self._do(row)
        return True

    def _do(self, row: Job) -> None:
        kind = kind_of(row.kind)
        if kind is None:
            logger.error("job %s: no room knows the kind %s", row.pk, row.kind)
            self._end(row, JobState.FAILED, gettext("This portal does not know how to do this task any more."))
            return
        logger.info("job %s (%s): begins, attempt %s", row.pk, row.kind, row.attempts)
        began = time.monotonic()
        try:
            with Progress(row, in_thread=self.in_thread) as self._progress:
                if self._stopped.is_set():
                    raise JobInterrupted
                kind.work(row, self._progress)
        except JobCancelled:
            self._end(row, JobState.CANCELLED, "")
        except JobInterrupted:
            logger.warning("job %s (%s): stopped before its end", row.pk, row.kind)
            self._insist(queue.give_back, row)
        except (ServiceError, ValidationError) as problem:
            words = joined(problem.messages) if isinstance(problem, ValidationError) else str(problem)
            if row.owner_id is None:  # nobody else will read it
                logger.error("job %s (%s): %s", row.pk, row.kind, words)
            else:
                logger.info("job %s (%s): refused", row.pk, row.kind)
            self._end(row, JobState.FAILED, words)
        except Exception as problem:
            self._end(row, JobState.FAILED, self._broken(row, problem))
        else:
            self._end(row, JobState.DONE, row.message)
            logger.info("job %s (%s): done in %.1f s", row.pk, row.kind, time.monotonic() - began)
        finally:
            self._progress = None

    def _broken(self, row: Job, problem: Exception) -> str:
        """Log where it happened (an error's own words may hold personal data: they stay out) and say it kindly."""
        frames = traceback.extract_tb(problem.__traceback__)[1:]
        places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        logger.error("job %s (%s): %s in %s", row.pk, row.kind, type(problem).__name__, places)
        return gettext(
            "An error of the portal stopped this task; nothing was left half done. "
            "Tell your administrator the number %(number)s."
        ) % {"number": row.pk}

    def _end(self, row: Job, state: JobState, message: str) -> None:
        if not self._insist(queue.finish, row, state, message=message, result=row.result):
            logger.warning("job %s (%s): lost to another worker", row.pk, row.kind)

    def _insist(self, write, *arguments, **options) -> bool:
        """A job's end must be told: try again while the database is busy."""
        for pause in (1, 2, 4, 8, 16, 0):
            try:
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()
                return write(*arguments, **options)
            except OperationalError:
                if not pause or connection.in_atomic_block:
                    raise
                time.sleep(pause)
        return False
