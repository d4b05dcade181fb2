"""What is asked for a consent and for a care tag: purpose, basis, proof, review; nothing about diagnoses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.common.clock import today
from grids.common.forms import Form, VersionedForm
from residents.roster import care
from residents.roster.choices import CareBasis, CareEnd, CareKind, ConsentPurpose, ConsentWay
from residents.roster.forms import QUIET


class ConsentForm(Form):
    """Somebody agreed to one purpose after the notice was read to him."""

    purpose = forms.ChoiceField(
        label=_("What the person agreed to"), choices=ConsentPurpose.choices, widget=forms.RadioSelect
    )
    way = forms.ChoiceField(label=_("How"), choices=ConsentWay.choices, widget=forms.RadioSelect)
    given_on = forms.DateField(label=_("Given on"), initial=today)
    witness = forms.CharField(
        label=_("Witness"),
        required=False,
        max_length=60,
        help_text=_("Needed for spoken words"),
        widget=forms.TextInput(attrs=QUIET),
    )
    guardian_name = forms.CharField(
        label=_("Guardian who agreed"),
        required=False,
        max_length=60,
        help_text=_("Needed for children under 14"),
        widget=forms.TextInput(attrs=QUIET),
    )
    submit_label = _("Note the consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        birth_date = self.subject.birth_date
        if birth_date is not None and not care.needs_guardian(birth_date, on=today()):
            del self.fields["guardian_name"]


class WithdrawForm(Form):
    """The consent is taken back."""

    on = forms.DateField(label=_("Taken back on"), initial=today)
    submit_label = _("Take the consent back")


class CareTagForm(Form):
    """A care tag with its basis and its review."""

    kind = forms.ChoiceField(label=_("Care group"), choices=[("", _("Choose one")), *CareKind.choices])
    basis = forms.ChoiceField(label=_("Basis"), choices=CareBasis.choices, widget=forms.RadioSelect)
    source_document = forms.CharField(
        label=_("Document that proves it"),
        required=False,
        max_length=120,
        help_text=_("Needed for a statutory duty, such as a list of the street and its year; no diagnosis, please."),
    )
    review_on = forms.DateField(label=_("To be reviewed by"), help_text=_("Twelve months ahead at the latest"))
    sections = (("", ("kind", "basis", "source_document")), (_("Review"), ("review_on",)))
    submit_label = _("Add the care tag")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_on"].initial = care.latest_review(today())


class ReviewForm(VersionedForm):
    """The tag still applies, until the next review."""

    review_on = forms.DateField(label=_("Still applies; next review by"))
    submit_label = _("Still applies")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_on"].initial = care.latest_review(today())


class TagEndForm(Form):
    """The tag no longer applies."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(one.value, one.label) for one in (CareEnd.REVIEWED, CareEnd.MISTAKE)],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=_("Last day"), initial=today)
    submit_label = _("End the care tag")
