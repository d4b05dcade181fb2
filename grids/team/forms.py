"""What is typed about staff, posts and accounts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission, Role
from grids.access.querysets import roles_on
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.team.choices import Education, Employment
from grids.team.models import StaffProfile
from grids.team.rules import ROLE_LEVEL, appointable
from grids.tree.choices import Level
from grids.tree.models import Grid


class StaffFields(forms.Form):
    """The fields of a person who serves, new or changed."""

    name = forms.CharField(label=_("Name"), max_length=60)
    employment = forms.ChoiceField(label=_("Employment"), choices=Employment.choices)
    work_phone = forms.CharField(
        label=_("Duty phone"), max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    hired_on = forms.DateField(label=_("Serving since"), required=False, widget=forms.DateInput)
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=forms.DateInput)
    education = forms.ChoiceField(
        label=_("Schooling"), choices=[("", _("Not known")), *Education.choices], required=False
    )


class StaffForm(Form, StaffFields):
    pass


class StaffChangeForm(VersionedForm, StaffFields):
    pass


def grids_below(grids: QuerySet, form: Any) -> QuerySet:
    """The grid the page is about and what a post can be on from there: all of a community, the next level above it."""
    anchor: Grid = form.subject
    deepest = anchor.level + 1 if anchor.level < Level.COMMUNITY else Level.MICROGRID
    return grids.living().under(anchor).filter(level__lte=deepest)


def staff_near(staff: QuerySet, form: Any) -> QuerySet:
    """Who usually gets a post here: staff of the community; above it, staff entered for the levels next to it."""
    anchor: Grid = form.subject
    if anchor.level > Level.COMMUNITY:
        anchor = anchor.get_ancestors().get(level=Level.COMMUNITY)
    staff = staff.under(anchor)
    return staff if anchor.level == Level.COMMUNITY else staff.filter(home__level__lte=anchor.level + 1)


class IndentedGridField(ScopedChoiceField):
    """Grids as a menu that is indented like the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return "\u3000" * max(obj.level - Level.COMMUNITY, 0) + str(obj)


class PostForm(Form):
    """A post for somebody near, on the subject or below it."""

    staff = ScopedChoiceField(
        StaffProfile,
        permission=Permission.MANAGE_TEAM,
        narrow=staff_near,
        label=_("Member of staff"),
        help_text=_("Somebody new is entered as staff first."),
    )
    role = forms.ChoiceField(label=_("Post"))
    grid = IndentedGridField(Grid, permission=Permission.MANAGE_TEAM, narrow=grids_below, label=_("Grid"))
    starts_on = forms.DateField(label=_("In office from"), widget=forms.DateInput, initial=today)
    further = forms.BooleanField(
        label=_("A further post"),
        required=False,
        help_text=_("For somebody who is full-time on another grid already."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = set(ROLE_LEVEL)
        if self.user is not None and not self.user.is_superuser:
            roles &= appointable(roles_on(self.user, self.subject))
        offered = [
            (role.value, role.label) for role in Role if role in roles and ROLE_LEVEL[role] >= self.subject.level
        ]
        self.fields["role"].choices = [("", _("Choose one")), *offered]


class EndPostForm(Form):
    on = forms.DateField(
        label=_("Ends on"),
        widget=forms.DateInput,
        initial=today,
        help_text=_("From this day on the post is held no more. With today or an earlier day the rights end at once."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class AccountForm(Form):
    username = forms.CharField(
        label=_("Login name"),
        max_length=150,
        help_text=_("Letters and digits, such as the name in pinyin. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
