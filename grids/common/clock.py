"""The portal's only clock: everything that asks for the time asks here, so that tests can set it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """The present date in the portal's time zone (Asia/Shanghai)."""
    return timezone.localdate(now())


def local_day(moment: datetime) -> date:
    """The day of ``moment`` in the portal's time zone: a stored moment is in UTC, where it may be the day before."""
    return timezone.localdate(moment)


@contextmanager
def stopped_at(moment: datetime):
    """Within the block the clock shows ``moment`` (aware): for tests and for loading dated demo data."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
