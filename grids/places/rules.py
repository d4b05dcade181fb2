"""How names of buildings, units and rooms are read and put in order (3号楼 before 12号楼); who reads contacts."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.masks import mask_name

_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
# Numerals count as numbers only before a word for a place: 三号楼, 十二幢, but not 三江花园.
_NUMERAL = re.compile(r"([零一二三四五六七八九十百]+)(?=号|幢|栋|座|楼|单元|门|梯|层|室|弄|组)")
_DIGITS = re.compile(r"[0-9]+")
DIGITS_IN_KEY = 5


def tidy(name: str) -> str:
    """``name`` as it is stored: half-width letters and digits, no spaces, capital letters."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def numeral(text: str) -> int:
    """The value of a Chinese numeral below a thousand: 十二 is 12, 一百零三 is 103."""
    total, digit = 0, 0
    for letter in text:
        if letter in "十百":
            total += (digit or 1) * (10 if letter == "十" else 100)
            digit = 0
        else:
            digit = _CHINESE[letter]
    return total + digit


def with_digits(name: str) -> str:
    """``name`` with its Chinese numerals written in digits: 三号楼 becomes 3号楼."""
    return _NUMERAL.sub(lambda found: str(numeral(found[1])), tidy(name))


def natural_key(name: str, width: int) -> str:
    """A key of at most ``width`` characters whose byte order is the order in which people count."""
    return _DIGITS.sub(lambda found: found[0].zfill(DIGITS_IN_KEY), with_digits(name))[:width]


def first_number(name: str) -> int:
    """The first number in ``name``, 0 when there is none: the ``order`` of buildings and units."""
    found = _DIGITS.search(with_digits(name))
    return int(found[0][-9:]) if found else 0


# ------------------------------------------------------------------ who reads the contact of a thing
def sees_contacts(user: Any, grid: Any) -> bool:
    """Whether the names of contacts are written out for ``user``; all others read masks."""
    return bool(user.has_perm(Permission.VIEW_NAMES, grid))


def shown_contact(user: Any, grid: Any, name: str) -> str:
    return name if sees_contacts(user, grid) else mask_name(name)


def may_reveal_phone(user: Any, grid: Any) -> Decision:
    """Whether ``user`` may see a contact's phone in full, for a purpose that is kept."""
    if user is None or user.has_perm(Permission.REVEAL_PERSONAL, grid):
        return Allowed()
    return Denied(_("Phones of contacts are shown in full to those who work in this grid."))
