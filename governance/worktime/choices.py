"""Words of working time (domain.md 3.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """The four units of a deadline."""

    CH = "CH", _("continuous hours")
    DH = "DH", _("duty hours")
    WH = "WH", _("working hours")
    WD = "WD", _("working days")


class Clock(models.TextChoices):
    """The clocks of an affair: one of them runs in every open state, D also beside C."""

    ACCEPT = "accept", _("Acceptance")
    DISPATCH = "dispatch", _("Classification and dispatch")
    TAKE = "take", _("Taking the order")
    HANDLE = "handle", _("Handling")
    VERIFY = "verify", _("Verification")
    EVALUATE = "evaluate", _("Evaluation")
