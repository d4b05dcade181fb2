"""Rows of our own lists, which name their person by the signed system number."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from residents.importing.doors import place_name
from residents.importing.grouping import Columns, Planned
from residents.importing.register import Register
from residents.importing.territory import BuildingFact, GridFact, Territory
from residents.importing.texts import tidied
from residents.roster.keys import read_person_key
from residents.roster.models import Residency
from residents.roster.rules import Door

_DOOR = frozenset({"building", "unit", "room", "address"})


class Keyed:
    """Who is meant by the system numbers of a file, and where these persons live."""

    def __init__(self, register: Register, columns: Columns) -> None:
        self.register = register
        self.columns = columns
        self._living: dict[int, Residency] = {}
        self._keys: dict[str, int] = {}
        self._doors: dict[int, tuple[GridFact, BuildingFact, Door]] = {}

    def read(self, rows: Iterable[Planned], territory: Territory) -> None:
        """Find the persons of ``rows``, and refuse numbers that name nobody here."""
        keyed = [row for row in rows if row.draft.person_key and not row.outcome]
        for row in keyed:
            self._keys[row.draft.person_key] = read_person_key(row.draft.person_key) or 0
        self._living = self.register.keyed(pk for pk in self._keys.values() if pk)
        for row in keyed:
            living = self.living(row)
            if living is None:
                message = _("This system number names nobody who lives in your grids. Empty the cell or restore it.")
                row.wrong(self.columns, "person_key", message)
                continue
            dwelling = living.household.dwelling
            if grid := territory.by_pk.get(dwelling.grid_id):
                house = BuildingFact(dwelling.unit.building_id, dwelling.unit.building.name, grid)
                door = Door(house.name, dwelling.unit.name, dwelling.room, dwelling.floor)
                self._doors[living.person_id] = (grid, house, door)

    def living(self, row: Planned) -> Residency | None:
        """Where the person whom ``row`` names lives; None without a system number, or with one that names nobody."""
        return self._living.get(self._keys.get(row.draft.person_key or "", 0))

    def door_of(self, row: Planned) -> tuple[GridFact, BuildingFact, Door] | None:
        """Where the person named by system number lives, unless the row says another door."""
        living = self.living(row)
        known = self._doors.get(living.person_id) if living else None
        if living is None or known is None:
            return None
        draft, door = row.draft, known[2]
        masked = draft.masked or {}
        said = [(draft.building, door.building), (draft.unit, door.unit), (draft.room, door.room)]
        if (
            draft.room is None
            or "room" in masked
            or "address" in masked
            or all(a in {None, b} for a, b in said)
            or self._address(row) == place_name(living.household.dwelling.door)
        ):
            row.faults = [one for one in row.faults or () if one.field not in _DOOR]
            if "room" in masked or "address" in masked:
                draft.masked = {name: text for name, text in masked.items() if name not in {"room", "address"}}
            draft.building, draft.unit, draft.room, draft.floor = door.building, door.unit, door.room, door.floor
            return known
        return None

    def _address(self, row: Planned) -> str:
        """The whole door as our own lists write it: 7幢1单元501-1 cannot be read in parts without a doubt."""
        fields, cells = self.columns[row.draft.sheet], row.draft.cells
        column = next((place for place, name in enumerate(fields) if name == "address"), len(cells))
        value = cells[column] if column < len(cells) else ""
        return place_name(tidied(value)[0]) if isinstance(value, str) else ""
