"""Regular work: each room registers its own, a worker orders it once a night or once in so many minutes.

::

    nightly("residents.retention", run, title=_("Retention"))       # run(job, progress), at 03:00 Asia/Shanghai
    every("residents.alerts", run, minutes=5, title=_("Alerts"))

``job.payload["on"]`` is the day (ISO). A missed hour of the night is made up for later the same day, missed minutes are
not: the next run does what is due by then. Running twice must do no harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from grids.common.clock import now
from grids.common.locks import lock
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.registry import Work, job
from grids.jobs.services import enqueue

NIGHT = time(3, 0)
DAY_MINUTES = 24 * 60
# Work that is done all day leaves more records than anybody reads.
KEEP_FREQUENT = timedelta(days=2)


@dataclass(frozen=True)
class Nightly:
    """A piece of nightly work and its hour in the portal's time zone."""

    name: str
    title: object
    at: time


@dataclass(frozen=True)
class Frequent:
    """A piece of work for every ``minutes`` of the day, counted from midnight in the portal's time zone."""

    name: str
    title: object
    minutes: int

    def slot(self, local: datetime) -> str:
        """The minutes of the day in which ``local`` lies, by the time at which they begin: 14:35."""
        hours, minutes = divmod((local.hour * 60 + local.minute) // self.minutes * self.minutes, 60)
        return f"{hours:02}:{minutes:02}"


_nightly: dict[str, Nightly] = {}
_frequent: dict[str, Frequent] = {}


def nightly(name: str, work: Work, *, title: object = "", at: time = NIGHT) -> None:
    """Register ``work`` as the job ``name``, ordered every day at ``at``; the same name again replaces it."""
    job(name)(work)
    _nightly[name] = Nightly(name, title or name, at)


def every(name: str, work: Work, *, minutes: int, title: object = "") -> None:
    """Register ``work`` as the job ``name``, ordered once in every ``minutes``; the same name again replaces it."""
    if not 1 <= minutes <= DAY_MINUTES or DAY_MINUTES % minutes:
        raise ValueError(f"{minutes} minutes do not divide a day")
    job(name)(work)
    _frequent[name] = Frequent(name, title or name, minutes)


def enqueue_due(moment: datetime | None = None) -> list[Job]:
    """Order what is due by ``moment`` (default: now) and was not ordered yet; returns the new jobs.

    However many workers ask however often, one day (or one slot of it) gives one job: its key is that day's, whether it
    is done or not.
    """
    local = timezone.localtime(moment or now())
    keys: dict[str, Nightly | Frequent] = {
        f"{entry.name}@{local:%Y-%m-%d}": entry for entry in _nightly.values() if entry.at <= local.time()
    }
    keys |= {f"{entry.name}@{local:%Y-%m-%d}T{entry.slot(local)}": entry for entry in _frequent.values()}
    if keys.keys() <= _ordered(keys):
        return []
    with transaction.atomic():
        lock("nightly")
        missing = [key for key in keys if key not in _ordered(keys)]
        return [
            enqueue(keys[key].name, owner=None, key=key, title=keys[key].title, payload={"on": f"{local:%Y-%m-%d}"})
            for key in missing
        ]


def purge_frequent(moment: datetime | None = None) -> int:
    """Remove the records of frequent work that is done; returns how many."""
    done = Job.objects.filter(kind__in=_frequent, state=JobState.DONE)
    return done.filter(finished_at__lt=(moment or now()) - KEEP_FREQUENT).delete()[0]


def _ordered(keys: Iterable[str]) -> set[str]:
    return set(Job.objects.filter(key__in=list(keys)).values_list("key", flat=True))
