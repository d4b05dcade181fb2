"""The joint-family member's own pages: the households that he is the contact of, and nothing else."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from grids.access.choices import Permission
from grids.common.chips import chip_of
from grids.common.clock import now
from grids.common.views import Action, Crumb, DetailPage, Page, ScopedMixin
from residents.contacts.choices import ContactRole
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household
from residents.roster.rules import shown_household
from residents.visits import rules
from residents.visits.choices import Outcome
from residents.visits.doors import door_cards, for_cards, waiting_chip
from residents.visits.links import report_url
from residents.visits.models import Encounter
from residents.visits.needs import need_lines
from residents.visits.panels import task_lines

VISITS_SHOWN = 10


class MyHouseholds(Page, ScopedMixin, TemplateView):
    """Phone first: every door with one button; those that wait longest come first."""

    permission = Permission.SERVE_HOUSEHOLDS
    template_name = "residents/visits/contact_mine.html"
    title = _("My households")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        assignments = list(ContactAssignment.objects.of_user(user).order_by("pk"))
        cards = {one.household_id: reverse("residents:contact-card", args=[one.pk]) for one in assignments}
        backups = {one.household_id for one in assignments if one.role == ContactRole.BACKUP}
        households = list(for_cards(Household.objects.filter(pk__in=cards)).in_reading_order())
        moment = now()
        due = [one for one in households if rules.is_due(one.next_due_at, now=moment)]
        fresh = [one for one in households if rules.too_soon(one.last_visited_at, now=moment)]

        def drawn(some: list[Any]) -> list[Any]:
            return door_cards(some, user, back=self.request.path, cards=cards)

        waiting = [one for one in households if one.pk not in backups and one in due]
        others = [one for one in households if one.pk not in backups and one not in due]
        return super().get_context_data(
            number=len(households) - len(backups),
            due_number=len(waiting),
            fresh_number=len([one for one in fresh if one.pk not in backups]),
            interval=rules.ROUTINE_INTERVAL.days,
            cycle=rules.ORDINARY_CYCLE.days,
            groups=[
                (_("Due for a visit"), drawn(waiting)),
                (_("Visited lately"), drawn(others)),
                (_("As backup contact"), drawn([one for one in households if one.pk in backups])),
            ],
            **context,
        )


class HouseholdCard(DetailPage):
    """One of his households as its contact sees it; a foreign one, or one he no longer contacts, is 404."""

    template_name = "residents/visits/contact_card.html"

    def get_queryset(self) -> QuerySet:
        return ContactAssignment.objects.of_user(self.request.user).with_place()

    @property
    def household(self) -> Household:
        return self.object.household

    def get_title(self) -> str:
        return shown_household(None, self.household)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("My households"), reverse("residents:contact-mine"))]

    def get_actions(self) -> list[Action]:
        log = reverse("residents:encounter-log", args=[self.household.pk]) + f"?next={self.request.path}"
        actions = [Action(_("Log a visit"), log, style="primary", icon="footprints")]
        if url := report_url(self.household.pk):
            actions.append(Action(_("Report an affair"), url, icon="circle-plus"))
        must = reverse("residents:visittask-raise", args=[self.household.pk])
        actions.append(Action(_("Must go there"), must, icon="siren"))
        return actions

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        household = for_cards(Household.objects.filter(pk=self.household.pk)).get()
        persons = household.residencies.active().select_related("person")
        visits = Encounter.objects.current().filter(household=household).select_related("visitor")[:VISITS_SHOWN]
        own = self.request.user.pk
        return super().get_context_data(
            household=household,
            needs=need_lines(self.request.user, household, household.needs.all()[:VISITS_SHOWN]),
            tasks=task_lines(household.visit_tasks.open()),
            waiting=waiting_chip(household.last_visited_at, household.next_due_at),
            role=self.object.get_role_display(),
            since=self.object.starts_on,
            persons=[{"name": one.person.name, "relation": one.get_relation_display()} for one in persons],
            visits=[
                {
                    "title": visit.get_kind_display(),
                    "at": visit.occurred_at,
                    "who": visit.visitor.get_full_name(),
                    # He reads what he wrote himself; of others' visits he knows who came when (V6).
                    "note": visit.note if visit.visitor_id == own else "",
                    "icon": "footprints",
                    "chip": chip_of(Outcome, visit.outcome),
                    "current": False,
                }
                for visit in visits
            ],
            **context,
        )
