"""The regular work of this room."""

from django.utils.translation import gettext_lazy as _

from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import every
from residents.visits.services import alert_due, follow_contacts

ALERT_MINUTES = 5


def watch_tasks(job: Job, progress: Progress) -> None:
    """Give open tasks to whoever answers for the household now, then tell those who must be told by now."""
    progress.phase(_("Looking after visits that are owed"))
    job.result = {"passed_on": follow_contacts(), **alert_due()}


every("residents.watch_visit_tasks", watch_tasks, minutes=ALERT_MINUTES, title=_("Visits that are owed"))
