"""Taking a job, keeping it, giving it back: single conditional UPDATEs, so that of any number of workers one wins."""

import logging
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext

from grids.common.clock import now
from grids.jobs import sidenotes
from grids.jobs.choices import JobState
from grids.jobs.models import Job, new_token
from grids.jobs.processes import is_alive, is_near
from grids.jobs.registry import kind_of
from grids.jobs.rules import ATTEMPTS, LEASE

logger = logging.getLogger("grids.jobs")


def take(holder: str) -> Job | None:
    """The next job for ``holder``: first those whose worker died, then those that wait; None when there is none."""
    moment = now()
    for row in Job.objects.running().order_by("pk"):
        if _is_abandoned(row, holder, moment) and _settled_or_taken(row, holder, moment):
            return Job.objects.get(pk=row.pk)
    while True:
        waiting = Job.objects.waiting().order_by("pk").values_list("pk", "token")[:5]
        if not waiting:
            return None
        for pk, token in waiting:
            if _seize(pk, token, JobState.WAITING, holder, moment):
                return Job.objects.get(pk=pk)


def _is_abandoned(row: Job, holder: str, moment: datetime) -> bool:
    """Whether nobody works on a running job any more.

    A process of this machine is asked directly: gone means gone, and as long as it lives the job is its own, however
    late its sign of life (SQLite lets nobody write while a job writes). Elsewhere only the lease can tell.
    """
    if row.holder == holder:  # whoever asks for work does none
        return True
    if is_near(row.holder):
        return not is_alive(row.holder)
    return row.leased_until is None or row.leased_until < moment


def _settled_or_taken(row: Job, holder: str, moment: datetime) -> bool:
    """Take an abandoned job, or end it when it was cancelled or interrupted too often. True when it was taken."""
    kind = kind_of(row.kind)
    if row.cancel_requested:
        finish(row, JobState.CANCELLED)
        return False
    if row.attempts >= (kind.attempts if kind else ATTEMPTS):
        with translation.override(row.language or None):
            words = gettext(
                "This task was interrupted %(count)s times and is not begun again. Nothing was left half done. "
                "Tell your administrator the number %(number)s."
            ) % {"count": row.attempts, "number": row.pk}
        logger.error("job %s (%s): given up after %s attempts", row.pk, row.kind, row.attempts)
        finish(row, JobState.FAILED, message=words)
        return False
    taken = _seize(row.pk, row.token, JobState.RUNNING, holder, moment)
    if taken:
        logger.warning("job %s (%s): taken over, attempt %s", row.pk, row.kind, row.attempts + 1)
    return taken


def _seize(pk: int, token: str, state: str, holder: str, moment: datetime) -> bool:
    return bool(
        Job.objects.filter(pk=pk, state=state, token=token).update(
            state=JobState.RUNNING,
            holder=holder,
            token=new_token(),
            leased_until=moment + LEASE,
            attempts=F("attempts") + 1,
            started_at=moment,
            phase="",
            phase_started_at=None,
            done=0,
            total=0,
        )
    )


def held(row: Job) -> Any:
    """The row of ``row`` as long as it has not been lost to somebody else."""
    return Job.objects.filter(pk=row.pk, token=row.token, state=JobState.RUNNING)


def renew(row: Job, **progress: Any) -> bool:
    """Prolong the lease and show the progress; False when the job was lost."""
    return bool(held(row).update(leased_until=now() + LEASE, **progress))


def finish(row: Job, state: JobState, *, message: str = "", result: dict | None = None) -> bool:
    """End a running job; False when it was lost meanwhile and its end is somebody else's to tell."""
    ended = held(row).update(
        state=state, message=message, result=result or {}, finished_at=now(), leased_until=None, holder=""
    )
    sidenotes.remove(row.pk)
    return bool(ended)


def give_back(row: Job) -> bool:
    """Let a job wait again that was stopped with its worker; the attempt does not count."""
    given = held(row).update(
        state=JobState.WAITING, holder="", leased_until=None, attempts=F("attempts") - 1, started_at=None, phase=""
    )
    sidenotes.remove(row.pk)
    return bool(given)
