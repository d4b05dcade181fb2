"""Identity numbers: how they are read, what is wrong with them, what they tell. Phones: grids/common/numbers.py.

Pure, like ``rules``. Sources: GB 11643-1999 (identity number), domain.md 2.4; the hard and soft rules of stack.md
section 7: old and foreign region codes are legal, so that only warns.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import numdb

from grids.common.numbers import normalise_id
from residents.roster.choices import IdType, Sex

ID_LENGTH = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
OLDEST = 120  # years; older is a slip of the pen more often than not

_ID = re.compile(r"[0-9]{17}[0-9X]")
_OTHER_DOCUMENT = re.compile(r"[0-9A-Z]{5,20}")


@dataclass(frozen=True)
class Derived:
    """What an identity number tells about its owner."""

    birth_date: date
    sex: Sex


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character by ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


def clean_id_number(text: str, *, id_type: str = IdType.RESIDENT, on: date) -> str:
    """The normalised number; empty stays empty. Only the resident identity card has a check digit that we verify.

    Raises ``ValidationError`` saying which part is wrong; the message never repeats the number.
    """
    number = normalise_id(text)
    if not number:
        return ""
    if id_type != IdType.RESIDENT:
        if not _OTHER_DOCUMENT.fullmatch(number):
            raise ValidationError(_("A document number has 5 to 20 letters and digits. Please check it."))
        return number
    if len(number) == 15 and number.isdecimal():
        raise ValidationError(_("This is an old number with 15 digits. Please enter the present one with 18."))
    if len(number) != ID_LENGTH:
        raise ValidationError(
            _("An identity number has 18 characters, this one has %(count)s."), params={"count": len(number)}
        )
    if not _ID.fullmatch(number):
        raise ValidationError(_("The first 17 characters are digits, the last one is a digit or X."))
    if number[-1] != check_digit(number[:17]):
        raise ValidationError(_("The 18th character does not fit the others. Please compare the last ones."))
    birth_date = _birth_date(number)
    if birth_date is None:
        raise ValidationError(_("The characters 7 to 14 are not a date of the calendar. Please compare them."))
    if birth_date > on:
        raise ValidationError(_("The birth date in this number is in the future. Please compare characters 7 to 14."))
    return number


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def derived_from(number: str, id_type: str = IdType.RESIDENT) -> Derived | None:
    """Birth date and sex by a clean identity number; None for other documents and for no number."""
    if id_type != IdType.RESIDENT or not number:
        return None
    birth_date = _birth_date(number)
    return Derived(birth_date, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE) if birth_date else None


def region_is_known(number: str) -> bool:
    """Whether the first six digits are a county, present or past, or those of Hong Kong, Macao and Taiwan residents."""
    if number[:2] in {"81", "82", "83"}:
        return True
    return any("county" in facts for _digits, facts in numdb.get("cn/loc").info(number[:6]))
