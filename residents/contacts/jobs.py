"""The nightly work of this room."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.schedule import nightly
from residents.contacts.services import watch


def watch_contacts(job: Job, progress: Progress) -> None:
    progress.phase(_("Looking for contacts that are missing"))
    job.result = watch()


nightly("contacts.watch", watch_contacts, title=_("Contacts that lapse or are missing"), at=time(0, 20))
