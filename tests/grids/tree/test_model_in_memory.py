"""Any order of acts on the tree leaves what a plain model in memory says: ancestors, descendants, codes, names."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from grids.common.errors import Refused
from grids.tree.choices import Level
from grids.tree.integrity import differences
from grids.tree.models import Grid, GridCode
from grids.tree.services import close_grid, create_grid, move_grid, rename_grid

pytestmark = pytest.mark.django_db


class TreeMachine(RuleBasedStateMachine):
    """The services on one side, a dictionary of parents on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.parents: dict[int, int | None] = {}
        self.names: dict[int, str] = {}
        self.living: set[int] = set()
        self.issued: set[str] = set()
        for number in (1, 2):
            self.note(create_grid(None, actor=None, name_zh=f"区{number}", code=f"99000{number}000000"))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # -------------------------------------------------------------- the model
    def note(self, grid: Grid) -> None:
        self.parents[grid.pk] = grid.parent_id
        self.names[grid.pk] = grid.name_zh
        self.living.add(grid.pk)

    def above(self, key: int) -> list[int]:
        parent = self.parents[key]
        return [] if parent is None else [*self.above(parent), parent]

    def level(self, key: int) -> int:
        return len(self.above(key)) + 1

    def children(self, key: int) -> list[int]:
        return [child for child, parent in self.parents.items() if parent == key]

    def has_living_namesake(self, name: str, parent: int | None, but: int | None = None) -> bool:
        return any(self.names[key] == name and self.parents[key] == parent and key != but for key in self.living)

    def pick(self, number: int) -> Grid:
        return Grid.objects.get(pk=sorted(self.parents)[number % len(self.parents)])

    # -------------------------------------------------------------- the acts
    @rule(number=st.integers(0, 10_000), name=st.sampled_from("甲乙丙丁戊"))
    def create(self, number: int, name: str) -> None:
        parent = self.pick(number)
        possible = parent.pk in self.living and self.level(parent.pk) < Level.MICROGRID
        try:
            grid = create_grid(parent, actor=None, name_zh=name)
        except (Refused, ValidationError):
            assert not possible or self.has_living_namesake(name, parent.pk)
        else:
            assert possible
            self.note(grid)

    @rule(number=st.integers(0, 10_000), name=st.sampled_from("甲乙丙丁戊"))
    def rename(self, number: int, name: str) -> None:
        grid = self.pick(number)
        try:
            rename_grid(grid, actor=None, version=grid.version, name_zh=name)
        except (Refused, ValidationError):
            taken = self.has_living_namesake(name, grid.parent_id, but=grid.pk)
            assert grid.pk not in self.living or taken
        else:
            self.names[grid.pk] = name

    @precondition(lambda machine: len(machine.parents) > 3)
    @rule(number=st.integers(0, 10_000), place=st.integers(0, 10_000))
    def move(self, number: int, place: int) -> None:
        grid = self.pick(number)
        candidates = [key for key in sorted(self.parents) if self.level(key) == self.level(grid.pk) - 1]
        if not candidates:
            return
        parent = Grid.objects.get(pk=candidates[place % len(candidates)])
        possible = grid.pk in self.living and parent.pk in self.living and parent.pk != grid.parent_id
        try:
            move_grid(grid, parent, actor=None, version=grid.version, reason="调整")
        except (Refused, ValidationError):
            assert not possible or self.has_living_namesake(grid.name_zh, parent.pk)
        else:
            assert possible
            self.parents[grid.pk] = parent.pk

    @rule(number=st.integers(0, 10_000))
    def close(self, number: int) -> None:
        grid = self.pick(number)
        has_living_child = any(child in self.living for child in self.children(grid.pk))
        try:
            close_grid(grid, actor=None, version=grid.version, reason="撤销")
        except Refused:
            assert grid.pk not in self.living or has_living_child
        else:
            assert grid.pk in self.living
            assert not has_living_child
            self.living.remove(grid.pk)

    # -------------------------------------------------------------- what always holds
    @invariant()
    def the_tree_is_sound_and_equals_the_model(self) -> None:
        assert [str(difference) for difference in differences()] == []
        grids: dict[int, Any] = Grid.objects.in_bulk()
        assert {key: grid.parent_id for key, grid in grids.items()} == self.parents
        assert {key: grid.name_zh for key, grid in grids.items()} == self.names
        assert {key for key, grid in grids.items() if grid.is_living} == self.living
        for key, grid in grids.items():
            ancestors = [other.pk for other in Grid.objects.ancestors_of(grid)]
            assert ancestors == self.above(key)
        codes = set(GridCode.objects.values_list("code", flat=True))
        assert self.issued <= codes, "an issued code has vanished"
        self.issued = codes


def test_any_order_of_acts_equals_the_model(db):
    run_state_machine_as_test(
        TreeMachine,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
