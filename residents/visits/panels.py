"""What visits add to the pages below them, and where upper rooms add to the page of a visit."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.actions import Action
from grids.common.chips import chip_of
from grids.common.clock import now, today
from grids.common.panels import Panel, Panels, grid_panels, household_panels, person_panels
from grids.common.retention import start_of
from residents.roster.care import may_manage_care, sees_care
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household, Person
from residents.roster.services import household_closed
from residents.visits import arriving, rules
from residents.visits.choices import CareLevel, Outcome
from residents.visits.doors import due_chip
from residents.visits.models import CareLevelPlan, Encounter, HouseholdNeed, VisitTask
from residents.visits.needs import need_lines
from residents.visits.querysets import is_contact_of, with_due
from residents.visits.services import cancel_on_closing, end_plan_on_closing

encounter_panels = Panels()

VISITS_SHOWN = 5
NEEDS_SHOWN = 5
# So long before its review a care plan says so.
REVIEW_SOON_DAYS = 30
LATELY = timedelta(days=30)


def on_household(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The newest visits, and what the household asked for."""
    user, grid = request.user, household.grid
    visits = list(
        Encounter.objects.visible_to(user)
        .current()
        .filter(household=household)
        .select_related("visitor")[:VISITS_SHOWN]
    )
    may_read = user.has_perm(Permission.VIEW_VISITS, grid)
    if not may_read and not visits:
        return None
    needs = HouseholdNeed.objects.filter(household=household)[:NEEDS_SHOWN] if may_read else []
    return {
        "visits": [
            {
                "url": visit.get_absolute_url(),
                "at": visit.occurred_at,
                "kind": visit.get_kind_display(),
                "chip": chip_of(Outcome, visit.outcome),
                "who": visit.visitor.get_full_name(),
                "note": visit.note,
            }
            for visit in visits
        ],
        "all_url": f"{reverse('residents:encounter-list')}?household={household.pk}" if may_read else "",
        "needs": need_lines(user, household, needs),
    }


def care_of(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The care level and why, for those with a care duty; everybody else who visits sees when somebody is due."""
    user, grid = request.user, household.grid
    if household.status != HouseholdStatus.ACTIVE:
        return None
    sees = sees_care(user, grid)
    if not sees and not user.has_perm(Permission.VIEW_VISITS, grid) and not user.has_perm(Permission.LOG_VISITS, grid):
        return None
    known = with_due(Household.objects.filter(pk=household.pk)).get()
    shown: dict[str, Any] = {"due": due_chip(known), "sees": sees}
    if not sees:
        return shown
    plan = CareLevelPlan.objects.current().filter(household=household).select_related("set_by").first()
    may = may_manage_care(user, grid)
    set_url = reverse("residents:careplan-set", args=[household.pk])
    actions = [Action(_("Set the care level"), set_url, may, icon="heart-handshake")]
    if plan is not None:
        end_url = reverse("residents:careplan-end", args=[plan.pk])
        actions.append(Action(_("End the care plan"), end_url, may, icon="circle-x", style="quiet"))
    return {
        **shown,
        "plan": plan,
        "level": chip_of(CareLevel, known.care_level),
        "review_soon": plan is not None and (plan.review_on - today()).days <= REVIEW_SOON_DAYS,
        "actions": actions if may else [],
    }


def at_the_door(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The button of the page's head for whoever may log a visit to this household: what a phone is opened for."""
    user = request.user
    decision = rules.may_log(
        user,
        household.grid,
        is_contact=is_contact_of(user, household),
        is_active=household.status == HouseholdStatus.ACTIVE,
    )
    if not decision:
        return None
    url = f"{reverse('residents:encounter-log', args=[household.pk])}?next={request.path}"
    return {"actions": [Action(_("Log a visit"), url, style="primary", icon="footprints")]}


def owed_here(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """Visits that are owed to this household now, above everything else."""
    rows = task_lines(VisitTask.objects.visible_to(request.user).open().filter(household=household))
    return {"tasks": rows} if rows else None


def task_lines(tasks: Iterable[VisitTask]) -> list[dict[str, Any]]:
    """Rows of ``residents/visits/task_panel.html``."""
    moment = now()
    return [
        {"url": task.get_absolute_url(), "trigger": task.get_trigger_display(), "due": task.due_at, "times": task.times}
        | {"chip": arriving.clock_chip(task, now=moment)}
        for task in tasks
    ]


def send_somebody(request: HttpRequest, household: Any) -> dict[str, Any] | None:
    """The button of whoever may tell that somebody must go there."""
    user = request.user
    decision = arriving.may_raise(
        user,
        household.grid,
        is_contact=is_contact_of(user, household),
        is_active=household.status == HouseholdStatus.ACTIVE,
    )
    if not decision:
        return None
    url = reverse("residents:visittask-raise", args=[household.pk])
    return {"actions": [Action(_("Must go there"), url, icon="siren")]}


def on_person(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """In which visits the person was met."""
    records = Person.objects.with_merged(person.pk)
    visits = Encounter.objects.visible_to(request.user).current().filter(person__in=records).select_related("visitor")
    rows = list(visits[:VISITS_SHOWN])
    if not rows:
        return None
    return {
        "visits": [
            {"url": row.get_absolute_url(), "at": row.occurred_at, "who": row.visitor.get_full_name()} for row in rows
        ]
    }


def on_grid(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """Visits of the last 30 days in the subtree, and how many of them were effective (V2)."""
    if not request.user.has_perm(Permission.VIEW_VISITS, grid):
        return None
    first_day = today() - LATELY
    since = start_of(first_day)
    lately = Encounter.objects.current().under(grid).filter(occurred_at__gte=since).order_by()
    effective = Encounter.objects.effective().under(grid).filter(occurred_at__gte=since).order_by()
    numbers = lately.aggregate(all=Count("pk"), effective=Count("pk", filter=Q(pk__in=effective.values("pk"))))
    return {
        "label": _("Visits in 30 days"),
        "value": f"{numbers['all']:,}",
        "unit": "",
        "note": _("%(count)s of them effective") % {"count": f"{numbers['effective']:,}"},
        "url": f"{reverse('residents:encounter-list')}?grid={grid.code}&period_after={first_day.isoformat()}",
        "tone": "",
    }


household_panels.register(Panel("log-visit", "", at_the_door, order=10, area="head"))
household_panels.register(Panel("visit-tasks", "residents/visits/task_panel.html", owed_here, order=5))
household_panels.register(Panel("must-arrive", "", send_somebody, order=12, area="head"))
household_panels.register(Panel("care-level", "residents/visits/care_panel.html", care_of, order=12, area="side"))
household_panels.register(Panel("visits", "residents/visits/household_panel.html", on_household, order=10))
person_panels.register(Panel("visits", "residents/visits/person_panel.html", on_person, order=50, area="side"))
grid_panels.register(Panel("visits", "residents/visits/grid_counter.html", on_grid, order=40, area="counter"))

# Where nobody lives any more nobody is visited.
if cancel_on_closing not in household_closed:
    household_closed.append(cancel_on_closing)
if end_plan_on_closing not in household_closed:
    household_closed.append(end_plan_on_closing)
