"""Hand-overs of a household from one member to the next, and wishes for another contact (domain.md 3.4, C8-C10)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.contacts.choices import AssignmentEnd, HandoverState, WishState
from residents.contacts.models.assignments import ContactAssignment
from residents.contacts.querysets import HandoverQuerySet, OfHousehold


class ContactHandover(Versioned):
    """A household needs another primary contact; open until it has one. It is the secretary's to-do, with its deadline.

    ``from_assignment`` serves on until the successor accepts, or has ended when it came suddenly (C10); None for a
    household whose contact is to be found from nobody. ``sheet`` keeps what was handed over as it was on that day:
    ``[{"key", "title", "lines"}]``.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="contact_handovers", verbose_name=_("household")
    )
    from_assignment = models.ForeignKey(
        ContactAssignment, models.PROTECT, related_name="handed_over_by", verbose_name=_("handed over by")
    )
    to_assignment = models.ForeignKey(
        ContactAssignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_over_by",
        verbose_name=_("handed over to"),
    )
    reason = models.CharField(_("reason"), max_length=20, choices=AssignmentEnd.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=HandoverState.choices, default=HandoverState.OPEN)
    opened_at = models.DateTimeField(_("opened"), default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    due_at = models.DateTimeField(_("successor by"))
    closed_at = models.DateTimeField(_("hand-over closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    sheet = models.JSONField(_("hand-over sheet"), default=list, blank=True)

    data_classes = {
        C2: "from_assignment to_assignment reason state opened_at opened_by due_at closed_at closed_by",
        C3: "household note sheet",
    }

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a household")
        verbose_name_plural = _("hand-overs of households")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="contact_handover_due")]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(state="open"), name="contact_handover_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="contact_handover_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="done", to_assignment__isnull=False)
                | (~Q(state="done") & Q(to_assignment__isnull=True)),
                name="contact_handover_done_has_successor",
            ),
            models.CheckConstraint(
                condition=Q(to_assignment__isnull=True) | ~Q(to_assignment=F("from_assignment")),
                name="contact_handover_to_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="contact_handover_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household}"

    def get_absolute_url(self) -> str:
        return reverse("residents:contacthandover-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == HandoverState.OPEN

    @property
    def grid(self) -> object:
        return self.household.grid


class ContactWish(Versioned):
    """A household asked for another contact: without a reason, once in a quarter (C8).

    ``quarter`` is the year and the quarter as a number, 20264 for the last one of 2026.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="contact_wishes", verbose_name=_("household")
    )
    quarter = models.PositiveIntegerField(_("quarter"))
    state = models.CharField(_("state"), max_length=10, choices=WishState.choices, default=WishState.OPEN)
    recorded_at = models.DateTimeField(_("recorded"), default=now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    handover = models.ForeignKey(
        ContactHandover,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="wishes",
        verbose_name=_("settled by the hand-over"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    data_classes = {C2: "quarter state recorded_at recorded_by handover settled_at", C3: "household"}

    objects = OfHousehold.as_manager()

    class Meta:
        verbose_name = _("wish for another contact")
        verbose_name_plural = _("wishes for another contact")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["household", "quarter"], name="contact_wish_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="contact_wish_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def grid(self) -> object:
        return self.household.grid
