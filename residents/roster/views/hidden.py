"""Hidden values: shown for a minute and a purpose, or used whole to find somebody."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.actions import Crumb
from grids.common.clock import now
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.views import ActionPage, CreatePage
from residents.roster import rules, services
from residents.roster.forms import LookUpForm, RevealForm
from residents.roster.models import Person
from residents.roster.views.common import RosterForm
from residents.roster.views.persons import REVEALED, OnePerson

REVEAL_SECONDS = 60


class PersonReveal(OnePerson, ActionPage):
    """Asks what the value is needed for; the next page shows it once."""

    form_class = RevealForm
    title = _("Show a hidden value")
    intro = _(
        "The value is shown for 60 seconds. Your name, the time and the purpose are kept in the audit trail for good."
    )
    submit_label = _("Show it for 60 seconds")

    def load(self) -> None:
        super().load()
        if self.kwargs["field"] not in rules.REVEALABLE:
            raise Http404

    def decide(self, obj: Person) -> Decision:
        return rules.may_reveal(self.request.user, self.grid)

    def perform(self, obj: Person, form: Any) -> None:
        field = self.kwargs["field"]
        services.reveal(obj, field, actor=self.request.user, purpose=form.cleaned_data["purpose"])
        until = (now() + timedelta(seconds=REVEAL_SECONDS)).timestamp()
        self.request.session[REVEALED] = {"person": obj.pk, "field": field, "until": until}


class PersonLookUp(RosterForm, CreatePage):
    """Find somebody by the whole identity number; the number travels in the body and stands in no address."""

    form_class = LookUpForm
    title = _("Find by identity number")
    intro = _("Enter the whole number. Every look-up is kept in the audit trail.")
    submit_label = _("Find")
    template_name = "residents/roster/person_lookup.html"
    found: Sequence[Person] = ()

    def decide(self) -> Decision:
        if scope_of(self.request.user, Permission.REVEAL_PERSONAL):
            return Allowed()
        return Denied(rules.MAY_NOT_REVEAL)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Persons"), reverse("residents:person-list"))]

    def get_back_url(self) -> str:
        return reverse("residents:person-list")

    def perform(self, form: Any) -> Person:
        found = services.look_up(form.cleaned_data["id_number"], actor=self.request.user)
        if not found:
            raise ValidationError({"id_number": _("Nobody in your grids has this identity number.")})
        if len(found) > 1:
            self.found = found
            raise ValidationError({"id_number": _("Several records have this identity number. Open the right one.")})
        return found[0]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get_success_url(self, result: Person) -> str:
        return reverse("residents:person-detail", args=[result.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(found=self.found, **context)
