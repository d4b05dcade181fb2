"""What rental files add to the pages and acts of the rooms below them."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.actions import Action
from grids.common.chips import Chip, chip_of, risk_chip
from grids.common.clock import today
from grids.common.panels import Panel, Panels, grid_panels, household_panels
from residents.rentals import retention, rules  # noqa: F401  the limits of this room
from residents.rentals.choices import FileStatus
from residents.rentals.models import RentalFile
from residents.rentals.reports import figures
from residents.rentals.services.tenants import end_where_gone
from residents.roster.boards import dwelling_marks
from residents.roster.choices import DwellingUse
from residents.roster.services import homes_changed, kept_let

rental_panels = Panels()


def on_household(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """That the dwelling is let, its colour and its next check; to those who keep files, the way to open one."""
    user, grid, dwelling = request.user, household.grid, household.dwelling
    if not user.has_perm(Permission.VIEW_RENTALS, grid):
        return None
    file = RentalFile.objects.kept().filter(dwelling=dwelling).first()
    keeps = bool(rules.may_inspect(user, grid))
    is_let = dwelling.use == DwellingUse.LET
    if file is None:
        if not is_let and not keeps:
            return None
        url = reverse("residents:rentalfile-create", args=[dwelling.pk])
        action = Action(_("Open a rental file"), url, icon="folder-plus", style="secondary" if is_let else "quiet")
        return {"file": None, "is_let": is_let, "actions": [action] if keeps else []}
    check = Action(_("Check"), reverse("residents:rentalfile-check", args=[file.pk]), icon="clipboard-check")
    late = None
    if file.status == FileStatus.ACTIVE:
        late = rules.due_chip(file.next_check_on, file.colour, on=today(), cycle=settings.RENTAL_CYCLE_DAYS)
    return {
        "file": file,
        "is_let": True,
        "colour": risk_chip(file.colour),
        "status": chip_of(FileStatus, file.status) if file.status != FileStatus.ACTIVE else None,
        "late": late,
        "actions": [check] if keeps else [],
    }


def on_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """Rental dwellings of the subtree: how many, how many red, how many overdue."""
    if not request.user.has_perm(Permission.VIEW_RENTALS, grid):
        return None
    numbers = figures(grid, today=today())
    return {
        "label": _("Rental dwellings"),
        "value": f"{numbers['files']:,}",
        "unit": "",
        "note": _("%(red)s red, %(overdue)s overdue") % {"red": numbers["red"], "overdue": numbers["overdue"]},
        "url": f"{reverse('residents:rentalfile-list')}?grid={grid.code}",
        "tone": "alarm" if numbers["overdue"] else "",
    }


def on_board(user: Any, dwellings: list[Any]) -> dict[int, Chip]:
    """The colour of each rental dwelling on the board of a building, where the user may see rental files. One query."""
    files = RentalFile.objects.kept().restrict(user, Permission.VIEW_RENTALS).filter(dwelling__in=dwellings)
    found = {}
    for dwelling, colour in files.values_list("dwelling", "colour"):
        chip = risk_chip(colour)
        found[dwelling] = Chip(_("Let: %(colour)s") % {"colour": chip}, chip.tone)
    return found


def staying_let(dwellings: Collection[int]) -> dict[int, str]:
    """Those with a file that is kept: closing it gives the dwelling its use back."""
    kept = RentalFile.objects.kept().filter(dwelling__in=dwellings).order_by()
    reason = _("A rental file is kept for this dwelling. Close the file first: “No longer rented out”.")
    return dict.fromkeys(kept.values_list("dwelling", flat=True), reason)


household_panels.register(
    Panel("rentals", "residents/rentals/household_panel.html", on_household, order=15, area="side")
)
grid_panels.register(Panel("rentals", "residents/rentals/grid_counter.html", on_grid, order=45, area="counter"))

# Whoever has moved rents here no longer.
if end_where_gone not in homes_changed:
    homes_changed.append(end_where_gone)
# What the file is kept for is let, whoever says otherwise.
if staying_let not in kept_let:
    kept_let.append(staying_let)
if on_board not in dwelling_marks:
    dwelling_marks.append(on_board)
