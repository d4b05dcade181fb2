"""What is typed at the doorstep and at the desk. The rules check it all at once, so every fault shows in one round."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.tree.choices import Kind, Level
from grids.tree.models import Grid
from residents.roster.choices import (
    ArrivalReason,
    DwellingUse,
    Education,
    IdType,
    Relation,
    ResidencyKind,
    RevealPurpose,
    Sex,
)
from residents.roster.details import countries, country_name
from residents.roster.rules import PERSON_FIELDS, clean_door, clean_person, person_warnings

CAME_BY = [(one.value, one.label) for one in (ArrivalReason.FIRST_RECORDED, ArrivalReason.MOVED_IN)]
QUIET = {"autocomplete": "off", "spellcheck": "false"}


def grid_label(grid: Grid) -> str:
    """A grid by its name and the name of what it belongs to: names repeat inside a district."""
    return f"{grid.parent.name} · {grid.name}" if grid.level >= Level.GRID and grid.parent else grid.name


def country_choices() -> list[tuple[str, Any]]:
    """Countries and regions in the language of the page, in the order of their names."""
    return [
        ("", _("Not stated")),
        *sorted(((code, country_name(code)) for code in countries()), key=lambda one: one[1]),
    ]


class GridField(ScopedChoiceField):
    """One of the grids and micro-grids in use whose roster the user keeps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Grid, permission=Permission.EDIT_ROSTER, narrow=_where_people_live, **options)

    def label_from_instance(self, grid: Any) -> str:
        return grid_label(grid)


def _where_people_live(grids: QuerySet, form: forms.BaseForm) -> QuerySet:
    places = grids.living().filter(level__gte=Level.GRID, kind=Kind.COMPREHENSIVE)
    return places.select_related("parent").order_by("code")


class PersonPart(forms.Form):
    """The fields of a person; ``warnings`` after cleaning are shown once it is saved."""

    # The rules say what is required, and say it in better words.
    name = forms.CharField(label=_("Name"), max_length=60, required=False, widget=forms.TextInput(attrs=QUIET))
    id_type = forms.ChoiceField(label=_("Document"), choices=IdType.choices, initial=IdType.RESIDENT)
    id_number = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=40,
        help_text=_("May be left empty. Birth date and sex follow from it."),
        widget=forms.TextInput(attrs=QUIET),
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, widget=forms.TextInput(attrs={**QUIET, "inputmode": "tel"})
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    birth_date = forms.DateField(label=_("Date of birth"), required=False)
    party_member = forms.BooleanField(
        label=_("Party member (only if the person says so)"),
        required=False,
    )

    education = forms.ChoiceField(
        label=_("Education"), required=False, choices=[("", _("Not stated")), *Education.choices]
    )
    country = forms.ChoiceField(
        label=_("Country or region"), required=False, choices=country_choices, help_text=_("Of overseas residents only")
    )

    warnings: tuple[str, ...] = ()

    def person_values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data.get(name) for name in PERSON_FIELDS if name in self.fields}

    def check_person(self, values: dict[str, Any]) -> None:
        """Put every fault of ``values`` at its field, and keep the warnings."""
        try:
            self.warnings = tuple(person_warnings(clean_person(values, on=today()), on=today()))
        except ValidationError as problem:
            self.take_errors(problem)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_person(self.person_values())
        return cleaned


class DoorPart(forms.Form):
    """A door: grid, building, unit, room."""

    grid = GridField(label=_("Grid"))
    building = forms.CharField(
        label=_("Building"),
        required=False,
        max_length=60,
        help_text=_("Such as 3 or 3号楼"),
        widget=forms.TextInput(attrs=QUIET),
    )
    unit = forms.CharField(
        label=_("Unit or stairwell"),
        required=False,
        max_length=30,
        help_text=_("Such as 2; leave it empty where there is none"),
        widget=forms.TextInput(attrs=QUIET),
    )
    room = forms.CharField(label=_("Room"), required=False, max_length=20, widget=forms.TextInput(attrs=QUIET))
    floor = forms.IntegerField(label=_("Floor"), required=False, help_text=_("Only if the room number does not say it"))

    def door_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("grid", "building", "unit", "room", "floor")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        values = self.door_values()
        try:
            clean_door(values["building"], values["unit"], values["room"], values["floor"])
        except ValidationError as problem:
            self.take_errors(problem)  # type: ignore[attr-defined]
        return cleaned


class LeadingForm(Form):
    """A form whose refusals may lead somewhere: ``leads`` are (label, address) of what stands in the way."""

    @property
    def leads(self) -> list[tuple[str, str]]:
        found = []
        for errors in self.errors.values():
            for problem in errors.as_data():
                params = problem.params or {}
                if problem.code in {"duplicate", "door_taken"}:
                    found.extend(self.lead_to(params))
        return found

    def lead_to(self, params: dict[str, Any]) -> list[tuple[str, str]]:
        leads = []
        if household := params.get("household"):
            leads.append((gettext("Open that household"), reverse("residents:household-detail", args=[household])))
        if person := params.get("person"):
            leads.append((gettext("Open that person"), reverse("residents:person-detail", args=[person])))
        return leads


