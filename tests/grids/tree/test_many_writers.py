"""Sixteen writers at once (acceptance 4): the tree stays sound and equals what the writers were told."""

import random
from collections import Counter
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from grids.common.errors import Conflict, Refused
from grids.tree.choices import Level
from grids.tree.integrity import differences
from grids.tree.models import Grid
from grids.tree.services import close_grid, create_grid, move_grid, rename_grid
from tests.harness import errors_among, run_together
from tests.long import part_of

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True), pytest.mark.long]
WRITERS, WRITES = 16, part_of(200, usual=80)
DISTRICTS = 8


@dataclass(frozen=True)
class Told:
    """What a writer was told when his act succeeded: the grid's version orders the acts upon it."""

    act: str
    grid: int
    version: int
    parent: int | None
    name: str
    status: str


def told(act: str, grid: Grid) -> Told:
    return Told(act, grid.pk, grid.version, grid.parent_id, grid.name_zh, grid.status)


class Writer:
    """One hand that acts at random upon whatever is there."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.random = random.Random(number)
        self.heard: list[Told] = []
        self.refused: Counter[str] = Counter()

    def work(self) -> "Writer":
        for step in range(WRITES):
            act = self.random.choices(["create", "move", "rename", "close"], weights=[50, 20, 20, 10])[0]
            try:
                self.heard.append(told(act, getattr(self, act)(f"{self.number}-{step}")))
            except (Refused, Conflict, ValidationError) as refusal:
                self.refused[type(refusal).__name__] += 1
        return self

    def any_grid(self, *levels: Level) -> Grid:
        """A living grid of the levels, read a moment ago and perhaps no longer as it was."""
        keys = Grid.objects.living().filter(level__in=levels).order_by().values_list("pk", flat=True)
        return Grid.objects.get(pk=self.random.choice(list(keys)))

    def create(self, name: str) -> Grid:
        return create_grid(self.any_grid(*list(Level)[:4]), actor=None, name_zh=name)

    def rename(self, name: str) -> Grid:
        grid = self.any_grid(*list(Level)[1:])
        return rename_grid(grid, actor=None, version=grid.version, name_zh=name)

    def move(self, name: str) -> Grid:
        grid = self.any_grid(*list(Level)[1:])
        target = self.any_grid(Level(grid.level - 1))
        return move_grid(grid, target, actor=None, version=grid.version, reason=name)

    def close(self, name: str) -> Grid:
        grid = self.any_grid(Level.GRID, Level.MICROGRID)
        return close_grid(grid, actor=None, version=grid.version, reason=name)


def plant() -> None:
    """A small city: districts with something on every level."""
    for district in range(DISTRICTS):
        root = create_grid(None, actor=None, name_zh=f"区{district}", code=f"9900{district:02d}000000")
        street = create_grid(root, actor=None, name_zh="街")
        for place in range(2):
            community = create_grid(street, actor=None, name_zh=f"社{place}")
            create_grid(create_grid(community, actor=None, name_zh="格"), actor=None, name_zh="微")


def test_sixteen_writers_leave_a_sound_tree_that_equals_what_they_were_told(transactional_db, quiet_seal):
    plant()
    start = [told("plant", grid) for grid in Grid.objects.all()]
    outcomes = run_together(WRITERS, lambda number: Writer(number).work(), patience=300)
    assert errors_among(outcomes) == []
    writers = [outcome.value for outcome in outcomes]
    heard = [one for writer in writers for one in writer.heard]
    acts = Counter(one.act for one in heard)
    assert len(heard) + sum(sum(writer.refused.values()) for writer in writers) == WRITERS * WRITES
    assert all(acts[act] > 50 for act in ("create", "move", "rename", "close")), acts

    assert [str(difference) for difference in differences()] == []
    call_command("check_tree")

    # The model: of everything that was told about a grid, the highest version is the last word. No two writers were
    # told the same version of the same grid.
    versions = Counter((one.grid, one.version) for one in [*start, *heard])
    assert max(versions.values()) == 1
    last: dict[int, Told] = {}
    for one in sorted([*start, *heard], key=lambda one: one.version):
        last[one.grid] = one
    grids = Grid.objects.in_bulk()
    assert {key: grid.parent_id for key, grid in grids.items()} == {key: one.parent for key, one in last.items()}
    assert {key: grid.name_zh for key, grid in grids.items()} == {key: one.name for key, one in last.items()}
    assert {key: grid.status for key, grid in grids.items()} == {key: one.status for key, one in last.items()}

    def above(key: int) -> list[int]:
        parent = last[key].parent
        return [] if parent is None else [*above(parent), parent]

    below: dict[int, set[int]] = {key: set() for key in last}
    for key in last:
        for ancestor in above(key):
            below[ancestor].add(key)
    for key, grid in grids.items():
        assert [one.pk for one in Grid.objects.ancestors_of(grid)] == above(key)
        assert {one.pk for one in grid.get_descendants()} == below[key]


@pytest.fixture
def quiet_seal(monkeypatch):
    """The chain is sealed once at the end: here the tree is under test, and each seal is a second write."""
    from grids.trail import services

    monkeypatch.setattr(services, "seal", lambda: 0)
    yield
    monkeypatch.undo()
    services.seal()
    assert services.verify().broken is None
