"""The tree's own number on the grid page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from grids.common.panels import Panel, grid_panels
from grids.tree.choices import Level
from grids.tree.models import Grid


def children(request: HttpRequest, grid: Grid) -> dict[str, Any] | None:
    """How many living grids stand directly below, leading to their list."""
    child = Level(grid.level).child
    if child is None:
        return None
    return {
        "label": child.label,
        "value": grid.get_children().living().count(),
        "url": f"{reverse('grids:grid-list')}?under={grid.code}",
        "icon_name": "network",
    }


grid_panels.register(Panel("children", "grids/tree/grid_counter.html", children, order=90, area="counter"))
