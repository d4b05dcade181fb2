"""What a phone sent: one row for each item, written in the transaction of its effect (promises P52, P56, D5)."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import EncryptedField
from grids.common.privacy import C2, C3
from residents.offline.choices import HeldReason, ItemState
from residents.offline.querysets import SyncItemQuerySet


class SyncItem(models.Model):
    """One item under the id that the phone gave it; ``digest`` tells it from other content under the same id.

    ``result`` is the answer (JSON): the same item sent again gets it again. ``payload`` is what was sent (JSON), kept
    only while somebody has to decide about it. ``made_at`` is the device's time, corrected when its clock is wrong
    (``clock_off``); ``device_at`` is what the device said. ``made_version`` is the household's version that the item
    wrote, so that a second change from the same phone is no conflict with the first.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sync_items", verbose_name=_("sent by")
    )
    device = models.UUIDField(editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("status"), max_length=10, choices=ItemState.choices)
    reason = models.CharField(_("why it waits"), max_length=15, choices=HeldReason.choices, blank=True)
    household = models.ForeignKey(
        "residents.Household",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sync_items",
        verbose_name=_("household"),
    )
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    payload = EncryptedField(_("what was sent"), blank=True)
    result = EncryptedField(_("answer"), blank=True)
    made_version = models.PositiveIntegerField(null=True, editable=False)
    made_at = models.DateTimeField(_("recorded on the device"))
    device_at = models.DateTimeField(_("time of the device"), null=True)
    received_at = models.DateTimeField(_("received"), default=now)
    clock_off = models.BooleanField(_("clock of the device was wrong"), default=False)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("handed in by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision = models.CharField(_("reason of the decision"), max_length=200, blank=True)

    data_classes = {
        C2: "client_id account device kind digest state reason grid made_version made_at device_at received_at "
        "clock_off handed_in_by decided_by decided_at decision",
        C3: "household payload result",
    }

    objects = SyncItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("record from a phone")
        verbose_name_plural = _("records from phones")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "state"], name="syncitem_by_account"),
            models.Index(fields=["state", "received_at"], name="syncitem_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["conflict", "held"]) & ~Q(payload="")
                | Q(state__in=["applied", "refused", "dismissed"], payload=""),
                name="syncitem_keeps_what_waits",
            ),
            models.CheckConstraint(
                condition=Q(state="held") & ~Q(reason="") | ~Q(state="held"), name="syncitem_held_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="dismissed", decided_at__isnull=False) & ~Q(decision="") | ~Q(state="dismissed"),
                name="syncitem_dismissed_has_reason",
            ),
            models.CheckConstraint(condition=Q(made_at__lte=models.F("received_at")), name="syncitem_not_from_future"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def answer(self) -> dict[str, Any]:
        """The stored answer; empty once its time is over (retention.py)."""
        return json.loads(self.result) if self.result else {}

    @property
    def sent(self) -> dict[str, Any]:
        """The item as the phone sent it, while it waits."""
        return json.loads(self.payload) if self.payload else {}
