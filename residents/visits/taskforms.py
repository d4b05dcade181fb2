"""What is told when somebody must go to a household, and why a visit is called off."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from residents.visits import arriving
from residents.visits.choices import Trigger
from residents.visits.rules import NEED_MAXIMUM, wording_warnings


def trigger_choices() -> list[tuple[str, str]]:
    """Each trigger with its hours: "Dispute (within 24 hours)"."""
    words = gettext("%(trigger)s (within %(hours)d hours)")
    return [(one.value, words % {"trigger": one.label, "hours": arriving.HOURS[one]}) for one in Trigger]


class RaiseForm(Form):
    """One tap says what it is; everything else may stay empty."""

    trigger = forms.ChoiceField(label=_("What is it?"), choices=trigger_choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=arriving.NOTE_MAXIMUM,
        help_text=_("Needs and facts, no judgement of persons, no identity numbers, no illnesses."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    event_on = forms.DateField(
        label=_("Day of the event"), required=False, help_text=_("Only for a family event that is still to come.")
    )
    told_by_household = forms.BooleanField(label=_("The household told me itself"), required=False)
    wording_checked = forms.BooleanField(label=_("I have checked the wording; store it like this."), required=False)

    def __init__(self, *args: Any, with_detail: bool, **kwargs: Any) -> None:
        self.warnings: list[str] = []
        super().__init__(*args, **kwargs)
        if not with_detail:
            # A neighbour says that help is needed; what it is about, the household tells whoever comes.
            del self.fields["note"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.warnings = wording_warnings(values.get("note", ""))
        if self.warnings and not values.get("wording_checked"):
            self.add_error("note", [*self.warnings])
        return values

    def event_at(self) -> datetime | None:
        """The end of the day: until then somebody must have been there."""
        day = self.cleaned_data["event_on"]
        if day is None or self.cleaned_data["trigger"] != Trigger.FAMILY_EVENT:
            return None
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class AnswerForm(Form):
    """What the household was told, in the words that a note may have (V7)."""

    text = forms.CharField(
        label=_("What was the household told?"),
        max_length=NEED_MAXIMUM,
        help_text=_("Needs and facts, no judgement of persons, no identity numbers, no illnesses."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wording_checked = forms.BooleanField(label=_("I have checked the wording; store it like this."), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        warnings = wording_warnings(values.get("text", ""))
        if warnings and not values.get("wording_checked"):
            self.add_error("text", [*warnings])
        return values


class CancelForm(Form):
    reason = forms.CharField(label=_("Why does nobody need to go there any more?"), max_length=arriving.REASON_MAXIMUM)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
