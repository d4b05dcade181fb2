"""The nightly work of this room and of the trail below it."""

from django.utils.translation import gettext_lazy as _

from grids.common.errors import Refused
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly, purge_frequent
from grids.jobs.services import purge
from grids.trail.services import seal, verify


def check_trail(job: Job, progress: Progress) -> None:
    """Seal what is left, then recompute the whole chain."""
    progress.phase(_("Recomputing the chain of the trail"))
    seal()
    verdict = verify()
    job.result = {"entries": verdict.entries, "head": verdict.head}
    if verdict.broken is not None:
        raise Refused(f"The trail is broken at place {verdict.broken} of the chain: {verdict.problem}.")


def purge_expired(job: Job, progress: Progress) -> None:
    """Remove files whose time is over, and the records of old jobs."""
    progress.phase(_("Removing what has expired"))
    files, jobs = purge()
    jobs += purge_frequent()
    job.result = {"files": files, "jobs": jobs}


nightly("grids.verify_trail", check_trail, title=_("Verify the audit trail"))
nightly("grids.purge_files", purge_expired, title=_("Remove expired files"))
