"""The building board: scan a building, open a household."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.pages import grid_crumbs
from grids.common.views import DetailPage
from grids.places.models import Building
from residents.roster.boards import board_of, totals
from residents.roster.models import Dwelling


class BuildingBoard(DetailPage):
    """Floors by doors for each unit; one cell a dwelling, by colour, shape and word."""

    permission = Permission.VIEW_ROSTER
    model = Building
    template_name = "residents/roster/building_board.html"

    def get_queryset(self) -> QuerySet:
        """Buildings in the scope, and those of which only some dwellings are (the liaison's own stairs)."""
        user = self.request.user
        seen = Dwelling.objects.restrict(user, Permission.VIEW_ROSTER).order_by().values("unit__building")
        whole = Building.objects.restrict(user, Permission.VIEW_ROSTER).order_by().values("pk")
        return Building.objects.filter(Q(pk__in=whole) | Q(pk__in=seen)).select_related("grid__parent", "compound")

    def get_title(self) -> str:
        return str(_("%(building)s: board")) % {"building": self.object.name}

    def get_breadcrumb(self) -> list[Crumb]:
        return grid_crumbs(self.object.grid, self.request.user, Permission.VIEW_GRIDS)

    def get_actions(self) -> list[Action]:
        building = self.object
        address = reverse("residents:household-list") + f"?building={building.name}&grid={building.grid.code}"
        return [Action(_("As a list"), address, icon="list", style="quiet")]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        stairs = board_of(self.object, self.request.user)
        return super().get_context_data(stairs=stairs, totals=totals(stairs), **context)
