"""What a person may ask about his data, what must not be erased yet, and when the retention ran (domain.md 2.11)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.privacy.choices import IdentityCheck, RequestChannel, RequestKind, RequestState
from governance.privacy.querysets import DisclosureQuerySet, LegalHoldQuerySet, SubjectRequestQuerySet
from grids.common.clock import local_day, now, today
from grids.common.fields import EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from grids.trail.models import AuditEntry


class SubjectRequest(Versioned):
    """A person of the roster, or a landlord who is in none, asks for a copy, a correction or the erasure of his data;
    answered within 15 working days.

    ``wish`` and ``reason`` are what people said and were told: encrypted, and emptied when the retention period ends.
    """

    person = models.ForeignKey(
        "residents.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subject_requests",
        verbose_name=_("person"),
    )
    # Of somebody who stands in no roster: the landlord whom this file names.
    landlord_of = models.ForeignKey(
        "residents.RentalFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subject_requests",
        verbose_name=_("landlord of"),
    )
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="subject_requests", verbose_name=_("grid"))
    kind = models.CharField(_("what is asked for"), max_length=10, choices=RequestKind.choices)
    channel = models.CharField(_("how it came in"), max_length=10, choices=RequestChannel.choices)
    identity_check = models.CharField(_("identity made sure by"), max_length=10, choices=IdentityCheck.choices)
    wish = EncryptedField(_("in the person's words"), blank=True)
    received_on = models.DateField(_("received on"), default=today)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("received by")
    )
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("status"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    reason = EncryptedField(_("what the person was told"), blank=True)

    data_classes = {
        C2: "grid kind channel identity_check received_on received_by due_on state answered_on answered_by",
        C3: "person landlord_of wish reason",
    }

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="subjectrequest_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="open"), name="subjectrequest_one_open_per_kind"
            ),
            models.UniqueConstraint(
                fields=["landlord_of", "kind"], condition=Q(state="open"), name="subjectrequest_once_per_landlord"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, landlord_of__isnull=True)
                | Q(person__isnull=True, landlord_of__isnull=False),
                name="subjectrequest_of_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_on__isnull=True) | (~Q(state="open") & Q(answered_on__isnull=False)),
                name="subjectrequest_answered_has_day",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="subjectrequest_dates"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("governance:subjectrequest-detail", args=[self.pk])

    @property
    def subject(self) -> Any:
        """The person, or the rental file that names the landlord."""
        return self.landlord_of if self.person is None else self.person

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN


class LegalHold(Versioned):
    """The data of a person, of a landlord who stands in rental files only, or of an affair is kept although its time
    is over: a law suit, an investigation, an audit."""

    person = models.ForeignKey(
        "residents.Person", models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("person")
    )
    affair = models.ForeignKey(
        "governance.Affair", models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("affair")
    )
    # Of somebody who stands in no roster: the landlord whom this file names, with all of his files.
    landlord_of = models.ForeignKey(
        "residents.RentalFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name=_("landlord of"),
    )
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="holds", verbose_name=_("grid"))
    reason = models.CharField(_("reason"), max_length=200)
    until = models.DateField(_("until (empty: until it is lifted)"), null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"), default=now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    data_classes = {C2: "affair grid reason until placed_by placed_at lifted_by lifted_at", C3: "person landlord_of"}

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, affair__isnull=True, landlord_of__isnull=True)
                | Q(person__isnull=True, affair__isnull=False, landlord_of__isnull=True)
                | Q(person__isnull=True, affair__isnull=True, landlord_of__isnull=False),
                name="legalhold_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(lifted_at__isnull=True), name="legalhold_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["affair"], condition=Q(lifted_at__isnull=True), name="legalhold_once_per_affair"
            ),
            models.UniqueConstraint(
                fields=["landlord_of"], condition=Q(lifted_at__isnull=True), name="legalhold_once_per_landlord"
            ),
        ]

    def __str__(self) -> str:
        return f"{local_day(self.placed_at):%Y-%m-%d}"

    def is_in_force(self, on: date) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= on)


class RetentionRun(models.Model):
    """One rule was applied, or tried: how many rows were due, held back and touched. Written once, never changed."""

    rule = models.CharField(_("rule"), max_length=60)
    ran_at = models.DateTimeField(_("time"), default=now)
    dry = models.BooleanField(_("only counted"), default=False)
    due = models.PositiveIntegerField(_("due"), default=0)
    held = models.PositiveIntegerField(_("held back"), default=0)
    touched = models.PositiveIntegerField(_("done"), default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )

    data_classes = {C2: "rule ran_at dry due held touched actor"}

    class Meta:
        verbose_name = _("run of the retention")
        verbose_name_plural = _("runs of the retention")
        ordering = ["-ran_at", "-pk"]
        indexes = [models.Index(fields=["rule", "-ran_at"], name="retentionrun_by_rule")]

    def __str__(self) -> str:
        return self.rule


class Disclosure(AuditEntry):
    """The trail, read for who saw whose data; scoped by the grid of the person."""

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["-pk"]
