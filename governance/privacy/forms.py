"""What is asked for when a request is taken down, answered or carried out, and when a hold is placed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.privacy.choices import CopyFormat, IdentityCheck, RequestChannel, RequestKind
from governance.privacy.rules import answers_by_words
from governance.privacy.services import was_copied
from grids.common.forms import Form, VersionedForm


class RequestForm(Form):
    """A request as it comes in."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=RequestKind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How it came in"), choices=RequestChannel.choices)
    identity_check = forms.ChoiceField(label=_("How you made sure who is asking"), choices=IdentityCheck.choices)
    received_on = forms.DateField(label=_("Received on"), required=False, help_text=_("Empty means today"))
    wish = forms.CharField(
        label=_("In the person's words"),
        required=False,
        max_length=500,
        widget=forms.Textarea,
        help_text=_("For a correction: what is wrong and what is right."),
    )
    submit_label = _("Register the request")


class AnswerForm(VersionedForm):
    """The end of a request that is closed with words."""

    state = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("What the person was told"), max_length=500, widget=forms.Textarea)
    submit_label = _("Close the request")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = answers_by_words(self.subject.kind, copied=was_copied(self.subject))
        self.fields["state"].choices = [(state.value, state.label) for state in states]


class CopyForm(Form):
    """How the copy is to be made; making it is an act of its own."""

    form = forms.ChoiceField(label=_("As"), choices=CopyFormat.choices, widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("The person's identity was made sure, and the copy goes to nobody else"))
    submit_label = _("Make the copy")


class LandlordForm(VersionedForm):
    """The right name and phone of a landlord; written into every file that names him."""

    name = forms.CharField(label=_("Landlord"), max_length=60)
    phone = forms.CharField(label=_("Phone of the landlord"), max_length=30, required=False)
    reason = forms.CharField(label=_("What the person was told"), max_length=500, widget=forms.Textarea)
    submit_label = _("Correct and close the request")


class EraseForm(VersionedForm):
    """Erasure cannot be undone: the box is the second thought."""

    reason = forms.CharField(label=_("What the person was told"), max_length=500, widget=forms.Textarea)
    sure = forms.BooleanField(label=_("The data is to be erased for good; nobody can bring it back"))
    submit_label = _("Erase for good")


class HoldForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Such as the number of a law suit."))
    until = forms.DateField(label=_("Until"), required=False, help_text=_("Empty: until it is lifted"))
    submit_label = _("Place the hold")


class LiftForm(Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
    submit_label = _("Lift the hold")
