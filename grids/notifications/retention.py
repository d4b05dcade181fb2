"""How long messages are kept: half a year after they were read, a year at the longest (settings.KEEP)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of, told
from grids.notifications.models import Notification


def kept() -> str:
    """The terms in words."""
    terms = {"read": settings.KEEP["read_messages_days"], "longest": settings.KEEP["messages_days"]}
    return _("%(read)s days after it was read, %(longest)s days at the longest") % terms


def old_messages(on: date) -> QuerySet:
    read = Q(read_at__lt=start_of(on - timedelta(days=settings.KEEP["read_messages_days"])))
    longest = start_of(on - timedelta(days=settings.KEEP["messages_days"]))
    return Notification.objects.filter(read | Q(created_at__lt=longest))


def delete_messages(rows: QuerySet, on: date, actor: Any) -> int:
    return rows.delete()[0]


retention_rules.register(
    RetentionRule(
        key="grids.notifications",
        title=_("Messages in the portal"),
        data_class=C3,
        keeps=told(kept),
        happens=_("The message is deleted."),
        due=old_messages,
        purge=delete_messages,
    )
)
