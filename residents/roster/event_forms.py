"""What is asked when something happens in a household: few fields, the day first."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.forms import Form
from residents.roster.choices import AbsenceKind, Relation, ResidencyKind, Sex
from residents.roster.forms import QUIET, DoorPart, GridField, LeadingForm
from residents.roster.models import Residency

STAYS = ""
TO_THE_HEAD = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]


class MemberField(forms.ModelChoiceField):
    """One of those who live in the household now; filled by ``offer_members``."""

    def __init__(self, *, empty_label: Any = None, **options: Any) -> None:
        super().__init__(Residency.objects.none(), empty_label=empty_label, **options)

    def label_from_instance(self, residency: Any) -> str:
        return f"{residency.person.name} · {residency.get_relation_display()}"


class HouseholdEventForm(Form):
    """A form about one household; ``members`` are its present residencies with their persons."""

    def __init__(self, *args: Any, members: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for field in self.fields.values():
            if isinstance(field, MemberField):
                field.queryset = members
        if "new_head" in self.fields and len(members) < 2:
            del self.fields["new_head"]
        if "on" in self.fields:
            self.fields["on"].initial = today


class BirthForm(HouseholdEventForm, LeadingForm):
    """A child is born."""

    name = forms.CharField(label=_("Name of the child"), max_length=60, widget=forms.TextInput(attrs=QUIET))
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[(Sex.MALE, _("Boy")), (Sex.FEMALE, _("Girl"))], widget=forms.RadioSelect
    )
    on = forms.DateField(label=_("Born on"))
    relation = forms.ChoiceField(
        label=_("Relation to the head"),
        required=False,
        choices=[("", _("Son or daughter of the head")), *TO_THE_HEAD],
    )
    id_number = forms.CharField(
        label=_("Identity number"), required=False, max_length=40, widget=forms.TextInput(attrs=QUIET)
    )
    mother = MemberField(
        label=_("Mother"),
        required=False,
        empty_label=_("Not known, or lives elsewhere"),
        help_text=_("The child has lived since its birth wherever she did, also before she came here."),
    )
    late_reason = forms.CharField(
        label=_("Why it comes only now"),
        required=False,
        max_length=200,
        help_text=_("Only if the birth is more than a month ago."),
    )
    kind = forms.ChoiceField(label=_("Residency"), choices=ResidencyKind.choices)
    sections = (
        (_("Child"), ("name", "sex", "on", "relation", "mother", "late_reason")),
        (_("More, if known"), ("id_number", "kind")),
    )
    submit_label = _("Note the birth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mother"].queryset = self.members.exclude(person__sex=Sex.MALE)


class DeathForm(HouseholdEventForm):
    """Somebody has died."""

    member = MemberField(label=_("Who"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("Deceased on"))
    new_head = forms.ModelChoiceField(
        Residency.objects.none(),
        label=_("New head of household"),
        required=False,
        empty_label=_("The head stays the same"),
        help_text=_("Only if the head of household has died."),
    )
    submit_label = _("Note the death")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_new_head(self)


class CrownForm(HouseholdEventForm):
    """Another head of household."""

    member = MemberField(label=_("New head of household"), widget=forms.RadioSelect)
    former_relation = forms.ChoiceField(
        label=_("The former head is now the new head’s"), choices=TO_THE_HEAD, initial=Relation.SPOUSE
    )
    on = forms.DateField(label=_("Head since"))
    submit_label = _("Change the head")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = self.members.exclude(is_head=True)


class AwayForm(HouseholdEventForm):
    """Somebody is away for a while."""

    member = MemberField(label=_("Who"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Reason"), choices=AbsenceKind.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("Away since"), initial=today)
    expected_back_on = forms.DateField(
        label=_("Expected back on"), required=False, help_text=_("Leave it empty if nobody knows.")
    )
    submit_label = _("Note the absence")


class BackForm(Form):
    """Somebody is back."""

    on = forms.DateField(label=_("Back on"), initial=today)
    submit_label = _("Note the return")


class RelationsPart:
    """One question for each member: how he is related to the head there (``relations()`` gives the answers)."""

    members: QuerySet
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def ask_relations(self, choices: list[tuple[str, Any]], *, required: bool) -> tuple[str, ...]:
        """Add a field for each member; returns their names."""
        names = []
        for residency in self.members:
            name = f"relation_{residency.pk}"
            label = f"{residency.person.name} · {residency.get_relation_display()}"
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=required)
            names.append(name)
        return tuple(names)

    def relations(self) -> Mapping[int, str]:
        """The key of each residency with an answer, and the answer."""
        answers = {one.pk: self.cleaned_data.get(f"relation_{one.pk}") for one in self.members}
        return {pk: answer for pk, answer in answers.items() if answer}


class SplitForm(HouseholdEventForm, RelationsPart, LeadingForm):
    """Some members become a household of their own, or join another one."""

    OWN, DOOR, JOIN = "own", "door", "join"

    where = forms.ChoiceField(
        label=_("Where to"),
        choices=[
            (OWN, _("They stay at this door as a household of their own")),
            (DOOR, _("To another door, as a household of their own")),
            (JOIN, _("Into the household that lives at another door")),
        ],
        widget=forms.RadioSelect,
        initial=DOOR,
    )
    grid = GridField(label=_("Grid"), required=False)
    building = forms.CharField(label=_("Building"), required=False, max_length=60, widget=forms.TextInput(attrs=QUIET))
    unit = forms.CharField(
        label=_("Unit or stairwell"), required=False, max_length=30, widget=forms.TextInput(attrs=QUIET)
    )
    room = forms.CharField(label=_("Room"), required=False, max_length=20, widget=forms.TextInput(attrs=QUIET))
    on = forms.DateField(label=_("Since"))
    new_head = forms.ModelChoiceField(
        Residency.objects.none(),
        label=_("Head of those who stay"),
        required=False,
        empty_label=_("The head stays the same"),
        help_text=_("Only if the head of household leaves too."),
    )
    submit_label = _("Split the household")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (STAYS, _("Stays here")),
            (Relation.HEAD, _("Leaves, and is the head there")),
            (gettext("Leaves, and is there the head’s"), TO_THE_HEAD),
        ]
        asked = self.ask_relations(choices, required=False)
        self.sections = (
            (_("Who leaves?"), asked),
            ("", ("where", "grid", "building", "unit", "room")),
            (_("When"), ("on", "new_head")),
        )
        self.fields["grid"].initial = self.subject.dwelling.grid
        self.fields["building"].initial = self.subject.dwelling.unit.building.name
        offer_new_head(self)

    def door(self) -> dict[str, Any] | None:
        """The door that was named; None when they stay at theirs."""
        if self.cleaned_data["where"] == self.OWN:
            return None
        return {name: self.cleaned_data.get(name) for name in ("grid", "building", "unit", "room")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("where") != self.OWN:
            for name in ("grid", "room"):
                if not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, gettext("Please say where to."))
        return cleaned


class MergeForm(DoorPart, HouseholdEventForm, RelationsPart, LeadingForm):
    """All members join the household at another door."""

    INTO, OWN = "into", "own"

    on = forms.DateField(label=_("Since"))
    submit_label = _("Merge the households")

    def __init__(self, *args: Any, parts: Mapping[str, tuple[Any, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts or {}
        for key, (label, words) in self.parts.items():
            choices = [(self.INTO, _("As in the household they join")), (self.OWN, words)]
            self.fields[key] = forms.ChoiceField(
                label=label, choices=choices, initial=self.INTO, widget=forms.RadioSelect
            )
        asked = self.ask_relations([("", _("Choose one")), *TO_THE_HEAD], required=True)
        self.sections = (
            (_("The household they join"), ("grid", "building", "unit", "room")),
            (_("How they are related to the head there"), asked),
            (_("When"), ("on",)),
            (_("What goes on"), tuple(self.parts)),
        )
        del self.fields["floor"]
        self.fields["grid"].initial = self.subject.dwelling.grid
        self.fields["building"].initial = self.subject.dwelling.unit.building.name


def going_along(form: MergeForm) -> list[str]:
    """The keys of what takes the place of what the other household has."""
    return [key for key in form.parts if form.cleaned_data[key] == form.OWN]


def offer_new_head(form: HouseholdEventForm) -> None:
    """Who may be the head from now on: any of the members; the service says if it has to be another."""
    if "new_head" in form.fields:
        field = form.fields["new_head"]
        field.queryset = form.members
        field.label_from_instance = lambda one: f"{one.person.name} · {one.get_relation_display()}"
