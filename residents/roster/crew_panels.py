"""The crew on a vessel's page, the vessel on a person's page, the persons on board on a vessel grid's page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.panels import Panel, grid_panels, person_panels, vessel_panels
from grids.tree.choices import ExclusiveType
from residents.roster import crew, rules
from residents.roster.models import VesselCrew

SHOWN = 40


def on_vessel(request: HttpRequest, vessel: Any) -> dict[str, Any] | None:
    """Who is on board, captain first, with the way to note who came and who left."""
    user = request.user
    if not user.has_perm(Permission.VIEW_ROSTER, vessel.grid):
        return None
    rows = VesselCrew.objects.active().filter(vessel=vessel).select_related("person").order_by("role", "pk")
    count = rows.count()
    decision = crew.may_man(user, vessel)
    return {
        "crew_count": count,
        "crew": [
            {
                "name": rules.shown_name(user, vessel.grid, row.person.name),
                "role": row.get_role_display(),
                "since": row.starts_on,
                "leave_url": reverse("residents:vesselcrew-leave", args=[row.pk]) if decision else "",
            }
            for row in rows[:SHOWN]
        ],
        "find_url": reverse("residents:vesselcrew-find", args=[vessel.pk]) if decision else "",
        "list_url": f"{reverse('residents:vesselcrew-list')}?vessel={vessel.pk}",
    }


def on_person(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """On which vessels the person is and was, for those who see the vessel."""
    rows = VesselCrew.objects.restrict(request.user, Permission.VIEW_ROSTER).filter(person=person)
    voyages = list(rows.select_related("vessel").order_by("-starts_on", "-pk")[:10])
    return {"voyages": voyages} if voyages else None


def on_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """How many persons are on board in a vessel grid, leading to exactly those rows."""
    if grid.exclusive_type != ExclusiveType.VESSEL or not request.user.has_perm(Permission.VIEW_ROSTER, grid):
        return None
    return {
        "label": _("On board"),
        "value": VesselCrew.objects.active().under(grid).count(),
        "url": f"{reverse('residents:vesselcrew-list')}?grid={grid.code}",
        "icon_name": "ship",
    }


vessel_panels.register(Panel("crew", "residents/roster/vesselcrew_panel.html", on_vessel, order=10))
person_panels.register(Panel("vessels", "residents/roster/vesselcrew_person.html", on_person, order=80, area="side"))
grid_panels.register(Panel("crew", "grids/tree/grid_counter.html", on_grid, order=29, area="counter"))
