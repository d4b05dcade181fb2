"""Forms about rental files; the form of a check is in checkforms.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.rentals.choices import Area, ServedHow, TenancyEnd
from residents.rentals.lines import MOST_POINTS, Line
from residents.rentals.rules import MOST_ROOMS, NAME_MAXIMUM
from residents.roster.models import Person

# A browser should not offer to remember what belongs to somebody else.
QUIET = {"autocomplete": "off"}


class LettingForm(Form):
    """Who lets how many rooms."""

    landlord_name = forms.CharField(
        label=_("Landlord"), max_length=NAME_MAXIMUM, widget=forms.TextInput(attrs=QUIET), help_text=_("Name only.")
    )
    landlord_phone = forms.CharField(
        label=_("Phone of the landlord"),
        required=False,
        max_length=30,
        help_text=_("Stored encrypted; shown for a purpose only."),
        widget=forms.TextInput(attrs={**QUIET, "inputmode": "tel"}),
    )
    rooms_let = forms.IntegerField(label=_("Rooms let"), min_value=1, max_value=MOST_ROOMS, initial=1)


class OpenForm(LettingForm):
    opened_on = forms.DateField(label=_("Let since"), initial=today)


class ChangeForm(VersionedForm, LettingForm):
    pass


class DayForm(VersionedForm):
    """A step of the file with its day."""

    on = forms.DateField(label=_("Day"), initial=today)


class NoticeForm(Form):
    due_on = forms.DateField(label=_("To be put right by"))


class ServeForm(VersionedForm):
    how = forms.ChoiceField(
        label=_("How did the landlord get it?"), choices=ServedHow.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label=_("Day"), initial=today)


class TenantForm(Form):
    """Somebody who lives at this door; ``names`` tells how each one is shown."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Tenant"),
        help_text=_("Persons whom the roster has at this door. Enter others in the roster first."),
    )
    starts_on = forms.DateField(label=_("Since"), initial=today)

    def __init__(self, *args: Any, persons: Any, show: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = persons
        self.fields["person"].label_from_instance = show


class TenancyEndForm(VersionedForm):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(one.value, one.label) for one in (TenancyEnd.MOVED, TenancyEnd.MISTAKE)],
        initial=TenancyEnd.MOVED,
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=_("Moved out on"), initial=today)


# ------------------------------------------------------------------ the checklist
NEW_LINES = 4


def _districts(queryset: Any, form: Any) -> Any:
    return queryset.at_level(Level.DISTRICT)


class PublishForm(Form):
    """The lines of the version in force, each of which may be changed or left out, and a few empty ones."""

    district = ScopedChoiceField(
        Grid, permission=Permission.MANAGE_GRIDS, narrow=_districts, label=_("District"), empty_label=None
    )
    title_zh = forms.CharField(label=_("Title"), max_length=80)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    valid_from = forms.DateField(label=_("Valid from"), initial=today)

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [*lines, *(Line(Area.FIRE, "", 5) for _number in range(NEW_LINES))]
        for number, line in enumerate(self.lines, start=1):
            for name, field in _line_fields(line).items():
                self.fields[f"{name}_{number}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """``[{"code", "number", "keep", "text_zh", ...}]`` for the template; bound fields by name."""
        return [
            {"code": line.code, "number": number} | {name: self[f"{name}_{number}"] for name in _line_fields(line)}
            for number, line in enumerate(self.lines, start=1)
        ]

    def chosen(self) -> list[Line]:
        """The lines that are to hold; new ones without a text are no lines."""
        values = self.cleaned_data
        return [
            Line(
                area=values[f"area_{number}"],
                text_zh=values[f"text_zh_{number}"],
                text_en=values[f"text_en_{number}"],
                points=values[f"points_{number}"] or 0,
                is_veto=values[f"is_veto_{number}"],
                code=line.code,
            )
            for number, line in enumerate(self.lines, start=1)
            if values[f"keep_{number}"] and (line.code or values[f"text_zh_{number}"])
        ]


def _line_fields(line: Line) -> dict[str, forms.Field]:
    return {
        "keep": forms.BooleanField(label=_("Belongs to the list"), initial=True, required=False),
        "area": forms.ChoiceField(label=_("Area"), choices=Area.choices, initial=line.area),
        "text_zh": forms.CharField(
            label=_("What must be so"),
            max_length=200,
            initial=line.text_zh,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        "text_en": forms.CharField(
            label=_("The same in English"),
            max_length=300,
            initial=line.text_en,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        "points": forms.IntegerField(
            label=_("Points"), min_value=1, max_value=MOST_POINTS, initial=line.points, required=False
        ),
        "is_veto": forms.BooleanField(label=_("Red at once"), initial=line.is_veto, required=False),
    }
