"""Which grid is here? The one answer to that question (domain.md M05)."""

from typing import Any

import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from grids.common.codes import covers
from grids.maps.geometry import EAST, NORTH, SOUTH, WEST
from grids.maps.models import GridBoundary
from grids.tree.models import Grid

# A centimetre, the finest that is stored: who stands that near to a border stands on it.
TOLERANCE = 1e-7
KEPT_SHAPES = 128


class Shapes:
    """Prepared shapes by boundary and version, kept by this process: a boundary is read and prepared once."""

    def __init__(self, size: int = KEPT_SHAPES) -> None:
        self.size = size
        self._kept: dict[tuple[int, int, Any], BaseGeometry] = {}

    def of(self, keys: list[tuple[int, int, Any]]) -> dict[int, BaseGeometry]:
        """Shapes by the key of their boundary; one query for all that are not kept."""
        missing = [key for key in keys if key not in self._kept]
        if missing:
            rows = dict(GridBoundary.objects.filter(pk__in=[key[0] for key in missing]).values_list("pk", "shape"))
            for key in missing:
                if key[0] in rows:
                    self._keep(key, rows[key[0]])
        return {key[0]: self._kept[key] for key in keys if key in self._kept}

    def _keep(self, key: tuple[int, int, Any], geojson: dict[str, Any]) -> None:
        geometry = shape(geojson)
        shapely.prepare(geometry)
        while len(self._kept) >= self.size:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[key] = geometry


_shapes = Shapes()


def locate(lon: float, lat: float) -> list[Grid]:
    """The deepest living grids that have a boundary and hold the WGS-84 point, in the order of their codes.

    A point on a border offers all grids that meet there; a point in no boundary offers none. At most two queries,
    however many boundaries there are: the frames are compared in the database, the shapes by shapely.
    """
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        return []
    rows = (
        GridBoundary.objects.living().around(lon, lat, TOLERANCE).select_related("grid__parent__parent__parent__parent")
    )
    candidates = list(rows.only("version", "changed_at", "grid").order_by("grid__code"))
    shapes = _shapes.of([(row.pk, row.version, row.changed_at) for row in candidates])
    point = Point(lon, lat)
    holding = [row.grid for row in candidates if row.pk in shapes and shapely.dwithin(shapes[row.pk], point, TOLERANCE)]
    return [
        grid for grid in holding if not any(other.pk != grid.pk and covers(grid.code, other.code) for other in holding)
    ]
