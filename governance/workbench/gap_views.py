"""Where the work falls behind, for whoever can mend it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.workbench.gaps import POWER, Gap, doors_behind, gaps_of
from grids.common.clock import now
from grids.common.pages import Page, ScopedMixin
from residents.roster.rules import shown_household, shown_name

DOORS_SHOWN = 60


class FallingBehind(Page, ScopedMixin, TemplateView):
    """By grid and by kind; a number opens its doors. Persons are named where a grid has nobody, and nowhere else."""

    permission = POWER
    template_name = "governance/workbench/gaps.html"
    title = _("Where help is needed")
    intro = _("What is behind, by grid. Press a number to see the doors; help the grid, do not count its people.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, moment, asked = self.request.user, now(), self.request.GET
        rows = gaps_of(user, now=moment)
        chosen = None
        if asked.get("kind"):
            grid = next((row.grid for row in rows if row.grid.code == asked.get("grid")), None)
            if grid is None or asked["kind"] not in Gap.values:
                raise Http404
            chosen = self._doors(user, Gap(asked["kind"]), grid, moment)
        return super().get_context_data(
            rows=rows,
            heads=list(Gap),
            totals=[(gap, sum(dict(row.numbers)[gap] for row in rows)) for gap in Gap],
            chosen=chosen,
            **context,
        )

    def _doors(self, user: Any, gap: Gap, grid: Any, moment: Any) -> dict[str, Any]:
        homes = doors_behind(user, gap, now=moment).under(grid).with_place().with_head().in_reading_order()
        listed = list(homes[: DOORS_SHOWN + 1])
        return {
            "title": gap.label,
            "grid": grid,
            "more": len(listed) > DOORS_SHOWN,
            "doors": [
                {
                    "door": shown_household(user, home),
                    "head": shown_name(user, home.grid, home.head_name),
                    "url": reverse("residents:household-detail", args=[home.pk]),
                }
                for home in listed[:DOORS_SHOWN]
            ],
        }
