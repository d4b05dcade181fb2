"""What the pages about the band of a community ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.common.forms import Form
from residents.contacts.choices import BAND_CEILING, ExemptionReason


class BandForm(Form):
    """C2 for one community."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    minimum = forms.IntegerField(label=_("At least"), min_value=1, max_value=BAND_CEILING)
    maximum = forms.IntegerField(label=_("At most"), min_value=1, max_value=BAND_CEILING)
    exception_maximum = forms.IntegerField(
        label=_("At most by exception"),
        help_text=_("With a written reason and a last day."),
        min_value=1,
        max_value=BAND_CEILING,
    )
    backup_maximum = forms.IntegerField(label=_("As backup at most"), min_value=0, max_value=BAND_CEILING)
    mass_allowed = forms.BooleanField(label=_("Party-masses central households may serve"), required=False)
    mass_counts = forms.BooleanField(
        label=_("They count in the coverage"),
        help_text=_("If not, a household whose contact is one of them still comes up as one without contact."),
        required=False,
    )

    sections = (
        (_("Households a member"), ("minimum", "maximum", "exception_maximum", "backup_maximum")),
        (_("Contacts outside the party"), ("mass_allowed", "mass_counts")),
    )


class ExemptionForm(Form):
    """Why a member need not reach the minimum, and how long."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ExemptionReason.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("From"))
    until = forms.DateField(label=_("Last day"), required=False, help_text=_("May stay empty for advanced age only."))


class ProlongForm(Form):
    """The exception goes on: why, and until when."""

    reason = forms.CharField(
        label=_("Reason for the exception"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    until = forms.DateField(label=_("Last day of the exception"), help_text=_("At most a year ahead."))


class ApplyForm(Form):
    """Do what the preview says: the state it was made from."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
