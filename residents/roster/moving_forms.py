"""What is asked when a household or a person moves, leaves, or is set right."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.forms import Form, VersionedForm
from residents.roster.choices import DwellingUse, EndReason, InflowReason, Relation, ResidencyKind
from residents.roster.details import FIELDS, check_leaving_day, clean_details, county_name
from residents.roster.forms import QUIET, DoorPart, LeadingForm
from residents.roster.models import Residency


class HouseholdChangeForm(VersionedForm):
    """Correct what is known of a household; its door changes on a page of its own."""

    use = forms.ChoiceField(label=_("Use"), choices=[c for c in DwellingUse.choices if c[0] != DwellingUse.VACANT])
    opened_on = forms.DateField(label=_("Living here since"))
    note = forms.CharField(label=_("Note for those who visit"), required=False, max_length=200)
    # The use is that of the door, which another household or a rental file may have changed since.
    use_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """What is to be written: the use only where it is another one than was shown."""
        values = dict(self.cleaned_data)
        if values.pop("use_shown") == values["use"]:
            values["use"] = None
        return values


class MoveForm(DoorPart, LeadingForm, VersionedForm):
    """Another door for the whole household."""

    entered_wrongly = forms.TypedChoiceField(
        label=_("What happened?"),
        choices=[("", _("The household moved")), ("yes", _("The door had been entered wrongly"))],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    on = forms.DateField(label=_("Moved on"), required=False, help_text=_("Empty means today"))
    reason = forms.CharField(label=_("Remark"), max_length=200, required=False)
    asked_by_rule = ("building", "room")
    sections = (
        (_("New door"), ("grid", "building", "unit", "room", "floor")),
        ("", ("entered_wrongly", "on", "reason")),
    )


class MoveInForm(LeadingForm):
    """Somebody of the roster moves in."""

    relation = forms.ChoiceField(label=_("Relation to the head"), choices=())
    kind = forms.ChoiceField(label=_("Residency"), choices=ResidencyKind.choices)
    starts_on = forms.DateField(label=_("Moved in on"), required=False, help_text=_("Empty means today"))
    new_head = forms.ModelChoiceField(Residency.objects.none(), label=_("New head of household"), required=False)

    def __init__(self, *args: Any, successors: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [
            ("", _("Choose one")),
            *(c for c in Relation.choices if c[0] != Relation.HEAD),
        ]
        offer_successors(self, successors)


class PersonMoveForm(DoorPart, MoveInForm):
    """Somebody of the roster moves to another door: into the household there, or as the head of a new one."""

    asked_by_rule = ("building", "room")
    sections = (
        (_("New door"), ("grid", "building", "unit", "room", "floor")),
        (_("Person"), ("relation", "kind", "starts_on", "new_head")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relation = self.fields["relation"]
        relation.required = False
        relation.help_text = _("Only if a household lives there; otherwise the person is its head.")

    def lead_to(self, params: dict[str, Any]) -> list[tuple[str, str]]:
        address = reverse("residents:household-movein", args=[params["household"], self.subject.pk])
        return [(gettext("The household of %(name)s") % {"name": params["name"]}, address)]


class ResidencyForm(VersionedForm):
    """How and since when somebody lives in the household, and where his registration is."""

    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices)
    kind = forms.ChoiceField(label=_("Residency"), choices=ResidencyKind.choices)
    starts_on = forms.DateField(label=_("Moved in on"))
    hukou_here = forms.TypedChoiceField(
        label=_("Household registration is here"),
        choices=[("", _("Not asked")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    hukou_county = forms.CharField(
        label=_("Registered in (county code)"),
        required=False,
        help_text=_("The first six digits of the identity number, if the registration has not moved since"),
        widget=forms.TextInput(attrs={**QUIET, "inputmode": "numeric", "maxlength": "6"}),
    )
    inflow_reason = forms.ChoiceField(
        label=_("Came for"), required=False, choices=[("", _("Not asked")), *InflowReason.choices]
    )
    registered_on = forms.DateField(label=_("Registered as a migrant on"), required=False)
    expected_leave_on = forms.DateField(label=_("Expected to leave on"), required=False)
    sections = (
        (_("Living here"), ("relation", "kind", "starts_on")),
        (_("Household registration"), ("hukou_here", "hukou_county")),
        (_("Of people from elsewhere"), ("inflow_reason", "registered_on", "expected_leave_on")),
    )

    def details(self) -> dict[str, Any]:
        """The further fields, as ``clean_details`` takes them."""
        return {name: self.cleaned_data.get(name) for name in FIELDS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            clean_details(self.details(), kind=cleaned.get("kind", ""))
            if cleaned.get("starts_on"):
                check_leaving_day(cleaned.get("expected_leave_on"), starts_on=cleaned["starts_on"])
        except ValidationError as problem:
            self.take_errors(problem)
        return cleaned

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["hukou_here"] = {True: "yes", False: "no"}.get(self.initial.get("hukou_here"), "")
        if name := county_name(self.subject.hukou_county):
            self.fields["hukou_county"].help_text = name
        allowed = [c for c in Relation.choices if (c[0] == Relation.HEAD) == self.subject.is_head]
        self.fields["relation"].choices = allowed


class HeadForm(Form):
    """The head until now stays as somebody of the new one."""

    former_relation = forms.ChoiceField(
        label=_("The former head is now the new head’s"),
        choices=[c for c in Relation.choices if c[0] != Relation.HEAD],
        initial=Relation.SPOUSE,
    )
    on = forms.DateField(label=_("Head since"), initial=today)


class EndForm(Form):
    """Somebody leaves."""

    reason = forms.ChoiceField(label=_("Reason"), choices=EndReason.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Last day"))
    new_head = forms.ModelChoiceField(Residency.objects.none(), label=_("New head of household"), required=False)

    def __init__(self, *args: Any, successors: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        offer_successors(self, successors)


class CloseForm(Form):
    """Everybody leaves together."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[c for c in EndReason.choices if c[0] != EndReason.DECEASED],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


def offer_successors(form: forms.Form, successors: QuerySet) -> None:
    """Who may follow the head who leaves; the question is left out where nobody has to."""
    if successors.exists():
        field = form.fields["new_head"]
        field.queryset = successors
        field.label_from_instance = lambda residency: f"{residency.person.name} · {residency.get_relation_display()}"
    else:
        del form.fields["new_head"]
