"""Write the planned territory through the services of the tree."""

from collections.abc import Iterable
from datetime import date

from governance.demo.progress import Track
from governance.demo.territory import NANHU, QIXING, SANJIABANG, CommunityPlan
from grids.places.services import find_or_add_unit
from grids.tree.choices import Kind
from grids.tree.models import Grid
from grids.tree.services import create_grid

SINCE = date(2025, 1, 1)


def found_sanjiabang() -> None:
    """The district of Nanhu (real), and in it the street and the community of Sanjiabang (invented codes)."""
    nanhu = create_grid(None, actor=None, name_zh="南湖区", name_en="Nanhu District", code=NANHU, on=SINCE)
    qixing = create_grid(
        nanhu, actor=None, name_zh="七星街道", name_en="Qixing Street", code=QIXING, is_demo_code=True, on=SINCE
    )
    create_grid(
        qixing,
        actor=None,
        name_zh="三家浜社区",
        name_en="Sanjiabang Community",
        code=SANJIABANG,
        is_demo_code=True,
        on=SINCE,
    )


def draw_grids(plan: CommunityPlan, *, track: Track) -> int:
    """Grids, micro-grids and the buildings that stand in them; returns the number of grids and micro-grids."""
    community = Grid.objects.get(code=plan.code)
    planned = sum(1 + len(grid.micro_grids) for grid in plan.grids)

    def pairs() -> Iterable:
        for grid in plan.grids:
            yield grid, None
            for micro_grid in grid.micro_grids:
                yield grid, micro_grid

    home: Grid | None = None
    for grid, micro_grid in track(pairs(), planned):
        if micro_grid is None:
            home = create_grid(
                community,
                actor=None,
                name_zh=grid.name,
                name_en=grid.name_en,
                kind=Kind.EXCLUSIVE if grid.exclusive_type else Kind.COMPREHENSIVE,
                exclusive_type=grid.exclusive_type or "",
                code=f"{plan.code}{grid.number:03d}",
                is_demo_code=True,
                on=SINCE,
            )
            continue
        create_grid(
            home,
            actor=None,
            name_zh=micro_grid.name,
            code=f"{plan.code}{grid.number:03d}{micro_grid.number:02d}",
            is_demo_code=True,
            on=SINCE,
        )
        # A building stands in the grid, for its stairwells are micro-grids of their own.
        for unit in dict.fromkeys(door.unit for door in micro_grid.doors):
            find_or_add_unit(home, micro_grid.building, unit, actor=None)
    return planned
