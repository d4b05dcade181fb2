"""Words of the rental files (domain.md M42, glossary 99-101)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Colour(models.TextChoices):
    """The safety grade of a rental dwelling: of the dwelling, never of who lives in it."""

    RED = "red", _("Red")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")

    @property
    def tone(self) -> str:
        return self.value


class FileStatus(models.TextChoices):
    ACTIVE = "active", _("Rented out")
    VACANT = "vacant", _("Empty for now")
    ENDED = "ended", _("No longer rented out")

    @property
    def tone(self) -> str:
        return {"active": "teal", "vacant": "grey"}.get(self.value, "plain")

    @classmethod
    def kept(cls) -> list["FileStatus"]:
        """The dwelling is a rental one: its file is kept and counts as one."""
        return [cls.ACTIVE, cls.VACANT]


class Area(models.TextChoices):
    """The six areas of the checklist, in the order in which one walks through a dwelling."""

    FIRE = "fire", _("Fire safety")
    ELECTRIC = "electric", _("Electricity")
    GAS = "gas", _("Gas")
    PARTITION = "partition", _("Rooms and partitions")
    ESCAPE = "escape", _("Ways out")
    REGISTRATION = "registration", _("Registration")


class CheckKind(models.TextChoices):
    PLANNED = "planned", _("Full check")
    RECHECK = "recheck", _("Re-check")


class CheckState(models.TextChoices):
    """Where a check stands: planned, done, being put right, re-checked (domain.md M42)."""

    PLANNED = "planned", _("Check planned")
    DONE = "done", _("Done")
    RECTIFYING = "rectifying", _("Being put right")
    RECHECKED = "rechecked", _("Re-checked")

    @property
    def tone(self) -> str:
        return {"planned": "blue", "rectifying": "orange", "rechecked": "teal"}.get(self.value, "plain")


class Finding(models.TextChoices):
    """The answer to one item of the checklist."""

    OK = "ok", _("In order")
    OPEN = "open", _("Not in order")
    NOT_APPLICABLE = "na", _("Does not apply")

    @property
    def tone(self) -> str:
        return {"ok": "green", "open": "orange"}.get(self.value, "grey")

    @property
    def glyph(self) -> str:
        return {"ok": "check", "open": "triangle-alert"}.get(self.value, "minus")


class ServedHow(models.TextChoices):
    """How a notice reached the landlord."""

    HAND = "hand", _("Handed over")
    MESSAGE = "message", _("Sent to his phone")
    POST = "post", _("By registered letter")
    DOOR = "door", _("Left at the door before a witness")


class TenancyEnd(models.TextChoices):
    """Why somebody is no tenant any more."""

    MOVED = "moved", _("Moved out")
    FILE_ENDED = "file_ended", _("The dwelling is no longer rented out")
    MISTAKE = "mistake", _("Entered by mistake")
    MERGED = "merged", _("Two records of one person were merged")
