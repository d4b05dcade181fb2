"""Visits and contacts: written once, corrected by a new version (domain.md 3.5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C2, C3
from residents.contacts.models import ContactMember
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.querysets import EncounterQuerySet, NeedQuerySet


class Encounter(models.Model):
    """One visit to or contact with a household. The database refuses to change or delete it (see migration).

    ``client_id`` is made by the form or the phone: the same visit sent twice is stored once. ``payload_digest`` tells
    a repeated sending from another content under the same id.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="encounters", verbose_name=_("household")
    )
    person = models.ForeignKey(
        "residents.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
        verbose_name=_("person met"),
    )
    kind = models.CharField(_("kind"), max_length=15, choices=EncounterKind.choices, default=EncounterKind.ROUTINE)
    channel = models.CharField(_("how"), max_length=10, choices=Channel.choices, default=Channel.FACE)
    outcome = models.CharField(_("outcome"), max_length=15, choices=Outcome.choices, default=Outcome.MET)
    # V6: a second routine visit within 14 days happens at the household's invitation only.
    invited = models.BooleanField(_("at the household's invitation"), default=False)
    remote_reason = models.CharField(_("why by phone"), max_length=10, choices=RemoteReason.choices, blank=True)
    # V3: what the roster said at that time; only then a call counts for visit coverage.
    household_away = models.BooleanField(default=False, editable=False)
    note = models.TextField(_("note"), blank=True)
    # Kept beside the note so that "with substance" is one plain condition on both engines.
    note_length = models.PositiveIntegerField(default=0, editable=False)
    has_needs = models.BooleanField(default=False, editable=False)
    occurred_at = models.DateTimeField(_("time of the visit"), default=now)
    recorded_at = models.DateTimeField(_("entered at"), default=now, editable=False)
    late_reason = models.CharField(_("reason for entering late"), max_length=200, blank=True)
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="encounters", verbose_name=_("visitor")
    )
    # A worker entered it from the member's sheet of paper: the member was at the door, the worker is the visitor.
    on_behalf_of = models.ForeignKey(
        ContactMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
        verbose_name=_("entered on behalf of"),
    )
    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payload_digest = models.CharField(max_length=64, editable=False, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    correction_reason = models.CharField(_("reason for the correction"), max_length=200, blank=True)

    data_classes = {
        C2: "kind channel outcome invited remote_reason note_length has_needs occurred_at recorded_at late_reason "
        "visitor client_id payload_digest replaces correction_reason",
        C3: "household person note household_away on_behalf_of",
    }

    objects = EncounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(fields=["household", "-occurred_at"], name="encounter_by_household"),
            models.Index(fields=["visitor", "-occurred_at"], name="encounter_by_visitor"),
            models.Index(fields=["occurred_at"], name="encounter_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(correction_reason=""), name="encounter_correction_has_reason"
            ),
            models.CheckConstraint(condition=Q(occurred_at__lte=F("recorded_at")), name="encounter_not_in_the_future"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("residents:encounter-detail", args=[self.pk])


class HouseholdNeed(models.Model):
    """What a household asked for on a visit (诉求); an affair may grow out of it (its ``need``)."""

    encounter = models.ForeignKey(Encounter, models.PROTECT, related_name="needs", verbose_name=_("visit"))
    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="needs", verbose_name=_("household")
    )
    text = models.CharField(_("need"), max_length=500)
    raised_at = models.DateTimeField(_("raised at"), default=now)

    data_classes = {C2: "raised_at", C3: "encounter household text"}

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class NeedAnswer(models.Model):
    """What a household was told about a need that was settled on the spot; written once (see migration)."""

    need = models.OneToOneField(HouseholdNeed, models.PROTECT, related_name="answer", verbose_name=_("need"))
    text = models.CharField(_("answer"), max_length=500)
    answered_at = models.DateTimeField(_("answered at"), default=now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    data_classes = {C2: "answered_at answered_by", C3: "need text"}

    class Meta:
        verbose_name = _("answer to a need")
        verbose_name_plural = _("answers to needs")
        ordering = ["-answered_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]
