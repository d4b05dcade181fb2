"""Phones and credit codes: how they are read, what is wrong with them. Pure.

Sources: GB 32100-2015 (unified social credit code), domain.md 2.4. Identity numbers stand in residents/roster.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as NotValid

MOBILE_LENGTH = 11

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}|[2-8][0-9]{6,7}|[48]00[0-9]{7}")
_PHONE_PUNCTUATION = re.compile(r"[\s\-()./]|[\u2010-\u2015\u2212]")
_COUNTRY = re.compile(r"^(?:\+86|0086)")


def normalise_id(text: str) -> str:
    """``text`` as it is stored and compared: half-width, no spaces, capital letters."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).upper()


def normalise_phone(text: str) -> str:
    """Digits only: spaces, dashes, brackets and the country code 86 are taken away."""
    plain = _PHONE_PUNCTUATION.sub("", unicodedata.normalize("NFKC", text or ""))
    return _COUNTRY.sub("", plain)


def clean_phone(text: str) -> str:
    """The normalised mobile or landline number; empty stays empty.

    Raises ``ValidationError`` saying what is wrong; the message never repeats the number.
    """
    number = normalise_phone(text)
    if not number or _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    if not (number.isascii() and number.isdecimal()):
        raise ValidationError(_("A phone number consists of digits. Please take away everything else."))
    if number.startswith("1") and len(number) != MOBILE_LENGTH:
        raise ValidationError(
            _("A mobile number has 11 digits, this one has %(count)s."), params={"count": len(number)}
        )
    if number.startswith("1"):
        raise ValidationError(_("A mobile number begins with 13 to 19. Please check the first digits."))
    raise ValidationError(
        _("This is neither a mobile number nor a landline with its area code (such as 025-12345678).")
    )


def clean_credit_code(text: str) -> str:
    """The normalised unified social credit code of an organisation; empty stays empty.

    Raises ``ValidationError`` saying what is wrong.
    """
    code = normalise_id(text).replace("-", "")
    if not code:
        return ""
    try:
        return str(uscc.validate(code))
    except InvalidLength as problem:
        raise ValidationError(
            _("A credit code has 18 characters, this one has %(count)s."), params={"count": len(code)}
        ) from problem
    except InvalidChecksum as problem:
        raise ValidationError(
            _("The 18th character does not fit the others. Please compare the last ones.")
        ) from problem
    except NotValid as problem:
        raise ValidationError(
            _("A credit code begins with 8 digits and has no letters I, O, S, V and Z. Please check it.")
        ) from problem
