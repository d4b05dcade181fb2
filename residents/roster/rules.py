"""The law of the roster, without a database: what a person's record must be, who sees what, how doors are ordered."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.masks import mask_id_number, mask_name, mask_phone
from grids.common.numbers import clean_phone
from grids.places.rules import natural_key, tidy, with_digits
from grids.tree.choices import Kind
from residents.roster.choices import DwellingUse, Education, HouseholdStatus, IdType, RecordState, RevealPurpose, Sex
from residents.roster.details import clean_country
from residents.roster.initials import initials_of
from residents.roster.numbers import OLDEST, clean_id_number, derived_from, region_is_known

REVEALABLE = ("id_number", "phone")
LOOKUPS_AN_HOUR = 30  # exact look-ups by identity number (promise P05)
HIDDEN_ROOM = "***"
NOTHING = "—"
STALE_DAYS = 180
# What is typed of a person; everything else of him follows from it.
PERSON_FIELDS = (
    "name",
    "id_type",
    "id_number",
    "phone",
    "sex",
    "birth_date",
    "party_member",
    "education",
    "country",
)


# ------------------------------------------------------------------ persons
def clean_name(text: str) -> str:
    """A person's name: one kind of middle dot, single spaces. Raises ``ValidationError``."""
    name = " ".join(unicodedata.normalize("NFKC", text or "").split())
    name = re.sub("[・‧•．∙⋅]", "·", name)
    if not name:
        raise ValidationError(_("Please enter the name."))
    if any(letter.isdecimal() or unicodedata.category(letter).startswith("C") for letter in name):
        raise ValidationError(_("A name has no digits. Please check it."))
    if len(name) > 60:
        raise ValidationError(
            _("A name has at most 60 characters, this one has %(count)s."), params={"count": len(name)}
        )
    return name


