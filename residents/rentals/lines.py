"""What makes a checklist whole, and how its items keep their codes from version to version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents.rentals.choices import Area

MOST_ITEMS = 60
MOST_POINTS = 100


@dataclass(frozen=True)
class Line:
    """A line of a checklist that is to be published; without ``code`` it is a new one."""

    area: str
    text_zh: str
    points: int
    is_veto: bool = False
    text_en: str = ""
    code: str = ""


_LETTERS = {
    Area.FIRE: "F",
    Area.ELECTRIC: "E",
    Area.GAS: "G",
    Area.PARTITION: "P",
    Area.ESCAPE: "X",
    Area.REGISTRATION: "R",
}


def clean_lines(lines: Iterable[Line], *, used: Collection[str] = ()) -> list[Line]:
    """The lines of a new version: by area, each with its code; a new line gets one that was never used before.

    ``used``: every code that an earlier version had. Raises ``ValidationError``: no line, too many, one twice, no text,
    points out of range, or no veto item at all.
    """
    cleaned: list[Line] = []
    taken = set(used)
    for line in sorted(lines, key=lambda line: list(Area).index(Area(line.area))):
        text = line.text_zh.strip()
        if not text:
            raise ValidationError(_("Every item needs its Chinese text."))
        if not 1 <= line.points <= MOST_POINTS:
            raise ValidationError(_("Points lie between 1 and %(count)s."), params={"count": MOST_POINTS})
        code = line.code or _free_code(_LETTERS[Area(line.area)], taken)
        taken.add(code)
        cleaned.append(replace(line, text_zh=text, text_en=line.text_en.strip(), code=code))
    if not cleaned or len(cleaned) > MOST_ITEMS:
        raise ValidationError(_("A checklist has between 1 and %(count)s items."), params={"count": MOST_ITEMS})
    if len({line.code for line in cleaned}) < len(cleaned):
        raise ValidationError(_("An item stands twice on the list."))
    if not any(line.is_veto for line in cleaned):
        raise ValidationError(_("At least one item makes a dwelling red at once."))
    return cleaned


def _free_code(letter: str, taken: Collection[str]) -> str:
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
