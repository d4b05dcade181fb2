"""What is typed to create, rename, move and close a grid."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.forms import Form, ScopedChoiceField, VersionedForm
from grids.tree.choices import ExclusiveType, Kind, Level
from grids.tree.models import Grid


class GridForm(Form):
    """A new grid below ``subject``; kind and type are asked for on the level of grids only."""

    name_zh = forms.CharField(label=_("Name of the grid"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.COMPREHENSIVE
    )
    exclusive_type = forms.ChoiceField(
        label=_("Exclusive type"),
        choices=[("", _("Choose one")), *ExclusiveType.choices],
        required=False,
        help_text=_("Only for an exclusive grid."),
    )
    boundary_note = forms.CharField(
        label=_("Boundary in words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Streets, rivers or buildings that it ends at."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.level != Level.COMMUNITY:
            del self.fields["kind"], self.fields["exclusive_type"]


class RenameForm(VersionedForm):
    name_zh = forms.CharField(label=_("Name of the grid"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    boundary_note = forms.CharField(
        label=_("Boundary in words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class GridChoiceField(ScopedChoiceField):
    """A choice of grids by their path; with ``with_path()`` in ``narrow`` it costs one query."""

    def label_from_instance(self, obj: Any) -> str:
        return " / ".join([*obj.path, obj.name])


def near_parents(grids: QuerySet, form: Any) -> QuerySet:
    """Where a grid is usually moved to: the level above, for grids in its district, for micro-grids in its street."""
    grid: Grid = form.subject
    grids = grids.living().at_level(grid.level - 1).exclude(pk=grid.parent_id).with_path()
    if grid.level >= Level.GRID:
        grids = grids.filter(tree_id=grid.tree_id)
    if grid.level == Level.MICROGRID:
        grids = grids.filter(code__startswith=grid.code[: Level.STREET.digits])
    return grids


class MoveForm(VersionedForm):
    """The new parent from a list of near ones, or any other by its code."""

    new_parent = GridChoiceField(
        Grid,
        permission=Permission.MANAGE_GRIDS,
        narrow=near_parents,
        label=_("New parent"),
        required=False,
        empty_label=_("Choose one"),
    )
    code = forms.CharField(
        label=_("Or the code of another one"),
        required=False,
        max_length=17,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen, code = cleaned.get("new_parent"), "".join(cleaned.get("code", "").split())
        if code and not self.errors:
            grids = Grid.objects.restrict(self.user, Permission.MANAGE_GRIDS)
            cleaned["new_parent"] = found = grids.filter(code=code).first()
            if found is None:
                self.add_error("code", _("There is no grid with this code, or it is not yours to manage."))
            elif chosen is not None and chosen != found:
                self.add_error("code", _("This is another grid than the one chosen above; leave one of the two empty."))
        elif chosen is None and not self.errors:
            self.add_error("new_parent", _("Choose where the grid is to belong, or give the code."))
        return cleaned


class CloseForm(VersionedForm):
    on = forms.DateField(label=_("Closed on"), widget=forms.DateInput, initial=today)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
