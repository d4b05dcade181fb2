"""What the home page is made of: sections of cards, each with a count, its first rows and one way on."""

from dataclasses import dataclass, field

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
    """A pile of things to do. ``tone`` is "alarm", "warning" or nothing; ``url`` opens the whole pile."""

    key: str
    title: Words
    icon: str
    count: int
    unit: Words
    rows: list[Row]
    url: str = ""
    action: Words = ""
    tone: str = ""


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
