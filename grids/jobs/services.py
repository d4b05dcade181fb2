"""Order and cancel work; keep files at rest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.errors import Conflict, Refused
from grids.jobs import sidenotes
from grids.jobs.choices import JobState
from grids.jobs.models import Job, StoredFile, new_token
from grids.jobs.rules import KEEP_FILES, KEEP_JOBS, LARGEST_FILE, seconds_left


# ------------------------------------------------------------------ orders
def enqueue(kind: str, *, owner: Any, key: str = "", payload: dict[str, Any] | None = None, title: object = "") -> Job:
    """Order a job of ``kind``; call it in the transaction whose work it continues.

    With ``key`` there is at most one waiting or running job of that key: the one there is comes back instead of a
    second. ``payload`` is JSON with ids and plain settings, never anything personal; so is ``title``, which the owner
    reads. ``owner`` None is the portal itself.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "key": key,
        "title": str(title)[:200],
        "owner": owner,
        "language": get_language() or "",
        "payload": payload or {},
    }
    if not key:
        return Job.objects.create(**values)
    while True:
        ticket = new_token()
        # The database decides between simultaneous orders; an error would spoil the caller's transaction.
        Job.objects.bulk_create([Job(**values, ticket=ticket)], ignore_conflicts=True)
        found = Job.objects.filter(ticket=ticket).first() or Job.objects.live().filter(key=key).first()
        if found is not None:
            return found


def cancel(job: Job, *, actor: Any) -> Job:
    """Take back an order: at once while it waits; a running job stops at its next step and leaves nothing half done.

    Raises ``Refused`` for whoever is not its owner, ``Conflict`` when it has ended or is just being written.
    """
    if job.owner_id != actor.pk:
        raise Refused(_("Only whoever ordered a task can cancel it."))
    try:
        told = Job.objects.waiting().filter(pk=job.pk).update(
            state=JobState.CANCELLED, cancel_requested=True, finished_at=now()
        ) or Job.objects.running().filter(pk=job.pk).update(cancel_requested=True)
    except OperationalError as problem:
        # SQLite: the job holds the only write lock, it is in its last step.
        raise Conflict(
            _("The task is writing its result just now and cannot be stopped. Look again in a minute.")
        ) from problem
    if not told:
        raise Conflict(_("The task has ended already; there is nothing to cancel."))
    if not told:
        raise Conflict(_("The task has ended already; there is nothing to cancel."))
    job.refresh_from_db()
    return job


@dataclass(frozen=True)
class Standing:
    """How far a job is: ``left`` and ``elapsed`` in seconds; ``total`` 0 when the step cannot be counted."""

    phase: str
    done: int
    total: int
    elapsed: float
    left: float | None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


def standing(job: Job) -> Standing:
    """The newest known progress of ``job``: from the database, or from the note beside it on SQLite."""
    phase, done, total, since = job.phase, job.done, job.total, job.phase_started_at
    note = sidenotes.read(job.pk) if job.state == JobState.RUNNING else {}
    if note.get("token") == job.token and note:
        phase, done, total = note["phase"], note["done"], note["total"]
        since = parse_datetime(note["phase_started_at"] or "")
    end = job.finished_at or now()
    began = job.started_at or job.created_at
    pace = (end - since).total_seconds() if since else 0.0
    left = seconds_left(done, total, pace) if job.state == JobState.RUNNING else None
    return Standing(phase, done, total, max(0.0, (end - began).total_seconds()), left)


# ------------------------------------------------------------------ files at rest
def store_file(content: bytes, *, owner: Any, name: str, keep: timedelta = KEEP_FILES) -> StoredFile:
    """Keep ``content`` encrypted for ``owner``, until ``keep`` is over. Raises ``ValidationError`` above 30 MB."""
    if len(content) > LARGEST_FILE:
        limit = LARGEST_FILE // (1024 * 1024)
        raise ValidationError(
            gettext("The file is larger than %(limit)s MB. Split it and try again.") % {"limit": limit}
        )
    return StoredFile.objects.create(
        owner=owner,
        name=name[-200:],
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        expires_at=now() + keep,
    )


def open_file(file: StoredFile, *, actor: Any) -> bytes:
    """The content of ``file`` for its owner. Raises ``Refused`` for everybody else and after its time."""
    if actor is None or file.owner_id != actor.pk:
        raise Refused(_("This file belongs to another account."))
    if file.expires_at <= now():
        raise Refused(_("This file was kept until its time was over and is gone. Make it again."))
    return bytes(file.content)


def drop_file(file: StoredFile) -> None:
    """Remove a file before its time, when it is not needed any more."""
    StoredFile.objects.filter(pk=file.pk).delete()


def purge(moment: datetime | None = None) -> tuple[int, int]:
    """Remove expired files and the records of old jobs; returns how many of each."""
    moment = moment or now()
    with transaction.atomic():
        files, _rows = StoredFile.objects.expired(moment).delete()
        ended = Job.objects.exclude(state__in=JobState.live())
        jobs, _rows = ended.filter(finished_at__lt=moment - KEEP_JOBS).delete()
    return files, jobs
