"""What maps add to the grid page: the drawing of its boundary."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from grids.common.panels import Panel, grid_panels
from grids.maps.maps import map_of, public_url
from grids.maps.rules import may_draw
from grids.tree.models import Grid


def boundary_map(request: HttpRequest, grid: Grid) -> dict[str, Any] | None:
    """The map, or for those who may draw one the way to it; nothing where there is nothing to see or do."""
    drawing, boundary = map_of(grid, lambda child: child.get_absolute_url())
    may = may_draw(request.user, grid)
    if drawing is None and not may:
        return None
    return {
        "drawing": drawing,
        "boundary": boundary,
        "map_grid": grid,
        "draw_url": reverse("grids:boundary-update", args=[grid.pk]) if may else "",
        "remove_url": reverse("grids:boundary-remove", args=[grid.pk]) if may and boundary else "",
        "where_url": reverse("grids:grid-locate"),
        "public_url": public_url(grid),
    }


grid_panels.register(Panel("map", "grids/maps/grid_map.html", boundary_map, order=5, area="map"))
