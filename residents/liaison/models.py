"""Notices that are carried from door to door, and the doors that they have reached (domain.md M12)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.liaison.querysets import DoorNoticeQuerySet, DoorTickQuerySet


class DoorNotice(Versioned):
    """What is to be told at every door of ``grid``, up to and including ``until_on``."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="door_notices", verbose_name=_("grid"))
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("what is to be told"), max_length=500)
    until_on = models.DateField(_("until"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by"), editable=False
    )
    made_at = models.DateTimeField(_("made at"), default=now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    data_classes = {C2: "grid title text until_on made_by made_at withdrawn_at"}

    objects = DoorNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to the doors")
        verbose_name_plural = _("notices to the doors")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["grid", "until_on"], name="door_notice_by_grid")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="door_notice_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("made_at")),
                name="door_notice_withdrawn_after_made",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("residents:doornotice-detail", args=[self.pk])


class DoorTick(models.Model):
    """A notice was brought to a door; the first who says so is the one."""

    notice = models.ForeignKey(DoorNotice, models.PROTECT, related_name="ticks", verbose_name=_("notice to the doors"))
    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="door_ticks", verbose_name=_("household")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("brought by"))
    at = models.DateTimeField(_("brought at"), default=now)

    data_classes = {C2: "notice by at", C3: "household"}

    objects = DoorTickQuerySet.as_manager()

    class Meta:
        verbose_name = _("door reached")
        verbose_name_plural = _("doors reached")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "household"], name="door_tick_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
