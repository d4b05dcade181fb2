"""What the roster adds to a grid's page: how many households and persons, each leading to exactly those rows."""

from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action
from grids.common.panels import Panel, building_panels, grid_panels
from grids.places.models import Building
from grids.tree.choices import Level
from residents.roster.models import CareTag, Household, Residency


def households_counter(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    rows = Household.objects.active()
    return _counter(request, grid, rows, "household-list", label=_("Households"), icon_name="house")


def persons_counter(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    rows = Residency.objects.active()
    return _counter(request, grid, rows, "person-list", label=_("Persons"), icon_name="users")


def _counter(request: HttpRequest, grid: Any, rows: Any, name: str, **words: Any) -> dict[str, Any] | None:
    """The tile's variables, or None where the user sees nothing of the grid's roster."""
    scope = scope_of(request.user, Permission.VIEW_ROSTER)
    if not (scope.holds(grid.code) or any(prefix.startswith(grid.prefix) for prefix in scope.prefixes)):
        return None
    # The list narrows a link to a grid that the user holds; above it, its own scope is the narrower one.
    query = f"?grid={grid.code}" if scope.holds(grid.code) else ""
    value = rows.restrict(request.user, Permission.VIEW_ROSTER).under(grid).count()
    return {"value": value, "url": reverse(f"residents:{name}") + query, **words}


def care_counter(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """How many persons have care tags: a number for everybody with the roster, a list for those with a care duty."""
    tile = _counter(request, grid, _cared_for(), "person-list", label=_("Care groups"), icon_name="heart-handshake")
    if tile is not None:
        sees = request.user.has_perm(Permission.VIEW_CARE, grid)
        tile["url"] = f"{reverse('residents:person-list')}?grid={grid.code}&care=any" if sees else ""
    return tile


def _cared_for() -> Any:
    tags = CareTag.objects.active().filter(person=OuterRef("person"))
    return Residency.objects.active().filter(Exists(tags))


def grid_acts(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """From the grid's page to who came and went in it."""
    if not scope_of(request.user, Permission.VIEW_ROSTER).holds(grid.code):
        return None
    url = f"{reverse('residents:population-changes')}?grid={grid.code}"
    return {"actions": [Action(_("Population changes"), url, style="quiet", icon="arrow-right-left")]}


def buildings_of_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """The boards of the buildings in a grid or micro-grid; above it there are too many."""
    scope = scope_of(request.user, Permission.VIEW_ROSTER)
    if grid.level < Level.GRID or not scope.holds(grid.code):
        return None
    buildings = Building.objects.under(grid).annotate(doors=Count("units__dwellings")).order_by("order", "name")
    listed = list(buildings.values_list("pk", "name", "doors")[:MOST_BOARDS])
    boards = [(name, reverse("residents:building-board", args=[pk]), doors) for pk, name, doors in listed]
    return {"boards": boards} if boards else None


def building_acts(request: HttpRequest, building: Any) -> dict[str, Any] | None:
    if not scope_of(request.user, Permission.VIEW_ROSTER).holds(building.grid.code):
        return None
    url = reverse("residents:building-board", args=[building.pk])
    return {"actions": [Action(_("Building board"), url, style="primary", icon="layout-grid")]}


MOST_BOARDS = 60
TILE = "residents/roster/grid_counter.html"
grid_panels.register(Panel("roster-households", TILE, households_counter, order=10, area="counter"))
grid_panels.register(Panel("roster-persons", TILE, persons_counter, order=11, area="counter"))
grid_panels.register(Panel("roster-care", TILE, care_counter, order=48, area="counter"))
grid_panels.register(Panel("roster-changes", "", grid_acts, order=30, area="head"))
grid_panels.register(Panel("roster-boards", "residents/roster/grid_boards.html", buildings_of_grid, order=20))
building_panels.register(Panel("roster-board", "", building_acts, order=10, area="head"))
