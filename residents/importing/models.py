"""An import of a roster from its upload to its undo (domain.md M17; ux.md section 8).

The file, the planned rows and the undo record are encrypted and go after a few days (``retention``); counts, state and
who did it stay.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import local_day
from grids.common.fields import EncryptedBytesField, EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3, C4
from residents.importing.choices import ChunkKind, ImportState
from residents.importing.querysets import HeadingMemoryQuerySet, ImportChunkQuerySet, RosterImportQuerySet


class RosterImport(Versioned):
    """One file for the roster of ``grid``; written only by the services and jobs of this room.

    ``columns`` maps the index of a sheet (as text) to the field of each column: a name, "" for left out, None for one
    that must be named. ``digest`` (JSON) is what the pages tell about the file: sheets, headings, what was cleaned and
    left out. ``fingerprint`` is that of the plan the user saw: only exactly that is written.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="roster_imports", verbose_name=_("imported by")
    )
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="roster_imports", verbose_name=_("roster of"))
    # Where rows belong that name no grid and no building that stands.
    default_grid = models.ForeignKey(
        "grids.Grid",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("grid of rows without one"),
    )
    file = models.ForeignKey(
        "grids.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    # The user's own workbook with the wrong cells marked.
    marked = models.ForeignKey(
        "grids.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("marked file")
    )
    file_name = EncryptedField(_("file"), blank=True)
    kind = models.CharField(_("kind of file"), max_length=10, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    job = models.ForeignKey("grids.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    columns = models.JSONField(default=dict)
    digest = EncryptedField(blank=True)
    new_rows = models.PositiveIntegerField(_("new"), default=0)
    changed_rows = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_rows = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong_rows = models.PositiveIntegerField(_("wrong"), default=0)
    left_out_rows = models.PositiveIntegerField(_("not imported"), default=0)
    fingerprint = models.CharField(max_length=64, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undo_until = models.DateTimeField(_("can be undone until"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    data_classes = {
        C2: "owner grid default_grid file marked kind state job columns new_rows changed_rows unchanged_rows "
        "wrong_rows left_out_rows fingerprint message applied_at undo_until undone_at",
        C3: "file_name",
        C4: "digest",
    }

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{local_day(self.created_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("residents:import-detail", args=[self.pk])

    @property
    def row_count(self) -> int:
        return self.new_rows + self.changed_rows + self.unchanged_rows + self.wrong_rows + self.left_out_rows


class ImportChunk(models.Model):
    """Some hundred rows of a plan, or a part of an undo record: compressed, then encrypted. ``counts``: by outcome."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="chunks")
    kind = models.CharField(max_length=4, choices=ChunkKind.choices)
    number = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    content = EncryptedBytesField()

    data_classes = {C2: "roster_import kind number counts", C4: "content"}

    objects = ImportChunkQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of an import")
        verbose_name_plural = _("parts of imports")
        ordering = ["roster_import", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "kind", "number"], name="importchunk_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class HeadingMemory(models.Model):
    """What a user said a heading means, so that he is not asked again; an empty field means "leave it out"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="heading_memories")
    heading = models.CharField(_("heading"), max_length=100)
    field = models.CharField(_("field"), max_length=30, blank=True)

    data_classes = {C2: "user heading field"}

    objects = HeadingMemoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("remembered heading")
        verbose_name_plural = _("remembered headings")
        ordering = ["user", "heading"]
        constraints = [models.UniqueConstraint(fields=["user", "heading"], name="headingmemory_once_per_user")]

    def __str__(self) -> str:
        return self.heading
