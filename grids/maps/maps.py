"""The drawing of one grid: its boundary and those of the grids directly below it, in one query."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from grids.maps.drawing import Area, Drawing, draw
from grids.maps.models import GridBoundary
from grids.tree.choices import Kind
from grids.tree.models import Grid

MOST_CHILDREN = 300


def map_of(grid: Grid, url_of: Callable[[Grid], str]) -> tuple[Drawing | None, GridBoundary | None]:
    """The drawing (None when nothing has a boundary) and the grid's own boundary; ``url_of`` says where names lead."""
    rows = GridBoundary.objects.filter(Q(grid=grid) | Q(grid__parent=grid)).defer("shape").select_related("grid")
    own, children = None, []
    for row in rows.order_by("grid__code")[: MOST_CHILDREN + 1]:
        if row.grid_id == grid.pk:
            own = row
        elif row.grid.is_living:
            exclusive = row.grid.kind == Kind.EXCLUSIVE
            children.append(Area(row.sketch, row.grid.name, url_of(row.grid), exclusive))
    return draw(Area(own.sketch, grid.name) if own else None, children), own


def public_url(grid: Any) -> str:
    return reverse("grids:grid-public", args=[grid.code])
