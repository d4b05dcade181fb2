"""The long steps of an import, done by the worker."""

from typing import Any

from django.urls import reverse

from grids.common.bulk import keeping_all
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.registry import job
from residents.importing import services
from residents.importing.choices import ImportState
from residents.importing.models import RosterImport
from residents.importing.services.steps import APPLY, READ

# A machine that is switched off and on again goes on; only a file that kills the worker each time is given up.
ATTEMPTS = 10


@job(READ, attempts=3)
@keeping_all()
def read(row: Job, progress: Progress) -> None:
    done = services.read_import(_import_of(row), progress)
    row.result = {"next_url": _next(done, is_correcting=row.payload.get("correcting", False))}


@job(APPLY, attempts=ATTEMPTS)
@keeping_all()
def apply(row: Job, progress: Progress) -> None:
    done = services.apply_import(_import_of(row), progress)
    row.result = {"next_url": _next(done)}


def _import_of(row: Job) -> Any:
    return (
        RosterImport.objects.with_people()
        .select_related("file", "marked", "default_grid")
        .get(pk=row.payload["import"])
    )


def _next(roster_import: RosterImport, *, is_correcting: bool = False) -> str:
    """Where the user goes on: whoever corrects cells comes back to those that are still wrong."""
    if roster_import.state == ImportState.MAPPING:
        return reverse("residents:import-mapping", args=[roster_import.pk])
    if is_correcting and roster_import.state == ImportState.PREVIEWED and roster_import.wrong_rows:
        return reverse("residents:import-wrong", args=[roster_import.pk])
    return roster_import.get_absolute_url()
