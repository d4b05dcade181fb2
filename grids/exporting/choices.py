"""The states of an export, and the reasons that are offered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Tone


class ExportState(models.TextChoices):
    """Where an export stands. Only one that waits can be decided."""

    TAKEN = "taken", _("Taken at once")
    WAITING = "waiting", _("Waiting for approval")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MAKING = "making", _("Approved, being made")
    READY = "ready", _("Ready to take")
    FAILED = "failed", _("Could not be made")
    EXPIRED = "expired", _("Time is over")

    @classmethod
    def counted(cls) -> list["ExportState"]:
        """Those that count against the quota of the day."""
        return [cls.TAKEN, cls.WAITING, cls.MAKING, cls.READY, cls.EXPIRED]

    @property
    def tone(self) -> Tone:
        tones = {
            "waiting": Tone.YELLOW,
            "refused": Tone.RED,
            "making": Tone.BLUE,
            "ready": Tone.GREEN,
            "failed": Tone.RED,
        }
        return tones.get(self.value, Tone.GREY)

    @property
    def glyph(self) -> str:
        return {"waiting": "hourglass", "failed": "octagon-alert", "taken": "check"}.get(self.value, "")


class Purpose(models.TextChoices):
    """Why a list is taken away: the common answers, so that nobody has to type them."""

    REPORT = "report", _("Ledger to be reported upwards")
    VISIT = "visit", _("Visits and checks at the door")
    MEETING = "meeting", _("Material for a meeting")
    CHECK = "check", _("Checking and correcting the roster")
    OTHER = "other", _("Something else")


class FileKind(models.TextChoices):
    """The kinds of files."""

    XLSX = "xlsx", "Excel (XLSX)"
    CSV = "csv", "CSV"
