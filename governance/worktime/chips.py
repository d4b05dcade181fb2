"""How a deadline looks: how much time is left, or by how much it is missed (ux.md 9.3)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

from grids.common.chips import Chip, overdue_chip, soon_chip

SOON = timedelta(hours=24)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def deadline_chip(due_at: datetime | None, *, now: datetime) -> Chip | None:
    """The chip of a deadline at ``now``: red and "over" when missed, yellow in its last day; None without one."""
    if due_at is None:
        return None
    if due_at < now:
        return overdue_chip(gettext("%(time)s over") % {"time": _words(now - due_at)})
    left = due_at - now
    label = gettext("%(time)s left") % {"time": _words(left)}
    return soon_chip(label) if left <= SOON else Chip(label, glyph="clock")


def _words(span: timedelta) -> str:
    """A length of time in its largest whole unit, at least one minute."""
    if span >= DAY:
        return ngettext("%(number)s day", "%(number)s days", span // DAY) % {"number": span // DAY}
    if span >= HOUR:
        return ngettext("%(number)s hour", "%(number)s hours", span // HOUR) % {"number": span // HOUR}
    minutes = max(span // timedelta(minutes=1), 1)
    return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
