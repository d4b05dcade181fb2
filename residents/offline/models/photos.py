"""Photos that arrive in pieces over a bad network (promise P55)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import EncryptedBytesField
from grids.common.privacy import C2, C3
from residents.offline.choices import PhotoState
from residents.offline.querysets import PhotoUploadQuerySet


class PhotoUpload(models.Model):
    """A photo of the item ``item`` (its client id), of which ``received`` bytes are here.

    ``content`` is the finished picture, made smaller and without position or camera data, until it hangs on its visit.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    item = models.UUIDField(db_index=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="photo_uploads", verbose_name=_("sent by")
    )
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    received = models.PositiveIntegerField(_("received"), default=0)
    mismatches = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(_("status"), max_length=10, choices=PhotoState.choices, default=PhotoState.RECEIVING)
    content = EncryptedBytesField(_("picture"), null=True)
    width = models.PositiveSmallIntegerField(_("width"), null=True)
    height = models.PositiveSmallIntegerField(_("height"), null=True)
    opened_at = models.DateTimeField(_("begun"), default=now)
    touched_at = models.DateTimeField(_("last part"), default=now)

    data_classes = {
        C2: "client_id item account size sha256 received mismatches state width height opened_at touched_at",
        C3: "content",
    }

    objects = PhotoUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo on its way")
        verbose_name_plural = _("photos on their way")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["state", "touched_at"], name="photoupload_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="photoupload_within_size"),
            models.CheckConstraint(
                condition=Q(state="complete", content__isnull=False, width__isnull=False, height__isnull=False)
                | ~Q(state="complete") & Q(content__isnull=True),
                name="photoupload_complete_has_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received} / {self.size}"


class PhotoPart(models.Model):
    """One piece, kept until the last one is here."""

    upload = models.ForeignKey(PhotoUpload, models.CASCADE, related_name="parts", verbose_name=_("photo"))
    offset = models.PositiveIntegerField(_("offset"))
    content = EncryptedBytesField(_("piece"))

    data_classes = {C2: "upload offset", C3: "content"}

    class Meta:
        verbose_name = _("piece of a photo")
        verbose_name_plural = _("pieces of photos")
        ordering = ["upload", "offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="photopart_once")]

    def __str__(self) -> str:
        return str(self.offset)
