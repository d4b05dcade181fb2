"""Shapes of boundaries: what GeoJSON must be to be taken, how it is converted, stored and simplified. No database."""

from collections.abc import Mapping
from math import cos, radians
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from grids.maps.coordinates import METRES_PER_DEGREE, to_wgs84

# China with its seas, roomy; whoever swaps latitude and longitude falls out of it.
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
MOST_CORNERS = 100_000
# Seven decimals of a degree are a centimetre.
DECIMALS = 7
SKETCH_CORNERS = 240
KINDS = ("Polygon", "MultiPolygon")


def read_shape(data: Any, *, gcj02: bool = False) -> BaseGeometry:
    """A GeoJSON geometry or feature as a valid WGS-84 shape. Raises ``ValidationError`` with the reason."""
    geometry = data.get("geometry") if isinstance(data, Mapping) and data.get("type") == "Feature" else data
    if not isinstance(geometry, Mapping) or geometry.get("type") not in KINDS:
        raise ValidationError(_("A boundary is a GeoJSON Polygon or MultiPolygon."))
    _count_corners(geometry.get("coordinates"))
    try:
        raw = shape(geometry)
    except (ShapelyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise ValidationError(_("The coordinates of the boundary cannot be read.")) from problem
    if raw.is_empty or not raw.area:
        raise ValidationError(_("The boundary encloses nothing."))
    _check_range(raw)
    stored = shapely.force_2d(shapely.transform(raw, _as_stored(gcj02)))
    if not stored.is_valid:
        reason = shapely.is_valid_reason(stored)
        raise ValidationError(_("The boundary crosses itself or is not closed: %(reason)s"), params={"reason": reason})
    return stored


def _count_corners(coordinates: Any) -> None:
    """Refuse too many points before anything is built from them, and whatever is nested too deep."""
    count, level = 0, [coordinates]
    for _depth in range(4):
        if not all(isinstance(one, list | tuple) for one in level):
            raise ValidationError(_("The coordinates of the boundary cannot be read."))
        if level and all(_is_point(one) for one in level):
            count = len(level)
            break
        level = [inner for one in level for inner in one]
        if len(level) > MOST_CORNERS:
            break
    if len(level) > MOST_CORNERS:
        raise ValidationError(
            _("The boundary has more than %(count)s points. Simplify it first."), params={"count": MOST_CORNERS}
        )
    if not count:
        raise ValidationError(_("The coordinates of the boundary cannot be read."))


def _is_point(value: Any) -> bool:
    return 2 <= len(value) <= 3 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)


def _check_range(raw: BaseGeometry) -> None:
    west, south, east, north = raw.bounds
    if not (west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH):
        raise ValidationError(
            _("The boundary lies outside of China. Points are longitude first, then latitude, in degrees.")
        )


def _as_stored(gcj02: bool) -> Any:
    def convert(points: Any) -> list[list[float]]:
        moved = [to_wgs84(lon, lat) if gcj02 else (lon, lat) for lon, lat in points.tolist()]
        return [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in moved]

    return convert


def as_geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """The shape as it is stored: plain lists, so that it equals what the database gives back."""

    def plain(value: Any) -> Any:
        return [plain(one) for one in value] if isinstance(value, list | tuple) else value

    written = mapping(geometry)
    return {"type": written["type"], "coordinates": plain(written["coordinates"])}


def corners(geometry: BaseGeometry) -> int:
    return int(shapely.get_num_coordinates(geometry))


def sketch_of(geometry: BaseGeometry, most: int = SKETCH_CORNERS) -> BaseGeometry:
    """The same shape with at most about ``most`` corners, for drawing: small islands go first, then small bends."""
    west, south, east, north = geometry.bounds
    tolerance = max(east - west, north - south) / 2000
    drawn = geometry
    while corners(drawn) > most:
        kept = [one for one in _parts(geometry) if one.area > tolerance * tolerance * 4] or [largest(geometry)]
        simple = [one.simplify(tolerance, preserve_topology=True) for one in kept]
        bare = [
            Polygon(one.exterior, [hole for hole in one.interiors if Polygon(hole).area > tolerance**2])
            for one in simple
        ]
        drawn = bare[0] if len(bare) == 1 else MultiPolygon(bare)
        tolerance *= 1.6
    return drawn


def _parts(geometry: BaseGeometry) -> list[Polygon]:
    return list(geometry.geoms) if isinstance(geometry, MultiPolygon) else [geometry]


def largest(geometry: BaseGeometry) -> Polygon:
    return max(_parts(geometry), key=lambda one: one.area)


def square_kilometres(geometry: BaseGeometry) -> float:
    """The area, good enough to be read by people (a plane at the shape's own latitude)."""
    middle = geometry.centroid.y
    degree = METRES_PER_DEGREE / 1000
    return float(geometry.area * degree * degree * cos(radians(middle)))
