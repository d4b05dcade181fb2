"""Words of the workbench."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What my day is made of."""

    TASK = "task", _("Five must arrive")
    VISIT = "visit", _("Visits")
    CALL = "call", _("Daily calls")
    CHECK = "check", _("Rental checks")
    ORDER = "order", _("Orders")

    @property
    def icon(self) -> str:
        return {"task": "siren", "visit": "footprints", "call": "phone", "check": "key-round"}.get(
            self.value, "clipboard-list"
        )


# The filter of my day beside the kinds: whatever is late.
LATE = "late"
