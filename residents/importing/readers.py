"""One reader a field: what the cell of a column means, or what is wrong with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Flag
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.numbers import clean_phone
from grids.common.sentences import joined
from residents.importing.book import Value
from residents.importing.dates import read_day
from residents.importing.faults import CellProblem
from residents.importing.texts import (
    CLEANED,
    EXACT,
    SCIENTIFIC,
    TOO_LONG_AS_NUMBER,
    damaged,
    refuse_errors,
    text_of,
    tidied,
)
from residents.importing.words import choices_of, says_ditto, says_nothing, value_of
from residents.roster.numbers import ID_LENGTH, check_digit
from residents.roster.rules import clean_name

_BRACKETED = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_BETWEEN_PHONES = re.compile(r"[;,、/|\n\r\t]+|或|和|及")
_TRAILING_ZERO = re.compile(r"([0-9]{7,15})\.0+")
_X_ALIKE = str.maketrans("×Х✕ⅹхχΧ*", "XXXXXXX*")
_COUNTY = re.compile(r"[0-9]{6}")
_FLOOR = re.compile(r"(?:第)?(-?[0-9]{1,3})(?:层|楼|f)?", re.IGNORECASE)
_BASEMENT = re.compile(r"(?:地下|负|b)([0-9])(?:层|楼)?", re.IGNORECASE)


class Damage(Flag):
    """What a column of identity numbers suffered before it came to us."""

    NONE = 0
    ZEROS = 1  # Excel keeps 15 digits and puts zeros for the rest
    ROUNDING = 2  # another program took the numbers for floating-point ones


@dataclass
class Reading:
    """What goes along with reading one cell; ``note`` collects what was cleaned, by code."""

    on: date
    uses_1904: bool = False
    damage: Damage = Damage.NONE  # what the column shows elsewhere
    notes: dict[str, str] = field(default_factory=dict)

    def note(self, code: str, message: str) -> None:
        self.notes.setdefault(code, message)


def plain_text(value: Value, reading: Reading) -> str:
    """The tidy text of a cell, empty when it says nothing (无, -). Raises ``CellProblem``."""
    text, cleaned = text_of(value)
    for key in cleaned:
        reading.note(key, CLEANED[key]())
    if says_nothing(text):
        return ""
    if says_ditto(text):
        raise CellProblem(_("This cell points to the one above it. Please write the value out."), "ditto")
    return text


# ------------------------------------------------------------------ words
def read_text(value: Value, reading: Reading) -> str:
    text = plain_text(value, reading)
    if len(text) > 200:
        raise CellProblem(_("At most 200 characters, please."), "too_long")
    return text


def read_remark(value: Value, reading: Reading) -> str:
    """A remark may hold anything, a number or a day as well."""
    refuse_errors(value)
    if isinstance(value, int | float | date) and not isinstance(value, bool):
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    text = read_text(value, reading)
    return text


def read_name(value: Value, reading: Reading) -> str:
    text = plain_text(value, reading)
    if not text:
        return ""
    if "*" in text:
        raise CellProblem(_("The name is masked. Please write it out."), "masked")
    name = _by_rule(clean_name, text, "name")
    # 王  小 明: spaces between Chinese letters only spread the name over the cell.
    joined = re.sub(r"(?<=[\u3400-\u9fff·]) (?=[\u3400-\u9fff·])", "", name)
    if joined != name:
        reading.note("spaces", CLEANED["spaces"]())
    return joined


def read_word(name: str) -> Callable[[Value, Reading], str]:
    """A reader for a coded field: one of its words, codes or labels. An unknown word is a fault with the choices."""

    def read(value: Value, reading: Reading) -> str:
        if name == "use" and isinstance(value, str) and value.strip() == "空":
            return "vacant"
        text = plain_text(value, reading)
        if not text:
            return ""
        found = value_of(name, text)
        if found is None and text.isdecimal() and len(text) == 1:
            found = value_of(name, text.zfill(2))
        if found is None and name == "inflow_reason":
            reading.note("other", _("A reason that is not in the list was read as “other”."))
            return "other"
        if found is None:
            raise CellProblem(
                _("This is not one of the choices. Please write one of: %(choices)s") % {"choices": choices_of(name)},
                "choice",
            )
        return found

    return read


def read_relation(value: Value, reading: Reading) -> str:
    """A value of ``Relation``, or ``words.CHILD`` for 子女, which the sex decides."""
    return _relation(value, reading)


_relation = read_word("relation")


def read_country(value: Value, reading: Reading) -> str:
    text = plain_text(value, reading)
    found = value_of("country", text) if text else ""
    if found is None:
        raise CellProblem(_("This country is not known. Please write its two-letter code, such as JP."), "choice")
    return found


def read_yes(value: Value, reading: Reading) -> bool | None:
    """Yes or no; 无 is a no here, not an empty cell."""
    if isinstance(value, bool):
        return value
    text, cleaned = text_of(value)
    for key in cleaned:
        reading.note(key, CLEANED[key]())
    found = value_of("yes", text) if text else None
    if found is None and not says_nothing(text):
        raise CellProblem(_("Please write yes or no (是 or 否)."), "choice")
    return None if found is None else found == "1"


def read_party(value: Value, reading: Reading) -> bool | None:
    """True for party members; every other political status is not kept."""
    text = plain_text(value, reading)
    if not text:
        return None
    if value_of("party", text) == "1":
        return True
    reading.note("not_kept", _("Of the political status only party membership is kept."))
    return None


# ------------------------------------------------------------------ numbers
def read_id(value: Value, reading: Reading) -> str:
    """An identity or document number as text, not yet checked by its kind; anything Excel has damaged is a fault."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == 0:
            return ""
        if abs(value) >= EXACT:
            raise damaged()
    text = plain_text(value, reading)
    if not text:
        return ""
    if shows_zeros(text):
        raise damaged()
    if "*" in text:
        raise CellProblem(_("The number is masked. Please write it out, or leave the cell empty."), "masked")
    number = text.translate(_X_ALIKE).upper()
    bare = re.sub(r"[\s\-‐-―−·.,_]", "", number) if len(number) > ID_LENGTH else number.replace(" ", "")
    if bare != text.upper():
        reading.note("spaces", CLEANED["spaces"]())
    if looks_damaged(bare):
        raise damaged()
    if Damage.ZEROS in reading.damage and bare.endswith("000"):
        raise damaged()
    if Damage.ROUNDING in reading.damage and is_rounded(bare):
        raise damaged()
    if len(bare) == ID_LENGTH and bare.endswith("000") and bare.isdecimal():
        reading.note("ends_in_000", _("This identity number ends in 000, as damaged ones do. Please compare it once."))
    return bare


