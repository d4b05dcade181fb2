"""Where an import stands, and what it would do with a row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.common.chips import Tone


class ImportState(models.TextChoices):
    """From the upload to the result; what may follow what is in ``rules.NEXT``."""

    UPLOADED = "uploaded", _("Just uploaded")
    READING = "reading", _("Being read")
    MAPPING = "mapping", _("Columns to be named")
    PREVIEWED = "previewed", _("Waiting for confirmation")
    STALE = "stale", _("To be looked at again")
    APPLYING = "applying", _("Being written")
    DONE = "done", _("In the roster")
    FAILED = "failed", _("Could not be read")
    UNDONE = "undone", _("Undone")
    CANCELLED = "cancelled", _("Put aside")

    @property
    def tone(self) -> Tone:
        tones = {
            "mapping": Tone.YELLOW,
            "previewed": Tone.YELLOW,
            "stale": Tone.ORANGE,
            "reading": Tone.BLUE,
            "applying": Tone.BLUE,
            "done": Tone.GREEN,
            "failed": Tone.RED,
        }
        return tones.get(self.value, Tone.GREY)


class Outcome(models.TextChoices):
    """What the import makes of one row."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("Wrong")
    LEFT_OUT = "left_out", _("Not imported")

    @property
    def tone(self) -> Tone:
        return {
            "new": Tone.GREEN,
            "changed": Tone.BLUE,
            "unchanged": Tone.PLAIN,
            "wrong": Tone.RED,
            "left_out": Tone.GREY,
        }[self.value]


class ChunkKind(models.TextChoices):
    """What a packet of an import holds."""

    PLAN = "plan", _("Rows with what would be done")
    UNDO = "undo", _("What was written, for the undo")
    TYPED = "cell", _("Cells corrected on the page")
    ASIDE = "rows", _("Rows left out on the page")

    @classmethod
    def of_the_file(cls) -> list["ChunkKind"]:
        """What goes when the file goes."""
        return [cls.PLAN, cls.TYPED, cls.ASIDE]


class Kept(models.TextChoices):
    """What the workbook that is handed back has of the user's own beside its values; said on the page."""

    ALL = "all", _("The workbook to download is your own, with everything in it.")
    LOOKS = (
        "looks",
        _(
            "So large a workbook comes back with its values, merged cells, fonts, colours, borders, number formats, "
            "column widths and row heights. Formulas come back as their results; drop-down lists, filters, pictures, "
            "your own comments and the print settings do not come back."
        ),
    )
    VALUES = (
        "values",
        _(
            "The workbook to download is an XLSX with your values and merged cells only: fonts, colours, "
            "column widths, formulas and drop-down lists do not come back."
        ),
    )
