"""What the pages of meetings ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.affairs.choices import Urgency
from governance.meetings.choices import TEXT_LENGTH, HolidayPolicy, ItemDecision
from grids.access.choices import Permission
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from residents.contacts.models import ContactMember


class SeriesForm(VersionedForm):
    day = forms.IntegerField(label=_("Day of the month"), min_value=1, max_value=31)
    holiday_policy = forms.ChoiceField(
        label=_("When this is no working day"), choices=HolidayPolicy.choices, widget=forms.RadioSelect
    )
    starts_at = forms.TimeField(label=_("Time"))
    place = forms.CharField(label=pgettext_lazy("briefing", "Place"), required=False, max_length=120)


class MoveForm(Form):
    to = forms.DateField(label=_("New day"))
    starts_at = forms.TimeField(label=_("Time"))
    place = forms.CharField(label=pgettext_lazy("briefing", "Place"), required=False, max_length=120)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Everybody who was invited reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CancelForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Everybody who was invited reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QuestionForm(Form):
    """A question or suggestion; the desk may say whose it is."""

    submit_label = _("Put on the agenda")

    text = forms.CharField(
        label=_("Question or suggestion"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


class ItemForm(QuestionForm):
    member = ScopedChoiceField(
        ContactMember,
        permission=Permission.VIEW_CONTACTS,
        narrow=lambda queryset, form: (
            queryset.serving()
            .filter(attendances__meeting=form.subject)
            .select_related("person")
            .order_by("person__name", "pk")
        ),
        label=_("Brought by"),
        required=False,
        empty_label=_("The desk itself"),
    )


class DecisionForm(VersionedForm):
    """M19: every item closes with a decision."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(choice.value, choice.label) for choice in ItemDecision.closing()],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=TEXT_LENGTH,
        help_text=_("What was said to it; needed for an answered item."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=_("Where"), required=False, max_length=200, help_text=_("Only for an item that becomes an affair.")
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, initial=Urgency.U3, required=False, help_text=_("For an affair.")
    )


class MinutesForm(VersionedForm):
    minutes = forms.CharField(
        label=_("Minutes"),
        help_text=_("Facts, opinions, results. Names may stand here; the public version leaves them out."),
        widget=forms.Textarea(attrs={"rows": 18}),
    )


class ConfirmForm(VersionedForm):
    public_minutes = forms.CharField(
        label=_("Public version"),
        help_text=_("Names and phones are left out by the portal; please read it once more."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )


class RollForm(Form):
    """The roll: one tick a member; ``shown`` names all whose ticks stood on the page, in one field."""

    submit_label = _("Save the roll")
    shown = forms.RegexField(r"^\d*(,\d+)*$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pk), str(pk)) for pk in members]
        self.fields["present"] = forms.MultipleChoiceField(
            choices=choices, required=False, widget=forms.CheckboxSelectMultiple, label=_("Present")
        )

    def marks(self) -> dict[str, list[int]]:
        """Keys of members; those who are not on the list are nobody's (``call_roll`` finds no row of theirs)."""
        shown = self.cleaned_data["shown"].split(",")
        return {
            "present": [int(key) for key in self.cleaned_data["present"]],
            "shown": [int(key) for key in shown if key and len(key) < 19],
        }
