"""What the home page is made of: sections of cards, each with a count, its first rows and one way on."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from grids.common.chips import Chip

Words = str | Promise


@dataclass(frozen=True)
class Row:
    """One thing to do: where it leads, what it is, and how urgent."""

    title: str
    url: str
    facts: list[str] = field(default_factory=list)
    chip: Chip | None = None


@dataclass(frozen=True)
class Card:
    """A pile of things to do. ``tone`` is "alarm", "warning" or nothing; ``url`` opens the whole pile.

    ``unit`` says what is counted, for one and for many (``governance.workbench.units``).
    """

    key: str
    title: Words
    icon: str
    count: int
    unit: Any
    rows: list[Row]
    url: str = ""
    action: Words = ""
    tone: str = ""

    @property
    def unit_words(self) -> Words:
        return self.unit % self.count


@dataclass(frozen=True)
class Section:
    """What one part of somebody's work asks for; ``urgent`` puts it before the others."""

    key: str
    title: Words
    template: str
    urgent: int = 0
    cards: list[Card] = field(default_factory=list)
    done: Words = ""
    extra: dict = field(default_factory=dict)
