"""Every night: plan the briefings of the next thirty days, send the invitations that are due."""

from datetime import date, time

from django.utils.translation import gettext_lazy as _

from governance.meetings.services import convene_due, plan_ahead
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly


def plan_briefings(job: Job, progress: Progress) -> None:
    """A killed run is begun again and finds only what is left."""
    on = date.fromisoformat(job.payload["on"])
    progress.phase(_("Planning the briefings"), 2)
    planned = len(plan_ahead(on))
    progress.advance(1)
    sent = convene_due(on)
    progress.advance(2)
    job.result = {"planned": planned, "sent": sent}


nightly("governance.briefings", plan_briefings, title=_("Briefings of the month"), at=time(3, 40))
