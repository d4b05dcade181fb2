"""What a running job tells about itself, and how it learns that it must stop."""

import threading
import time
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection

from grids.common.clock import now
from grids.jobs import queue, sidenotes
from grids.jobs.models import Job

# How often a page could want to know.
SHOW_EVERY = 0.5  # seconds
RENEW_EVERY = queue.LEASE.total_seconds() / 4


class JobCancelled(Exception):
    """The owner does not want the job any more: let it pass, so that the transaction is rolled back."""


class JobInterrupted(BaseException):
    """The worker must end, or has lost the job to another one. Not an ``Exception``: no job may swallow it."""


class Progress:
    """Steps and rows of one run of a job.

    ``phase`` begins a step of ``total`` rows (0: cannot be counted), ``advance`` says how many of them are done.
    Both raise ``JobCancelled`` when the owner has cancelled. Neither waits for a lock, whatever transaction is open.
    """

    def __init__(self, row: Job, *, in_thread: bool) -> None:
        self.row = row
        self.lost = False
        self.stopping = False
        self.cancelled = False
        self._in_thread = in_thread
        self._title = ""
        self._since: datetime | None = None
        self._done = self._total = 0
        self._shown_at = 0.0
        self._pulse: Pulse | None = None

    def phase(self, title: object, total: int = 0) -> None:
        """Begin the step ``title``, a few translated words without personal data, of ``total`` rows."""
        self._title, self._since, self._done, self._total = str(title)[:200], now(), 0, total
        self._show()
        self._look()

    def advance(self, done: int) -> None:
        """``done`` rows of the present step are finished, counted from its beginning."""
        self._done = done
        if time.monotonic() - self._shown_at >= SHOW_EVERY:
            self._show()
        self._look()

    def confirm(self) -> None:
        """Make sure that the job is still ours; the last statement of a transaction that must not happen twice.

        A worker that was believed dead (its machine slept longer than the lease) raises ``JobInterrupted`` here, and
        nobody can take the job until the transaction ends.
        """
        self._look()
        if not queue.renew(self.row):
            self.lost = True
            raise JobInterrupted

    @property
    def values(self) -> dict[str, Any]:
        return {
            "phase": self._title,
            "phase_started_at": self._since,
            "done": max(0, self._done),
            "total": max(0, self._total),
        }

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        values = self.values
        started = values["phase_started_at"]
        sidenotes.write(
            self.row.pk,
            {**values, "token": self.row.token, "phase_started_at": started.isoformat() if started else None},
        )
        if not self._in_thread:
            self.lost = not queue.renew(self.row, **values)
            self.cancelled = Job.objects.filter(pk=self.row.pk, cancel_requested=True).exists()

    def _look(self) -> None:
        if self.lost or self.stopping:
            raise JobInterrupted
        if self.cancelled:
            raise JobCancelled

    # ------------------------------------------------------------------ a pulse of its own
    def __enter__(self) -> "Progress":
        if self._in_thread:
            self._pulse = Pulse(self)
            self._pulse.start()
        return self

    def __exit__(self, *problem: Any) -> None:
        if self._pulse is not None:
            self._pulse.stop()


class Pulse(threading.Thread):
    """Renews the lease and shows the progress over a connection of its own, so that an open transaction hides nothing.

    On SQLite the job's own transaction keeps everybody from writing; the pulse then skips a beat and never waits.
    """

    def __init__(self, progress: Progress) -> None:
        super().__init__(name=f"pulse of job {progress.row.pk}", daemon=True)
        self._progress = progress
        self._end = threading.Event()
        self._told: dict[str, Any] = {}
        self._renewed_at = time.monotonic()

    def run(self) -> None:
        try:
            while not self._end.wait(SHOW_EVERY):
                try:
                    self._beat()
                except OperationalError:
                    connection.close()
        finally:
            connection.close()

    def _beat(self) -> None:
        if connection.connection is None:
            connection.ensure_connection()
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA busy_timeout = 50")
        progress = self._progress
        state = queue.held(progress.row).values_list("cancel_requested", flat=True).first()
        progress.lost = progress.lost or state is None
        progress.cancelled = progress.cancelled or bool(state)
        values = progress.values
        late = time.monotonic() - self._renewed_at > RENEW_EVERY
        if values != self._told or late:
            queue.renew(progress.row, **values)
            self._told, self._renewed_at = values, time.monotonic()

    def stop(self) -> None:
        self._end.set()
        self.join()
