"""What affairs add to the pages of households and grids."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState
from governance.affairs.guards import may_report
from governance.affairs.models import Affair
from governance.affairs.tables import shown_text
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Action
from grids.common.chips import chip_of
from grids.common.clock import now
from grids.common.panels import Panel, Panels, grid_panels, household_panels
from residents.roster.choices import HouseholdStatus

SHOWN = 5
# What upper rooms add to an affair's page.
affair_panels = Panels()


def on_household(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The newest affairs of the household, and the way to report one for it."""
    user = request.user
    affairs = Affair.objects.restrict(user, Permission.VIEW_AFFAIRS).filter(household=household)
    url = reverse("governance:affair-report") + f"?household={household.pk}"
    decision = may_report(user, household.grid)
    reports = bool(decision) and household.status == HouseholdStatus.ACTIVE
    if not user.has_perm(Permission.VIEW_AFFAIRS, household.grid) and not reports and not affairs.exists():
        return None
    return {
        "affair_count": affairs.count(),
        "affairs": [
            {
                "url": affair.get_absolute_url(),
                "text": shown_text(user, affair),
                "reported_at": affair.reported_at,
                "chip": chip_of(AffairState, affair.state),
            }
            for affair in affairs.for_list()[:SHOWN]
        ],
        "affair_actions": [Action(_("Report an affair"), url, decision, icon="megaphone")] if reports else [],
    }


def open_counter(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    rows = Affair.objects.open()
    return _counter(request, grid, rows, "open", label=_("Open affairs"), icon_name="clipboard-list")


def overdue_counter(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    rows = Affair.objects.overdue(now=now())
    tile = _counter(request, grid, rows, "overdue", label=_("Overdue affairs"), icon_name="clock-alert")
    return tile and tile | {"tone": "alarm" if tile["value"] else ""}


def _counter(request: HttpRequest, grid: Any, rows: Any, view: str, **words: Any) -> dict[str, Any] | None:
    """A tile that opens exactly the rows it counts; None where the user sees nothing of the grid's affairs."""
    scope = scope_of(request.user, Permission.VIEW_AFFAIRS)
    if not scope.holds(grid.code):
        return None
    value = rows.restrict(request.user, Permission.VIEW_AFFAIRS).under(grid).count()
    return {"value": value, "url": reverse("governance:affair-list") + f"?grid={grid.code}&view={view}", **words}


household_panels.register(Panel("affairs", "governance/affairs/household_panel.html", on_household, order=60))
TILE = "governance/affairs/grid_counter.html"
grid_panels.register(Panel("affairs-open", TILE, open_counter, order=50, area="counter"))
grid_panels.register(Panel("affairs-overdue", TILE, overdue_counter, order=51, area="counter"))
