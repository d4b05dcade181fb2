"""What the pages of contact ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.models import User
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.contacts.choices import AssignmentEnd, ContactRole, MemberKind, PartyStatus
from residents.contacts.models import ContactMember
from residents.contacts.services import no_such_account

# Reasons that a person chooses; the others are written by the portal itself.
CHOSEN_ENDS = [
    AssignmentEnd.HOUSEHOLD_WISH,
    AssignmentEnd.REBALANCED,
    AssignmentEnd.MOVED,
    AssignmentEnd.MISTAKE,
]
CHANGE_ENDS = [
    AssignmentEnd.HOUSEHOLD_WISH,
    AssignmentEnd.MEMBER_WISH,
    AssignmentEnd.MEMBER_MOVED,
    AssignmentEnd.TERM_ENDED,
    AssignmentEnd.REBALANCED,
    AssignmentEnd.MISTAKE,
]
LEAVE_ENDS = [AssignmentEnd.MEMBER_WISH, AssignmentEnd.MEMBER_MOVED, AssignmentEnd.TERM_ENDED]


def _chosen(ends: list[AssignmentEnd]) -> list[tuple[str, Any]]:
    return [(end.value, end.label) for end in ends]


class AssignForm(Form):
    """Which member, in which role; drawn by its own template, the nearest candidates first."""

    member = ScopedChoiceField(
        ContactMember,
        permission=Permission.ASSIGN_CONTACTS,
        narrow=lambda queryset, form: queryset.serving().select_related("person"),
        label=_("Joint-family member"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose who will contact this household.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=ContactRole.choices, initial=ContactRole.PRIMARY)
    exception_reason = forms.CharField(
        label=_("Reason for more households than the band"),
        help_text=_("Needed only for a member who already contacts as many households as the band allows."),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    exception_until = forms.DateField(
        label=_("Last day of the exception"),
        help_text=_("At most a year ahead. After it the member comes up as one to be relieved."),
        required=False,
    )


class ChangeForm(AssignForm):
    """The same for a hand-over, with why the present contact ends."""

    role = None  # type: ignore[assignment]  # it stays what it was
    reason = forms.ChoiceField(label=_("Why the contact changes"), choices=_chosen(CHANGE_ENDS))


class HandoverForm(Form):
    """C9: somebody else is to take over; who it will be is not known yet."""

    reason = forms.ChoiceField(label=_("Why the contact changes"), choices=_chosen(CHANGE_ENDS))
    note = forms.CharField(
        label=_("Note for the successor"),
        help_text=_("What the new contact should know: facts only, no numbers, no diagnoses."),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LeaveForm(Form):
    reason = forms.ChoiceField(
        label=_("Why the member hands over"), choices=_chosen(LEAVE_ENDS), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note for the successors"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class SuspendForm(Form):
    back_on = forms.DateField(
        label=_("Expected to serve again on"),
        help_text=_("If it is known. Why the member cannot serve is not asked and not kept."),
        required=False,
    )


class PhoneForm(Form):
    since = forms.DateField(
        label=_("Agreed on"),
        help_text=_("The day on which the member agreed that his households get his phone number. Empty: he does not."),
        required=False,
    )


class EndForm(Form):
    reason = forms.ChoiceField(label=_("Why the contact ends"), choices=_chosen(CHOSEN_ENDS))


class EndMemberForm(Form):
    reason = forms.CharField(label=_("Why the member stops"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class AccountField(forms.CharField):
    """A login name; becomes the account, or None when left open."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Login name"))
        options.setdefault("max_length", 150)
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}))
        super().__init__(**options)

    def clean(self, value: Any) -> User | None:
        name = super().clean(value)
        if not name:
            return None
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise forms.ValidationError(no_such_account())
        return user


class RegisterForm(Form):
    """C1: in which capacity a person serves, and that he agreed."""

    grid = ScopedChoiceField(
        Grid,
        permission=Permission.ASSIGN_CONTACTS,
        narrow=lambda queryset, form: queryset.living().at_level(Level.COMMUNITY),
        label=_("Community"),
        empty_label=None,
    )
    kind = forms.ChoiceField(label=_("Serves as"), choices=MemberKind.choices, widget=forms.RadioSelect)
    party_status = forms.ChoiceField(label=_("Party membership"), choices=PartyStatus.choices)
    branch = forms.CharField(
        label=_("Party branch"),
        max_length=80,
        required=False,
        help_text=_("Needed only for somebody who does not live in this community."),
    )
    consented_on = forms.DateField(
        label=_("Agreed on"), help_text=_("The day on which the person agreed to contact households.")
    )
    user = AccountField(required=False, help_text=_("If there is an account already; it can be named later, too."))

    sections = (
        (_("Capacity"), ("grid", "kind", "party_status", "branch")),
        (_("Consent and account"), ("consented_on", "user")),
    )

    def clean_consented_on(self) -> Any:
        day = self.cleaned_data["consented_on"]
        if day > today():
            raise forms.ValidationError(_("This day is in the future."))
        return day


class AccountForm(Form):
    user = AccountField(
        help_text=_("The account with which the member logs in; it gets the right to see his households.")
    )
