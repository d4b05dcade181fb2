"""The append-only audit trail and the chain that seals it (domain.md 2.12; promises P30, P32)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C2, C3
from grids.trail.querysets import AuditEntryQuerySet


class AuditEntry(models.Model):
    """One sensitive act: who, in which role, where, on what, what changed, why. Never changed, never deleted.

    The database refuses UPDATE and DELETE (see migration). ``changes`` is ``{field: [before, after]}``; values of
    encrypted fields appear only as "•••".
    """

    at = models.DateTimeField(_("time"), default=now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    actor_name = models.CharField(_("name at the time"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, null=True, related_name="+", verbose_name=_("grid"))
    act = models.CharField(_("act"), max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40, blank=True)
    changes = models.JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)

    data_classes = {
        C2: "at actor actor_name role grid act object_type object_id reason request_id",
        C3: "changes address",
    }

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="trail_by_object"),
            models.Index(fields=["actor", "id"], name="trail_by_actor"),
            models.Index(fields=["act", "id"], name="trail_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"


class UnsealedEntry(models.Model):
    """The queue of the seal: written with its entry, gone when the entry is in the chain."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="unsealed")

    data_classes = {C2: "entry"}

    def __str__(self) -> str:
        return f"{self.entry_id}"


class TrailSeal(models.Model):
    """The place of one entry in the chain: its digest covers the entry and the digest before it."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal")
    sequence = models.PositiveBigIntegerField(unique=True)
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)

    data_classes = {C2: "entry sequence key_id digest"}

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence}"


class TrailHead(models.Model):
    """The end of the chain, one row: a chain that was cut off at its end no longer reaches it."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    data_classes = {C2: "sequence digest"}

    def __str__(self) -> str:
        return f"{self.sequence}"
