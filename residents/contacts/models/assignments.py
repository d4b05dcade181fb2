"""Who contacts which household (联户; domain.md 3.4)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now, today
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.contacts.choices import (
    BAND_CEILING,
    BAND_MAXIMUM,
    EXCEPTION_MAXIMUM,
    AssignmentEnd,
    AssignmentStatus,
    ContactRole,
)
from residents.contacts.models.members import ContactMember
from residents.contacts.querysets import AssignmentQuerySet

_SERVING = Q(status__in=["active", "handover"])
_UNANSWERED = Q(status__in=["proposed", "refused", "lapsed", "withdrawn"])
_OVER = Q(status__in=["ended", "refused", "lapsed", "withdrawn"])


class ContactAssignment(Versioned):
    """A member is the primary or backup contact of a household from one day to another.

    A row serves from ``starts_on`` up to, not including, ``ends_on`` (or ``suspended_on`` while it is suspended); of a
    proposal the dates say how long it waited. ``replaces`` is the row it takes over from. ``acting``: the backup
    contact stands in as primary one (C10, C13); that is no part of his band and holds no slot.

    ``slot`` numbers a member's present primary households from 1: unique per member and at most ``band_maximum``
    (``exception_maximum`` with a reason and a last day), so that the database itself keeps the band of C2 whatever
    happens at the same moment. Both are those of the community on the day of assignment: a band that changes later
    breaks no row.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="contact_assignments", verbose_name=_("household")
    )
    member = models.ForeignKey(
        ContactMember, models.PROTECT, related_name="assignments", verbose_name=_("joint-family member")
    )
    role = models.CharField(_("role"), max_length=10, choices=ContactRole.choices, default=ContactRole.PRIMARY)
    status = models.CharField(
        _("status"), max_length=10, choices=AssignmentStatus.choices, default=AssignmentStatus.ACTIVE
    )
    slot = models.PositiveSmallIntegerField(null=True, editable=False)
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=20, choices=AssignmentEnd.choices, blank=True)
    band_maximum = models.PositiveSmallIntegerField(default=BAND_MAXIMUM, editable=False)
    exception_maximum = models.PositiveSmallIntegerField(default=EXCEPTION_MAXIMUM, editable=False)
    exception_reason = models.CharField(_("reason for more households than the band"), max_length=200, blank=True)
    exception_until = models.DateField(_("last day of the exception"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by")
    )
    accepted_at = models.DateTimeField(_("the member agreed"), null=True, blank=True, default=now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    respond_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("takes over from")
    )
    acting = models.BooleanField(_("stands in"), default=False)
    suspended_on = models.DateField(_("suspended on"), null=True, blank=True)

    data_classes = {
        C2: "role status slot starts_on ends_on end_reason band_maximum exception_maximum exception_reason "
        "exception_until assigned_by accepted_at proposed_by respond_by replaces acting suspended_on",
        C3: "household member",
    }

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("household contact")
        verbose_name_plural = _("household contacts")
        ordering = ["household__dwelling__grid__code", "household__dwelling__sort_key", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=_SERVING & Q(role="primary"), name="contact_one_primary"
            ),
            models.UniqueConstraint(
                fields=["household"], condition=_SERVING & Q(role="backup"), name="contact_one_backup"
            ),
            models.UniqueConstraint(
                fields=["household", "member"], condition=_SERVING, name="contact_backup_is_another"
            ),
            models.UniqueConstraint(fields=["member", "slot"], condition=_SERVING, name="contact_slot_once"),
            models.CheckConstraint(
                # slot__isnull=False is written out: a CHECK that comes to NULL would let the row pass.
                condition=(
                    Q(role="backup", slot__isnull=True)
                    | ~_SERVING
                    | Q(slot__isnull=False, slot__gte=1, slot__lte=F("band_maximum"))
                    | (
                        Q(slot__isnull=False, slot__gte=1, slot__lte=F("exception_maximum"))
                        & Q(exception_until__isnull=False)
                        & ~Q(exception_reason="")
                    )
                    | Q(acting=True, slot__isnull=True)
                ),
                name="contact_band",
            ),
            models.CheckConstraint(
                condition=Q(exception_maximum__gte=F("band_maximum"), exception_maximum__lte=BAND_CEILING),
                name="contact_band_ceiling",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contact_dates"
            ),
            models.CheckConstraint(
                condition=(_OVER & Q(ends_on__isnull=False)) | (~_OVER & Q(ends_on__isnull=True)),
                name="contact_ended_has_date",
            ),
            models.UniqueConstraint(
                fields=["household", "role"], condition=Q(status="proposed"), name="contact_one_proposal"
            ),
            models.UniqueConstraint(fields=["replaces"], condition=_SERVING, name="contact_one_takes_over"),
            models.CheckConstraint(
                # Nothing served that nobody accepted, and what was accepted is no proposal any more.
                condition=(_UNANSWERED & Q(accepted_at__isnull=True)) | (~_UNANSWERED & Q(accepted_at__isnull=False)),
                name="contact_serves_once_accepted",
            ),
            models.CheckConstraint(
                condition=~_UNANSWERED | Q(slot__isnull=True, acting=False, respond_by__isnull=False),
                name="contact_proposal_holds_no_slot",
            ),
            models.CheckConstraint(condition=Q(acting=False) | Q(role="primary"), name="contact_acting_is_primary"),
            models.CheckConstraint(
                condition=(
                    Q(
                        status="suspended",
                        suspended_on__isnull=False,
                        suspended_on__gte=F("starts_on"),
                        slot__isnull=True,
                    )
                    | (~Q(status="suspended") & Q(suspended_on__isnull=True))
                    | Q(status="ended", suspended_on__isnull=False, ends_on=F("suspended_on"))
                ),
                name="contact_suspended_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} - {self.household}"

    def get_absolute_url(self) -> str:
        return reverse("residents:household-detail", args=[self.household_id])

    @property
    def grid(self) -> Any:
        return self.household.grid

    @property
    def is_serving(self) -> bool:
        return self.status in AssignmentStatus.serving()
