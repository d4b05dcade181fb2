"""Photos of visits: always optional, at most three, without position or camera data (domain.md 3.5, V10)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.fields import EncryptedBytesField
from grids.common.privacy import C2, C3
from residents.visits.models.encounters import Encounter
from residents.visits.querysets import EncounterPhotoQuerySet

PHOTOS_MAXIMUM = 3


class EncounterPhoto(models.Model):
    """A photo of one visit, encrypted. It hangs on the first version of the visit, whatever is corrected later.

    ``sha256`` is of the file as it was sent: with ``client_id`` it tells a repeated upload from another photo.
    """

    encounter = models.ForeignKey(Encounter, models.PROTECT, related_name="photos", verbose_name=_("visit"))
    # 1 to 3: the numbered places make a fourth one impossible.
    slot = models.PositiveSmallIntegerField(editable=False)
    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    content = EncryptedBytesField(_("picture"))
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("photographed by")
    )
    added_at = models.DateTimeField(_("added at"), default=now)

    data_classes = {C2: "slot client_id sha256 width height taken_by added_at", C3: "encounter content"}

    objects = EncounterPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        ordering = ["encounter", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "slot"], name="encounterphoto_place"),
            models.UniqueConstraint(fields=["encounter", "sha256"], name="encounterphoto_once"),
            models.CheckConstraint(condition=Q(slot__range=(1, PHOTOS_MAXIMUM)), name="encounterphoto_at_most_three"),
        ]

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"

    def get_absolute_url(self) -> str:
        return reverse("residents:encounterphoto-show", args=[self.pk])
