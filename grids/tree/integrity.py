"""Does the stored tree say what the parents say, and do codes and tree agree? Used by ``manage.py check_tree``."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from grids.common.clock import now
from grids.common.codes import significant
from grids.trail.services import record
from grids.tree.choices import GridStatus, Level
from grids.tree.models import Grid, GridCode
from grids.tree.rules import code_fault, numbering
from grids.tree.services import lock_tree

FIELDS = ("pk", "parent_id", "tree_id", "lft", "rght", "depth", "level", "code", "kind", "status")
LIVING = set(GridStatus.living())


@dataclass(frozen=True)
class Node:
    """What one row of the grid table says."""

    pk: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    depth: int
    level: int
    code: str
    kind: str
    status: str

    @property
    def numbers(self) -> tuple[int, int, int]:
        return self.lft, self.rght, self.depth


@dataclass(frozen=True)
class Difference:
    """One grid that is not as it should be."""

    code: str
    problem: str

    def __str__(self) -> str:
        return f"{self.code}: {self.problem}"


def read_nodes() -> dict[int, Node]:
    rows = Grid.objects.order_by("tree_id", "lft").values_list(*FIELDS)
    return {row[0]: Node(*row) for row in rows.iterator(chunk_size=5000)}


def children_in_order(nodes: dict[int, Node]) -> dict[int, list[int]]:
    """The children of each node in their stored order; read from the parents alone."""
    children: dict[int, list[int]] = defaultdict(list)
    for node in sorted(nodes.values(), key=lambda node: (node.lft, node.pk)):
        if node.parent_id is not None:
            children[node.parent_id].append(node.pk)
    return children


def differences() -> Iterator[Difference]:
    """Everything that is wrong in the forest, tree by tree in the order of codes; nothing when it is sound."""
    nodes = read_nodes()
    children = children_in_order(nodes)
    reached: set[int] = set()
    roots: dict[int, Node] = {}
    for root in sorted((node for node in nodes.values() if node.parent_id is None), key=lambda node: node.code):
        if root.tree_id in roots:
            yield Difference(root.code, f"stands in the same tree {root.tree_id} as {roots[root.tree_id].code}")
        roots[root.tree_id] = root
        expected = numbering(root.pk, children)
        reached.update(expected)
        for pk in sorted(expected, key=lambda pk: expected[pk]):
            yield from _faults(nodes[pk], nodes, root, expected[pk])
    for node in nodes.values():
        if node.pk not in reached:
            yield Difference(node.code, "does not hang on any district")
    yield from _code_differences(nodes)


def _faults(node: Node, nodes: dict[int, Node], root: Node, expected: tuple[int, int, int]) -> Iterator[Difference]:
    parent = nodes[node.parent_id] if node.parent_id is not None else None
    if node.tree_id != root.tree_id:
        yield Difference(node.code, f"is in tree {node.tree_id}, its district {root.code} in {root.tree_id}")
    if node.numbers != expected:
        yield Difference(node.code, f"has left, right, depth {node.numbers}; its parents say {expected}")
    if node.level != (parent.level + 1 if parent else Level.DISTRICT):
        yield Difference(node.code, f"is of level {node.level} under {parent.code if parent else 'nothing'}")
        return
    if fault := code_fault(node.code, Level(node.level), node.kind, None):
        yield Difference(node.code, fault)
    elif parent and not node.code.startswith(significant(parent.code)):
        yield Difference(node.code, f"does not begin with the digits of {parent.code} above it")
    if parent and node.status in LIVING and parent.status not in LIVING:
        yield Difference(node.code, f"is in use under {parent.code}, which is closed")


def _code_differences(nodes: dict[int, Node]) -> Iterator[Difference]:
    """The code of a living grid is its one current GridCode; that of a closed grid is retired."""
    issued = GridCode.objects.order_by("code").values_list("code", "grid_id", "retired_on")
    own: set[int] = set()
    for code, grid_id, retired_on in issued.iterator(chunk_size=5000):
        node = nodes[grid_id]
        if node.code == code:
            own.add(grid_id)
            if (retired_on is None) != (node.status in LIVING):
                yield Difference(code, "is in use but its code is retired" if retired_on else "is closed, its code not")
        elif retired_on is None:
            yield Difference(node.code, f"has {code} as its current code in the list of issued codes")
    for pk, node in nodes.items():
        if pk not in own:
            yield Difference(node.code, "has a code that is not in the list of issued codes")


@transaction.atomic
def renumber(district: Grid, *, actor: Any, reason: str) -> int:
    """Rewrite the tree numbers below ``district`` from the parents; returns how many grids were wrong.

    Codes, names and parents are not touched. Whatever hangs on the district by its parents comes into its tree.
    """
    (district,) = lock_tree(district)
    nodes = read_nodes()
    expected = numbering(district.pk, children_in_order(nodes))
    wrong = [
        pk
        for pk, numbers in expected.items()
        if (*nodes[pk].numbers, nodes[pk].tree_id) != (*numbers, district.tree_id)
    ]
    for pk in wrong:
        left, right, depth = expected[pk]
        Grid.objects.filter(pk=pk).update(
            lft=left, rght=right, depth=depth, tree_id=district.tree_id, version=F("version") + 1, changed_at=now()
        )
    if wrong:
        record("grid.renumber", district, actor=actor, grid=district, changes={"wrong": [len(wrong), 0]}, reason=reason)
    return len(wrong)
