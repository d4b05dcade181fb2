"""Making the file of an approved export."""

from django.utils.translation import gettext

from grids.common.errors import ServiceError
from grids.exporting.models import Export
from grids.exporting.services import PRODUCE, give_up, produce
from grids.jobs.models import Job
from grids.jobs.progress import JobCancelled, Progress
from grids.jobs.registry import job


@job(PRODUCE)
def make_file(row: Job, progress: Progress) -> None:
    export = Export.objects.select_related("owner").filter(pk=row.payload["export"]).first()
    if export is None:
        return
    try:
        produce(export, row, progress)
    except (ServiceError, JobCancelled) as problem:
        give_up(export.pk, str(problem))
        raise
    except Exception:
        give_up(export.pk, gettext("An error of the portal stopped the task."))
        raise
