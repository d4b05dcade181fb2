"""Party members in service who report to the community, what it asks for, and what they claim (domain.md M21)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.volunteers.choices import (
    CallKind,
    CallState,
    ClaimState,
    ConfirmedBy,
    ReportEnd,
    ReportState,
    Skill,
)
from residents.volunteers.querysets import ReportQuerySet, ServiceCallQuerySet, ServiceClaimQuerySet
from residents.volunteers.rules import HALF_HOURS_MAXIMUM, OFFER_MAXIMUM


def _account(words: object, **options: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=words, **options
    )


class PartyMemberReport(Versioned):
    """A party member in service reported to the community where he lives. Of his work the employer's name is kept.

    Who reported by his own account may be unknown to the roster until the desk says which person it is.
    """

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="member_reports", verbose_name=_("community"))
    person = models.ForeignKey(
        "residents.Person", models.PROTECT, null=True, related_name="member_reports", verbose_name=_("person")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="member_reports", verbose_name=_("account")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.REPORTED)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    hours_a_month = models.PositiveSmallIntegerField(_("hours offered a month"))
    consented_on = models.DateField(_("agreed on"))
    reported_at = models.DateTimeField(_("reported at"), default=now, editable=False)
    entered_by = _account(_("entered by"), editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = _account(_("decided by"), editable=False)
    over_at = models.DateTimeField(_("over since"), null=True, editable=False)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=ReportEnd.choices, blank=True)
    refusal = models.CharField(_("why it was not accepted"), max_length=200, blank=True)

    data_classes = {
        C2: "grid user state hours_a_month consented_on reported_at entered_by decided_at decided_by over_at "
        "end_reason",
        C3: "person employer refusal",
    }

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to the community")
        verbose_name_plural = _("reports to the community")
        ordering = ["-reported_at", "-pk"]
        indexes = [models.Index(fields=["grid", "state"], name="member_report_by_grid")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "grid"],
                condition=Q(state__in=["reported", "accepted"]),
                name="member_report_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["user", "grid"],
                condition=Q(state__in=["reported", "accepted"]),
                name="member_report_once_per_account",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(user__isnull=False), name="member_report_is_somebodys"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "ended"]) | Q(person__isnull=False), name="member_report_known"
            ),
            models.CheckConstraint(
                condition=Q(hours_a_month__gte=1, hours_a_month__lte=OFFER_MAXIMUM), name="member_report_hours"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "accepted"], over_at__isnull=True)
                | Q(state__in=["refused", "withdrawn", "ended"], over_at__isnull=False),
                name="member_report_over",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended") & ~Q(end_reason="")) | (~Q(state="ended") & Q(end_reason="")),
                name="member_report_end_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name if self.person else str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("residents:partymemberreport-detail", args=[self.pk])

    @property
    def source(self) -> str:
        """What the role grant of this report names as its source."""
        return f"member_report:{self.pk}"


class ReportSkill(models.Model):
    """One thing that the member can help with."""

    report = models.ForeignKey(PartyMemberReport, models.CASCADE, related_name="skills", verbose_name=_("report"))
    skill = models.CharField(_("skill"), max_length=12, choices=Skill.choices)

    data_classes = {C2: "report skill"}

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "skill"], name="report_skill_once")]

    def __str__(self) -> str:
        return str(self.get_skill_display())


class ServiceCall(Versioned):
    """A household's micro wish, or a post of the community: one place, for whoever claims it first."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="service_calls", verbose_name=_("grid"))
    household = models.ForeignKey(
        "residents.Household", models.PROTECT, null=True, related_name="service_calls", verbose_name=_("household")
    )
    kind = models.CharField(_("kind"), max_length=4, choices=CallKind.choices)
    title = models.CharField(_("title"), max_length=40)
    text = models.TextField(_("what is to be done"), max_length=300, blank=True)
    skill = models.CharField(_("skill"), max_length=12, choices=Skill.choices, blank=True)
    half_hours = models.PositiveSmallIntegerField(_("expected half hours"))
    until_on = models.DateField(_("to be done by"))
    state = models.CharField(_("state"), max_length=9, choices=CallState.choices, default=CallState.OPEN)
    # HMAC of the code with which the household confirms; spent with the confirmation.
    code_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by"), editable=False
    )
    published_at = models.DateTimeField(_("published at"), default=now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    data_classes = {
        C2: "grid kind skill half_hours until_on state code_index published_by published_at closed_at",
        C3: "household title text",
    }

    objects = ServiceCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish or post")
        verbose_name_plural = _("wishes and posts")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["grid", "state"], name="service_call_by_grid")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="wish", household__isnull=False) | Q(kind="post", household__isnull=True),
                name="service_call_wish_has_household",
            ),
            models.CheckConstraint(
                condition=Q(half_hours__gte=1, half_hours__lte=HALF_HOURS_MAXIMUM), name="service_call_hours"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken"], closed_at__isnull=True)
                | Q(state__in=["fulfilled", "withdrawn", "expired"], closed_at__isnull=False, code_index__isnull=True),
                name="service_call_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("residents:servicecall-detail", args=[self.pk])


class ServiceClaim(Versioned):
    """One member claimed it; what he did counts when who benefited has confirmed it."""

    call = models.ForeignKey(ServiceCall, models.PROTECT, related_name="claims", verbose_name=_("wish or post"))
    report = models.ForeignKey(
        PartyMemberReport, models.PROTECT, related_name="claims", verbose_name=_("report to the community")
    )
    state = models.CharField(_("state"), max_length=9, choices=ClaimState.choices, default=ClaimState.CLAIMED)
    claimed_at = models.DateTimeField(_("claimed at"), default=now, editable=False)
    claimed_by = _account(_("entered by"), editable=False)
    done_on = models.DateField(_("done on"), null=True)
    half_hours = models.PositiveSmallIntegerField(_("half hours"), null=True)
    finished_at = models.DateTimeField(_("reported as done at"), null=True, editable=False)
    finished_by = _account(_("reported as done by"), editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    settled_by = _account(_("settled by"), editable=False)
    confirmed_by = models.CharField(_("confirmed by"), max_length=9, choices=ConfirmedBy.choices, blank=True)
    refusal = models.CharField(_("why it was not confirmed"), max_length=200, blank=True)

    data_classes = {
        C2: "call report state claimed_at claimed_by done_on half_hours finished_at finished_by settled_at settled_by "
        "confirmed_by",
        C3: "refusal",
    }

    objects = ServiceClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-claimed_at", "-pk"]
        indexes = [models.Index(fields=["report", "state"], name="service_claim_by_report")]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(state__in=["claimed", "done", "confirmed"]),
                name="service_claim_once_per_call",
            ),
            models.CheckConstraint(
                condition=Q(half_hours__isnull=True) | Q(half_hours__gte=1, half_hours__lte=HALF_HOURS_MAXIMUM),
                name="service_claim_hours",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "confirmed", "refused"])
                | Q(done_on__isnull=False, half_hours__isnull=False, finished_at__isnull=False),
                name="service_claim_done",
            ),
            models.CheckConstraint(
                condition=(Q(state="confirmed") & ~Q(confirmed_by="")) | (~Q(state="confirmed") & Q(confirmed_by="")),
                name="service_claim_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "done"], settled_at__isnull=True)
                | Q(state__in=["confirmed", "refused", "returned", "lapsed"], settled_at__gte=F("claimed_at")),
                name="service_claim_settled",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)
