"""Questions about boundaries."""

from typing import Self

from grids.access.querysets import GridScopedQuerySet
from grids.tree.choices import GridStatus


class GridBoundaryQuerySet(GridScopedQuerySet):
    """Boundaries by their grid."""

    def living(self) -> Self:
        return self.filter(grid__status__in=GridStatus.living())

    def around(self, lon: float, lat: float, margin: float) -> Self:
        """Boundaries whose frame, widened by ``margin`` degrees, holds the point: the first cut, by index."""
        return self.filter(
            west__lte=lon + margin, east__gte=lon - margin, south__lte=lat + margin, north__gte=lat - margin
        )
