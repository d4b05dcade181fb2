"""What a compound, an organisation, a place, a vessel and a service point must be. No database.

Each ``clean_*`` takes what was typed and returns every column of the thing, normalised; it raises ``ValidationError``
by field, all faults at once.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.numbers import clean_credit_code, clean_phone
from grids.places.choices import (
    CompoundKind,
    HolidayPolicy,
    OrganisationKind,
    PlaceKind,
    ServicePointKind,
    VesselStatus,
)
from grids.places.hours import clean_hours
from grids.places.rules import natural_key, tidy
from grids.places.special_days import clean_exceptions
from grids.tree.choices import ExclusiveType, Kind, Level

EARLIEST_YEAR = 1800
MOST_FLOORS = 200
# The highest level that a thing may stand on: a place is in one grid, a centre serves a whole street (domain.md M16).
HIGHEST_LEVEL = {
    "compound": Level.COMMUNITY,
    "organisation": Level.GRID,
    "place": Level.GRID,
    "vessel": Level.GRID,
    "servicepoint": Level.STREET,
}


# ------------------------------------------------------------------ who may, and where
def may_keep(user: Any, grid: Any) -> Decision:
    """Whether ``user`` (None: the system) may add and change what stands in ``grid``."""
    if user is None or user.has_perm(Permission.MANAGE_PLACES, grid):
        return Allowed()
    return Denied(_("Your posts do not include keeping places here. Ask the grid leader or the community secretary."))


def must_be_open(thing: Any) -> Decision:
    if getattr(thing, "closed_on", None) is None:
        return Allowed()
    return Denied(_("This is closed for good; its history is kept and nothing in it changes any more."))


def may_change(user: Any, thing: Any) -> Decision:
    """Whether ``user`` may change, move or close ``thing`` (with its grid)."""
    return all_of(must_be_open(thing), may_keep(user, thing.grid))


def grid_fault(kind: str, grid: Any) -> str:
    """Why a thing of this model cannot stand in ``grid``; empty when it can (domain.md M02, M07)."""
    if not grid.is_living:
        return _("This grid is closed. Choose one that is in use.")
    if grid.level < HIGHEST_LEVEL[kind]:
        return _("Choose a grid of the level “%(level)s” or below.") % {"level": HIGHEST_LEVEL[kind].label}
    if kind == "vessel" and (grid.kind, grid.exclusive_type) != (Kind.EXCLUSIVE, ExclusiveType.VESSEL):
        return _("Vessels belong to an exclusive grid for fishing vessels. Choose one.")
    return ""


# ------------------------------------------------------------------ what was typed
def one_line(text: Any) -> str:
    """``text`` in half-width letters without doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", str(text or "")).split())


def _required(text: Any) -> str:
    line = one_line(text)
    if not line:
        raise ValidationError(_("Fill this in."))
    return line


def _tidy_required(text: Any) -> str:
    _required(text)
    return tidy(str(text))


def _choice(choices: Any) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices.values:
            raise ValidationError(_("Choose one of these."))
        return str(choices(value).value)

    return check


def _whole(least: int, most: Callable[[], int]) -> Callable[[Any], int | None]:
    def check(value: Any) -> int | None:
        if value in (None, ""):
            return None
        if not least <= int(value) <= most():
            params = {"first": least, "last": most()}
            raise ValidationError(_("The number lies between %(first)s and %(last)s."), params=params)
        return int(value)

    return check


def _paragraph(text: Any) -> str:
    lines = unicodedata.normalize("NFC", str(text or "")).strip().splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


Checks = Mapping[str, Callable[[Any], Any]]
_ADDRESS: Checks = {"address": one_line}
_CONTACT: Checks = {"contact_name": one_line, "contact_phone": clean_phone}

CHECKS: Mapping[str, Checks] = {
    "compound": {
        "name": _required,
        "kind": _choice(CompoundKind),
        **_ADDRESS,
        "property_company": one_line,
        "built_in": _whole(EARLIEST_YEAR, lambda: today().year),
    },
    "building": {**_ADDRESS, "floors": _whole(1, lambda: MOST_FLOORS)},
    "organisation": {
        "name": _required,
        "kind": _choice(OrganisationKind),
        "credit_code": clean_credit_code,
        **_ADDRESS,
        **_CONTACT,
    },
    "place": {"name": _required, "kind": _choice(PlaceKind), **_ADDRESS, **_CONTACT},
    "vessel": {
        "name": _required,
        "registration_no": _tidy_required,
        "home_port": one_line,
        "berth": lambda text: tidy(str(text or "")),
        "radio": one_line,
        "phone": clean_phone,
    },
    "servicepoint": {
        "name": _required,
        "kind": _choice(ServicePointKind),
        "host_space": one_line,
        "address": _required,
        "opening_hours": clean_hours,
        "holiday_policy": _choice(HolidayPolicy),
        "exception_days": clean_exceptions,
        "services": _paragraph,
        "phone": clean_phone,
    },
}
# An enterprise is registered with a code; others may have none.
NEEDS_CODE = {OrganisationKind.ENTERPRISE.value, OrganisationKind.PROPERTY.value}


def clean_thing(kind: str, values: Mapping[str, Any], longest: Mapping[str, int | None]) -> dict[str, Any]:
    """The columns in ``values`` of a thing of this model, normalised. ``longest``: what fits into each column."""
    cleaned: dict[str, Any] = {}
    faults: dict[str, ValidationError] = {}
    for name, check in CHECKS[kind].items():
        if name not in values:
            continue
        try:
            value = check(values[name])
            limit = longest.get(name)
            if limit and isinstance(value, str) and len(value) > limit:
                raise ValidationError(_("At most %(count)s characters, please."), params={"count": limit})
            cleaned[name] = value
        except ValidationError as problem:
            faults[name] = problem
    if faults:
        raise ValidationError(faults)
    if kind == "vessel" and "berth" in cleaned:
        cleaned["berth_key"] = natural_key(cleaned["berth"], 40)
    return cleaned


def code_fault(kind: str, credit_code: str) -> str:
    """Why an organisation of this kind cannot have this code; empty when it can."""
    if kind in NEEDS_CODE and not credit_code:
        return _("An enterprise has a social credit code. It stands on the business licence.")
    return ""


def closing_fault(on: Any, *, day: Any) -> str:
    """Why a thing cannot close on ``on``; ``day`` is today."""
    return _("The day is not in the future.") if on > day else ""


def status_fault(status: str) -> str:
    return "" if status in VesselStatus.values else _("Choose one of these.")
