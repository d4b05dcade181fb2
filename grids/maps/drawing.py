"""The boundary of a grid as a drawing: paths for an inline SVG, without tiles. No database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from grids.maps.geometry import as_geojson, largest, sketch_of

WIDTH = 480.0
TALLEST, FLATTEST = 640.0, 200.0
MARGIN = 8.0
# All drawn corners together: about 12 characters each, so that a drawing stays below 60 kB.
CORNERS = 2400
FEWEST_CORNERS = 10
# More names than this only cover each other.
MOST_NAMES = 40
# In Chinese characters: what stands in one line, and what a line may have at most.
NAME_WIDTH = 7
LINE_WIDTH = 10


@dataclass(frozen=True)
class Area:
    """What is to be drawn: a sketch (GeoJSON, WGS-84) with the name, address and look of its grid."""

    sketch: Mapping[str, Any]
    name: str = ""
    url: str = ""
    exclusive: bool = False


@dataclass(frozen=True)
class Drawn:
    """One area on the paper; ``x`` and ``y`` are where its name stands, in at most two ``lines``."""

    path: str
    name: str
    lines: tuple[str, ...]
    url: str
    exclusive: bool
    x: str
    y: str


@dataclass(frozen=True)
class Drawing:
    width: str
    height: str
    own: Drawn | None
    children: list[Drawn]
    point: tuple[str, str] | None = None


class Paper:
    """Degrees to paper: north is up, a degree of longitude as much shorter as it is at this latitude."""

    def __init__(self, frame: tuple[float, float, float, float]) -> None:
        west, south, east, north = frame
        self.west, self.north = west, north
        self.narrowing = cos(radians((south + north) / 2))
        wide, high = (east - west) * self.narrowing, north - south
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
        self.left = (WIDTH - wide * self.scale) / 2
        self.height = max(high * self.scale + 2 * MARGIN, FLATTEST)
        self.top = (self.height - high * self.scale) / 2

    def place(self, lon: float, lat: float) -> tuple[str, str]:
        x = self.left + (lon - self.west) * self.narrowing * self.scale
        y = self.top + (self.north - lat) * self.scale
        return _number(x), _number(y)

    def path(self, geometry: BaseGeometry) -> str:
        written = as_geojson(geometry)
        polygons = written["coordinates"] if written["type"] == "MultiPolygon" else [written["coordinates"]]
        return "".join(self._ring(ring) for polygon in polygons for ring in polygon)

    def _ring(self, ring: list[list[float]]) -> str:
        places = dict.fromkeys(self.place(lon, lat) for lon, lat in ring)
        return "M" + "L".join(f"{x} {y}" for x, y in places) + "Z"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def lines_of(name: str) -> tuple[str, ...]:
    """The name as it stands on the map: a long one of several words in two lines, and no line longer than a grid.

    A Latin letter is half as wide as a Chinese character.
    """
    words = name.split()
    if _width(name) <= NAME_WIDTH or len(words) == 1:
        return (_cut(name),)
    halves = ((" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words)))
    return tuple(map(_cut, min(halves, key=lambda pair: max(map(_width, pair)))))


def _width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1 for character in text)


def _cut(line: str) -> str:
    if _width(line) <= LINE_WIDTH:
        return line
    while _width(line) > LINE_WIDTH - 1:
        line = line[:-1]
    return f"{line.rstrip()}…"


def draw(
    own: Area | None, children: Iterable[Area] = (), *, point: tuple[float, float] | None = None
) -> Drawing | None:
    """The grid with the grids directly below it; None when nothing of it has a boundary."""
    inside = [(area, shape(area.sketch)) for area in children]
    outside = shape(own.sketch) if own else None
    shapes = [geometry for _area, geometry in inside] + ([outside] if outside else [])
    if not shapes:
        return None
    frames = [geometry.bounds for geometry in shapes]
    west, south = (min(frame[place] for frame in frames) for place in (0, 1))
    east, north = (max(frame[place] for frame in frames) for place in (2, 3))
    paper = Paper((west, south, east, north))
    each = max(CORNERS // len(shapes), FEWEST_CORNERS)
    named = len(inside) <= MOST_NAMES

    def drawn(area: Area, geometry: BaseGeometry, *, named: bool) -> Drawn:
        spot = largest(geometry).representative_point()
        x, y = paper.place(spot.x, spot.y)
        path = paper.path(sketch_of(geometry, each))
        return Drawn(path, area.name, lines_of(area.name) if named else (), area.url, area.exclusive, x, y)

    return Drawing(
        width=_number(WIDTH),
        height=_number(paper.height),
        own=drawn(own, outside, named=False) if own and outside else None,
        children=[drawn(area, geometry, named=named) for area, geometry in inside],
        point=paper.place(*point) if point else None,
    )
