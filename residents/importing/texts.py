"""Cleaning a cell's text silently, and saying what was cleaned."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from residents.importing.book import BadValue, Value
from residents.importing.faults import CellProblem

EXACT = 10**15  # Excel keeps 15 digits of a number: from here on the last ones may be zeros of its own

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"(?:_x000[DdAa]_|[\r\n\t\v\u2028\u2029])+")
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHES = "'’‘`´＇"
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}")
TOO_LONG_AS_NUMBER = re.compile(r"[0-9]{16,}\.0*")

CLEANED = {
    "width": lambda: _("Full-width characters were read as half-width ones."),
    "spaces": lambda: _("Spaces and line breaks were taken away."),
    "apostrophe": lambda: _("The apostrophe in front was taken away."),
    "formula_text": lambda: _("The frame of a formula around the text was taken away."),
}


def damaged() -> CellProblem:
    """The one problem that must never be missed: digits that Excel has thrown away."""
    return CellProblem(
        _(
            "Excel has turned the last digits into 0. Please fill in the number from its source again, and set the "
            "column to “text” first."
        ),
        "damaged",
    )


def tidied(value: str) -> tuple[str, tuple[str, ...]]:
    """``value`` half-width, without invisible letters, breaks and apostrophes, and the keys of CLEANED that applied.

    Spaces inside stay single: names of overseas residents have them.
    """
    if value.isalnum() and unicodedata.is_normalized("NFKC", value):
        return value, ()  # most cells: nothing to clean
    cleaned = []
    text = value
    if found := _AS_FORMULA.fullmatch(text.strip()):
        text = found[1]
        cleaned.append("formula_text")
    visible = _INVISIBLE.sub("", _BREAKS.sub(" ", text))
    plain = unicodedata.normalize("NFKC", visible)
    if _WIDE.search(visible):
        cleaned.append("width")
    bare = plain.strip()
    if bare[:1] and bare[0] in _APOSTROPHES:
        bare = bare.lstrip(_APOSTROPHES).strip()
        cleaned.append("apostrophe")
    single = " ".join(bare.split())
    if single != plain or visible != text:
        cleaned.append("spaces")
    return single, tuple(dict.fromkeys(key for key in cleaned if key != "spaces" or len(single) != len(value)))


def text_of(value: Value) -> tuple[str, tuple[str, ...]]:
    """The text of a cell whose field holds words or digits; numbers as they look, 501 not 501.0.

    Raises ``CellProblem`` for dates, times, truth values, errors and numbers that Excel cannot keep.
    """
    if isinstance(value, str):
        return tidied(value)
    refuse_errors(value)
    if isinstance(value, bool):
        raise CellProblem(_("This cell holds TRUE or FALSE. Please type what is meant."), "truth")
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            raise damaged()
        if value != value or value != int(value):
            raise CellProblem(_("This number has a decimal point. Please type what is meant, as text."), "decimal")
        return str(int(value)), ()
    if isinstance(value, date):
        raise CellProblem(
            _("Excel has made a date of this cell. Please set the column to “text” and type it again."),
            "became_date",
        )
    raise CellProblem(
        _("Excel has made a time of this cell. Please set the column to “text” and type it again."), "became_time"
    )


def refuse_errors(value: Value) -> None:
    """Raises ``CellProblem`` for an error cell and for a formula without a stored result."""
    if isinstance(value, BadValue) and value.code:
        raise CellProblem(
            _("The formula here gives the error %(code)s. Please type the value itself.") % {"code": value.code},
            "excel_error",
        )
    if isinstance(value, BadValue):
        raise CellProblem(
            _("The formula here has no stored result. Please open the file in Excel, save it, and upload it again."),
            "no_result",
        )
