"""Every write to the grid tree: create, rename, move, close. Split and merge will stand here too.

Each act holds the lock of its district's tree, reads the grids anew under it, checks, writes, and leaves a step in the
grid's history (GridChange), its codes (GridCode) and an entry in the trail, all in one transaction (architecture.md 3).
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from grids.access.querysets import forget_scopes
from grids.common.clock import now, today
from grids.common.codes import after
from grids.common.decisions import Allowed, Decision, Denied, all_of
from grids.common.errors import Conflict
from grids.common.locks import lock
from grids.common.models import advance
from grids.trail.services import changes_between, record
from grids.tree import rules
from grids.tree.choices import ChangeKind, GridStatus, Kind, Level
from grids.tree.models import Grid, GridChange, GridCode

ROOTS = "tree:roots"

# Upper rooms add what must be empty before a grid closes: function(grid) -> Decision, asked under the tree's lock.
_closing_guards: list[Callable[[Grid], Decision]] = []


def register_closing_guard(guard: Callable[[Grid], Decision]) -> Callable[[Grid], Decision]:
    """Let ``guard(grid)`` have a say before any grid is closed; usable as a decorator, registering twice is once."""
    if guard not in _closing_guards:
        _closing_guards.append(guard)
    return guard


# The same before a grid is moved: function(grid, new_parent) -> Decision.
_moving_guards: list[Callable[[Grid, Grid], Decision]] = []


def register_moving_guard(guard: Callable[[Grid, Grid], Decision]) -> Callable[[Grid, Grid], Decision]:
    """Let ``guard(grid, new_parent)`` have a say before any grid is moved; used like ``register_closing_guard``."""
    if guard not in _moving_guards:
        _moving_guards.append(guard)
    return guard


# What upper rooms do once a grid hangs elsewhere, in the same transaction: function(grid, actor=...).
grid_moved: list[Callable[..., None]] = []


def closing_obstacles(grid: Grid) -> list[Denied]:
    """Everything that must be settled before ``grid`` can be closed."""
    decisions = [guard(grid) for guard in _closing_guards]
    return [decision for decision in decisions if isinstance(decision, Denied)]


@register_closing_guard
def has_no_living_children(grid: Grid) -> Decision:
    count = grid.get_children().living().count()
    if count:
        return Denied(_("Grids below that are still in use: %(count)s. Move or close them first.") % {"count": count})
    return Allowed()


def may_close_now(user: Any, grid: Grid) -> Decision:
    """Whether ``user`` may close ``grid`` at this moment, with the first obstacle as the reason."""
    return all_of(rules.may_close(user, grid), *closing_obstacles(grid)[:1])


# ------------------------------------------------------------------ locks
def lock_tree(*grids: Grid) -> list[Grid]:
    """Hold the locks of the trees in which ``grids`` stand, and return the grids as they are under them, in order.

    Raises ``Conflict`` when one of them went to another tree while we waited.
    """
    keys = {grid.pk for grid in grids}
    trees = dict(Grid.objects.filter(pk__in=keys).order_by().values_list("pk", "tree_id"))
    lock(*(tree_lock(tree_id) for tree_id in trees.values()))
    fresh = Grid.objects.in_bulk(keys)
    for grid in fresh.values():
        if grid.tree_id != trees[grid.pk]:
            raise Conflict(_("%(name)s was moved in the meantime; open it again.") % {"name": grid.name})
    return [fresh[grid.pk] for grid in grids]


def tree_lock(tree_id: int) -> str:
    return f"tree:{tree_id}"


def _decide(actor: Any, decide: Callable[[], Decision]) -> None:
    """Ask the rule under the lock, with the actor's grants as they are now."""
    if actor is not None:
        forget_scopes(actor)
    decide().or_raise()


