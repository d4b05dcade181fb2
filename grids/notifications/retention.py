"""How long messages are kept: half a year after they were read, a year at the longest."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of
from grids.notifications.models import Notification

READ_DAYS = 180
LONGEST_DAYS = 365


def old_messages(on: date) -> QuerySet:
    read = Q(read_at__lt=start_of(on - timedelta(days=READ_DAYS)))
    return Notification.objects.filter(read | Q(created_at__lt=start_of(on - timedelta(days=LONGEST_DAYS))))


def delete_messages(rows: QuerySet, on: date, actor: Any) -> int:
    return rows.delete()[0]


retention_rules.register(
    RetentionRule(
        key="grids.notifications",
        title=_("Messages in the portal"),
        data_class=C3,
        keeps=_("Half a year after it was read, a year at the longest"),
        happens=_("The message is deleted."),
        due=old_messages,
        purge=delete_messages,
    )
)
