"""Writing a plan of divisions into the forest: in bulk, in one transaction, and the same file again changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.codes import significant
from grids.common.locks import lock
from grids.trail.services import record
from grids.tree.choices import ChangeKind, Level
from grids.tree.divisions import Division, DivisionFault, Plan
from grids.tree.models import Grid, GridChange, GridCode
from grids.tree.rules import numbering
from grids.tree.services import ROOTS, tree_lock

BATCH = 1000
UPDATE_BATCH = 500
Progress = Callable[[int], object]


@dataclass
class Outcome:
    """How many divisions the import created, renamed, gave another urban-rural class, left alone, or left out."""

    created: int = 0
    renamed: int = 0
    reclassified: int = 0
    unchanged: int = 0
    dummies: int = 0
    flattened: int = 0


@dataclass
class _Stock:
    """What stands already: grids by code, and codes that are retired."""

    grids: dict[str, Grid] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)


def _ignore(done: int) -> None:
    """Progress that nobody looks at."""


@transaction.atomic
def import_divisions(plan: Plan, *, actor: Any, source: str, progress: Progress = _ignore) -> Outcome:
    """Bring the forest to what ``plan`` says; grids that the plan does not name stay as they are.

    ``source`` (the file's name) goes into history and trail; ``progress(n)`` is called as n more divisions are done.
    Raises ``DivisionFault`` naming the line for a retired code, or a name that another grid there has: nothing is
    written then.
    """
    lock(ROOTS)
    stock = _stock(plan)
    lock(*(tree_lock(grid.tree_id) for grid in stock.grids.values() if grid.level == Level.DISTRICT))
    stock = _stock(plan)
    _check_codes(plan, stock)
    _check_names(plan, stock)
    outcome = Outcome(dummies=plan.dummies, flattened=plan.flattened)
    _change_standing(plan, stock, outcome, actor=actor, source=source)
    progress(outcome.renamed + outcome.reclassified + outcome.unchanged)
    new = [division for division in plan.divisions if division.code not in stock.grids]
    _create(new, stock, progress)
    outcome.created = len(new)
    _write_history(new, stock, actor=actor, source=source)
    if outcome.created or outcome.renamed or outcome.reclassified:
        counts = {name: [0, getattr(outcome, name)] for name in ("created", "renamed", "reclassified", "dummies")}
        record("grid.import", Grid(), actor=actor, changes=counts, reason=source)
    return outcome


def _stock(plan: Plan) -> _Stock:
    roots = sorted({division.code[:6] for division in plan.divisions})
    stock = _Stock()
    for root in roots:
        for grid in Grid.objects.filter(code__startswith=root, level__lte=Level.COMMUNITY).order_by():
            stock.grids[grid.code] = grid
        retired = GridCode.objects.filter(code__startswith=root, retired_on__isnull=False).order_by()
        stock.retired.update(retired.values_list("code", flat=True))
    return stock


def _check_codes(plan: Plan, stock: _Stock) -> None:
    for division in plan.divisions:
        if division.code in stock.retired:
            raise DivisionFault(
                _("the code %(code)s of %(name)s was retired here and is never issued again. Take the line out.")
                % {"code": division.code, "name": division.name},
                division.line,
            )


def _check_names(plan: Plan, stock: _Stock) -> None:
    """Names as they will be: two living sisters may not have the same one, whether they stand in the file or not."""
    planned = {division.code: division for division in plan.divisions}
    names: dict[tuple[str, str], str] = {}
    for grid in _sisters(plan, stock):
        if grid.code not in planned:
            names[(_parent_code(grid.code, Level(grid.level)), grid.name_zh)] = grid.code
    for division in plan.divisions:
        other = names.get((division.parent_code, division.name))
        if other is not None:
            raise DivisionFault(
                _("%(name)s stands here already under the code %(code)s, which is not in the file.")
                % {"name": division.name, "code": other},
                division.line,
            )


def _sisters(plan: Plan, stock: _Stock) -> Iterable[Grid]:
    """Living grids that could share a parent with a division of the plan: all districts, and what stands in ours."""
    yield from Grid.objects.living().at_level(Level.DISTRICT)
    yield from (grid for grid in stock.grids.values() if grid.is_living and grid.level > Level.DISTRICT)


def _parent_code(code: str, level: Level) -> str:
    return "" if level == Level.DISTRICT else significant(code)[: Level(level - 1).digits].ljust(12, "0")


def _change_standing(plan: Plan, stock: _Stock, outcome: Outcome, *, actor: Any, source: str) -> None:
    """Give standing divisions the file's name and class, with a step in their history."""
    changed: list[Grid] = []
    history: list[GridChange] = []
    for division in plan.divisions:
        grid = stock.grids.get(division.code)
        if grid is None:
            continue
        before, after = {}, {}
        if grid.name_zh != division.name:
            before["name_zh"], after["name_zh"] = grid.name_zh, division.name
        if division.urban_rural and grid.urban_rural != division.urban_rural:
            before["urban_rural"], after["urban_rural"] = grid.urban_rural, division.urban_rural
        if not after:
            outcome.unchanged += 1
            continue
        renamed = "name_zh" in after
        outcome.renamed += renamed
        outcome.reclassified += not renamed
        kind = ChangeKind.RENAME if renamed else ChangeKind.IMPORT
        history.append(GridChange(grid=grid, kind=kind, actor=actor, before=before, after=after, reason=source))
        for name, value in after.items():
            setattr(grid, name, value)
        changed.append(grid)
    if not changed:
        return
    keys = [grid.pk for grid in changed]
    # Two sisters may exchange their names: all old names go first, so that no two are ever the same.
    renamed_keys = [change.grid_id for change in history if "name_zh" in change.after]
    for start in range(0, len(renamed_keys), UPDATE_BATCH):
        Grid.objects.filter(pk__in=renamed_keys[start : start + UPDATE_BATCH]).update(name_zh=F("code"))
    Grid.objects.bulk_update(changed, ["name_zh", "urban_rural"], batch_size=UPDATE_BATCH)
    for start in range(0, len(keys), UPDATE_BATCH):
        Grid.objects.filter(pk__in=keys[start : start + UPDATE_BATCH]).update(
            version=F("version") + 1, changed_at=now()
        )
    GridChange.objects.bulk_create(history, batch_size=BATCH)


def _numbers(new: list[Division], stock: _Stock) -> dict[str, tuple[int, int, int]]:
    """Tree numbers by code for every tree that gets something new, in the order of the codes.

    Standing grids of these trees that have to make room are written here; new ones take their numbers along.
    """
    numbers: dict[str, tuple[int, int, int]] = {}
    wrong: list[Grid] = []
    for root in sorted({division.code[:6] for division in new}):
        root_code = root.ljust(12, "0")
        parents = {division.code: division.parent_code for division in new if division.code[:6] == root}
        standing: dict[str, Grid] = {}
        if root_code in stock.grids:
            tree = Grid.objects.filter(tree_id=stock.grids[root_code].tree_id).order_by()
            standing = {grid.code: grid for grid in tree}
            codes = {grid.pk: grid.code for grid in standing.values()}
            parents |= {grid.code: codes.get(grid.parent_id, "") for grid in standing.values()}
        children: dict[str, list[str]] = defaultdict(list)
        for code in sorted(parents):
            children[parents[code]].append(code)
        ours = numbering(root_code, children)
        for code, grid in standing.items():
            if (grid.lft, grid.rght, grid.depth) != ours[code]:
                grid.lft, grid.rght, grid.depth = ours[code]
                wrong.append(grid)
        numbers |= ours
    Grid.objects.bulk_update(wrong, ["lft", "rght", "depth"], batch_size=UPDATE_BATCH)
    return numbers


def _create(new: list[Division], stock: _Stock, progress: Progress) -> None:
    """Insert the new divisions, parents first, each with its place in its tree."""
    numbers = _numbers(new, stock)
    tree_id = Grid.objects.aggregate(last=Max("tree_id"))["last"] or 0
    day = today()
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY):
        divisions = [division for division in new if division.level == level]
        for start in range(0, len(divisions), BATCH):
            batch = []
            for division in divisions[start : start + BATCH]:
                parent = stock.grids.get(division.parent_code)
                tree_id += parent is None
                left, right, depth = numbers[division.code]
                batch.append(
                    Grid(
                        parent=parent,
                        level=division.level,
                        code=division.code,
                        name_zh=division.name,
                        urban_rural=division.urban_rural,
                        valid_from=day,
                        tree_id=parent.tree_id if parent else tree_id,
                        lft=left,
                        rght=right,
                        depth=depth,
                    )
                )
            for grid in Grid.objects.bulk_create(batch):
                stock.grids[grid.code] = grid
            progress(len(batch))


def _write_history(new: list[Division], stock: _Stock, *, actor: Any, source: str) -> None:
    day = today()
    GridCode.objects.bulk_create(
        [GridCode(code=division.code, grid=stock.grids[division.code], issued_on=day) for division in new],
        batch_size=BATCH,
    )
    GridChange.objects.bulk_create(
        [
            GridChange(
                grid=stock.grids[division.code],
                kind=ChangeKind.IMPORT,
                actor=actor,
                after={"code": division.code, "name_zh": division.name},
                reason=source,
            )
            for division in new
        ],
        batch_size=BATCH,
    )
