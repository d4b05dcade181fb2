"""Which kinds of jobs there are.

::

    @job("residents.import_preview")
    def run(job: Job, progress: Progress) -> None:
        progress.phase(_("Reading the workbook"), total)
        for number, row in enumerate(rows, start=1):
            progress.advance(number)                       # rows done so far in this phase
        job.result = {"next_url": reverse(...)}            # written when the job is done

Write it in ``<room>/jobs.py`` and import that from ``<app>/panels.py``, so that the worker knows it. A job may be
killed at any moment and is then begun again: do what must not be half done in one transaction, and make the whole
repeatable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grids.jobs.rules import ATTEMPTS

if TYPE_CHECKING:
    from grids.jobs.models import Job
    from grids.jobs.progress import Progress

Work = Callable[["Job", "Progress"], None]


@dataclass(frozen=True)
class Kind:
    """How one kind of job is done, and how often it may be begun."""

    name: str
    work: Work
    attempts: int


_kinds: dict[str, Kind] = {}


def job(name: str, *, attempts: int = ATTEMPTS) -> Callable[[Work], Work]:
    """Register a function as the work of the kind ``name`` ("room.what"); the same name again replaces it."""

    def register(work: Work) -> Work:
        _kinds[name] = Kind(name, work, attempts)
        return work

    return register


def kind_of(name: str) -> Kind | None:
    return _kinds.get(name)
