"""What a member wrote on his sheet of paper, entered by the community (domain.md 5)."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.decisions import Decision
from grids.common.forms import Form
from grids.common.views import Action, ActionPage, Crumb
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.rules import member_name
from residents.roster.models import Household
from residents.roster.rules import shown_household
from residents.visits import rules, services
from residents.visits.choices import Outcome


class DoorChoice(forms.ModelChoiceField):
    """One of the member's households by its door."""

    def label_from_instance(self, obj: Any) -> str:
        return shown_household(None, obj)


class SheetForm(Form):
    """One line of the sheet."""

    household = DoorChoice(Household.objects.none(), label=_("Household"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, initial=Outcome.MET)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=rules.NOTE_MAXIMUM, widget=forms.Textarea(attrs={"rows": 2})
    )
    needs = forms.CharField(
        label=_("What does the household need?"),
        required=False,
        help_text=_("One need a line. Afterwards each can be reported as an affair."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    occurred_at = forms.DateTimeField(
        label=_("Time of the visit"), required=False, help_text=_("Leave open for now; up to 48 hours back.")
    )
    invited = forms.BooleanField(label=_("At the household's invitation"), required=False)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    wording_checked = forms.BooleanField(label=_("I have checked the wording; store it like this."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = ContactAssignment.objects.serving().filter(member=self.subject).order_by().values("household")
        households = Household.objects.active().restrict(self.user, Permission.EDIT_ROSTER).filter(pk__in=served)
        self.fields["household"].queryset = households.with_place().in_reading_order()
        said = [str(self.data.get(self.add_prefix(name), "")) for name in ("note", "needs")]
        self.warnings = rules.wording_warnings("\n".join(said))
        if not self.warnings:
            del self.fields["wording_checked"]

    def clean(self) -> dict[str, Any]:
        """V7 warns and blocks nothing: whoever has checked the wording stores it."""
        values = super().clean() or self.cleaned_data
        if self.warnings and not values.get("wording_checked"):
            self.add_error("note", [*self.warnings])
        return values


class EnterForMember(ActionPage):
    """Line by line; the page comes back for the next household of the sheet."""

    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    form_class = SheetForm
    title = _("Enter the member's sheet")
    intro = _("You are noted as the one who entered it, the member as the one who was at the door.")
    submit_label = _("Save and go on")
    success_message = _("Saved. The next household, please.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "person")

    def decide(self, obj: ContactMember) -> Decision:
        return rules.may_enter_for(self.request.user, obj, obj.grid)

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(member_name(self.request.user, self.object), self.object.get_absolute_url())]

    def get_actions(self) -> list[Action]:
        url = reverse("governance:member-paper", args=[self.object.pk])
        return [Action(_("List for the briefing"), url, icon="printer")]

    def get_initial(self) -> dict[str, Any]:
        return {"client_id": uuid.uuid4(), "outcome": Outcome.MET}

    def get_success_url(self, result: Any) -> str:
        return self.request.path

    def perform(self, obj: ContactMember, form: Any) -> Any:
        values = form.cleaned_data
        return services.log_visit(
            values["household"],
            actor=self.request.user,
            on_behalf_of=obj,
            client_id=values["client_id"] or uuid.uuid4(),
            outcome=values["outcome"],
            note=values["note"],
            needs=[line.strip() for line in values["needs"].splitlines() if line.strip()],
            occurred_at=values["occurred_at"],
            invited=values["invited"],
            late_reason=str(_("From the member's sheet of paper")) if values["occurred_at"] else "",
        )