# ------------------------------------------------------------------ create
@transaction.atomic
def create_grid(
    parent: Grid | None,
    *,
    actor: Any,
    name_zh: str,
    name_en: str = "",
    level: Level | None = None,
    kind: Kind = Kind.COMPREHENSIVE,
    exclusive_type: str = "",
    code: str | None = None,
    reason: str = "",
    boundary_note: str = "",
    is_demo_code: bool = False,
    on: date | None = None,
) -> Grid:
    """Create a grid on the level below ``parent`` (None: a district) and issue its code.

    ``level`` may be given to be checked; ``code`` is the next free one when left out (a district must have one).
    ``actor`` None is the system. Raises ``Refused``, ``Conflict``, or ``ValidationError`` by field.
    """
    if parent is None:
        lock(ROOTS)
        _decide(actor, lambda: rules.may_create_district(actor))
        target = Level.DISTRICT
    else:
        (parent,) = lock_tree(parent)
        _decide(actor, lambda: rules.may_create_under(actor, parent))
        target = Level(parent.level + 1)
    if level is not None and level != target:
        raise ValidationError({"level": _("Here comes the level “%(level)s”.") % {"level": target.label}})
    kind, exclusive_type = rules.kind_under(parent, target, Kind(kind), exclusive_type)
    faults = {
        "name_zh": rules.name_fault(name_zh.strip(), _names_under(parent)),
        "kind": rules.kind_fault(target, kind, exclusive_type),
    }
    if code is None:
        code = _next_code(parent, target, kind)
    elif fault := rules.code_fault(code, target, kind, parent.code if parent else None) or _issued_fault(code):
        faults["code"] = fault
    _raise_faults(faults)
    day = on or today()
    grid = Grid(
        parent=parent,
        level=target,
        kind=kind,
        exclusive_type=exclusive_type,
        code=code,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        boundary_note=boundary_note,
        is_demo_code=is_demo_code,
        valid_from=day,
    )
    grid.insert_at(parent, position="last-child", save=True)
    GridCode.objects.create(code=code, grid=grid, issued_on=day)
    after_state = {"code": code, "name_zh": grid.name_zh, "parent": parent.code if parent else ""}
    GridChange.objects.create(grid=grid, kind=ChangeKind.CREATE, actor=actor, after=after_state, reason=reason)
    changes = {"code": ["", code], "name_zh": ["", grid.name_zh], "parent": ["", parent.code if parent else ""]}
    record("grid.create", grid, actor=actor, grid=grid, changes=changes, reason=reason)
    return grid


def _names_under(parent: Grid | None, *, but: Grid | None = None) -> list[str]:
    sisters = Grid.objects.living().filter(parent=parent)
    if but is not None:
        sisters = sisters.exclude(pk=but.pk)
    return list(sisters.order_by().values_list("name_zh", flat=True))


def _issued_under(parent: Grid) -> set[str]:
    """Every code ever issued directly or indirectly under the parent; the rules look only at the direct ones."""
    prefix, digits = parent.prefix, Level(parent.level + 1).digits
    issued = GridCode.objects.filter(code__gt=prefix, code__lt=after(prefix)).order_by()
    codes = issued.annotate(own=Substr("code", 1, digits)).values_list("own", flat=True).distinct()
    return {rules.full_code(own) for own in codes}


def _next_code(parent: Grid | None, level: Level, kind: Kind) -> str:
    if parent is None:
        raise ValidationError({"code": _("A district needs its division code of 12 digits.")})
    code = rules.next_code(parent.code, level, kind, _issued_under(parent))
    if code is None:
        raise ValidationError({"code": _("All codes under %(name)s are used up.") % {"name": parent.name}})
    return code


def _issued_fault(code: str) -> str:
    issued = GridCode.objects.filter(code=code).first()
    if issued is None:
        return ""
    if issued.retired_on:
        return _("The code %(code)s was retired on %(day)s and is never issued again.") % {
            "code": code,
            "day": issued.retired_on,
        }
    return _("The code %(code)s is in use.") % {"code": code}


def _raise_faults(faults: dict[str, str]) -> None:
    found = {name: fault for name, fault in faults.items() if fault}
    if found:
        raise ValidationError(found)


