"""Residents, what may be kept about them beyond name and door, and what they agreed to (domain.md 2.8, 2.9, 2.11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.fields import BlindIndexField, CodeField, EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3, C4
from residents.roster.choices import (
    CareBasis,
    CareEnd,
    CareKind,
    ConsentPurpose,
    ConsentWay,
    CrewRole,
    Education,
    IdType,
    Sex,
)
from residents.roster.querysets import CareTagQuerySet, PersonQuerySet, VesselCrewQuerySet


class Person(Versioned):
    """A resident. Identity number and phone are encrypted; lists show masks; a reveal is written into the trail.

    Deliberately not collected: religion, ethnicity, income, diagnoses, criminal history (domain.md 2.8).
    """

    # Byte order: a search by beginning is a range of the index on both engines.
    name = CodeField(_("name"), max_length=60, db_index=True)
    # First letters in pinyin ("zs" for 张三), kept by the services.
    name_initials = CodeField(max_length=60, blank=True, editable=False, db_index=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    id_type = models.CharField(_("document"), max_length=20, choices=IdType.choices, default=IdType.RESIDENT)
    id_number = EncryptedField(_("identity number"), blank=True)
    id_number_index = BlindIndexField(source="id_number", db_index=True)
    phone = EncryptedField(_("phone"), blank=True)
    phone_index = BlindIndexField(source="phone", db_index=True)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False, db_index=True)
    # Only of persons who reported themselves as party members (domain.md M17).
    party_member = models.BooleanField(_("party member (by own report)"), default=False)
    education = models.CharField(_("education"), max_length=2, choices=Education.choices, blank=True)
    # ISO 3166-1 alpha-2, of overseas residents only.
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    deceased_on = models.DateField(_("deceased on"), null=True, blank=True)
    verified_on = models.DateField(_("checked on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    # A duplicate that was merged: the record that goes on. Undoing the merge empties it again.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name=_("merged into"),
    )
    # Erased at the person's wish or after the retention period: the row stays, without anything personal.
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    data_classes = {
        C2: "verified_on verified_by erased_at",
        C3: "name name_initials sex phone phone_index phone_tail education country deceased_on merged_into",
        C4: "birth_date id_type id_number id_number_index party_member",
    }

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ConsentRecord(Versioned):
    """What a person agreed to, by which notice, and when he took it back (PIPL arts. 14, 15, 29, 31)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    way = models.CharField(_("given"), max_length=10, choices=ConsentWay.choices)
    notice_version = models.CharField(_("version of the notice"), max_length=20)
    given_on = models.DateField(_("given on"), default=today)
    # For a child under 14 the guardian agrees (art. 31).
    guardian_name = models.CharField(_("guardian who agreed"), max_length=60, blank=True)
    witness = models.CharField(_("witness"), max_length=60, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    data_classes = {
        C2: "purpose way notice_version given_on withdrawn_on recorded_by",
        C3: "person guardian_name witness",
    }

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_on__isnull=True), name="consent_once_per_purpose"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")), name="consent_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())


class CareTag(Versioned):
    """Why somebody is entitled to care visits; seen by those with a care duty, a number for everybody else."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="care_tags", verbose_name=_("person"))
    kind = models.CharField(_("care group"), max_length=20, choices=CareKind.choices)
    basis = models.CharField(_("basis"), max_length=10, choices=CareBasis.choices)
    source_document = models.CharField(_("document"), max_length=120, blank=True)
    consent = models.ForeignKey(
        ConsentRecord, models.PROTECT, null=True, blank=True, related_name="care_tags", verbose_name=_("consent")
    )
    starts_on = models.DateField(_("since"), default=today)
    review_on = models.DateField(_("to be reviewed by"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=CareEnd.choices, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )

    data_classes = {
        C2: "entered_by",
        C4: "person kind basis source_document consent starts_on review_on ended_on end_reason",
    }
    kept_plain = {"source_document": "names a paper of the office, such as a list and its year, and no person"}

    objects = CareTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("care tag")
        verbose_name_plural = _("care tags")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ended_on__isnull=True), name="caretag_once_per_person"
            ),
            models.CheckConstraint(condition=Q(review_on__gt=F("starts_on")), name="caretag_review_after_start"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("starts_on")) & ~Q(end_reason="")),
                name="caretag_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(basis="consent", consent__isnull=False) | Q(basis="statutory") & ~Q(source_document=""),
                name="caretag_has_its_basis",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class VesselCrew(Versioned):
    """Who sails on a vessel from when to when; the home household stays on shore (domain.md M07)."""

    vessel = models.ForeignKey("grids.Vessel", models.PROTECT, related_name="crew", verbose_name=_("vessel"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="vessels", verbose_name=_("person"))
    role = models.CharField(_("role on board"), max_length=10, choices=CrewRole.choices, default=CrewRole.CREW)
    starts_on = models.DateField(_("since"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    data_classes = {C3: "vessel person role starts_on ends_on"}

    objects = VesselCrewQuerySet.as_manager()

    class Meta:
        verbose_name = _("crew member")
        verbose_name_plural = _("crew members")
        ordering = ["vessel", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vessel", "person"], condition=Q(ends_on__isnull=True), name="crew_once_per_vessel"
            ),
            models.UniqueConstraint(
                fields=["vessel"], condition=Q(ends_on__isnull=True, role="captain"), name="crew_one_captain"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="crew_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_role_display())
