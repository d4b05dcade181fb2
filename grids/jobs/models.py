"""A job of the queue, and a file that a job reads or makes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import EncryptedBytesField, EncryptedField
from grids.common.privacy import C2, C3, C4
from grids.jobs.choices import JobState
from grids.jobs.querysets import JobQuerySet, StoredFileQuerySet


def new_token() -> str:
    return uuid.uuid4().hex


class Job(models.Model):
    """One piece of work that a worker does. Written only by grids/jobs/services.py and grids/jobs/queue.py.

    ``payload`` and ``result`` hold ids and counts, never anything personal. ``token`` changes each time the job is
    taken: whoever writes with an old one has lost the job to somebody else.
    """

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=120, blank=True)
    ticket = models.CharField(max_length=32, default=new_token, unique=True, editable=False)
    title = models.CharField(_("task"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs", verbose_name=_("ordered by")
    )
    language = models.CharField(max_length=10, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(_("status"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    phase = models.CharField(_("step"), max_length=200, blank=True)
    phase_started_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    message = models.TextField(_("message"), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    holder = models.CharField(max_length=200, blank=True)
    token = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("ordered at"), default=now)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    data_classes = {
        C2: "kind key ticket title owner language payload state phase phase_started_at done total result message "
        "attempts cancel_requested holder token leased_until created_at started_at finished_at"
    }

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key="") & Q(state__in=JobState.live()),
                name="job_key_once_while_live",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="job_by_state"),
            models.Index(fields=["owner", "id"], name="job_by_owner"),
            models.Index(fields=["key"], name="job_by_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("grids:job-detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in JobState.live()

    @property
    def next_url(self) -> str:
        """Where the result can be seen; empty while there is none."""
        return self.result.get("next_url", "") if self.state == JobState.DONE else ""


class StoredFileManager(models.Manager.from_queryset(StoredFileQuerySet)):  # type: ignore[misc]
    """Leaves the content in the database until it is asked for."""

    def get_queryset(self) -> StoredFileQuerySet:
        return super().get_queryset().defer("content")


class StoredFile(models.Model):
    """An uploaded or produced file, encrypted, for one account and for a limited time.

    ``sha256`` is that of the plain content: what the trail writes down when the file leaves the portal.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="stored_files", verbose_name=_("account")
    )
    name = EncryptedField(_("file name"))
    content = EncryptedBytesField()
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    data_classes = {C2: "owner size sha256 created_at expires_at", C3: "name", C4: "content"}

    objects = StoredFileManager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
