"""How far behind an overdue affair is (the working-day part of the ladder of domain.md 3.2.3). Pure."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from governance.worktime.choices import Unit
from governance.worktime.rules import deadline

YELLOW_WORKING_DAYS = 2
RED_WORKING_DAYS = 5
# Longer than any holiday together with the days of the ladder.
LOOK_BACK_DAYS = 60


def due_before(now: datetime, working_days: int) -> datetime:
    """Deadlines missed before this moment are missed by ``working_days`` or more at ``now``."""
    day = timezone.localtime(now).date()
    for back in range(LOOK_BACK_DAYS):
        noon = timezone.make_aware(datetime.combine(day - timedelta(days=back), time(12)))
        if deadline(noon, working_days, Unit.WD) <= now:
            return timezone.make_aware(datetime.combine(day - timedelta(days=back - 1), time.min))
    return timezone.make_aware(datetime.combine(day - timedelta(days=LOOK_BACK_DAYS), time.min))
