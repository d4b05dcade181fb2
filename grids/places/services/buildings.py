"""Buildings and units come into being where the first door in them is entered."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.codes import covers
from grids.common.locks import lock
from grids.places.models import Building, Compound, Unit
from grids.places.rules import first_number, tidy
from grids.places.services import rows
from grids.trail.services import record


def standing_building(grid: Any, namesakes: Iterable[Building]) -> Building | None:
    """The one of ``namesakes`` (with their grids) that a door in ``grid`` is in: of the grid, below it, of its parent.

    Raises ``ValidationError`` when several micro-grids of the grid have it, for then the grid says too little.
    """
    by_grid = {building.grid_id: building for building in namesakes}
    if grid.pk in by_grid:
        return by_grid[grid.pk]
    below = [building for building in by_grid.values() if covers(grid.code, building.grid.code)]
    if len(below) > 1:
        message = _("Several micro-grids here have a building %(name)s. Choose the micro-grid.")
        raise ValidationError({"grid": message % {"name": below[0].name}})
    return below[0] if below else by_grid.get(grid.parent_id)


def lock_doors(*codes: str) -> None:
    """Let one hand at a time make buildings, units and doors in a grid and its micro-grids (the first 15 digits)."""
    lock(*(f"doors:{code[:15]}" for code in codes))


@transaction.atomic
def find_or_add_unit(grid: Any, building: str, unit: str, *, actor: Any) -> Unit:
    """The stairwell ``unit`` of ``building`` for a door in ``grid``, made together with the building if need be."""
    lock_doors(grid.code)
    name = tidy(building)
    around = Building.objects.under(grid) | Building.objects.filter(grid=grid.parent_id)
    house = standing_building(grid, around.filter(name=name).select_related("grid"))
    if house is None:
        house = Building.objects.create(grid=grid, name=name, order=first_number(name))
        record("building.add", house, actor=actor, grid=grid, changes={"name": ["", house.name]})
    stairs, _made = Unit.objects.get_or_create(building=house, name=tidy(unit), defaults={"order": first_number(unit)})
    return stairs


@transaction.atomic
def change_building(building: Building, *, actor: Any, version: int, **values: Any) -> Building:
    """Address, floors and compound (None: none). The name stays: the order of its doors is made from it."""
    given = "compound" in values
    compound = values.pop("compound", None)

    def in_compound(columns: dict[str, Any], fresh: Building) -> None:
        if given:
            columns["compound"] = _compound_near(compound, fresh)

    return rows.change(building, actor=actor, version=version, values=values, also=in_compound)


def _compound_near(compound: Compound | None, building: Building) -> Compound | None:
    """The compound as a building may belong to it: open (unless it belongs there already), of the same community."""
    if compound is None:
        return None
    fresh = rows.reread(compound)
    if fresh.grid.code[:12] != building.grid.code[:12]:
        raise ValidationError({"compound": _("This compound lies in another community.")})
    if not fresh.is_open and fresh.pk != building.compound_id:
        raise ValidationError({"compound": _("This compound is closed. Choose another one.")})
    return fresh
