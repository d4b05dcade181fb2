"""The nightly work of this room: give and take the roles of posts that begin and end on this day."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly
from grids.team.services import apply_posts


def follow_posts(job: Job, progress: Progress) -> None:
    progress.phase(_("Giving and taking the roles of posts"))
    given, taken = apply_posts()
    job.result = {"given": given, "taken": taken}


nightly("grids.apply_posts", follow_posts, title=_("Roles of posts that begin or end"), at=time(0, 5))
