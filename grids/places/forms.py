"""What is typed about compounds, buildings, organisations, places, vessels and service points."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.places.checks import HIGHEST_LEVEL
from grids.places.choices import (
    CompoundKind,
    ContactPurpose,
    HolidayPolicy,
    OrganisationKind,
    PlaceKind,
    ServicePointKind,
)
from grids.places.models import Compound, Organisation
from grids.tree.choices import ExclusiveType
from grids.tree.models import Grid
from grids.tree.rules import grid_label

QUIET = {"autocomplete": "off", "spellcheck": "false"}
TELEPHONE = {"type": "tel", "autocomplete": "off"}
HOURS_HELP = _("Weekdays and hours, Monday is 1: 1-5 09:00-17:30; 6 09:00-12:00")


class GridField(ScopedChoiceField):
    """One of the grids in use where the user keeps places, of the levels that a thing of this kind may stand on."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(Grid, permission=Permission.MANAGE_PLACES, narrow=self._fitting, label=_("Grid"), **options)

    def _fitting(self, grids: QuerySet, form: forms.BaseForm) -> QuerySet:
        grids = grids.living().filter(level__gte=HIGHEST_LEVEL[self.kind]).select_related("parent").order_by("code")
        return grids.filter(exclusive_type=ExclusiveType.VESSEL) if self.kind == "vessel" else grids

    def label_from_instance(self, obj: Any) -> str:
        return grid_label(obj)


def with_any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Choose one")), *choices]


