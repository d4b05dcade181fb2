"""Words of the visit log (domain.md 3.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EncounterKind(models.TextChoices):
    """V1; the kinds that concern a household."""

    ROUTINE = "routine", _("Routine visit")
    CARE = "care", _("Care visit")
    FIVE_MUST = "five_must", _("Five-must-arrive visit")
    FEEDBACK = "feedback", _("Return visit")
    GUIDANCE = "guidance", _("Guidance")
    CONTACT = "contact", _("Remote contact")


class Channel(models.TextChoices):
    FACE = "face", _("At the door")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video")
    MESSAGE = "message", _("By message")


class Outcome(models.TextChoices):
    MET = "met", _("Met, all is well")
    MET_RELATIVE = "met_relative", _("Met a relative")
    NOT_HOME = "not_home", _("Nobody at home")
    CHANGED = "changed", _("Met, something changed")
    PROBLEM = "problem", _("Met, there is a problem")
    REFUSED = "refused", _("Did not wish to talk")

    @property
    def tone(self) -> str:
        return {
            "met": "green",
            "met_relative": "green",
            "changed": "blue",
            "problem": "orange",
            "not_home": "yellow",
        }.get(self.value, "grey")

    @classmethod
    def met_somebody(cls) -> list["Outcome"]:
        return [cls.MET, cls.MET_RELATIVE, cls.CHANGED, cls.PROBLEM]


class RemoteReason(models.TextChoices):
    """Why a household was called and not visited (V2, V3). A list: words about people could not be emptied later."""

    AWAY = "away", _("The whole household is away")
    AT_SEA = "at_sea", _("The whole household is at sea")
    NOT_HOME = "not_home", _("Nobody at home three times")
    WISHED = "wished", _("The household prefers it")
    BLOCKED = "blocked", _("The door cannot be reached now")

    @classmethod
    def of_absent(cls) -> list["RemoteReason"]:
        """Those with which a call to a household that is away counts for visit coverage (V3)."""
        return [cls.AWAY, cls.AT_SEA]


class CareLevel(models.TextChoices):
    """How often a household that needs care is visited (V4); everybody else is an ordinary household."""

    A = "A", _("Level A: every week")
    B = "B", _("Level B: every month")
    C = "C", _("Level C: every quarter")

    @property
    def tone(self) -> str:
        return {"A": "purple", "B": "blue", "C": "grey"}[self.value]


class PlanEnd(models.TextChoices):
    """Why a care plan ended."""

    CHANGED = "changed", _("Replaced by a newer one")
    ENDED = "ended", _("No longer needed")
    EXPIRED = "expired", _("Review date passed")
    MOVED = "moved", _("Moved away or dissolved")
    ERASED = "erased", _("Personal data erased")


class Trigger(models.TextChoices):
    """What makes somebody go there at once: the five of "five must arrive" (M20), and the change of V5."""

    HARDSHIP = "hardship", _("Hardship")
    DISCONTENT = "discontent", _("Discontent")
    EMERGENCY = "emergency", _("Sudden event")
    DISPUTE = "dispute", _("Dispute")
    FAMILY_EVENT = "family_event", _("Wedding, funeral or other family event")
    RISK_CHANGE = "risk_change", _("Sudden change (discharge, bereavement, violence)")

    @classmethod
    def five(cls) -> list["Trigger"]:
        """The five that the indicator counts."""
        return [cls.HARDSHIP, cls.DISCONTENT, cls.EMERGENCY, cls.DISPUTE, cls.FAMILY_EVENT]


class TriggerSource(models.TextChoices):
    CONTACT = "contact", _("Noted by the contact")
    STAFF = "staff", _("Noted by the grid's staff")
    LIAISON = "liaison", _("Marked by the liaison")
    RESIDENT = "resident", _("Told by the household")
    AFFAIR = "affair", _("From an affair")
    DEVICE = "device", _("From a device")


class TaskState(models.TextChoices):
    OPEN = "open", _("To be done")
    ARRIVED = "arrived", _("Arrived")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self) -> str:
        return {"open": "blue", "arrived": "green"}.get(self.value, "grey")
