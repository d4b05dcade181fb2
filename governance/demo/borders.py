"""Made-up boundaries for the demo's grids, so that maps and "which grid is here?" can be tried without any data file.

A community is cut into bands and each band into cells; neighbours share every corner of their common border. The places
on the ground are near the real ones, the lines themselves are invented.
"""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from governance.demo.territory import DINGSHAN, GULOU, NANHU, QIXING, SANJIABANG, YIJIANGMEN
from grids.maps.services import set_boundary
from grids.tree.choices import Level
from grids.tree.models import Grid

SOURCE = "演示数据，边界为虚构"
Point = tuple[float, float]
# Of a line between two corners: how far its bends may leave it, as a share of a band's height.
BEND = 0.10
STEPS = 3


@dataclass(frozen=True)
class Patch:
    """A rectangle of the ground and how many cells each of its bands has, from north to south."""

    west: float
    south: float
    east: float
    north: float
    bands: tuple[int, ...]


# Dingshan has 13 grids, Sanjiabang 6.
PATCHES = {
    DINGSHAN: Patch(118.7405, 32.0838, 118.7525, 32.0905, (5, 4, 4)),
    SANJIABANG: Patch(120.8330, 30.7700, 120.8520, 30.7820, (3, 3)),
}
# Around them, corner by corner.
AROUND: dict[str, list[Point]] = {
    YIJIANGMEN: [(118.731, 32.079), (118.748, 32.076), (118.763, 32.083), (118.759, 32.097), (118.738, 32.095)],
    GULOU: [
        (118.705, 32.050),
        (118.740, 32.035),
        (118.783, 32.042),
        (118.795, 32.075),
        (118.780, 32.110),
        (118.740, 32.118),
        (118.710, 32.090),
    ],
    QIXING: [(120.815, 30.757), (120.868, 30.755), (120.872, 30.795), (120.820, 30.798)],
    NANHU: [(120.700, 30.640), (120.900, 30.630), (120.960, 30.720), (120.900, 30.830), (120.720, 30.800)],
}


def load_borders(*, seed: int) -> int:
    """Boundaries of both communities, their grids, and what they lie in; returns how many."""
    made = 0
    for code, corners in AROUND.items():
        _set(code, [corners])
        made += 1
    for code, patch in PATCHES.items():
        community = Grid.objects.get(code=code)
        grids = Grid.objects.under(community).living().at_level(Level.GRID).order_by("code")
        cells = cut(patch, Random(f"{seed}:borders {code}"))
        for grid, ring in zip(grids, cells, strict=True):
            _set(grid.code, [ring])
            made += 1
        _set(code, [outline(patch, Random(f"{seed}:borders {code}"))])
        made += 1
    return made


def _set(code: str, rings: list[list[Point]]) -> None:
    closed = [[list(point) for point in [*ring, ring[0]]] for ring in rings]
    shape = {"type": "Polygon", "coordinates": closed}
    set_boundary(Grid.objects.get(code=code), shape, actor=None, source=SOURCE)


class Web:
    """All corners of a patch: the lines between bands, and the lines that cut a band into cells."""

    def __init__(self, patch: Patch, random: Random) -> None:
        self.patch = patch
        rows = len(patch.bands)
        height = (patch.north - patch.south) / rows
        width = patch.east - patch.west
        self.cuts = [[patch.west + width * place / count for place in range(count + 1)] for count in patch.bands]
        self.lines: list[list[Point]] = []
        for row in range(rows + 1):
            touching = {cut for one in (row - 1, row) if 0 <= one < rows for cut in self.cuts[one]}
            between = {patch.west + width * step / (STEPS * 8) for step in range(1, STEPS * 8)}
            base = patch.north - height * row
            self.lines.append(
                [(lon, base + random.uniform(-BEND, BEND) * height) for lon in sorted(touching | between)]
            )
        self.sides: dict[tuple[int, float], list[Point]] = {}
        for row in range(rows):
            for cut in self.cuts[row]:
                top, bottom = self.at(row, cut), self.at(row + 1, cut)
                self.sides[row, cut] = [
                    (cut + random.uniform(-BEND, BEND) * height, top + (bottom - top) * step / (STEPS + 1))
                    for step in range(1, STEPS + 1)
                ]

    def at(self, row: int, lon: float) -> float:
        return next(lat for where, lat in self.lines[row] if where == lon)

    def along(self, row: int, west: float, east: float) -> list[Point]:
        """The line above band ``row`` from ``west`` to ``east``, both ends included."""
        return [point for point in self.lines[row] if west <= point[0] <= east]

    def cell(self, row: int, west: float, east: float) -> list[Point]:
        """One cell, its corners clockwise from the north-west."""
        top, bottom = self.along(row, west, east), self.along(row + 1, west, east)
        return [*top, *self.sides[row, east], *bottom[::-1], *self.sides[row, west][::-1]]


def cut(patch: Patch, random: Random) -> list[list[Point]]:
    """The cells of ``patch``, band by band from the north-west: rings of corners, neighbours share theirs."""
    web = Web(patch, random)
    return [web.cell(row, west, east) for row, cuts in enumerate(web.cuts) for west, east in pairwise(cuts)]


def outline(patch: Patch, random: Random) -> list[Point]:
    """The border of the whole patch; the same generator as ``cut`` gives the same corners."""
    web = Web(patch, random)
    rows, (west, east) = len(patch.bands), (web.cuts[0][0], web.cuts[0][-1])
    east_side = [
        point for row in range(rows) for point in [*web.sides[row, web.cuts[row][-1]], *web.along(row + 1, east, east)]
    ]
    west_side = [
        point for row in range(rows) for point in [*web.sides[row, web.cuts[row][0]], *web.along(row + 1, west, west)]
    ]
    return [
        *web.along(0, west, east),
        *east_side,
        *web.along(rows, west, east)[-2:0:-1],
        *west_side[::-1],
    ]