def clean_person(values: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Every field of a person, normalised, checked and completed by what the identity number tells.

    ``values`` may leave out anything but ``name``; ``on`` is today. Birth date and sex are filled in only where they
    were left open: what was entered by hand stays (see ``person_warnings``). Raises ``ValidationError`` by field.
    """
    problems: dict[str, ValidationError] = {}
    id_type = IdType(values.get("id_type") or IdType.RESIDENT)
    cleaned: dict[str, Any] = {
        "id_type": id_type.value,
        "sex": Sex(values.get("sex") or Sex.UNKNOWN).value,
        "birth_date": values.get("birth_date"),
        "party_member": bool(values.get("party_member")),
        "education": values.get("education") or "",
    }
    checks = {
        "name": lambda: clean_name(values.get("name", "")),
        "id_number": lambda: clean_id_number(values.get("id_number", ""), id_type=id_type, on=on),
        "phone": lambda: clean_phone(values.get("phone", "")),
        "country": lambda: clean_country(values.get("country", "")),
    }
    for field, check in checks.items():
        try:
            cleaned[field] = check()
        except ValidationError as problem:
            problems[field] = problem
    if cleaned["education"] and cleaned["education"] not in Education.values:
        problems["education"] = ValidationError(_("“%(value)s” is not in the list.") % {"value": cleaned["education"]})
    if cleaned["birth_date"] and cleaned["birth_date"] > on:
        problems["birth_date"] = ValidationError(_("A birth date is not in the future."))
    if problems:
        raise ValidationError(problems)
    if derived := derived_from(cleaned["id_number"], id_type):
        cleaned["birth_date"] = cleaned["birth_date"] or derived.birth_date
        if cleaned["sex"] == Sex.UNKNOWN:
            cleaned["sex"] = derived.sex.value
    cleaned["phone_tail"] = cleaned["phone"][-4:]
    cleaned["name_initials"] = initials_of(cleaned["name"])
    return cleaned


def person_warnings(cleaned: Mapping[str, Any], *, on: date) -> list[str]:
    """What is unusual in a clean record and yet may be true: shown after saving, blocks nothing."""
    warnings = []
    number, id_type = cleaned.get("id_number", ""), cleaned.get("id_type", IdType.RESIDENT)
    if derived := derived_from(number, id_type):
        if not region_is_known(number):
            warnings.append(
                _("The first six digits of the identity number are no county of the list. Please compare them once.")
            )
        if cleaned.get("sex") in {Sex.MALE, Sex.FEMALE} and cleaned["sex"] != derived.sex:
            warnings.append(_("The identity number says another sex than entered. Please compare it once."))
        if cleaned.get("birth_date") and cleaned["birth_date"] != derived.birth_date:
            warnings.append(_("The identity number says another birth date than entered. Please compare it once."))
    birth_date = cleaned.get("birth_date")
    if birth_date and age_on(birth_date, on) > OLDEST:
        warnings.append(
            _("By the birth date this person is more than %(age)s years old. Please check it.") % {"age": OLDEST}
        )
    return warnings


def record_state(verified_on: date | None, *, on: date) -> RecordState:
    """How fresh a record is: compared with the person never, within ``STALE_DAYS``, or longer ago (domain.md M17)."""
    if verified_on is None:
        return RecordState.UNVERIFIED
    return RecordState.STALE if (on - verified_on).days > STALE_DAYS else RecordState.VERIFIED


def age_on(birth_date: date, on: date) -> int:
    """Completed years of age."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


# ------------------------------------------------------------------ doors
@dataclass(frozen=True)
class Door:
    """A door as it is stored: names without spaces, the floor guessed from the room number if it was left open."""

    building: str
    unit: str
    room: str
    floor: int | None

    @property
    def sort_key(self) -> str:
        """Building, unit, floor and room so that byte order is the order in which a roster is read; 60 characters."""
        floor = f"{(self.floor or 0) + 100:03d}"
        return " ".join((natural_key(self.building, 26), natural_key(self.unit, 12), floor, natural_key(self.room, 16)))


_DOOR_WORDS = {"building": gettext_lazy("the building"), "room": gettext_lazy("the room")}


def clean_door(building: str, unit: str, room: str, floor: int | None = None) -> Door:
    """Raises ``ValidationError`` by field."""
    problems = {}
    names = {"building": tidy(building or ""), "unit": tidy(unit or ""), "room": tidy(room or "")}
    for field, longest in (("building", 60), ("unit", 30), ("room", 20)):
        # A house without stairwells has no unit.
        if not names[field] and field != "unit":
            problems[field] = ValidationError(_("Please enter %(what)s."), params={"what": _DOOR_WORDS[field]})
        elif len(names[field]) > longest:
            problems[field] = ValidationError(_("At most %(count)s characters, please."), params={"count": longest})
    if floor is not None and not -10 <= floor <= 200:
        problems["floor"] = ValidationError(_("A floor lies between -10 and 200."))
    if problems:
        raise ValidationError(problems)
    room_name = names["room"].removesuffix("室")
    if floor is None and re.fullmatch(r"[0-9]{3,4}", room_name):
        floor = int(room_name[:-2])
    return Door(_as_said(names["building"], "号楼"), _as_said(names["unit"], "单元"), room_name, floor)


def building_as_said(name: str) -> str:
    """The building's name as it is stored: a bare 3 is 3号楼."""
    return _as_said(tidy(name), "号楼")


def _as_said(name: str, word: str) -> str:
    """A bare number gets the word that belongs to it: building 3 is 3号楼, unit 2 is 2单元."""
    return f"{int(name)}{word}" if re.fullmatch(r"[0-9]{1,4}", name) else name


@dataclass(frozen=True)
class DoorWords:
    """What somebody typed to find a door; empty parts do not matter."""

    building: int
    unit: int | None
    room: str


_DOOR_BY_DASHES = re.compile(r"([0-9]{1,4})-(?:([0-9]{1,3})-)?([0-9A-Z]{1,8})")
_DOOR_BY_WORDS = re.compile(r"([0-9]{1,4})(?:号楼|幢|栋|座|号)(?:([0-9]{1,3})(?:单元|门|梯))?-?(?:([0-9A-Z]{1,8})室?)?")


def read_door(text: str) -> DoorWords | None:
    """``3-2-501``, ``3-501``, ``3号楼2单元501`` or ``3号楼`` as a door; None when the text is none."""
    plain = with_digits(text)
    found = _DOOR_BY_DASHES.fullmatch(plain) or _DOOR_BY_WORDS.fullmatch(plain)
    if not found:
        return None
    return DoorWords(int(found[1]), int(found[2]) if found[2] else None, found[3] or "")


# ------------------------------------------------------------------ who sees what (decision 0005)
def sees_names(user: Any, grid: Any) -> bool:
    """Whether names and room numbers in ``grid`` are written out for ``user``."""
    return user is None or user.has_perm(Permission.VIEW_NAMES, grid)


def sees_details(user: Any, grid: Any) -> bool:
    """Whether ``user`` sees more of a person in ``grid`` than name and door: sex, age, masked phone and number.

    A mask beside a full name tells more than the name alone. So whoever reads names in full (the liaison) sees masks
    only if he may also reveal; whoever reads masked names (the auditor) sees the masks he checks.
    """
    return user is None or user.has_perm(Permission.REVEAL_PERSONAL, grid) or not sees_names(user, grid)


def shown_name(user: Any, grid: Any, name: str | None) -> str:
    """``王小明`` or ``王**``."""
    if not name:
        return NOTHING
    return name if sees_names(user, grid) else mask_name(name)


def shown_room(user: Any, grid: Any, room: str) -> str:
    return room if sees_names(user, grid) else HIDDEN_ROOM


def shown_door(user: Any, dwelling: Any) -> str:
    """``3号楼2单元501`` or ``3号楼2单元***``; the dwelling comes with its unit, building and grid."""
    return _shown_door(user, dwelling.grid, dwelling)


def shown_household(user: Any, household: Any) -> str:
    return _shown_door(user, household.grid, household.dwelling)


def _shown_door(user: Any, grid: Any, dwelling: Any) -> str:
    return f"{dwelling.unit.building.name}{dwelling.unit.name}{shown_room(user, grid, dwelling.room)}"


def shown_phone(user: Any, grid: Any, phone: str) -> str:
    """``138****0001``; a phone is masked for everybody until it is revealed."""
    return mask_phone(phone) if phone and sees_details(user, grid) else NOTHING


def shown_id_number(user: Any, grid: Any, number: str) -> str:
    """``990101********0013``; masked for everybody until it is revealed."""
    return mask_id_number(number) if number and sees_details(user, grid) else NOTHING


def shown_sex(user: Any, grid: Any, person: Any) -> str:
    return str(person.get_sex_display()) if sees_details(user, grid) else NOTHING


def shown_birth(user: Any, grid: Any, birth_date: date | None, *, on: date) -> str:
    """Year and age for those who read names, the age alone for those who do not; the day for nobody."""
    if birth_date is None or not sees_details(user, grid):
        return NOTHING
    age = age_on(birth_date, on)
    if not sees_names(user, grid):
        return ngettext("%(age)s year", "%(age)s years", age) % {"age": age}
    return ngettext("%(age)s year (born %(year)s)", "%(age)s years (born %(year)s)", age) % {
        "age": age,
        "year": birth_date.year,
    }


# ------------------------------------------------------------------ who may do what
MAY_NOT_EDIT = gettext_lazy("Your role may see this roster but not change it.")
MAY_NOT_REVEAL = gettext_lazy("Your role may not see hidden values here.")
HOUSEHOLD_IS_CLOSED = gettext_lazy("This household has moved away or was dissolved.")
RESIDENCY_IS_OVER = gettext_lazy("This person no longer lives in the household.")


def may_edit_roster(user: Any, grid: Any) -> Decision:
    """Whether ``user`` keeps the roster of ``grid``; None is the system itself (loading, jobs)."""
    if user is None or user.has_perm(Permission.EDIT_ROSTER, grid):
        return Allowed()
    return Denied(MAY_NOT_EDIT)


def may_change_household(user: Any, household: Any) -> Decision:
    """Whether ``user`` may add to or change the household; closed ones stay as they are."""
    is_open: Decision = Allowed()
    if household.status != HouseholdStatus.ACTIVE:
        is_open = Denied(HOUSEHOLD_IS_CLOSED)
    return all_of(may_edit_roster(user, household.dwelling.grid), is_open)


def may_change_residency(user: Any, residency: Any) -> Decision:
    is_present: Decision = Allowed() if residency.ends_on is None else Denied(RESIDENCY_IS_OVER)
    return all_of(may_edit_roster(user, residency.household.dwelling.grid), is_present)


def may_reveal(user: Any, grid: Any) -> Decision:
    """Whether ``user`` may see a hidden value of a person in ``grid``, for a purpose."""
    if user is not None and grid is not None and user.has_perm(Permission.REVEAL_PERSONAL, grid):
        return Allowed()
    return Denied(MAY_NOT_REVEAL)


def clean_reveal(field: str, purpose: str) -> RevealPurpose:
    """Raises ``ValidationError`` for a field that is never hidden or a purpose that is not offered."""
    if field not in REVEALABLE:
        raise ValidationError(_("There is no hidden value of this kind."))
    if purpose not in RevealPurpose.values:
        raise ValidationError({"purpose": _("Please choose what you need it for.")})
    return RevealPurpose(purpose)


# ------------------------------------------------------------------ households
NO_DWELLINGS = gettext_lazy("People live in comprehensive grids; this one is exclusive. Choose the grid around it.")


def may_hold_dwellings(grid: Any) -> Decision:
    """Every dwelling belongs to exactly one comprehensive grid (domain.md M02)."""
    return Denied(NO_DWELLINGS) if grid.kind == Kind.EXCLUSIVE else Allowed()


def check_use(use: str, *, lived_in: bool = True) -> DwellingUse:
    """Raises ``ValidationError`` when somebody lives in a dwelling that is called vacant."""
    if lived_in and use == DwellingUse.VACANT:
        raise ValidationError({"use": _("Somebody lives here, so the dwelling is not vacant.")})
    return DwellingUse(use)


def check_period(starts_on: date, ends_on: date | None, *, on: date, field: str = "starts_on") -> None:
    """Raises ``ValidationError`` when a day of the past lies in the future, or the end before the beginning."""
    if starts_on > on:
        raise ValidationError({field: _("This day is in the future.")})
    if ends_on is not None and ends_on > on:
        raise ValidationError({"on": _("This day is in the future.")})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError(
            {"on": _("The last day lies before the first one (%(day)s).") % {"day": f"{starts_on:%Y-%m-%d}"}}
        )
