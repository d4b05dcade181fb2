"""What is filled in for reports, wishes and claims."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.contacts.forms import AccountField
from residents.volunteers import rules
from residents.volunteers.choices import ReportEnd, Skill
from residents.volunteers.models import PartyMemberReport
from residents.volunteers.naming import shown_member


class HoursField(forms.DecimalField):
    """Hours in steps of half an hour (M47)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}))
        options.setdefault("help_text", _("In steps of half an hour."))
        options.setdefault("initial", Decimal("1"))
        super().__init__(
            min_value=Decimal("0.5"), max_value=rules.HALF_HOURS_MAXIMUM // 2, max_digits=3, decimal_places=1, **options
        )


class OfferForm(Form):
    """Employer, skills, hours."""

    employer = forms.CharField(
        label=_("Employer"),
        max_length=rules.EMPLOYER_MAXIMUM,
        help_text=_("The name only. Nothing else about work or private life is asked."),
    )
    skills = forms.MultipleChoiceField(
        label=_("Can help with"), choices=Skill.choices, widget=forms.CheckboxSelectMultiple
    )
    hours_a_month = forms.IntegerField(
        label=_("Hours offered a month"), min_value=1, max_value=rules.OFFER_MAXIMUM, initial=2
    )


class SelfReportForm(OfferForm):
    agrees = forms.BooleanField(
        label=_("I agree that the community keeps this to arrange help, and know that I can withdraw it at any time.")
    )

    submit_label = _("Report to the community")


class RegisterForm(OfferForm):
    consented_on = forms.DateField(
        label=_("Agreed on"), help_text=_("The day on which the person agreed to be registered.")
    )
    user = AccountField(required=False, help_text=_("If there is an account already; it can be named later, too."))


class ChangeForm(OfferForm, VersionedForm):
    pass


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=rules.REASON_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person concerned reads this."),
    )


class EndForm(Form):
    end_reason = forms.ChoiceField(
        label=_("Why it ends"), choices=[(one.value, one.label) for one in ReportEnd if one is not ReportEnd.DIED]
    )


class LinkForm(Form):
    user = AccountField(help_text=_("With this account the member claims wishes and says what is done."))


class CallForm(Form):
    """A wish or a post; the page knows whose."""

    title = forms.CharField(
        label=_("In a few words"),
        max_length=rules.TITLE_MAXIMUM,
        help_text=_("Everybody on the board reads this: no names, no doors."),
    )
    text = forms.CharField(
        label=_("What is to be done"), max_length=rules.TEXT_MAXIMUM, widget=forms.Textarea(attrs={"rows": 3})
    )
    skill = forms.ChoiceField(
        label=_("What it takes"), choices=[("", _("Anybody can do it")), *Skill.choices], required=False
    )
    hours = HoursField(label=_("Expected hours"))
    until_on = forms.DateField(label=_("To be done by"))

    submit_label = _("Publish")


class PostForm(CallForm):
    grid = ScopedChoiceField(
        Grid,
        permission=Permission.KEEP_VOLUNTEERS,
        narrow=lambda grids, form: grids.living().filter(level__in=[Level.COMMUNITY, Level.GRID]).order_by("code"),
        label=_("Where"),
    )

    field_order = ("grid", "title", "text", "skill", "hours", "until_on")


class WishForm(CallForm):
    agrees = forms.BooleanField(
        label=_("The household agrees that whoever claims the wish is shown its door and the name of its head.")
    )


class DoneForm(Form):
    done_on = forms.DateField(label=_("Done on"))
    hours = HoursField(label=_("Hours"))

    submit_label = _("It is done")


class MemberChoice(ScopedChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return shown_member(self.reader, obj)

    def open_to(self, user: Any, form: forms.BaseForm) -> None:
        self.reader = user
        super().open_to(user, form)


class ClaimForMemberForm(Form):
    report = MemberChoice(
        PartyMemberReport,
        permission=Permission.KEEP_VOLUNTEERS,
        narrow=lambda rows, form: (
            rows.accepted().filter(grid__code=form.subject.grid.code[:12]).with_person().order_by("pk")
        ),
        label=_("Who claims it"),
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("Code of the slip"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("The ten signs on the slip. Capitals and spaces do not matter."),
    )

    submit_label = _("Go on")
