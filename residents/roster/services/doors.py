"""Dwellings come into being where the first household at a door is entered."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.places.services import find_or_add_unit
from grids.trail.services import record
from residents.roster.choices import DwellingUse
from residents.roster.models import Dwelling
from residents.roster.rules import check_use, clean_door, may_edit_roster, may_hold_dwellings, shown_door
from residents.roster.services.uses import put_to_use


def dwelling_at(
    grid: Any, building: str, unit: str, room: str, *, actor: Any, floor: int | None = None, use: str = DwellingUse.OWN
) -> Dwelling:
    """The dwelling behind a door, made with its building and unit when it is new. Call inside a transaction."""
    door = clean_door(building, unit, room, floor)
    use = check_use(use)
    if not grid.is_living:
        raise ValidationError({"grid": _("This grid is closed. Choose one that is in use.")})
    if not (may := may_hold_dwellings(grid)):
        raise ValidationError({"grid": may.reason})
    stairs = find_or_add_unit(grid, door.building, door.unit, actor=actor)
    place = grid if stairs.building.grid_id == grid.parent_id else stairs.building.grid
    dwelling, made = Dwelling.objects.select_related("grid", "unit__building").get_or_create(
        unit=stairs,
        room=door.room,
        defaults={"grid": place, "floor": door.floor, "use": use, "sort_key": door.sort_key},
    )
    if dwelling.use == DwellingUse.VACANT:
        put_to_use(dwelling, use, actor=actor)
    if made:
        record("dwelling.add", dwelling, actor=actor, grid=dwelling.grid, changes={"door": ["", dwelling.door]})
    # A door that exists may lie in another micro-grid than the one that was chosen.
    may_edit_roster(actor, dwelling.grid).or_raise()
    return dwelling


def refuse_taken_door(dwelling: Dwelling, actor: Any) -> None:
    here = dwelling.households.active().first()
    if here is not None:
        message = _("A household is already registered at %(door)s. Open it, or say that this is a second one.")
        params = {"door": shown_door(actor, dwelling), "household": here.pk}
        raise ValidationError({"room": ValidationError(message, code="door_taken", params=params)})
