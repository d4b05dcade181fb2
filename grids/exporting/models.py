"""An export with its reason, its decision and its file; a saved ledger."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import CodeField, EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from grids.common.sheets import PLAIN, Frame
from grids.exporting.choices import ExportState, FileKind
from grids.exporting.querysets import ExportQuerySet, SavedLedgerQuerySet


class SavedLedger(Versioned):
    """A list as somebody wants it again: which list, how narrowed, which columns in which order, what is printed on it.

    The rows are not kept: they are read anew with the rights of whoever opens it. ``path`` is the address of the list,
    ``query`` what follows the question mark. A saved filter (``is_filter``) is the same without the printed part.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="ledgers", verbose_name=_("made by")
    )
    is_filter = models.BooleanField(default=False)
    title = models.CharField(_("title"), max_length=60)
    path = models.CharField(max_length=300)
    query = EncryptedField(blank=True)
    unit = models.CharField(_("reporting unit"), max_length=60, blank=True)
    period = models.CharField(_("period"), max_length=40, blank=True)
    preparer = models.CharField(_("prepared by"), max_length=40, blank=True)
    reviewer = models.CharField(_("reviewed by"), max_length=40, blank=True)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, null=True, blank=True, verbose_name=_("community"))
    shared = models.BooleanField(_("shared with the community"), default=False)
    pinned = models.BooleanField(_("pinned to the top"), default=False)

    data_classes = {
        C2: "owner is_filter title path unit period grid shared pinned",
        C3: "query preparer reviewer",
    }

    objects = SavedLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger")
        verbose_name_plural = _("ledgers")
        ordering = ["-pinned", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shared=False) | Q(grid__isnull=False), name="shared_ledger_names_its_community"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address if self.is_filter else reverse("grids:ledger-detail", args=[self.pk])

    @property
    def address(self) -> str:
        """The list itself, narrowed as saved."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Export(models.Model):
    """A list that left the portal, or is asked to: who, what, why, who allowed it, and where the file is.

    ``area`` is the significant digits of the smallest grid that holds all rows: whoever decides must hold
    ``approve_exports`` over it. Never deleted: it is what a leaked file is traced to.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("asked by")
    )
    title = models.CharField(_("list"), max_length=200)
    path = EncryptedField()
    words = EncryptedField(_("narrowed by"), blank=True)
    kind = models.CharField(_("file"), max_length=4, choices=FileKind.choices)
    frame = EncryptedField(blank=True)
    area = CodeField(max_length=17, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    sensitive = models.BooleanField(_("sensitive columns"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=ExportState.choices)
    asked_at = models.DateTimeField(_("asked at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    job = models.ForeignKey("grids.Job", models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey("grids.StoredFile", models.SET_NULL, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(_("can be taken until"), null=True)
    taken_at = models.DateTimeField(_("taken at"), null=True)

    data_classes = {
        C2: "owner title kind area rows sensitive reason state asked_at decided_by decided_at remark job file sha256 "
        "expires_at taken_at",
        C3: "path words frame",
    }

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("owner")),
                name="export_is_decided_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "asked_at"], name="export_by_owner"),
            models.Index(fields=["state", "area"], name="export_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("grids:export-detail", args=[self.pk])

    @property
    def around(self) -> Frame:
        """The lines of the ledger that it was taken from."""
        return Frame(**{side: tuple(lines) for side, lines in json.loads(self.frame).items()}) if self.frame else PLAIN

    @property
    def number(self) -> str:
        """What is printed on the file and said on the phone."""
        return f"E{self.pk:06d}"

    @property
    def standing(self) -> ExportState:
        """The state as of now: what is ready goes by, and a task that was given up makes no file any more."""
        if self.state == ExportState.MAKING and self.job is not None and not self.job.is_live:
            return ExportState.FAILED
        if self.state == ExportState.READY and self.expires_at and self.expires_at <= now():
            return ExportState.EXPIRED
        return ExportState(self.state)
