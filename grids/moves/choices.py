"""The states of a request to move somebody to another grid."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Tone


class MoveState(models.TextChoices):
    """Only a request that waits can be decided or withdrawn."""

    WAITING = "waiting", _("Waiting for approval")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Not agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> Tone:
        return {"waiting": Tone.YELLOW, "agreed": Tone.GREEN, "refused": Tone.RED}.get(self.value, Tone.GREY)

    @property
    def glyph(self) -> str:
        return {"waiting": "hourglass", "agreed": "check"}.get(self.value, "")
