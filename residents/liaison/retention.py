"""How long is kept which doors a notice has reached: a year after it was over (settings.KEEP)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of, told
from grids.trail.services import record_many
from residents.liaison.models import DoorNotice, DoorTick


def kept() -> str:
    return _("%(count)s days after the notice was over") % {"count": settings.KEEP["door_notices_days"]}


def old_notices(on: date) -> QuerySet[DoorNotice]:
    """Notices whose last day, or withdrawal, lies that long back."""
    last = on - timedelta(days=settings.KEEP["door_notices_days"])
    return DoorNotice.objects.filter(Q(until_on__lt=last) | Q(withdrawn_at__lt=start_of(last)))


@transaction.atomic
def delete_notices(notices: QuerySet[DoorNotice], on: date, actor: Any) -> int:
    """Delete them with their ticks: without these a notice would say that it reached nobody."""
    rows = list(notices.select_related("grid").order_by("pk"))
    keys = [row.pk for row in rows]
    record_many("door_notice.erase", rows, actor=actor, grid_of=lambda notice: notice.grid)
    DoorTick.objects.filter(notice__in=keys).delete()
    DoorNotice.objects.filter(pk__in=keys).delete()
    return len(keys)


retention_rules.register(
    RetentionRule(
        key="residents.door_notices",
        title=_("Notices to the doors, and which doors they reached"),
        data_class=C3,
        keeps=told(kept),
        happens=_("The notice is deleted with its ticks."),
        due=old_notices,
        purge=delete_notices,
        held_by={"residents.Person": "ticks__household__residencies__person"},
    )
)