# ------------------------------------------------------------------ rename
@transaction.atomic
def rename_grid(
    grid: Grid, *, actor: Any, version: int, name_zh: str, name_en: str = "", boundary_note: str | None = None
) -> Grid:
    """Give ``grid`` another name, and its boundary other words when ``boundary_note`` is given; the code stays.

    Raises ``StaleVersion`` when somebody changed it since ``version``, ``Refused``, or ``ValidationError`` by field.
    """
    (grid,) = lock_tree(grid)
    _decide(actor, lambda: rules.may_rename(actor, grid))
    values = {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
    if boundary_note is not None:
        values["boundary_note"] = boundary_note.strip()
    before = {name: getattr(grid, name) for name in values}
    advance(grid, expected=version, reason=_stale(grid))
    _raise_faults({"name_zh": rules.name_fault(values["name_zh"], _names_under(grid.parent, but=grid))})
    changes = changes_between(before, values, Grid)
    if changes:
        Grid.objects.filter(pk=grid.pk).update(**values)
        grid.refresh_from_db()
        old, new = ({name: pair[side] for name, pair in changes.items()} for side in (0, 1))
        GridChange.objects.create(grid=grid, kind=ChangeKind.RENAME, actor=actor, before=old, after=new)
        record("grid.rename", grid, actor=actor, grid=grid, changes=changes)
    return grid


def _stale(grid: Grid) -> str:
    return _("%(name)s was changed by somebody else in the meantime. Open it again and look at the change first.") % {
        "name": grid.name
    }


# ------------------------------------------------------------------ move
@transaction.atomic
def move_grid(grid: Grid, new_parent: Grid, *, actor: Any, version: int, reason: str) -> Grid:
    """Hang ``grid`` with all below it under ``new_parent``; codes follow, and with them what everybody may see.

    A code begins with its parent's digits, so the old codes of the whole subtree are retired and new ones issued
    (docs/decisions/0004-moving-recodes.md). Raises ``StaleVersion``, ``Refused``, or ``ValidationError``.
    """
    grid, new_parent = lock_tree(grid, new_parent)
    _decide(actor, lambda: rules.may_move(actor, grid) and rules.may_move_under(actor, grid, new_parent))
    for guard in _moving_guards:
        guard(grid, new_parent).or_raise()
    advance(grid, expected=version, reason=_stale(grid))
    level = Level(grid.level)
    kind, exclusive_type = rules.kind_under(new_parent, level, Kind(grid.kind), grid.exclusive_type)
    new_code = rules.moved_code(grid.code, new_parent.code, level, kind, _issued_under(new_parent))
    _raise_faults(
        {
            "reason": "" if reason.strip() else _("Say why the grid is moved."),
            "new_parent": rules.name_fault(grid.name_zh, _names_under(new_parent)),
        }
    )
    if new_code is None:
        raise ValidationError({"new_parent": _("All codes under %(name)s are used up.") % {"name": new_parent.name}})
    old_parent, old_code = grid.parent, grid.code
    grid.kind, grid.exclusive_type = kind, exclusive_type
    grid.move_to(new_parent, "last-child")
    below = _recode(grid, old_code, new_code, old_parent, new_parent, actor=actor, reason=reason)
    grid.refresh_from_db()
    changes = {"parent": [old_parent.code, new_parent.code], "code": [old_code, new_code], "below": [0, below]}
    record("grid.move", grid, actor=actor, grid=grid, changes=changes, reason=reason)
    for hook in grid_moved:
        hook(grid, actor=actor)
    if actor is not None:
        forget_scopes(actor)
    return grid


def _recode(
    grid: Grid, old_code: str, new_code: str, old_parent: Grid, new_parent: Grid, *, actor: Any, reason: str
) -> int:
    """Exchange the beginning of every code in the subtree, with history; returns how many grids lie below."""
    old, new, day = rules.significant(old_code), rules.significant(new_code), today()
    ours = {"code__gte": old, "code__lt": after(old)}
    GridCode.objects.filter(**ours, retired_on__isnull=True).update(retired_on=day)
    moved = list(Grid.objects.filter(**ours).order_by().values_list("pk", "code", "status"))
    Grid.objects.filter(**ours).update(code=Concat(Value(new), Substr("code", len(old) + 1)))
    # The codes below changed: a form opened before the move is stale.
    Grid.objects.filter(code__gte=new, code__lt=after(new)).exclude(pk=grid.pk).update(
        version=F("version") + 1, changed_at=now()
    )
    living = set(GridStatus.living())
    GridCode.objects.bulk_create(
        [
            GridCode(
                code=new + code[len(old) :], grid_id=pk, issued_on=day, retired_on=None if status in living else day
            )
            for pk, code, status in moved
        ],
        batch_size=1000,
    )
    place = {"parent": (old_parent.code, new_parent.code), "parent_name": (old_parent.name_zh, new_parent.name_zh)}
    before, after_state = ({name: pair[side] for name, pair in place.items()} for side in (0, 1))
    GridChange.objects.bulk_create(
        [
            GridChange(
                grid_id=pk,
                kind=ChangeKind.MOVE,
                actor=actor,
                before={"code": code, **(before if pk == grid.pk else {})},
                after={"code": new + code[len(old) :], **(after_state if pk == grid.pk else {})},
                reason=reason,
            )
            for pk, code, _status in moved
        ],
        batch_size=1000,
    )
    return len(moved) - 1


# ------------------------------------------------------------------ close
@transaction.atomic
def close_grid(grid: Grid, *, actor: Any, version: int, reason: str, on: date | None = None) -> Grid:
    """Close ``grid`` for good: its code is retired and never issued again, its history stays.

    Refused while anything living hangs on it (``closing_obstacles``). Raises ``StaleVersion``, ``Refused``, or
    ``ValidationError`` by field.
    """
    (grid,) = lock_tree(grid)
    _decide(actor, lambda: all_of(rules.may_close(actor, grid), *closing_obstacles(grid)))
    day = on or today()
    _raise_faults(
        {
            "reason": "" if reason.strip() else _("Say why the grid is closed."),
            "on": ""
            if grid.valid_from <= day <= today()
            else _("The day must lie between %(first)s and today.") % {"first": grid.valid_from},
        }
    )
    before = grid.status
    advance(grid, expected=version, reason=_stale(grid), status=GridStatus.CLOSED, valid_to=day)
    GridCode.objects.filter(grid=grid, retired_on__isnull=True).update(retired_on=day)
    after_state = {"status": GridStatus.CLOSED.value, "valid_to": day.isoformat()}
    GridChange.objects.create(
        grid=grid, kind=ChangeKind.CLOSE, actor=actor, before={"status": before}, after=after_state, reason=reason
    )
    changes = {"status": [before, GridStatus.CLOSED.value], "valid_to": [None, day.isoformat()]}
    record("grid.close", grid, actor=actor, grid=grid, changes=changes, reason=reason)
    return grid
