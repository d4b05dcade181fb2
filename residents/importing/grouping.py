"""Which rows of a file belong to one household, who of them is the head, and at which door. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents.importing.cells import CellFault
from residents.importing.choices import Outcome
from residents.importing.drafting import Draft, column_for
from residents.importing.territory import BuildingFact, GridFact, Territory, Unplaced
from residents.roster.choices import Relation
from residents.roster.rules import Door, clean_door

Columns = Mapping[int, Sequence[str | None]]


@dataclass(slots=True)
class Planned:
    """A row with what would be done: ids are 0 where nothing in the register is meant (yet).

    ``changes`` is ``{field: (before, after)}``; ``mark`` are the versions of what would be changed.
    """

    draft: Draft
    outcome: str = ""
    person: int = 0
    residency: int = 0
    household: int = 0
    dwelling: int = 0
    mark: tuple[int, ...] = ()
    changes: dict[str, tuple[Any, Any]] | None = None
    faults: list[CellFault] | None = None
    notes: list[str] | None = None

    def wrong(self, columns: Columns, name: str, message: str, code: str = "") -> None:
        """Note a fault at the column that gives ``name``."""
        place = column_for(columns[self.draft.sheet], name)
        self.faults = [*(self.faults or ()), CellFault(place, name, str(message), code)]


@dataclass(slots=True)
class Group:
    """Rows of one household at one door; ``named`` says that the file itself sets it apart from others there."""

    number: int
    grid: GridFact
    house: BuildingFact | None
    door: Door
    key: str
    rows: list[Planned] = field(default_factory=list)
    # A row of it could not be placed: who is missing here is no fault of the others.
    incomplete: bool = False

    @property
    def named(self) -> bool:
        return bool(self.key)

    @property
    def place(self) -> tuple[int, str, str]:
        """The door as the register keys it; building 0 where none stands yet."""
        return (self.house.pk if self.house else 0, self.door.unit, self.door.room)


def household_key(draft: Draft) -> str:
    """What the file says of the household of a row: its number, or its head; empty when it says nothing."""
    if draft.household:
        return f"#{draft.household}"
    if draft.head_id_number:
        return f"!{draft.head_id_number}"
    return f"@{draft.head_name}" if draft.head_name else ""


def group(
    planned: Iterable[Planned],
    territory: Territory,
    columns: Columns,
    *,
    door_of: Callable[[Planned], tuple[GridFact, BuildingFact, Door] | None],
) -> list[Group]:
    """All rows in their households, in file order; rows that cannot be placed get a fault and are in none.

    ``door_of`` knows the door of a row that names its person by system number, None for others.
    """
    groups: dict[tuple[Any, ...], Group] = {}
    places: dict[tuple[Any, ...], list[Group]] = {}
    doors = _Doors()
    listed = [row for row in planned if row.outcome != Outcome.LEFT_OUT]
    _lend_doors(listed)
    lost: set[tuple[Any, ...]] = set()
    for row in listed:
        try:
            grid, house, door = door_of(row) or _place(row.draft, territory, doors)
        except Unplaced as problem:
            row.wrong(columns, problem.field, problem.message)
            lost.add(_mates(row.draft))
            continue
        except ValidationError as problem:
            named = {fault.field for fault in row.faults or ()}
            for name, messages in problem.message_dict.items():
                if not named & {name, "address"}:
                    row.wrong(columns, name, messages[0])
            lost.add(_mates(row.draft))
            continue
        place = (house.pk if house else (grid.pk, door.building), door.unit, door.room)
        key = household_key(row.draft)
        found = groups.get((*place, key))
        if found is None:
            found = groups[(*place, key)] = Group(len(groups), grid, house, door, key)
            places.setdefault(place, []).append(found)
        found.rows.append(row)
    for neighbours in places.values():
        _join_unnamed(neighbours, columns)
    kept = [one for one in groups.values() if one.rows]
    for one in kept:
        one.incomplete = bool(lost) and any(_mates(row.draft) in lost for row in one.rows)
        _find_head(one)
    return kept


def _mates(draft: Draft) -> tuple[Any, ...]:
    """What rows of one household have in common in the file, whether they can be placed or not."""
    key = household_key(draft)
    return (draft.sheet, key) if key else (draft.sheet, draft.building, draft.unit, draft.room)


DOOR_FIELDS = frozenset({"building", "unit", "room", "address"})


def _lend_doors(rows: Iterable[Planned]) -> None:
    """Members listed without a door live at the door of the row of their household number, or of their head."""
    doors: dict[tuple[int, str], Draft] = {}
    waiting: list[tuple[Planned, tuple[int, str]]] = []
    for row in rows:
        draft = row.draft
        name = household_key(draft)
        if not name:
            continue
        if draft.room is not None:
            doors.setdefault((draft.sheet, name), draft)
        elif draft.building is None and draft.unit is None and not draft.masked and not draft.person_key:
            waiting.append((row, (draft.sheet, name)))
    for row, name in waiting:
        if lender := doors.get(name):
            draft = row.draft
            draft.building, draft.unit, draft.room, draft.floor = (
                lender.building,
                lender.unit,
                lender.room,
                lender.floor,
            )
            for place in ("community", "grid", "micro_grid", "compound"):
                if getattr(draft, place) is None:
                    setattr(draft, place, getattr(lender, place))
            row.faults = [one for one in row.faults or () if one.field not in DOOR_FIELDS] or None


class _Doors(dict[tuple[Any, ...], Door]):
    """Doors as the roster stores them, each read once."""

    def read(self, draft: Draft) -> Door:
        words = (draft.building or "", draft.unit or "", draft.room or "", draft.floor)
        door = self.get(words)
        if door is None:
            door = self[words] = clean_door(*words)
        return door


def _place(draft: Draft, territory: Territory, doors: _Doors) -> tuple[GridFact, BuildingFact | None, Door]:
    door = doors.read(draft)
    draft.building, draft.unit, draft.room = door.building, door.unit, door.room
    grid, house = territory.place(draft)
    return grid, house, door


def _join_unnamed(neighbours: list[Group], columns: Columns) -> None:
    """Rows without a household number belong to the one household of their door that has one; to none of several."""
    unnamed = next((one for one in neighbours if not one.named), None)
    named = [one for one in neighbours if one.named]
    if unnamed is None or not named:
        return
    if len(named) == 1:
        named[0].rows = sorted(named[0].rows + unnamed.rows, key=lambda row: (row.draft.sheet, row.draft.row))
        unnamed.rows = []
        return
    for row in unnamed.rows:
        if row.draft.person_key is None:
            message = _("Several households live at this door. Write the household number or the head of this person.")
            row.wrong(columns, "household", message)
    unnamed.rows = [row for row in unnamed.rows if row.draft.person_key is not None]


def _find_head(one: Group) -> None:
    """Who is the head although no column says so: whose name or number stands in the column of the head."""
    if any(row.draft.relation == Relation.HEAD for row in one.rows):
        return
    meant = [
        row
        for row in one.rows
        if row.draft.relation is None
        and (
            (row.draft.head_id_number and row.draft.head_id_number == row.draft.id_number)
            or (not row.draft.head_id_number and row.draft.head_name and row.draft.head_name == row.draft.name)
        )
    ]
    if len(meant) == 1:
        meant[0].draft.relation = Relation.HEAD.value
