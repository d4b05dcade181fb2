"""What is noted at the door. Every field has its answer already: two taps store a visit."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.forms import Form, VersionedForm
from residents.roster.care import latest_review
from residents.roster.models import Household, Person
from residents.visits.choices import CareLevel, Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.rules import NOTE_MAXIMUM, REASON_MAXIMUM, wording_warnings, words_to_watch
from residents.visits.services import read_photo

# The four that happen every day come first.
CHIPS = (
    *(Outcome.MET, Outcome.NOT_HOME, Outcome.CHANGED, Outcome.PROBLEM),
    *(Outcome.MET_RELATIVE, Outcome.REFUSED),
)
CAMERA = {"accept": "image/*", "data-shrink": "1600"}
PHOTOS = ("photo_1", "photo_2", "photo_3")


class DoorForm(Form):
    """The fields that logging and correcting share."""

    shows_everything = False

    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[(one.value, one.label) for one in CHIPS],
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_MAXIMUM,
        help_text=_("Needs and facts, no judgement of persons, no identity numbers, no illnesses."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needs = forms.CharField(
        label=_("What does the household need?"),
        required=False,
        help_text=_("One need a line. Afterwards each can be reported as an affair."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, widget=forms.RadioSelect, required=False)
    remote_reason = forms.ChoiceField(
        label=_("Why not at the door"),
        choices=[("", _("Not noted")), *RemoteReason.choices],
        required=False,
        help_text=_("Only for a call or message. It counts as a visit only where everybody is away or at sea."),
    )
    kind = forms.ChoiceField(label=_("Kind of visit"), choices=EncounterKind.choices, required=False)
    occurred_at = forms.DateTimeField(
        label=_("Time of the visit"), required=False, help_text=_("Leave open for now; up to 48 hours back.")
    )
    late_reason = forms.CharField(
        label=_("Why entered late"), required=False, max_length=200, help_text=_("Only for a visit of an earlier day.")
    )
    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Whom did you meet?"), required=False, empty_label=_("Not noted")
    )
    invited = forms.BooleanField(label=_("At the household's invitation"), required=False)
    wording_checked = forms.BooleanField(label=_("I have checked the wording; store it like this."), required=False)

    def __init__(self, *args: Any, household: Any, sees_names: bool, **kwargs: Any) -> None:
        self.household = household
        self.warnings: list[str] = []
        super().__init__(*args, **kwargs)
        watch = words_to_watch()
        for name in ("note", "needs"):
            self.fields[name].widget.attrs["data-watch"] = watch
        if sees_names:
            here = {"residencies__household": household, "residencies__ends_on__isnull": True}
            self.fields["person"].queryset = Person.objects.filter(**here).order_by("-residencies__is_head", "pk")
        else:
            del self.fields["person"]

    @property
    def details_open(self) -> bool:
        """Whether the folded part holds something that must be seen."""
        return self.shows_everything or any(
            name in self.errors for name in ("kind", "channel", "remote_reason", "occurred_at", "late_reason", "person")
        )

    def clean_needs(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["needs"].splitlines() if line.strip()]

    def clean_occurred_at(self) -> Any:
        """A moment that the form only repeats (its minutes, without seconds) is the old one."""
        value, before = self.cleaned_data["occurred_at"], self.initial.get("occurred_at")
        if value and before and timezone.localtime(before).replace(second=0, microsecond=0) == value:
            return before
        return value

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        text = "\n".join([values.get("note", ""), *values.get("needs", ())])
        self.warnings = wording_warnings(text)
        if self.warnings and not values.get("wording_checked"):
            self.add_error("note", [*self.warnings])
        return values

    def visit(self) -> dict[str, Any]:
        """The checked values as ``log_visit`` and ``correct_visit`` take them."""
        values = self.cleaned_data
        return {
            "client_id": values["client_id"] or uuid.uuid4(),
            "outcome": values["outcome"] or Outcome.MET,
            "channel": values["channel"] or Channel.FACE,
            "kind": values["kind"] or EncounterKind.ROUTINE,
            "note": values["note"],
            "needs": values["needs"],
            "occurred_at": values["occurred_at"],
            "late_reason": values["late_reason"],
            "person": values.get("person"),
            "invited": values["invited"],
            "remote_reason": values["remote_reason"],
        }


class LogForm(DoorForm):
    """``all_well`` is the big button: whatever the chips say, somebody was met and all is well."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)
    photo_1 = forms.FileField(label=_("Photo"), required=False, widget=forms.FileInput(attrs=CAMERA))
    photo_2 = forms.FileField(label=_("Second photo"), required=False, widget=forms.FileInput(attrs=CAMERA))
    photo_3 = forms.FileField(label=_("Third photo"), required=False, widget=forms.FileInput(attrs=CAMERA))

    def __init__(self, *args: Any, calls: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shows_everything = calls

    @property
    def photo_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in PHOTOS]

    @property
    def photos_open(self) -> bool:
        return any(name in self.errors for name in PHOTOS)

    def clean(self) -> dict[str, Any]:
        """Photos are read here, so that one that is no photo says so at its field."""
        values = super().clean()
        for name in PHOTOS:
            if upload := values.get(name):
                try:
                    values[name] = read_photo(upload)
                except ValidationError as problem:
                    self.add_error(name, problem)
        return values

    def visit(self) -> dict[str, Any]:
        values = super().visit()
        if "all_well" in self.data:
            values["outcome"] = Outcome.MET
        photos = {one.sha256: one for name in PHOTOS if (one := self.cleaned_data.get(name))}
        return {**values, "photos": list(photos.values())}


class CorrectForm(DoorForm):
    """The same fields with the present answers, and why they are wrong."""

    shows_everything = True

    reason = forms.CharField(label=_("What was wrong?"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"].help_text = ""
        self.fields["needs"].label = _("Another need")

    def visit(self) -> dict[str, Any]:
        return {**super().visit(), "reason": self.cleaned_data["reason"]}


class DoorNoteForm(VersionedForm):
    """A few words for whoever comes to the door; none take the note away."""

    note = forms.CharField(
        label=_("Note for the door"),
        required=False,
        max_length=Household._meta.get_field("note").max_length,
        help_text=_("Such as: please knock, there is a dog. Nothing about persons, no numbers."),
    )
    wording_checked = forms.BooleanField(label=_("I have checked the wording; store it like this."), required=False)
    submit_label = _("Save the note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.warnings: list[str] = []
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["data-watch"] = words_to_watch()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.warnings = wording_warnings(values.get("note", ""))
        if self.warnings and not values.get("wording_checked"):
            self.add_error("note", [*self.warnings])
        return values


class CareLevelForm(Form):
    """How often the household is visited, and what help it needs; nothing about illnesses."""

    level = forms.ChoiceField(label=_("Care level"), choices=CareLevel.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What help is needed"),
        max_length=REASON_MAXIMUM,
        help_text=_("Such as: lives alone on the fifth floor without a lift. No illnesses, no numbers."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    daily_phone = forms.BooleanField(label=_("A call every day (level A)"), required=False)
    review_on = forms.DateField(label=_("To be reviewed by"), help_text=_("Twelve months ahead at the latest"))
    plan_version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    submit_label = _("Set the care level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["data-watch"] = words_to_watch()
        self.fields["review_on"].initial = latest_review(today())


class CareLevelEndForm(VersionedForm):
    """No level of its own any more."""

    submit_label = _("End the care plan")
