"""How long a worker keeps a job without a sign of life, and how much time a job may still take. No database."""

from datetime import timedelta

from django.utils.translation import gettext, ngettext

# A worker renews its lease four times as often; a worker on another machine that stays silent this long is dead.
LEASE = timedelta(seconds=60)
# A job that was interrupted this often (kill, power cut) is not begun again: it may be what kills the worker.
ATTEMPTS = 3
KEEP_JOBS = timedelta(days=90)
KEEP_FILES = timedelta(hours=24)
LARGEST_FILE = 30 * 1024 * 1024
# Before this share of a phase is done, a forecast would be guessing.
FORECAST_FROM = 0.02


def seconds_left(done: int, total: int, elapsed: float) -> float | None:
    """Seconds until ``total`` at the pace of the phase so far (``elapsed`` seconds for ``done``); None: no telling."""
    if total <= 0 or done <= 0 or elapsed < 1 or done / total < FORECAST_FROM:
        return None
    return max(0.0, elapsed * (total - min(done, total)) / done)


def duration_words(seconds: float) -> str:
    """A span in the coarsest unit that says enough: "8 seconds", "3 minutes", "2 hours"."""
    whole = max(1, round(seconds))
    if whole < 90:
        return ngettext("%(count)s second", "%(count)s seconds", whole) % {"count": whole}
    minutes = round(whole / 60)
    if minutes < 90:
        return gettext("%(count)s minutes") % {"count": minutes}
    return gettext("%(count)s hours") % {"count": round(minutes / 60)}
