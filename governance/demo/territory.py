"""What the two demo communities look like on paper: grids, micro-grids, buildings and doors (domain.md 6.2, 6.3).

Pure data, made from the seed alone; governance/demo/grids.py writes it through the services of the tree.
Real are the divisions down to the community of Dingshan (governance/demo/data/nanjing_gulou.csv) and the district of
Sanjiabang; every code below is invented and marked as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from governance.demo.families import FamilyPlan, make_family, sizes_for
from governance.demo.names import Registry
from grids.tree.choices import ExclusiveType

GULOU = "320106000000"
YIJIANGMEN = "320106005000"
DINGSHAN = "320106005004"
NANHU = "330402000000"
QIXING = "330402090000"
SANJIABANG = "330402090001"

RESIDENTS_OF_DINGSHAN = 10_537
HOUSEHOLDS_OF_SANJIABANG = 1_904
RESIDENTS_OF_SANJIABANG = 5_618
DOORS_ON_A_FLOOR = 2

# The comprehensive grids of Dingshan: the compound that gives the grid its buildings, and its micro-grids (253 in all).
COMPOUNDS = [
    ("丁山花园", 31),
    ("将军庙里", 27),
    ("萨家湾新村", 29),
    ("热河南苑", 26),
    ("盐仓桥小区", 30),
    ("望江里", 28),
    ("绣球苑", 27),
    ("三牌楼北里", 29),
    ("桃源村", 26),
]
EXCLUSIVE_GRIDS = [
    ("丁山校园网格", "Dingshan School Grid", ExclusiveType.SCHOOL),
    ("江畔商务楼宇网格", "Riverside Business Grid", ExclusiveType.BUSINESS_BUILDING),
    ("丁山农贸市场网格", "Dingshan Market Grid", ExclusiveType.MARKET),
    ("滨江医院网格", "Riverside Hospital Grid", ExclusiveType.HOSPITAL),
]
# The grids of Sanjiabang: compound and number of buildings; each building is a micro-grid (30 in all).
GARDENS = [("三家浜花苑东区", 6), ("三家浜花苑西区", 6), ("运河人家", 6), ("七星桥公寓", 6), ("湘家荡新村", 6)]
# The boats of the lake have a grid of their own; their people live in the five others.
HARBOUR = ("湘家荡渔船网格", "Xiangjiadang Vessel Grid", ExclusiveType.VESSEL)
NUMERALS = "一二三四五六七八九十"


@dataclass
class DoorPlan:
    """One door and those who live behind it."""

    unit: str
    floor: int
    room: str
    family: FamilyPlan


@dataclass
class MicroGridPlan:
    """A micro-grid: a stairwell of Dingshan, a whole building of Sanjiabang."""

    number: int
    name: str
    building: str
    doors: list[DoorPlan] = field(default_factory=list)


@dataclass
class GridPlan:
    """A grid of a community; exclusive ones have neither micro-grids nor households here."""

    number: int
    name: str
    name_en: str
    exclusive_type: ExclusiveType | None = None
    compound: str = ""
    micro_grids: list[MicroGridPlan] = field(default_factory=list)


@dataclass
class CommunityPlan:
    """A community with everything below it."""

    code: str
    grids: list[GridPlan]

    def micro_grids(self) -> Iterator[tuple[GridPlan, MicroGridPlan]]:
        for grid in self.grids:
            for micro_grid in grid.micro_grids:
                yield grid, micro_grid

    def doors(self) -> Iterator[tuple[GridPlan, MicroGridPlan, DoorPlan]]:
        for grid, micro_grid in self.micro_grids():
            for door in micro_grid.doors:
                yield grid, micro_grid, door


def plan_dingshan(registry: Registry) -> CommunityPlan:
    """9 comprehensive and 4 exclusive grids, 253 micro-grids of 10 to 14 households, 10,537 residents."""
    random = registry.random
    grids = []
    for number, (compound, count) in enumerate(COMPOUNDS, start=1):
        grid = GridPlan(number, f"丁山第{NUMERALS[number - 1]}网格", f"Dingshan Grid {number}", compound=compound)
        grid.micro_grids = list(_stairwells(compound, count, random))
        grids.append(grid)
    for number, (name, name_en, exclusive_type) in enumerate(EXCLUSIVE_GRIDS, start=901):
        grids.append(GridPlan(number, name, name_en, exclusive_type))
    plan = CommunityPlan(DINGSHAN, grids)
    households = [random.choices([10, 11, 12, 13, 14], weights=[5, 10, 30, 30, 25])[0] for _pair in plan.micro_grids()]
    sizes = iter(sizes_for(sum(households), RESIDENTS_OF_DINGSHAN, random))
    for (_grid, micro_grid), count in zip(plan.micro_grids(), households, strict=True):
        unit = micro_grid.name.removeprefix(micro_grid.building)
        for floor, room in _rooms(count):
            micro_grid.doors.append(DoorPlan(unit, floor, room, make_family(next(sizes), registry)))
    return plan


def plan_sanjiabang(registry: Registry) -> CommunityPlan:
    """One community of 5 grids, 30 micro-grids and a vessel grid with exactly 1,904 households."""
    grids = []
    for number, (garden, buildings) in enumerate(GARDENS, start=1):
        grid = GridPlan(number, f"三家浜第{NUMERALS[number - 1]}网格", f"Sanjiabang Grid {number}", compound=garden)
        names = [f"{garden}{building}幢" for building in range(1, buildings + 1)]
        grid.micro_grids = [MicroGridPlan(place, name, name) for place, name in enumerate(names, start=1)]
        grids.append(grid)
    grids.append(GridPlan(901, *HARBOUR))
    plan = CommunityPlan(SANJIABANG, grids)
    micro_grids = [micro_grid for _grid, micro_grid in plan.micro_grids()]
    sizes = iter(sizes_for(HOUSEHOLDS_OF_SANJIABANG, RESIDENTS_OF_SANJIABANG, registry.random))
    least, more = divmod(HOUSEHOLDS_OF_SANJIABANG, len(micro_grids))
    for place, micro_grid in enumerate(micro_grids):
        left, unit = least + (place < more), 0
        while left:
            unit += 1
            here = min(left, 6 * DOORS_ON_A_FLOOR)
            left -= here
            for floor, room in _rooms(here):
                micro_grid.doors.append(DoorPlan(f"{unit}单元", floor, room, make_family(next(sizes), registry)))
    return plan


def _stairwells(compound: str, count: int, random: Random) -> Iterator[MicroGridPlan]:
    """``count`` stairwells in buildings of two to four."""
    building, number = 0, 0
    while number < count:
        building += 1
        for unit in range(1, min(random.choice([2, 3, 3, 4]), count - number) + 1):
            number += 1
            name = f"{compound}{building}号楼"
            yield MicroGridPlan(number, f"{name}{unit}单元", name)


def _rooms(count: int) -> Iterator[tuple[int, str]]:
    """The first ``count`` doors of a stairwell from the ground up: (floor, room)."""
    for place in range(count):
        floor = place // DOORS_ON_A_FLOOR + 1
        yield floor, f"{floor}0{place % DOORS_ON_A_FLOOR + 1}"