# ------------------------------------------------------------------ the fields, new or changed
class CompoundFields(forms.Form):
    name = forms.CharField(label=_("Compound"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=CompoundKind.choices)
    address = forms.CharField(label=_("Location"), max_length=200, required=False)
    property_company = forms.CharField(
        label=_("Property company"),
        max_length=100,
        required=False,
        help_text=_("Left empty, the compound has no property management."),
    )
    built_in = forms.IntegerField(label=_("Built in"), required=False, min_value=1800, max_value=2100)


class OrganisationFields(forms.Form):
    name = forms.CharField(label=_("Organisation"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=with_any(OrganisationKind.choices))
    credit_code = forms.CharField(
        label=_("Social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters on the licence; an enterprise must have it."),
        widget=forms.TextInput(attrs=QUIET),
    )
    address = forms.CharField(label=_("Location"), max_length=200, required=False)


class PlaceFields(forms.Form):
    name = forms.CharField(label=_("Place"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=with_any(PlaceKind.choices))
    # By name or code, not from a menu: a park has thousands of enterprises.
    organisation = forms.CharField(
        label=_("Run by"),
        max_length=120,
        required=False,
        help_text=_("Name or credit code of an organisation that is entered already."),
        widget=forms.TextInput(attrs=QUIET),
    )
    address = forms.CharField(label=_("Location"), max_length=200, required=False)

    def clean_organisation(self) -> Organisation | None:
        """The one open organisation of this name or code where the user keeps places; None for no words."""
        words = self.cleaned_data["organisation"].strip()
        if not words:
            return None
        near = Organisation.objects.restrict(self.user, Permission.MANAGE_PLACES).open()  # type: ignore[attr-defined]
        found = list(near.filter(Q(name=words) | Q(credit_code=words.upper()))[:2])
        if not found:
            raise forms.ValidationError(_("No open organisation in your grids is called so. Enter it first."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several organisations are called so. Give the credit code."))
        return found[0]


class VesselFields(forms.Form):
    name = forms.CharField(label=_("Vessel"), max_length=60)
    registration_no = forms.CharField(
        label=_("Registration number"), max_length=40, widget=forms.TextInput(attrs=QUIET)
    )
    berth = forms.CharField(label=_("Berth"), max_length=20, required=False)
    home_port = forms.CharField(label=_("Home port"), max_length=60, required=False)
    radio = forms.CharField(label=_("Radio channel or call sign"), max_length=40, required=False)


class ServicePointFields(forms.Form):
    name = forms.CharField(label=_("Service point"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=ServicePointKind.choices)
    host_space = forms.CharField(
        label=_("In the rooms of"),
        max_length=80,
        required=False,
        help_text=_("Such as the property office or a day-care centre."),
    )
    address = forms.CharField(label=_("Location"), max_length=200)
    opening_hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False, help_text=HOURS_HELP)
    holiday_policy = forms.ChoiceField(
        label=_("Public holidays"), choices=HolidayPolicy.choices, initial=HolidayPolicy.CLOSED
    )
    exception_days = forms.CharField(
        label=_("Other hours on single days"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: 2026-12-24 09:00-12:00, or 2027-01-04 - 2027-01-08 closed: the hall is painted"),
    )
    services = forms.CharField(
        label=_("What is offered"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=_("One service a line."),
    )
    phone = forms.CharField(
        label=_("Public phone"), max_length=30, required=False, widget=forms.TextInput(attrs=TELEPHONE)
    )


class ContactFields(forms.Form):
    contact_name = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    contact_phone = forms.CharField(
        label=_("Phone of the contact"), max_length=30, required=False, widget=forms.TextInput(attrs=TELEPHONE)
    )


class PhoneOnBoard(forms.Form):
    phone = forms.CharField(
        label=_("Phone on board"), max_length=30, required=False, widget=forms.TextInput(attrs=TELEPHONE)
    )


class KeepsPhone(VersionedForm):
    """A change form with a hidden phone: what is left empty stays as it is, the tick takes it away."""

    phone_name = "contact_phone"

    remove_phone = forms.BooleanField(label=_("Remove the phone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(self.subject, self.phone_name):
            self.fields[self.phone_name].help_text = _("On file. Leave it empty to keep it, or enter a new one.")
            self.initial[self.phone_name] = ""
        else:
            del self.fields["remove_phone"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("remove_phone", False):
            cleaned[self.phone_name] = ""
        elif not cleaned.get(self.phone_name):
            cleaned.pop(self.phone_name, None)
        return cleaned


# ------------------------------------------------------------------ the forms
class CompoundForm(Form, CompoundFields):
    grid = GridField("compound")
    field_order = ["grid"]


class CompoundChangeForm(VersionedForm, CompoundFields):
    pass


class OrganisationForm(Form, ContactFields, OrganisationFields):
    grid = GridField("organisation")
    field_order = ["grid", "name", "kind", "credit_code", "address"]


class OrganisationChangeForm(KeepsPhone, ContactFields, OrganisationFields):
    pass


class PlaceForm(Form, ContactFields, PlaceFields):
    grid = GridField("place")
    field_order = ["grid", "name", "kind", "organisation", "address"]


class PlaceChangeForm(KeepsPhone, ContactFields, PlaceFields):
    pass


class VesselForm(Form, PhoneOnBoard, VesselFields):
    grid = GridField("vessel")
    field_order = ["grid", "name", "registration_no"]


class VesselChangeForm(KeepsPhone, PhoneOnBoard, VesselFields):
    phone_name = "phone"


class ServicePointForm(Form, ServicePointFields):
    grid = GridField("servicepoint")
    field_order = ["grid"]


class ServicePointChangeForm(VersionedForm, ServicePointFields):
    pass


def compounds_near(compounds: QuerySet, form: forms.BaseForm) -> QuerySet:
    return compounds.open().filter(grid__code__startswith=form.subject.grid.code[:12])


class BuildingChangeForm(VersionedForm):
    compound = ScopedChoiceField(
        Compound,
        permission=Permission.VIEW_GRIDS,
        narrow=compounds_near,
        label=_("Compound"),
        required=False,
        empty_label=_("None"),
    )
    address = forms.CharField(label=_("Location"), max_length=200, required=False)
    floors = forms.IntegerField(label=_("Floors"), required=False, min_value=1, max_value=200)


class CloseForm(VersionedForm):
    on = forms.DateField(label=pgettext_lazy("place", "Closed on"), widget=forms.DateInput, initial=today)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RevealForm(Form):
    purpose = forms.ChoiceField(label=_("Purpose"), choices=ContactPurpose.choices, widget=forms.RadioSelect)


def move_form(kind: str) -> type[VersionedForm]:
    """The form that moves a thing of this kind to another grid."""

    class MoveForm(VersionedForm):
        grid = GridField(kind)
        reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    return MoveForm
