"""Two records of one person: the merge that can be undone, and the verdict that they are two persons after all."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import local_day, now
from grids.common.fields import EncryptedField
from grids.common.privacy import C2, C3, C4
from residents.roster.models.persons import Person
from residents.roster.querysets import PersonMergeQuerySet


class PersonMerge(models.Model):
    """``absorbed`` became part of ``kept``. ``snapshot`` (JSON) holds what was moved and overwritten, for the undo."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name=_("record that goes on"))
    absorbed = models.ForeignKey(Person, models.PROTECT, related_name="merged", verbose_name=_("record merged into it"))
    snapshot = EncryptedField()
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged at"), default=now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    data_classes = {C2: "reason merged_by merged_at undone_by undone_at", C3: "kept absorbed", C4: "snapshot"}

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="merge_once_per_absorbed"
            ),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{local_day(self.merged_at):%Y-%m-%d}"


class NoDuplicate(models.Model):
    """Somebody compared two similar records and found two persons: they are not proposed again."""

    first = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("first record"))
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("second record"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), default=now)

    data_classes = {C2: "decided_by decided_at", C3: "first second"}

    class Meta:
        verbose_name = _("verdict: two persons")
        verbose_name_plural = _("verdicts: two persons")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="noduplicate_once_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="noduplicate_ordered"),
        ]

    def __str__(self) -> str:
        return f"{local_day(self.decided_at):%Y-%m-%d}"