def looks_damaged(number: str) -> bool:
    """Whether 18 digits end in the zeros that Excel puts there and do not fit their check digit."""
    return (
        len(number) == ID_LENGTH
        and number.isascii()
        and number.isdecimal()
        and number.endswith("000")
        and number[-1] != check_digit(number[:17])
    )


def is_rounded(number: str) -> bool:
    """Whether 18 digits are just what a program's floating-point numbers can hold; one in 16 to 128 is so by right."""
    return len(number) == ID_LENGTH and number.isascii() and number.isdecimal() and int(float(number)) == int(number)


def shows_zeros(text: str) -> bool:
    """Whether a text is certainly a number that Excel has damaged; cheap, for a first look over a column."""
    return bool(SCIENTIFIC.fullmatch(text) or TOO_LONG_AS_NUMBER.fullmatch(text)) or looks_damaged(text)


def read_phones(value: Value, reading: Reading) -> list[str]:
    """All phones of a cell, the first one first. Every one of them must be right."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return []
    text, cleaned = text_of(value)
    text = _TRAILING_ZERO.sub(r"\1", text)
    lines = _lines_of(value) if isinstance(value, str) else text
    for key in cleaned:
        if key != "spaces":
            reading.note(key, CLEANED[key]())
    if len(text) > 200:
        raise CellProblem(_("At most 200 characters, please."), "too_long")
    if says_nothing(text):
        return []
    if says_ditto(text):
        raise CellProblem(_("This cell points to the one above it. Please write the value out."), "ditto")
    if SCIENTIFIC.fullmatch(text):
        raise CellProblem(
            _("Excel shows only a part of this number. Please type it again, and set the column to “text” first."),
            "damaged",
        )
    if "*" in text:
        raise CellProblem(_("The number is masked. Please write it out, or leave the cell empty."), "masked")
    try:
        return [clean_phone(text)]
    except ValidationError as problem:
        parts = [part.strip() for part in _BETWEEN_PHONES.split(_BRACKETED.sub(";", lines)) if part.strip()]
        if len(parts) == 1:
            parts = _parted_by_spaces(parts[0])
        if len(parts) < 2 and (not parts or parts[0] == text):
            raise CellProblem(joined(problem.messages), "phone") from None
    phones = []
    for part in parts:
        phones.append(_by_rule(clean_phone, part, "phone"))
    if len(phones) > 1:
        reading.note("more_phones", _("The cell holds several phones; the first one is kept."))
    return phones


def _lines_of(value: str) -> str:
    """The text with its line breaks, half-width: a break parts two phones."""
    return "\n".join(tidied(line)[0] for line in value.replace("_x000D_", "\n").splitlines())


def _parted_by_spaces(text: str) -> list[str]:
    """Two whole numbers with a space between; 138 0013 8000 stays one."""
    words = text.split()
    try:
        return words if len(words) > 1 and all(clean_phone(word) for word in words) else [text]
    except ValidationError:
        return [text]


def read_county(value: Value, reading: Reading) -> str:
    text = plain_text(value, reading)
    if text and not _COUNTY.fullmatch(text):
        raise CellProblem(_("A county code has 6 digits. Please check it."), "county")
    return text


def read_floor(value: Value, reading: Reading) -> int | None:
    text = plain_text(value, reading).replace(" ", "")
    if not text:
        return None
    if below := _BASEMENT.fullmatch(text):
        return -int(below[1])
    found = _FLOOR.fullmatch(text)
    if not found or not -10 <= int(found[1]) <= 200:
        raise CellProblem(_("A floor lies between -10 and 200."), "floor")
    return int(found[1])


def read_code(value: Value, reading: Reading) -> str:
    """A name or code of a grid or community, or a household number; long codes as numbers are damaged."""
    text = read_text(value, reading)
    if SCIENTIFIC.fullmatch(text):
        raise damaged()
    return _TRAILING_ZERO.sub(r"\1", text)


# ------------------------------------------------------------------ days
def read_date(value: Value, reading: Reading) -> date | None:
    refuse_errors(value)
    if isinstance(value, str):
        text, cleaned = tidied(value)
        if says_nothing(text):
            return None
        for key in cleaned:
            if key != "spaces":
                reading.note(key, CLEANED[key]())
        if says_ditto(text):
            raise CellProblem(_("This cell points to the one above it. Please write the value out."), "ditto")
        value = text
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return None
    day, usual = read_day(value, uses_1904=reading.uses_1904)
    if not usual:
        reading.note("date_form", _("A day written in another way was read as a date."))
    return day


def read_past_date(value: Value, reading: Reading) -> date | None:
    day = read_date(value, reading)
    if day and day > reading.on:
        raise CellProblem(_("This day is in the future. Please check it."), "future")
    return day


def read_birth_date(value: Value, reading: Reading) -> date | None:
    day = read_date(value, reading)
    if day and day > reading.on:
        raise CellProblem(_("A birth date is not in the future."), "future")
    return day


def _by_rule(rule: Callable[[str], str], text: str, code: str) -> str:
    try:
        return rule(text)
    except ValidationError as problem:
        raise CellProblem(joined(problem.messages), code) from None


READERS: dict[str, Callable[[Value, Reading], Any]] = {
    "name": read_name,
    "sex": read_word("sex"),
    "birth_date": read_birth_date,
    "id_type": read_word("id_type"),
    "id_number": read_id,
    "other_id_number": read_id,
    "phone": read_phones,
    "phone_more": read_phones,
    "relation": read_relation,
    "kind": read_word("kind"),
    "household": read_code,
    "head_name": read_name,
    "head_id_number": read_id,
    "community": read_code,
    "grid": read_code,
    "micro_grid": read_code,
    "compound": read_text,
    "building": read_text,
    "unit": read_text,
    "room": read_text,
    "address": read_text,
    "floor": read_floor,
    "use": read_word("use"),
    "is_let": read_yes,
    "since": read_past_date,
    "note": read_remark,
    "party_member": read_yes,
    "political_status": read_party,
    "education": read_word("education"),
    "hukou_here": read_yes,
    "hukou_apart": read_yes,
    "hukou_county": read_county,
    "country": read_country,
    "inflow_reason": read_word("inflow_reason"),
    "registered_on": read_past_date,
    "expected_leave_on": read_date,
    "moved_out": read_yes,
    "moved_out_on": read_date,
    "deceased": read_yes,
    "deceased_on": read_past_date,
    "cancelled_on": read_date,
    "person_key": read_code,
}
