"""The electronic file of a rental dwelling, and who rents it (domain.md M42, glossary 101)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.fields import EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.rentals.choices import Colour, FileStatus, TenancyEnd
from residents.rentals.querysets import RentalFileQuerySet, TenancyQuerySet
from residents.roster.choices import DwellingUse


class RentalFile(Versioned):
    """One time of renting out a dwelling. ``colour`` is empty until the first check; it grades the dwelling.

    ``next_check_on`` is the day of the one planned check, ``use_before`` what the dwelling was used for before.
    """

    dwelling = models.ForeignKey(
        "residents.Dwelling", models.PROTECT, related_name="rental_files", verbose_name=_("dwelling")
    )
    number = models.CharField(_("file number"), max_length=30, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=FileStatus.choices, default=FileStatus.ACTIVE)
    landlord_name = models.CharField(_("landlord"), max_length=60)
    landlord_phone = EncryptedField(_("phone of the landlord"), blank=True)
    rooms_let = models.PositiveSmallIntegerField(_("rooms let"), default=1)
    opened_on = models.DateField(_("file opened on"), default=today)
    closed_on = models.DateField(_("file closed on"), null=True, blank=True)
    colour = models.CharField(_("colour"), max_length=6, choices=Colour.choices, blank=True)
    colour_since = models.DateField(_("of this colour since"), null=True, blank=True)
    next_check_on = models.DateField(_("next check by"), null=True, blank=True)
    use_before = models.CharField(
        _("use before"), max_length=10, choices=DwellingUse.choices, default=DwellingUse.OWN, editable=False
    )

    data_classes = {
        C2: "number status rooms_let opened_on closed_on colour colour_since next_check_on use_before",
        C3: "dwelling landlord_name landlord_phone",
    }

    objects = RentalFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("rental file")
        verbose_name_plural = _("rental files")
        ordering = ["dwelling__grid__code", "dwelling__sort_key", "pk"]
        indexes = [models.Index(fields=["status", "next_check_on"], name="rentalfile_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"], condition=~Q(status="ended"), name="rentalfile_one_kept_per_dwelling"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", closed_on__isnull=False) | (~Q(status="ended") & Q(closed_on__isnull=True)),
                name="rentalfile_ended_has_date",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="rentalfile_dates"
            ),
            models.CheckConstraint(
                condition=Q(colour="", colour_since__isnull=True) | (~Q(colour="") & Q(colour_since__isnull=False)),
                name="rentalfile_colour_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("residents:rentalfile-detail", args=[self.pk])

    @property
    def grid(self) -> Any:
        return self.dwelling.grid


class Tenancy(Versioned):
    """A person of the roster rents here from one day to another; kept for the registration duty only.

    Deleted six months after ``ends_on`` (retention.py).
    """

    file = models.ForeignKey(RentalFile, models.PROTECT, related_name="tenancies", verbose_name=_("rental file"))
    person = models.ForeignKey("residents.Person", models.PROTECT, related_name="tenancies", verbose_name=_("tenant"))
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=10, choices=TenancyEnd.choices, blank=True)

    data_classes = {C3: "file person starts_on ends_on end_reason"}

    objects = TenancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenancy")
        verbose_name_plural = _("tenancies")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["ends_on"], name="tenancy_by_end")]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "person"], condition=Q(ends_on__isnull=True), name="tenancy_one_active_per_person"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="tenancy_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"
