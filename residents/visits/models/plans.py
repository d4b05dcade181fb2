"""How often a household is visited, and why (domain.md 2.9, V4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.fields import EncryptedField
from grids.common.models import Versioned
from grids.common.privacy import C2, C4
from residents.visits.choices import CareLevel, PlanEnd
from residents.visits.querysets import CareLevelPlanQuerySet


class CareLevelPlan(Versioned):
    """A household's care level from one day to another; where none stands, the care tags suggest one.

    ``reason`` says what help is needed, without diagnoses. ``daily_phone`` is level A's call every day.
    """

    household = models.ForeignKey(
        "residents.Household", models.PROTECT, related_name="care_plans", verbose_name=_("household")
    )
    level = models.CharField(_("care level"), max_length=1, choices=CareLevel.choices)
    reason = EncryptedField(_("why this level"), blank=True)
    daily_phone = models.BooleanField(_("a call every day"), default=False)
    starts_on = models.DateField(_("since"), default=today)
    review_on = models.DateField(_("to be reviewed by"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=PlanEnd.choices, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("set by")
    )

    data_classes = {C2: "set_by", C4: "household level reason daily_phone starts_on review_on ended_on end_reason"}

    objects = CareLevelPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(ended_on__isnull=True), name="careplan_one_per_household"
            ),
            models.CheckConstraint(condition=Q(review_on__gt=F("starts_on")), name="careplan_review_after_start"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("starts_on")) & ~Q(end_reason="")),
                name="careplan_end_has_reason",
            ),
            models.CheckConstraint(condition=Q(daily_phone=False) | Q(level="A"), name="careplan_daily_phone_is_a"),
        ]

    def __str__(self) -> str:
        return str(self.get_level_display())
