"""Where a grid ends on the ground (domain.md M05). All of it is public."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.models import Versioned
from grids.common.privacy import C1
from grids.maps.querysets import GridBoundaryQuerySet


class GridBoundary(Versioned):
    """The boundary of one grid in WGS-84 degrees; what a file says in GCJ-02 is converted before it gets here.

    ``shape`` is a GeoJSON Polygon or MultiPolygon, seven decimals (about a centimetre). ``sketch`` is the same with few
    corners, for drawing. ``west`` to ``north`` are the frame, for the first cut of a search by point.
    """

    grid = models.OneToOneField("grids.Grid", models.PROTECT, related_name="boundary", verbose_name=_("grid"))
    shape = models.JSONField(_("boundary"))
    sketch = models.JSONField(editable=False)
    west = models.FloatField(editable=False)
    south = models.FloatField(editable=False)
    east = models.FloatField(editable=False)
    north = models.FloatField(editable=False)
    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), default=today)

    data_classes = {C1: "grid shape sketch west south east north source licence valid_from"}

    objects = GridBoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("boundary of a grid")
        verbose_name_plural = _("boundaries of grids")
        ordering = ["grid__code"]
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="boundary_frame")]
        constraints = [
            models.CheckConstraint(
                condition=Q(west__lt=F("east")) & Q(south__lt=F("north")), name="boundary_frame_has_an_area"
            ),
        ]

    def __str__(self) -> str:
        return str(self.grid)
