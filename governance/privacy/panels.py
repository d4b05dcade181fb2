"""What this room adds to pages: who saw a person, his requests and holds; those of a landlord; holds of an affair."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.affairs.panels import affair_panels
from governance.privacy import jobs, retention  # noqa: F401 - they register themselves
from governance.privacy.choices import RequestState
from governance.privacy.models import Disclosure, LegalHold, SubjectRequest
from governance.privacy.reports import seen
from governance.privacy.rules import may_manage, may_register, may_register_landlord, may_see_disclosures
from grids.common.actions import Action
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision
from grids.common.panels import Panel, person_panels
from grids.tree.choices import Level
from residents.rentals.landlords import is_same_landlord
from residents.rentals.panels import rental_panels
from residents.roster.services import grid_of

SHOWN = 5


def who_saw(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """The last reveals of the person's hidden values, for those who may ask."""
    if not may_see_disclosures(request.user, grid_of(person)):
        return None
    shown = Disclosure.objects.of_person(person)
    return {
        "seen": [seen(entry) for entry in shown[:SHOWN]],
        "seen_count": shown.count(),
        "seen_url": reverse("governance:disclosure-person", args=[person.pk]),
    }


def holds_on(request: HttpRequest, affair: Any) -> dict[str, Any] | None:
    """Whether the affair is under a hold, and the way to place one."""
    if not may_manage(request.user, affair.grid):
        return None
    hold = reverse("governance:legalhold-affair", args=[affair.pk])
    held = list(LegalHold.objects.in_force(today()).filter(affair=affair))
    place = Action(_("Place a legal hold"), hold, style="quiet", icon="lock")
    return {"holds": held, "privacy_actions": [] if held else [place]}


def requests_of(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """Requests about the person's data, the holds on it, and what may be begun."""
    grid = grid_of(person)
    if not may_manage(request.user, grid):
        return None
    holds = list(LegalHold.objects.in_force(today()).filter(person=person))
    acts = _acts(person, may_register(request.user, grid, person), "create", "person")
    return {
        "heading": _("Personal data"),
        "asked": _lines(person.subject_requests.order_by("-received_on", "-pk")[:SHOWN]),
        "holds": holds,
        "privacy_actions": acts[:1] if holds else acts,
    }


def requests_of_landlord(request: HttpRequest, file: Any) -> dict[str, Any] | None:
    """The same on a rental file, for the landlord whom it names: what was asked and held by any file of his."""
    if not may_manage(request.user, file.grid):
        return None
    community = file.grid.code[: Level.COMMUNITY.digits]

    def his(rows: QuerySet) -> list[Any]:
        near = rows.filter(landlord_of__isnull=False, grid__code__startswith=community)
        return [one for one in near.select_related("landlord_of") if is_same_landlord(one.landlord_of, file)]

    asked = his(SubjectRequest.objects.order_by("-received_on", "-pk"))
    holds = his(LegalHold.objects.in_force(today()))
    acts = _acts(file, may_register_landlord(request.user, file), "landlord", "landlord")
    return {
        "heading": _("Data of the landlord"),
        "asked": _lines(asked[:SHOWN]),
        "holds": holds,
        "privacy_actions": acts[:1] if holds else acts,
    }


def _lines(asked: Iterable[SubjectRequest]) -> list[dict[str, Any]]:
    return [
        {
            "url": one.get_absolute_url(),
            "kind": one.get_kind_display(),
            "received_on": one.received_on,
            "chip": chip_of(RequestState, one.state),
        }
        for one in asked
    ]


def _acts(subject: Any, decision: Decision, ask: str, hold: str) -> list[Action]:
    """To ask, and to hold: what is held already is not offered to be held again."""
    asking = reverse(f"governance:subjectrequest-{ask}", args=[subject.pk])
    holding = reverse(f"governance:legalhold-{hold}", args=[subject.pk])
    return [
        Action(_("Register a request"), asking, decision, icon="file-question-mark"),
        Action(_("Place a legal hold"), holding, decision, style="quiet", icon="lock"),
    ]


person_panels.register(Panel("who-saw", "governance/privacy/who_saw_panel.html", who_saw, order=90, area="main"))
person_panels.register(Panel("privacy", "governance/privacy/person_panel.html", requests_of, order=95, area="side"))
affair_panels.register(Panel("holds", "governance/privacy/affair_panel.html", holds_on, order=95, area="side"))
rental_panels.register(
    Panel("privacy", "governance/privacy/person_panel.html", requests_of_landlord, order=95, area="side")
)
