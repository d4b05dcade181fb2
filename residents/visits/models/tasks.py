"""Visits that are owed at once: "five must arrive" (domain.md M20, V5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.contacts.models import ContactMember
from residents.visits.choices import TaskState, Trigger, TriggerSource
from residents.visits.models.encounters import Encounter
from residents.visits.querysets import VisitTaskQuerySet


class VisitTask(Versioned):
    """Somebody must go to the household before ``due_at`` (a continuous clock). One open task a household and trigger.

    ``member`` is the primary contact who owes it (None: the grid's members do); a hand-over passes it on. ``encounter``
    is the arrival. ``source_key`` names what it came from ("affair:12"), so that one event makes one task.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="visit_tasks", verbose_name=_("household")
    )
    trigger = models.CharField(_("trigger"), max_length=15, choices=Trigger.choices)
    source = models.CharField(_("source"), max_length=10, choices=TriggerSource.choices)
    source_key = models.CharField(max_length=60, blank=True, editable=False)
    # The keys of the events that were told of while the task was there: an event told twice counts once.
    told_keys = models.JSONField(default=list, editable=False)
    note = models.CharField(_("what happened"), max_length=200, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised"), default=now)
    # How often the same was told within seven days; the clock runs from the first time.
    times = models.PositiveSmallIntegerField(_("told"), default=1)
    event_at = models.DateTimeField(_("time of the event"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"))
    member = models.ForeignKey(
        ContactMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visit_tasks",
        verbose_name=_("joint-family member"),
    )
    state = models.CharField(_("state"), max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    backup_alerted_at = models.DateTimeField(null=True, editable=False)
    grid_alerted_at = models.DateTimeField(null=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    encounter = models.ForeignKey(
        Encounter, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("visit")
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)

    data_classes = {
        C2: "trigger source source_key told_keys raised_by raised_at times event_at due_at state backup_alerted_at "
        "grid_alerted_at arrived_at encounter cancelled_at cancel_reason",
        C3: "household note member",
    }

    objects = VisitTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit that is owed")
        verbose_name_plural = _("visits that are owed")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="visit_task_by_state"),
            models.Index(fields=["household", "trigger", "-raised_at"], name="visit_task_by_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "trigger"], condition=Q(state="open"), name="visit_task_one_open"
            ),
            models.UniqueConstraint(
                fields=["source_key", "trigger"], condition=~Q(source_key=""), name="visit_task_once_per_source"
            ),
            models.CheckConstraint(
                condition=(Q(state="arrived", arrived_at__isnull=False, encounter__isnull=False))
                | (~Q(state="arrived") & Q(arrived_at__isnull=True, encounter__isnull=True)),
                name="visit_task_arrived_has_visit",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True),
                name="visit_task_cancelled_has_reason",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("raised_at")), name="visit_task_due_after_raised"),
        ]

    def __str__(self) -> str:
        return self.get_trigger_display()

    def get_absolute_url(self) -> str:
        return reverse("residents:visittask-detail", args=[self.pk])
