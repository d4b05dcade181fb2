"""Who contacts households of a community (domain.md 3.4, C1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.models import Versioned
from grids.common.privacy import C2, C3, C4
from residents.contacts.choices import MemberKind, PartyStatus
from residents.contacts.querysets import MemberQuerySet


class ContactMember(Versioned):
    """A person of the roster who agreed to contact households of the community (rule C1)."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="contact_members", verbose_name=_("community"))
    person = models.ForeignKey(
        "residents.Person", models.PROTECT, related_name="contact_memberships", verbose_name=_("person")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_member",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=MemberKind.choices, default=MemberKind.PARTY)
    party_status = models.CharField(
        _("party membership"), max_length=15, choices=PartyStatus.choices, default=PartyStatus.FORMAL
    )
    branch = models.CharField(_("party branch"), max_length=80, blank=True)
    consented_on = models.DateField(_("agreed on"))
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    phone_shown_since = models.DateField(_("agreed that the households get the phone number on"), null=True, blank=True)
    leaving_since = models.DateField(_("hands over all households since"), null=True, blank=True)
    suspended_on = models.DateField(_("cannot serve since"), null=True, blank=True)
    back_on = models.DateField(_("expected to serve again on"), null=True, blank=True)

    # Why somebody cannot serve for a long time is nobody's business here: it is not kept.
    data_classes = {
        C2: "grid user kind consented_on starts_on ends_on phone_shown_since leaving_since suspended_on back_on",
        C3: "person branch",
        C4: "party_status",
    }

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint-family member")
        verbose_name_plural = _("joint-family members")
        ordering = ["grid__code", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ends_on__isnull=True), name="contact_member_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contact_member_dates"
            ),
            models.CheckConstraint(
                condition=Q(kind="party", party_status__in=["formal", "probationary"]) | Q(kind="mass"),
                name="contact_member_party_status",
            ),
            models.CheckConstraint(
                condition=Q(suspended_on__isnull=True, back_on__isnull=True)
                | Q(suspended_on__isnull=False, suspended_on__gte=F("starts_on"), ends_on__isnull=True),
                name="contact_member_suspended",
            ),
            models.CheckConstraint(
                condition=Q(back_on__isnull=True) | Q(back_on__gt=F("suspended_on")), name="contact_member_back_later"
            ),
            models.CheckConstraint(
                condition=Q(leaving_since__isnull=True) | Q(leaving_since__gte=F("starts_on")),
                name="contact_member_leaving",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("residents:contactmember-detail", args=[self.pk])

    @property
    def source(self) -> str:
        """What the role grant of this membership names as its source."""
        return f"contact_member:{self.pk}"

    @property
    def is_serving(self) -> bool:
        return self.ends_on is None

    @property
    def is_available(self) -> bool:
        """Whether he may get more households: he serves, is not away for long and is not on his way out."""
        return self.ends_on is None and self.suspended_on is None and self.leaving_since is None
