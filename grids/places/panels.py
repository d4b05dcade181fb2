"""What places add to the grid page: five of the nine numbers of M05, and the vessels of a vessel grid."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.common.chips import chip_of
from grids.common.panels import Panel, grid_panels
from grids.places import guards
from grids.places.choices import VesselStatus
from grids.places.models import Building, Organisation, Place, ServicePoint, Vessel
from grids.places.tables import open_chip
from grids.tree.choices import ExclusiveType

__all__ = ["guards"]
POINTS_SHOWN = 5


def _counter(rows: Any, grid: Any, kind: str, *, label: str, icon_name: str, group: str = "") -> dict[str, Any]:
    """A tile that opens exactly the rows it counts. Who opens the grid's page sees everything that stands below it."""
    chosen = f"&group={group}" if group else ""
    url = f"{reverse(f'grids:{kind}-list')}?grid={grid.code}{chosen}"
    return {"label": label, "value": rows.under(grid).count(), "url": url, "icon_name": icon_name}


def buildings(request: HttpRequest, grid: Any) -> dict[str, Any]:
    return _counter(Building.objects, grid, "building", label=_("Buildings"), icon_name="building-2")


def places(request: HttpRequest, grid: Any) -> dict[str, Any]:
    return _counter(Place.objects.open(), grid, "place", label=_("Places"), icon_name="store")


def schools(request: HttpRequest, grid: Any) -> dict[str, Any]:
    rows = Place.objects.open().schools()
    return _counter(rows, grid, "place", label=_("Schools"), icon_name="school", group="schools")


def markets(request: HttpRequest, grid: Any) -> dict[str, Any]:
    rows = Place.objects.open().markets()
    return _counter(rows, grid, "place", label=_("Markets"), icon_name="shopping-basket", group="markets")


def enterprises(request: HttpRequest, grid: Any) -> dict[str, Any]:
    rows = Organisation.objects.open().economic()
    return _counter(rows, grid, "organisation", label=_("Enterprises"), icon_name="factory", group="enterprises")


def vessels(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """The harbour in four numbers, on the page of a vessel grid."""
    if grid.exclusive_type != ExclusiveType.VESSEL:
        return None
    numbers = Vessel.objects.open().under(grid).numbers()
    board = reverse("grids:vessel-board", args=[grid.pk])
    return {
        "board_url": board,
        "numbers": [
            {"chip": chip_of(VesselStatus, status), "value": number, "url": f"{board}?status={status.value}"}
            for status, number in numbers.items()
        ],
    }


def service_points(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """The first service points of the subtree, with whether they are open."""
    rows = ServicePoint.objects.open().under(grid).order_by("kind", "grid__code", "name")
    points = list(rows[: POINTS_SHOWN + 1])
    if not points:
        return None
    return {
        "points": [{"point": point, "chip": open_chip(point)} for point in points[:POINTS_SHOWN]],
        "points_url": f"{reverse('grids:servicepoint-list')}?grid={grid.code}",
    }


TILE = "grids/tree/grid_counter.html"
# Households and persons stand at 10 and 11 (residents/roster), open affairs at 50 (governance/affairs).
grid_panels.register(Panel("buildings", TILE, buildings, order=12, area="counter"))
grid_panels.register(Panel("places", TILE, places, order=20, area="counter"))
grid_panels.register(Panel("schools", TILE, schools, order=21, area="counter"))
grid_panels.register(Panel("markets", TILE, markets, order=22, area="counter"))
grid_panels.register(Panel("enterprises", TILE, enterprises, order=23, area="counter"))
grid_panels.register(Panel("vessels", "grids/places/grid_vessels.html", vessels, order=10))
grid_panels.register(Panel("service-points", "grids/places/grid_points.html", service_points, order=20))
