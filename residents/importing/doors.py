"""The door of a row, out of its columns: building, unit and room, or one combined address (3-2-501, 3号楼2单元501)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.places.rules import tidy, with_digits
from residents.importing.faults import CellProblem
from residents.roster.rules import Door, clean_door

_HASH = re.compile(r"([0-9]{1,4})#(?:号)?楼?")
_DASHES = re.compile(r"[\u2010-\u2015\u2212~～_—]+")
_BUILDING = r"(?P<building>[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,3})(?P<word>号楼|幢|栋|座|号(?=[0-9A-Z]))"
_UNIT = r"(?P<unit>[0-9]{1,3}|[A-Z])(?P<unit_word>单元|门|梯)"
_ROOM = r"(?P<room>[0-9A-Z]{1,8})(?:室|房|号|户)?"
_BY_WORDS = re.compile(rf"(?P<before>.*?)(?<![0-9A-Z-]){_BUILDING}-?(?:{_UNIT})?-?(?:{_ROOM})?")
_BY_DASHES = re.compile(
    rf"(?P<before>.*?)(?<![0-9A-Z-])(?P<building>[0-9]{{1,4}}|[A-Z][0-9]{{0,2}})-(?:(?P<unit>[0-9]{{1,3}})-)?{_ROOM}"
)
_INSIDE = re.compile(rf"(?:{_UNIT})-?(?:{_ROOM})?")
_ROOM_ALONE = re.compile(_ROOM)
_TWO_NUMBERS = re.compile(r"[0-9]+-[0-9]+(?:-[0-9A-Z]+)?")

# What stands before a compound in an address and is certainly no part of its name: 江畔街道丁山社区.
_BEFORE_COMPOUND = re.compile(r".*(?:社区|街道|居委会)")


@dataclass(frozen=True, slots=True)
class DoorParts:
    """A door in parts as they were written, empty where nothing was said; ``before`` is what stands before it."""

    building: str = ""
    unit: str = ""
    room: str = ""
    before: str = ""


@lru_cache(maxsize=50_000)
def place_name(text: str) -> str:
    """A building, unit or room as the roster writes it: half-width, no spaces, one kind of dash; 3#楼 is 3号楼."""
    return _HASH.sub(lambda found: f"{found[1]}号楼", tidy(_DASHES.sub("-", text)))


@lru_cache(maxsize=50_000)
def parts_of(text: str) -> DoorParts | None:
    """A combined address in parts; None when it is none. 501 alone is a room, 2单元501 a unit and a room."""
    plain = with_digits(place_name(text))
    if found := _BY_WORDS.fullmatch(plain):
        unit = f"{found['unit']}{found['unit_word']}" if found["unit"] else ""
        return DoorParts(f"{found['building']}{found['word']}", unit, found["room"] or "", found["before"])
    if found := _BY_DASHES.fullmatch(plain):
        return DoorParts(found["building"], found["unit"] or "", found["room"], found["before"])
    if found := _INSIDE.fullmatch(plain):
        return DoorParts("", f"{found['unit']}{found['unit_word']}", found["room"] or "")
    if found := _ROOM_ALONE.fullmatch(plain):
        return DoorParts("", "", found["room"])
    return None


@lru_cache(maxsize=20_000)
def compound_in(prefix: str) -> str:
    """The compound in what stands before the building of a combined address; empty when there is none."""
    found = _BEFORE_COMPOUND.match(prefix)
    return prefix[found.end() :] if found else prefix


def read_door_of(texts: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, CellProblem]]]:
    """``building``, ``unit``, ``room`` and ``address_prefix`` by the cells of a row, and what is wrong, by field.

    ``texts`` has the cells that are not empty, of the fields building, unit, room and address. Two cells that say
    different things are wrong; what one cell leaves open, another may fill.
    """
    problems: list[tuple[str, CellProblem]] = []
    door = {name: place_name(texts[name]) for name in ("building", "unit", "room") if name in texts}
    for name in ("building", "room", "address"):
        if name not in texts:
            continue
        parts = parts_of(texts[name])
        if name == "building":
            parts = _parts_of_building(door["building"], door, problems)
            if parts is None:
                continue
        elif name == "room":
            if parts is None or not (parts.building or parts.unit):
                continue
            door.pop("room")
        elif parts is None:
            if not {"building", "room"} <= door.keys():
                problems.append((name, _unreadable()))
            else:
                door["address_prefix"] = texts[name]
            continue
        if parts.before:
            door["address_prefix"] = parts.before
        for part in ("building", "unit", "room"):
            said = getattr(parts, part)
            if not said:
                continue
            if part in door and not _same(part, door[part], said):
                problems.append((name, _conflict()))
                break
            door.setdefault(part, said)
    if not problems:
        _complete(door, texts, problems)
    return door, problems


@lru_cache(maxsize=20_000)
def stored_door(building: str, unit: str, room: str, floor: int | None) -> Door:
    """``clean_door``, remembered: a household's rows share it. Raises ``ValidationError`` by field."""
    return clean_door(building, unit, room, floor)


def _parts_of_building(text: str, door: dict[str, str], problems: list[tuple[str, CellProblem]]) -> DoorParts | None:
    """A column of buildings that holds more than the building: 3号楼2单元. 3-2 could be several things."""
    if _TWO_NUMBERS.fullmatch(text):
        problems.append(("building", _split_up()))
        return None
    found = _BY_WORDS.fullmatch(with_digits(text))
    if not found or not (found["unit"] or found["room"]):
        return None
    parts = parts_of(text)
    door.pop("building")
    return parts


def _same(part: str, one: str, other: str) -> bool:
    """Whether two ways of writing mean the same part of a door: 3 and 3号楼, 501 and 501室."""
    return _stored(part, with_digits(one)) == _stored(part, with_digits(other))


def _stored(part: str, text: str) -> str:
    try:
        door = clean_door(
            text if part == "building" else "1", text if part == "unit" else "", text if part == "room" else "1"
        )
    except ValidationError:
        return text
    return str(getattr(door, part))


def _complete(door: dict[str, str], texts: Mapping[str, str], problems: list[tuple[str, CellProblem]]) -> None:
    """A door that is only half there; a row without any door is judged by the caller."""
    if "room" in door and "building" not in door:
        problems.append(("address" if "address" in texts else "room", _no_building()))
    elif "building" in door and "room" not in door:
        problems.append(("address" if "address" in texts else "building", _no_room()))
    elif "unit" in door and "building" not in door:
        problems.append(("address" if "address" in texts else "unit", _no_building()))


def _unreadable() -> CellProblem:
    return CellProblem(_("This is no door. Please write building, unit and room, such as 3-2-501."), "address")


def _conflict() -> CellProblem:
    return CellProblem(_("Two cells of this row name different doors. Please correct one of them."), "door_conflict")


def _split_up() -> CellProblem:
    return CellProblem(
        _(
            "More than the building seems to stand here. Please write the building alone, or choose the column as a "
            "combined address."
        ),
        "building_split",
    )


def _no_building() -> CellProblem:
    return CellProblem(_("The building is missing. Please add it, such as 3-2-501."), "no_building")


def _no_room() -> CellProblem:
    return CellProblem(_("The room is missing. Please add it, such as 3-2-501."), "no_room")
