"""The states of a job, with their words and colours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Tone


class JobState(models.TextChoices):
    """Where a job stands. Only a job that waits is taken; only one that runs can end."""

    WAITING = "waiting", _("Waiting its turn")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped by an error")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def live(cls) -> list["JobState"]:
        """Those that will still change."""
        return [cls.WAITING, cls.RUNNING]

    @property
    def tone(self) -> Tone:
        tones = {"running": Tone.BLUE, "done": Tone.GREEN, "failed": Tone.RED}
        return tones.get(self.value, Tone.GREY)

    @property
    def glyph(self) -> str:
        return {"waiting": "hourglass", "failed": "octagon-alert", "cancelled": "ban"}.get(self.value, "")
