"""The doors of a whole roster: buildings, units and dwellings found or made in a few statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from grids.common.bulk import write_new
from grids.places.models import Building, Unit
from grids.places.rules import first_number
from grids.places.services import standing_building
from grids.tree.models import Grid
from residents.roster.models import Dwelling, Household
from residents.roster.rules import Door

AT_ONCE = 900  # values in one IN (...)


class HomeRows(Protocol):
    """The rows of one household, by number, at one door."""

    grid: Grid
    door: Door
    rows: list[tuple[int, Any]]


class Made(Protocol):
    """Where is noted what had to be made."""

    buildings: list[Building]
    units: list[Unit]
    dwellings: list[Dwelling]


def dwellings_of(homes: Sequence[HomeRows], grid: Grid, made: Made) -> list[Dwelling]:
    """The dwelling of each home, with the buildings and units that are missing."""
    houses = _houses(homes, grid, made)
    units = {
        (one.building_id, one.name): one
        for part in _in_parts({house.pk for house in houses} - {house.pk for house in made.buildings})
        for one in Unit.objects.filter(building__in=part)
    }
    new_units = {
        (house.pk, home.door.unit): Unit(building=house, name=home.door.unit, order=first_number(home.door.unit))
        for home, house in zip(homes, houses, strict=True)
        if (house.pk, home.door.unit) not in units
    }
    made.units = write_new(Unit, new_units.values())
    units |= new_units

    stairs = [units[house.pk, home.door.unit] for home, house in zip(homes, houses, strict=True)]
    doors = _standing_doors(homes, stairs, made)
    new_doors = {
        (unit.pk, home.door.room): Dwelling(
            grid=home.grid,
            unit=unit,
            floor=home.door.floor,
            room=home.door.room,
            use=home.rows[0][1].use,
            sort_key=home.door.sort_key,
        )
        for home, unit in zip(homes, stairs, strict=True)
        if (unit.pk, home.door.room) not in doors
    }
    made.dwellings = write_new(Dwelling, new_doors.values())
    doors |= new_doors
    return [doors[unit.pk, home.door.room] for home, unit in zip(homes, stairs, strict=True)]


def _standing_doors(homes: Sequence[HomeRows], stairs: Sequence[Unit], made: Made) -> dict[tuple[int, str], Dwelling]:
    """The dwellings of ``homes`` that are there already; behind units that were made just now there are none."""
    new = {unit.pk for unit in made.units}
    asked: dict[int, set[str]] = {}
    for home, unit in zip(homes, stairs, strict=True):
        if unit.pk not in new:
            asked.setdefault(unit.pk, set()).add(home.door.room)
    rooms = list({room for known in asked.values() for room in known})
    found = {}
    for part in _in_parts(asked, AT_ONCE // 2):
        dwellings = Dwelling.objects.filter(unit__in=part).select_related("unit__building", "grid")
        if len(rooms) <= AT_ONCE // 2:
            dwellings = dwellings.filter(room__in=rooms)
        found |= {(one.unit_id, one.room): one for one in dwellings if one.room in asked[one.unit_id]}
    return found


def _houses(homes: Sequence[HomeRows], grid: Grid, made: Made) -> list[Building]:
    """The building of each home: one that stands already, or a new one in the home's grid."""
    namesakes: dict[str, list[Building]] = {}
    for part in _in_parts({home.door.building for home in homes}):
        for building in Building.objects.under(grid).filter(name__in=part).select_related("grid"):
            namesakes.setdefault(building.name, []).append(building)
    houses: dict[tuple[int, str], Building] = {}
    new_houses = []
    for home in homes:
        place = (home.grid.pk, home.door.building)
        if place in houses:
            continue
        house = standing_building(home.grid, namesakes.get(home.door.building, ()))
        if house is None:
            house = Building(grid=home.grid, name=home.door.building, order=first_number(home.door.building))
            namesakes.setdefault(house.name, []).append(house)
            new_houses.append(house)
        houses[place] = house
    made.buildings = write_new(Building, new_houses)
    return [houses[home.grid.pk, home.door.building] for home in homes]


def refuse_taken_doors(
    homes: Sequence[HomeRows], dwellings: Sequence[Dwelling], *, made: Iterable[Dwelling] = ()
) -> list[tuple[int, str]]:
    """Row and sentence for each door where a household lives already, unless ``Row.household`` says: another one.

    Nobody lives yet behind the doors that were ``made`` just now.
    """
    asked = {dwelling.pk for home, dwelling in zip(homes, dwellings, strict=True) if not home.rows[0][1].household}
    asked -= {dwelling.pk for dwelling in made}
    taken = {
        pk
        for part in _in_parts(asked)
        for pk in Household.objects.active().filter(dwelling__in=part).values_list("dwelling_id", flat=True)
    }
    return [
        (home.rows[0][0], _("A household is already registered at this door."))
        for home, dwelling in zip(homes, dwellings, strict=True)
        if dwelling.pk in taken and not home.rows[0][1].household
    ]


def _in_parts(values: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
