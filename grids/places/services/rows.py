"""What every thing that stands in a grid has in common: it comes, changes, moves to another grid, and closes."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.decisions import all_of
from grids.common.locks import lock
from grids.common.models import advance
from grids.places import checks
from grids.places.models import ClosingThing, Thing
from grids.trail.services import changes_between, record

T = TypeVar("T", bound=Thing)
Also = Callable[[dict[str, Any], Any], None]


def changed_meanwhile() -> str:
    return _("Somebody else changed this record meanwhile. Please compare and save again.")


def kind_of(model: type[Thing]) -> str:
    return str(model._meta.model_name)


def cleaned(model: type[Thing], values: dict[str, Any]) -> dict[str, Any]:
    longest = {field.name: getattr(field, "max_length", None) for field in model._meta.concrete_fields}
    return checks.clean_thing(kind_of(model), values, longest)


def refuse_fault(field: str, fault: str) -> None:
    if fault:
        raise ValidationError({field: fault})


def add(model: type[T], grid: Any, *, actor: Any, values: dict[str, Any], also: Also | None = None) -> T:
    """A new thing in ``grid``. ``also(columns, grid)`` adds columns and checks what the database must know."""
    checks.may_keep(actor, grid).or_raise()
    refuse_fault("grid", checks.grid_fault(kind_of(model), grid))
    columns = cleaned(model, values)
    if also:
        also(columns, grid)
    thing = model._base_manager.create(grid=grid, **columns)
    record(f"{kind_of(model)}.add", thing, actor=actor, grid=grid, changes=changes_between({}, shown(columns), model))
    return thing


def change(thing: T, *, actor: Any, version: int, values: dict[str, Any], also: Also | None = None) -> T:
    """Write the columns in ``values``; those that are left out stay. Nothing changed, nothing written."""
    fresh = reread(thing)
    checks.may_change(actor, fresh).or_raise()
    model = type(thing)
    columns = cleaned(model, values)
    if also:
        also(columns, fresh)
    before = {name: getattr(fresh, name) for name in columns}
    changes = changes_between(shown(before), shown(columns), model)
    advance(fresh, expected=version, reason=changed_meanwhile(), **columns)
    if changes:
        record(f"{kind_of(model)}.change", fresh, actor=actor, grid=fresh.grid, changes=changes)
    return fresh


def move(thing: T, grid: Any, *, actor: Any, version: int, reason: str = "") -> T:
    """To another grid: the actor keeps places at both ends."""
    fresh = reread(thing)
    all_of(checks.may_change(actor, fresh), checks.may_keep(actor, grid)).or_raise()
    model = type(thing)
    refuse_fault("grid", checks.grid_fault(kind_of(model), grid))
    if grid.pk == fresh.grid_id:
        raise ValidationError({"grid": _("It stands in this grid already. Choose another one.")})
    left = fresh.grid
    advance(fresh, expected=version, reason=changed_meanwhile(), grid=grid)
    changes = {"grid": [left.code, grid.code]}
    record(f"{kind_of(model)}.move", fresh, actor=actor, grid=grid, changes=changes, reason=reason)
    return fresh


def close(thing: Any, *, actor: Any, version: int, on: date | None = None, reason: str) -> Any:
    """For good, from ``on`` (today) on; what it was and where it stood is kept."""
    fresh: ClosingThing = reread(thing)
    checks.may_change(actor, fresh).or_raise()
    day = on or today()
    refuse_fault("on", checks.closing_fault(day, day=today()))
    refuse_fault("reason", "" if reason.strip() else _("Say why it is closed."))
    advance(fresh, expected=version, reason=changed_meanwhile(), closed_on=day)
    changes = {"closed_on": [None, day]}
    record(f"{kind_of(type(fresh))}.close", fresh, actor=actor, grid=fresh.grid, changes=changes, reason=reason.strip())
    return fresh


def reread(thing: T) -> T:
    """The thing as it is now, with its grid, locked until the transaction ends."""
    rows = type(thing)._base_manager.select_for_update(of=("self",)).select_related("grid")
    return rows.get(pk=thing.pk)


def shown(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns that the trail speaks of: not those that follow from others."""
    return {name: value for name, value in columns.items() if not name.endswith("_key")}


def require_free(model: type[ClosingThing], field: str, value: str, *, besides: Any = None, message: str) -> None:
    """One at a time writes a value that may stand once among open things. Raises ``ValidationError`` if it is taken."""
    if not value:
        return
    lock(f"{kind_of(model)}:{value}")
    rows: Any = model._base_manager
    others = rows.filter(closed_on__isnull=True, **{field: value}).exclude(pk=besides.pk if besides else 0)
    if others.exists():
        raise ValidationError({field: message})
