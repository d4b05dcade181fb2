"""How long is kept what phones sent: answers 90 days after they were settled, unfinished photos 7 days (D5, V8).

What waits for a person waits until he decides; after a year that nobody did it is put aside, and its sender is told.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of, told
from residents.offline.choices import ItemState, PhotoState
from residents.offline.models import PhotoUpload, SyncItem
from residents.offline.services import put_aside

UPLOADS_KEPT = timedelta(days=7)
# A finished photo whose visit still waits for the secretary, or never came.
PHOTOS_KEPT = timedelta(days=90)


def answers_due(on: date) -> QuerySet[SyncItem]:
    """Settled items that still hold their answer."""
    before = start_of(on - timedelta(days=settings.KEEP["record_answers_days"]))
    settled = SyncItem.objects.exclude(state__in=ItemState.waiting()).exclude(result="")
    return settled.filter(Q(decided_at__lt=before) | Q(decided_at__isnull=True, received_at__lt=before))


def empty_answers(rows: QuerySet[SyncItem], on: date, actor: Any) -> int:
    """The row stays: the same item sent again is still known."""
    return SyncItem.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(result="")


def waiting_due(on: date) -> QuerySet[SyncItem]:
    """Items about which nobody decided, neither the sender nor the secretary."""
    before = start_of(on - timedelta(days=settings.KEEP["held_records_days"]))
    return SyncItem.objects.waiting().filter(received_at__lt=before)


@transaction.atomic
def put_waiting_aside(rows: QuerySet[SyncItem], on: date, actor: Any) -> int:
    """What was sent goes; the sender reads why."""
    reason = gettext("Nobody decided about it within %(count)s days.") % {"count": settings.KEEP["held_records_days"]}
    items = list(rows.with_place().order_by("pk"))
    for item in items:
        put_aside(item, actor=actor, reason=reason, message=reason)
    return len(items)


def uploads_due(on: date) -> QuerySet[PhotoUpload]:
    unfinished = Q(state=PhotoState.RECEIVING, touched_at__lt=start_of(on - UPLOADS_KEPT))
    never_used = Q(state=PhotoState.COMPLETE, touched_at__lt=start_of(on - PHOTOS_KEPT))
    return PhotoUpload.objects.without_content().filter(unfinished | never_used)


def delete_uploads(rows: QuerySet[PhotoUpload], on: date, actor: Any) -> int:
    keys = list(rows.values_list("pk", flat=True))
    PhotoUpload.objects.filter(pk__in=keys).delete()
    return len(keys)


retention_rules.register(
    RetentionRule(
        key="residents.sync_answers",
        title=_("Answers to records from phones"),
        data_class=C3,
        keeps=told(
            lambda: _("%(count)s days after the record was settled") % {"count": settings.KEEP["record_answers_days"]}
        ),
        happens=_("The answer is emptied; that the record came stays."),
        due=answers_due,
        purge=empty_answers,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.sync_waiting",
        title=_("Records from phones about which nobody decided"),
        data_class=C3,
        keeps=told(lambda: _("%(count)s days after they came in") % {"count": settings.KEEP["held_records_days"]}),
        happens=_("The record is put aside and emptied; its sender is told."),
        due=waiting_due,
        purge=put_waiting_aside,
        held_by={"residents.Person": "household__residencies__person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.photo_uploads",
        title=_("Photos from phones that did not arrive whole, or whose visit never came"),
        data_class=C3,
        keeps=_("7 days after the last part; 90 days when whole"),
        happens=_("The photo is deleted."),
        due=uploads_due,
        purge=delete_uploads,
    )
)
