"""What the double report adds to the pages of persons, households and grids."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.actions import Action
from grids.common.chips import chip_of
from grids.common.panels import Panel, grid_panels, household_panels, person_panels
from residents.roster.choices import HouseholdStatus
from residents.roster.services import grid_of, household_closed
from residents.volunteers import rules
from residents.volunteers.choices import CallState, ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.services import withdraw_on_closing

SHOWN = 5


def on_person(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """Whether the person has reported; to the desk also the way to enter it, and accounts that may be this person."""
    user, home = request.user, grid_of(person)
    if home is None or not user.has_perm(Permission.VIEW_VOLUNTEERS, home):
        return None
    seen = PartyMemberReport.objects.restrict(user, Permission.VIEW_VOLUNTEERS)
    report = seen.filter(person=person).with_person().with_service().order_by("over_at", "-pk").first()
    active = report is not None and report.state in ReportState.active()
    actions = []
    if rules.may_keep(user, home) and not active and person.deceased_on is None:
        url = reverse("residents:partymemberreport-create", args=[person.pk])
        actions.append(Action(_("Enter the report"), url, icon="user-plus"))
        unknown = seen.filter(person__isnull=True, state=ReportState.REPORTED, user__display_name=person.name)
        for one in unknown.order_by("pk")[:SHOWN]:
            connect = reverse("residents:partymemberreport-connect", args=[person.pk, one.pk])
            actions.insert(0, Action(_("Connect the report"), connect, style="primary", icon="link"))
    if report is None and not actions:
        return None
    return {
        "report": report,
        "chip": chip_of(ReportState, report.state) if report else None,
        "hours": rules.hours_in_words(report.half_hours) if report else "",
        "actions": actions,
    }


def on_household(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The household's wishes that run, and the way to publish one."""
    user = request.user
    if not user.has_perm(Permission.VIEW_VOLUNTEERS, household.grid):
        return None
    calls = ServiceCall.objects.running().filter(household=household).order_by("-pk")[:SHOWN]
    actions = []
    if household.status == HouseholdStatus.ACTIVE and rules.may_keep(user, household.grid):
        url = reverse("residents:servicecall-wish", args=[household.pk])
        actions.append(Action(_("Publish a wish"), url, icon="heart-handshake"))
    rows = [(call.title, call.get_absolute_url(), call.until_on, chip_of(CallState, call.state)) for call in calls]
    return {"calls": rows, "actions": actions} if rows or actions else None


def on_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """M21: how many members have reported, and how many claims were confirmed."""
    if not request.user.has_perm(Permission.VIEW_VOLUNTEERS, grid):
        return None
    members = PartyMemberReport.objects.accepted().under(grid).count()
    claims = (
        ServiceClaim.objects.under(grid)
        .order_by()
        .aggregate(
            claimed=Count("pk", filter=Q(state__in=ClaimState.live())),
            confirmed=Count("pk", filter=Q(state=ClaimState.CONFIRMED)),
        )
    )
    if not members and not claims["claimed"]:
        return None
    return {
        "label": _("Members who reported"),
        "value": f"{members:,}",
        "unit": "",
        "note": _("%(claimed)s claimed, %(confirmed)s of them confirmed")
        % {"claimed": f"{claims['claimed']:,}", "confirmed": f"{claims['confirmed']:,}"},
        "url": reverse("residents:partymemberreport-list") + f"?grid={grid.code}&state={ReportState.ACCEPTED.value}",
        "tone": "",
    }


person_panels.register(Panel("volunteers", "residents/volunteers/person_panel.html", on_person, order=45, area="side"))
household_panels.register(
    Panel("volunteers", "residents/volunteers/household_panel.html", on_household, order=40, area="side")
)
grid_panels.register(Panel("volunteers", "residents/volunteers/grid_counter.html", on_grid, order=45, area="counter"))

# Where nobody lives any more nobody has a wish.
if withdraw_on_closing not in household_closed:
    household_closed.append(withdraw_on_closing)
