"""The nightly work of this room: whatever was kept long enough goes."""

from datetime import date, time

from django.utils.translation import gettext_lazy as _

from governance.privacy.services import apply_rule
from grids.common.retention import retention_rules
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly


def apply_retention(job: Job, progress: Progress) -> None:
    """Every rule in turn, for the day of the job; a killed run is begun again and finds only what is left."""
    on = date.fromisoformat(job.payload["on"])
    rules = list(retention_rules)
    progress.phase(_("Applying the retention rules"), len(rules))
    touched = 0
    for number, rule in enumerate(rules, start=1):
        touched += apply_rule(rule, on=on).touched
        progress.advance(number)
    job.result = {"rows": touched}


nightly("governance.retention", apply_retention, title=_("Retention of personal data"), at=time(3, 10))
