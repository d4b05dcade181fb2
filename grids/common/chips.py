"""Chips: the words, the colour and the shape of a state, kept together (ux.md 9.2 and 9.3).

A state never speaks by colour alone: each tone has its own glyph, and the chip always carries its word. A choice says
its tone (and, if it likes, its glyph: a lucide name) beside its label::

    class AffairState(models.TextChoices):
        REPORTED = "reported", _("Waiting for acceptance")
        CLOSED = "closed", _("Closed")

        @property
        def tone(self) -> str:
            return {"reported": "blue"}.get(self.value, "plain")

``chip_of(AffairState, affair.state)`` is the chip; in a template ``{{ chip }}`` draws it, in a
table ``ChipColumn(AffairState)``. Red is for risk and for what is overdue only.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Self

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from grids.common.icons import icon


class Tone(StrEnum):
    """The colours a chip can have; the stylesheet knows them by these names."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"
    BLUE = "blue"
    PURPLE = "purple"
    TEAL = "teal"
    ORANGE = "orange"
    PLAIN = "plain"


# The shape that goes with a colour, so that chips differ on a black-and-white print and for colour-blind eyes.
GLYPHS = {
    Tone.RED: "octagon",
    Tone.YELLOW: "triangle",
    Tone.GREEN: "circle",
    Tone.GREY: "minus",
    Tone.BLUE: "circle-dot",
    Tone.PURPLE: "diamond",
    Tone.TEAL: "square",
    Tone.ORANGE: "undo-2",
    Tone.PLAIN: "check",
}


class Chip(str):
    """A label with a tone. As text it is the label (so exports read as the page does), as HTML the drawn chip.

    A ``str``, because Django draws a value by ``__html__`` only if it is one: ``{{ chip }}`` works in every template.
    """

    tone: Tone
    glyph: str

    def __new__(cls, label: object, tone: Tone = Tone.GREY, glyph: str = "") -> Self:
        chip = super().__new__(cls, label)
        chip.tone = tone
        chip.glyph = glyph or GLYPHS[tone]
        return chip

    def __html__(self) -> SafeString:
        return format_html(
            '<span class="chip chip-{}">{}<span>{}</span></span>', self.tone.value, icon(self.glyph), str(self)
        )


def chip_of(choices: Callable[[Any], Any], value: Any) -> Chip | None:
    """The chip of a stored ``value`` of an enum whose members have ``tone``; None for an empty value."""
    if value is None or value == "":
        return None
    member = choices(value)
    return Chip(member.label, Tone(member.tone), getattr(member, "glyph", ""))


def overdue_chip(label: object) -> Chip:
    """A missed deadline: ``label`` says by how much."""
    return Chip(label, Tone.RED, "clock-alert")


def soon_chip(label: object) -> Chip:
    """A deadline that is near: ``label`` says how near."""
    return Chip(label, Tone.YELLOW, "hourglass")


def risk_chip(level: str) -> Chip:
    """Red, yellow or green (``level``), by word, colour and shape; anything else is not rated."""
    words = {Tone.RED: gettext("Red"), Tone.YELLOW: gettext("Yellow"), Tone.GREEN: gettext("Green")}
    return Chip(words[Tone(level)], Tone(level)) if level in words else Chip(gettext("Not rated"), Tone.GREY)
