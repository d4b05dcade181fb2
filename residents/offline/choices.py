"""Words of offline work: what became of an item that a phone sent, and why it waits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    """Every item that arrives is in exactly one of these (docs/offline.md)."""

    APPLIED = "applied", _("At the office")
    CONFLICT = "conflict", _("Needs you")
    HELD = "held", _("Waiting for review")
    REFUSED = "refused", _("Not taken")
    DISMISSED = "dismissed", _("Put aside")

    @property
    def tone(self) -> str:
        return {"applied": "green", "conflict": "purple", "held": "yellow", "refused": "orange"}.get(self.value, "grey")

    @classmethod
    def waiting(cls) -> list["ItemState"]:
        """Those that somebody has to decide; only they keep what was sent."""
        return [cls.CONFLICT, cls.HELD]


class HeldReason(models.TextChoices):
    """Why an item waits for the secretary; shown to both of them."""

    RIGHT_ENDED = "right_ended", _("The post or the contact with this household ended before the record arrived.")
    OUT_OF_REACH = "out_of_reach", _("The household moved, or the grids were divided anew, before the record arrived.")
    CLOSED = "closed", _("The household moved away or was dissolved before the record arrived.")
    TOO_OLD = "too_old", _("The record is older than 48 hours.")
    UNKNOWN_KIND = "unknown_kind", _("The portal does not know this kind of record yet.")
    HANDED_IN = "handed_in", _("The record came in a file that does not prove whose phone wrote it.")


class Choice(models.TextChoices):
    """How a conflict is settled."""

    MINE = "mine", _("Take mine")
    THEIRS = "theirs", _("Keep what is there")
    BOTH = "both", _("Keep both")


class PhotoState(models.TextChoices):
    RECEIVING = "receiving", _("Being sent")
    COMPLETE = "complete", _("Arrived")
    ATTACHED = "attached", _("With its visit")
    REFUSED = "refused", _("No photo")
