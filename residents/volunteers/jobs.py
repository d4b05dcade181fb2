"""The nightly work of this room."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly
from residents.volunteers.services import watch


def watch_volunteers(job: Job, progress: Progress) -> None:
    progress.phase(_("Looking for claims and wishes whose time is over"))
    job.result = watch()


nightly("volunteers.watch", watch_volunteers, title=_("Claims and wishes whose time is over"), at=time(0, 35))
