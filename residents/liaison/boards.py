"""The doors of one grid with their ticks: what a liaison needs, and nothing more (names and doors only)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from grids.common.clock import today
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.liaison.models import DoorNotice
from residents.liaison.querysets import doors_of, with_tick
from residents.roster.rules import shown_name, shown_room
from residents.visits.choices import TriggerSource
from residents.visits.models import VisitTask


@dataclass(frozen=True)
class DoorCell:
    """One door of the board; ``tick_url`` is empty while no notice is under way."""

    pk: int
    room: str
    head: str
    is_reached: bool
    tick_url: str
    help_url: str
    help_asked: bool


@dataclass(frozen=True)
class Board:
    """The doors of one grid by staircase, and the notice that is carried to them."""

    grid: Any
    stairs: list[tuple[str, list[DoorCell]]]
    notice: DoorNotice | None
    notices: list[DoorNotice]
    doors: int
    reached: int

    @property
    def is_done(self) -> bool:
        return self.doors > 0 and self.reached == self.doors


def grids_of(user: Any) -> list[Any]:
    """The grids with doors that the account goes to, in order, each with `doors`: how many. Two queries."""
    rows = doors_of(user).order_by().values("scope_grid").annotate(doors=Count("pk"))
    doors = dict(rows.values_list("scope_grid", "doors"))
    return with_numbers(doors, "doors")


def with_numbers(numbers: dict[int, Any], name: str) -> list[Any]:
    """The grids whose keys ``numbers`` has, in the order of their codes; each carries its number as ``name``."""
    grids = list(Grid.objects.filter(pk__in=numbers).order_by("code"))
    for grid in grids:
        setattr(grid, name, numbers[grid.pk])
    return grids


def by_grid(microgrids: list[Any]) -> list[Any]:
    """The grids above ``microgrids``, each with the sum of their `reach`. One query."""
    sums: dict[int, tuple[int, int]] = {}
    for one in microgrids:
        key = one.parent_id if one.level == Level.MICROGRID else one.pk
        doors, reached = sums.get(key, (0, 0))
        sums[key] = (doors + one.reach[0], reached + one.reach[1])
    return with_numbers(sums, "reach")


def running_notices(code: str) -> list[DoorNotice]:
    """Notices under way for the doors of the grid with ``code``, the newest first."""
    return list(DoorNotice.objects.running(on=today()).reaching(code).select_related("grid", "made_by"))


def board_of(user: Any, grid: Any, *, notice: DoorNotice | None, notices: list[DoorNotice]) -> Board:
    """The board of ``grid``; two queries. Only households in the user's reach stand on it."""
    households = doors_of(user).filter(scope_grid=grid).with_place().with_head().in_reading_order()
    if notice is not None:
        households = with_tick(households, notice)
    asked = Q(raised_by=user.pk, source=TriggerSource.LIAISON, household__dwelling__grid=grid)
    helped = set(VisitTask.objects.open().filter(asked).order_by().values_list("household", flat=True))
    homes = list(households)
    cells = [(home, _cell(user, home, notice, helped)) for home in homes]
    return Board(
        grid=grid,
        stairs=_by_stairs(cells),
        notice=notice,
        notices=notices,
        doors=len(cells),
        reached=sum(cell.is_reached for _home, cell in cells),
    )


def _by_stairs(cells: Iterable[tuple[Any, DoorCell]]) -> list[tuple[str, list[DoorCell]]]:
    def stairs(pair: tuple[Any, DoorCell]) -> str:
        unit = pair[0].dwelling.unit
        return f"{unit.building.name}{unit.name}"

    return [(words, [cell for _home, cell in pairs]) for words, pairs in groupby(cells, key=stairs)]


def _cell(user: Any, home: Any, notice: DoorNotice | None, helped: set[int]) -> DoorCell:
    grid = home.dwelling.grid
    is_reached = bool(getattr(home, "is_reached", False))
    act = "door-untick" if is_reached else "door-tick"
    return DoorCell(
        pk=home.pk,
        room=shown_room(user, grid, home.dwelling.room),
        head=shown_name(user, grid, home.head_name),
        is_reached=is_reached,
        tick_url=reverse(f"residents:{act}", args=[home.pk, notice.pk]) if notice else "",
        help_url=reverse("residents:door-help", args=[home.pk]),
        help_asked=home.pk in helped,
    )
