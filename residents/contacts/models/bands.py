"""The band of a community and who is excused from its minimum (domain.md 3.4, C2)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.models import Versioned
from grids.common.privacy import C2, C3, C4
from residents.contacts.bands import Band
from residents.contacts.choices import (
    BACKUP_MAXIMUM,
    BAND_CEILING,
    BAND_MAXIMUM,
    BAND_MINIMUM,
    EXCEPTION_MAXIMUM,
    ExemptionReason,
)
from residents.contacts.models.members import ContactMember
from residents.contacts.querysets import ExemptionQuerySet

_NUMBER = [MinValueValidator(1), MaxValueValidator(BAND_CEILING)]


class ContactBand(Versioned):
    """How many households a member contacts in one community; communities without a row keep to 5 to 15."""

    grid = models.OneToOneField("grids.Grid", models.PROTECT, related_name="contact_band", verbose_name=_("community"))
    minimum = models.PositiveSmallIntegerField(_("at least"), default=BAND_MINIMUM, validators=_NUMBER)
    maximum = models.PositiveSmallIntegerField(_("at most"), default=BAND_MAXIMUM, validators=_NUMBER)
    exception_maximum = models.PositiveSmallIntegerField(
        _("at most by exception"), default=EXCEPTION_MAXIMUM, validators=_NUMBER
    )
    backup_maximum = models.PositiveSmallIntegerField(
        _("as backup at most"), default=BACKUP_MAXIMUM, validators=[MaxValueValidator(BAND_CEILING)]
    )
    mass_allowed = models.BooleanField(_("party-masses central households may serve"), default=False)
    mass_counts = models.BooleanField(_("they count in the coverage"), default=False)

    data_classes = {C2: "grid minimum maximum exception_maximum backup_maximum mass_allowed mass_counts"}

    class Meta:
        verbose_name = _("band of households a member")
        verbose_name_plural = _("bands of households a member")
        ordering = ["grid__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    minimum__gte=1,
                    maximum__gte=F("minimum"),
                    exception_maximum__gte=F("maximum"),
                    exception_maximum__lte=BAND_CEILING,
                    backup_maximum__lte=BAND_CEILING,
                ),
                name="contact_band_numbers",
            ),
            models.CheckConstraint(
                condition=Q(mass_counts=False) | Q(mass_allowed=True), name="contact_band_counts_the_allowed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid.name} {self.minimum}-{self.maximum}"

    def as_rule(self) -> Band:
        """The band as ``rules`` sees it."""
        return Band(
            self.minimum,
            self.maximum,
            self.exception_maximum,
            self.backup_maximum,
            self.mass_allowed,
            self.mass_counts,
        )


class ContactExemption(Versioned):
    """A member is excused from the minimum from one day to another, both included; only age may be without end."""

    member = models.ForeignKey(
        ContactMember, models.PROTECT, related_name="exemptions", verbose_name=_("joint-family member")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=ExemptionReason.choices)
    starts_on = models.DateField(_("from"), default=today)
    until = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )

    data_classes = {C2: "granted_by", C3: "member starts_on until", C4: "reason"}

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption from the minimum")
        verbose_name_plural = _("exemptions from the minimum")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(until__isnull=True), name="contact_exemption_one_without_end"
            ),
            models.UniqueConstraint(fields=["member", "starts_on"], name="contact_exemption_once_a_day"),
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on"), until__isnull=False) | Q(until__isnull=True, reason="age"),
                name="contact_exemption_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.starts_on:%Y-%m-%d}"
