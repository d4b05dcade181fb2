"""The building board: floors by doors, a cell a dwelling, in a constant number of queries (ux.md page 11)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.chips import Chip, Tone
from residents.roster import rules
from residents.roster.choices import DwellingUse
from residents.roster.models import Dwelling, Household

# Upper rooms may say more of a dwelling (rentals: the colour of its file): function(user, dwellings) gives a chip by
# the dwelling's key, for those dwellings and users that have one; registered from the app's panels.
dwelling_marks: list[Callable[[Any, list[Dwelling]], dict[int, Chip]]] = []

_STATES = {
    DwellingUse.OWN: (Tone.GREEN, "house"),
    DwellingUse.LET: (Tone.BLUE, "key-round"),
    DwellingUse.COLLECTIVE: (Tone.PURPLE, "bed-double"),
}


@dataclass
class Cell:
    """One door: what stands on it, its head as the reader may see him, how many live there, and where it leads."""

    door: str
    state: Chip
    url: str
    head: str = ""
    persons: int = 0
    homes: int = 0
    marks: list[Chip] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return self.state.tone.value


@dataclass
class Floor:
    label: str
    cells: list[Cell]


@dataclass
class Stairs:
    """One unit of the building, its highest floor first."""

    name: str
    floors: list[Floor]

    @property
    def widest(self) -> int:
        return max((len(floor.cells) for floor in self.floors), default=0)


def board_of(building: Any, user: Any) -> list[Stairs]:
    """The units of ``building`` with the dwellings that ``user`` may see. Three queries, and one for each mark."""
    dwellings = list(
        Dwelling.objects.restrict(user, Permission.VIEW_ROSTER)
        .filter(unit__building=building)
        .select_related("grid", "unit__building")
        .order_by("unit__order", "unit__name", "sort_key", "pk")
    )
    homes: dict[int, list[Household]] = {}
    present = Household.objects.active().filter(dwelling__in=[one.pk for one in dwellings])
    for household in present.with_head().with_size().order_by("pk"):
        homes.setdefault(household.dwelling_id, []).append(household)
    marks = [mark(user, dwellings) for mark in dwelling_marks]
    stairs: dict[int, dict[int | None, list[Cell]]] = {}
    names = {}
    for dwelling in dwellings:
        names[dwelling.unit_id] = dwelling.unit.name
        cell = _cell(dwelling, homes.get(dwelling.pk, []), user)
        cell.marks = [found[dwelling.pk] for found in marks if dwelling.pk in found]
        stairs.setdefault(dwelling.unit_id, {}).setdefault(dwelling.floor, []).append(cell)
    return [
        Stairs(names[unit], [Floor(_label(floor), floors[floor]) for floor in _from_the_top(floors)])
        for unit, floors in stairs.items()
    ]


def _from_the_top(floors: Iterable[int | None]) -> list[int | None]:
    return sorted(floors, key=lambda floor: -1000 if floor is None else floor, reverse=True)


def _label(floor: int | None) -> str:
    return "—" if floor is None else _("Floor %(number)s") % {"number": floor}


def _cell(dwelling: Dwelling, homes: list[Household], user: Any) -> Cell:
    door = rules.shown_room(user, dwelling.grid, dwelling.room)
    if not homes:
        query = urlencode(
            {
                "grid": dwelling.grid.code,
                "building": dwelling.unit.building.name,
                "unit": dwelling.unit.name,
                "room": dwelling.room,
            }
        )
        may_add = rules.may_edit_roster(user, dwelling.grid)
        url = f"{reverse('residents:household-create')}?{query}" if may_add else ""
        return Cell(door, Chip(_("Vacant"), Tone.GREY, "circle-dashed"), url)
    tone, glyph = _STATES.get(DwellingUse(dwelling.use), _STATES[DwellingUse.OWN])
    words = {DwellingUse.LET: _("Let"), DwellingUse.COLLECTIVE: _("Dormitory")}
    return Cell(
        door,
        Chip(words.get(DwellingUse(dwelling.use), _("Lived in")), tone, glyph),
        reverse("residents:household-detail", args=[homes[0].pk]),
        head=rules.shown_name(user, dwelling.grid, homes[0].head_name),
        persons=sum(home.size or 0 for home in homes),
        homes=len(homes),
    )


def totals(stairs: list[Stairs]) -> list[tuple[Chip, int]]:
    """How many cells stand in each state, for the legend."""
    numbers: dict[str, tuple[Chip, int]] = {}
    for unit in stairs:
        for floor in unit.floors:
            for cell in floor.cells:
                known = numbers.get(str(cell.state), (cell.state, 0))
                numbers[str(cell.state)] = (cell.state, known[1] + 1)
    return list(numbers.values())
