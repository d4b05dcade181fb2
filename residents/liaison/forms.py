"""What is filled in for a notice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.forms import Form, ScopedChoiceField
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.liaison.rules import TEXT_MAXIMUM, TITLE_MAXIMUM


class NoticeForm(Form):
    """For which doors, what is to be told, until when."""

    grid = ScopedChoiceField(
        Grid,
        permission=Permission.EDIT_ROSTER,
        narrow=lambda grids, form: grids.living().filter(level__gte=Level.COMMUNITY).order_by("code"),
        label=_("For the doors of"),
    )
    title = forms.CharField(label=_("In a few words"), max_length=TITLE_MAXIMUM)
    text = forms.CharField(
        label=_("What is to be told at the door"),
        max_length=TEXT_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The same words for every door; nothing about single persons."),
    )
    until_on = forms.DateField(label=_("To be told until"))

    submit_label = _("Publish")