class HouseholdForm(DoorPart, PersonPart, LeadingForm):
    """The doorstep: the door first, then who is the head."""

    use = forms.ChoiceField(label=_("Use"), choices=[c for c in DwellingUse.choices if c[0] != DwellingUse.VACANT])
    opened_on = forms.DateField(label=_("Living here since"), required=False, help_text=_("Empty means today"))
    start_reason = forms.ChoiceField(label=_("How they came"), choices=CAME_BY, required=False)
    kind = forms.ChoiceField(label=_("Residency"), choices=ResidencyKind.choices)
    note = forms.CharField(label=_("Note for those who visit"), required=False, max_length=200)
    another_at_door = forms.BooleanField(
        label=_("There is another household at this door: this is a second one"), required=False
    )

    asked_by_rule = ("building", "room", "name")
    sections = (
        (_("Door"), ("grid", "building", "unit", "room", "another_at_door")),
        (_("Head of household"), ("name", "id_number", "phone", "kind")),
        (_("More, if known"), ("sex", "birth_date", "id_type", "party_member", "education", "country")),
        (_("The household"), ("floor", "use", "opened_on", "start_reason", "note")),
    )
    submit_label = _("Add household")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = list(self.fields["grid"].queryset[:2])
        if len(grids) == 1:
            self.fields["grid"].initial = grids[0]
        if self.initial.get("building") and not self.initial.get("room"):
            self.fields["room"].widget.attrs["autofocus"] = True
        for name in ("room", "name", "id_number"):
            self.fields[name].widget.attrs["enterkeyhint"] = "next"
        # The question is put only once the door turned out to be taken.
        self.second_household = self.fields["another_at_door"]
        if "another_at_door" not in self.data:
            del self.fields["another_at_door"]

    def lead_to(self, params: dict[str, Any]) -> list[tuple[str, str]]:
        leads = super().lead_to(params)
        if person := params.get("person"):
            leads.append((gettext("Let this person move"), reverse("residents:person-move", args=[person])))
        return leads

    def take_errors(self, problem: ValidationError) -> None:
        super().take_errors(problem)
        if self.has_error("room", "door_taken"):
            self.fields["another_at_door"] = self.second_household


class PersonForm(PersonPart, LeadingForm):
    """A new person in a household that exists."""

    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices)
    kind = forms.ChoiceField(label=_("Residency"), choices=ResidencyKind.choices)
    starts_on = forms.DateField(label=_("Moved in on"), required=False, help_text=_("Empty means today"))
    start_reason = forms.ChoiceField(label=_("How they came"), choices=CAME_BY, required=False)

    asked_by_rule = ("name",)
    sections = (
        (_("Person"), ("name", "relation", "id_number", "phone", "kind")),
        (_("More, if known"), ("sex", "birth_date", "id_type", "party_member", "education", "country")),
        (_("Coming"), ("starts_on", "start_reason")),
    )
    submit_label = _("Add member")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every open household has its head.
        self.fields["relation"].choices = [
            ("", _("Choose one")),
            *(c for c in Relation.choices if c[0] != Relation.HEAD),
        ]

    def lead_to(self, params: dict[str, Any]) -> list[tuple[str, str]]:
        move_in = reverse("residents:household-movein", args=[self.subject.pk, params["person"]])
        return [*super().lead_to(params), (gettext("Let this person move in here"), move_in)]


class PersonChangeForm(PersonPart, LeadingForm, VersionedForm):
    """Correct a person. Hidden values are not shown: what is left empty stays as it is (decision 0005)."""

    remove_id_number = forms.BooleanField(label=_("Remove the identity number"), required=False)
    remove_phone = forms.BooleanField(label=_("Remove the phone"), required=False)

    asked_by_rule = ("name",)
    sections = (
        (_("Person"), ("name", "sex", "birth_date", "party_member", "education", "country")),
        (_("Document and phone"), ("id_type", "id_number", "remove_id_number", "phone", "remove_phone")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_file = _("On file. Leave it empty to keep it, or enter a new one.")
        for name in ("id_number", "phone"):
            if getattr(self.subject, name):
                self.fields[name].help_text = on_file
            else:
                del self.fields[f"remove_{name}"]
        if self.subject.id_number and self.subject.birth_date:
            self.fields["birth_date"].help_text = on_file

    def person_values(self) -> dict[str, Any]:
        values = super().person_values()
        for name in ("id_number", "phone"):
            if self.cleaned_data.get(f"remove_{name}"):
                values[name] = ""
            elif not values[name]:
                values[name] = getattr(self.subject, name)
        # A new number brings its own birth date and sex, unless they are entered too.
        renumbered = values["id_number"] and values["id_number"] != self.subject.id_number
        if values["birth_date"] is None and not renumbered:
            values["birth_date"] = self.subject.birth_date
        return values


class RevealForm(Form):
    """What a hidden value is needed for."""

    purpose = forms.ChoiceField(
        label=_("What do you need it for?"), choices=RevealPurpose.choices, widget=forms.RadioSelect
    )


class LookUpForm(Form):
    """The whole identity number; it travels in the body of the request and stands in no address."""

    id_number = forms.CharField(label=_("Identity number"), max_length=40, widget=forms.TextInput(attrs=QUIET))
