"""The doors somebody should go to (走访清单): due first, in the order of the stairs."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.views import ListPage
from residents.roster.models import Household
from residents.visits.doors import for_cards
from residents.visits.duefilters import DueFilter
from residents.visits.duetables import DueTable

BUILDINGS_SHOWN = 30


class DueList(ListPage):
    permission = Permission.LOG_VISITS
    model = Household
    table_class = DueTable
    filterset_class = DueFilter
    template_name = "residents/visits/due_list.html"
    title = _("Doors to visit")
    intro = _("Who is due for a visit, building by building and floor by floor. A door leads straight to the form.")
    unit = npgettext_lazy("number of", "household", "households")
    empty_title = _("Nobody is due")
    empty_text = _("Look at the coming days, or at all doors.")
    # Care levels are of class C4.
    sensitive_export = True

    def get_queryset(self) -> QuerySet:
        return for_cards(super().get_queryset().active())

    def get_table_options(self) -> dict[str, Any]:
        """Without a care duty anywhere there is no such column."""
        return {} if scope_of(self.request.user, Permission.VIEW_CARE) else {"exclude": ("care_level",)}

    def buildings(self) -> list[dict[str, Any]]:
        """The buildings of the list with the number of their doors, each the way to narrow it."""
        building = "dwelling__unit__building"
        rows = self._filtered()[1].order_by().values(building, f"{building}__name")
        counted = rows.annotate(doors=Count("pk")).order_by(f"{building}__name", building)[:BUILDINGS_SHOWN]
        kept = {key: value for key, value in self.request.GET.items() if key in ("due", "what", "level", "grid")}
        return [
            {
                "name": row[f"{building}__name"],
                "doors": row["doors"],
                "url": f"?{urlencode({**kept, 'building': row[building]})}",
            }
            for row in counted
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(buildings=self.buildings(), **context)
