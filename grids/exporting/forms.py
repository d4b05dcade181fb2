"""The forms of exports and ledgers."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.codes import significant
from grids.common.forms import Form
from grids.exporting.choices import FileKind, Purpose
from grids.exporting.models import SavedLedger
from grids.exporting.sources import Source

# So many scopes are offered as buttons, one tap each; more make a menu.
BUTTONS = 40


def export_grids(user: Any) -> list[Any]:
    """The topmost grids where the user may export, and the level below each: two short queries."""
    grids = SavedLedger._meta.get_field("grid").related_model.objects  # type: ignore[union-attr]
    scope = scope_of(user, Permission.EXPORT_LISTS)
    allowed = grids.restrict(user, Permission.EXPORT_LISTS).order_by("code")
    tops = [
        grid
        for grid in (allowed.filter(parent=None) if scope.everything else allowed.filter(depth__lte=_depth(allowed)))
        if scope.everything or significant(grid.code) in scope.prefixes
    ]
    below = allowed.filter(parent__in=tops)
    return sorted([*tops, *below], key=lambda grid: grid.code)


def _depth(allowed: Any) -> int:
    """Deep enough for every topmost grid of somebody's posts."""
    return max(allowed.order_by().values_list("depth", flat=True).distinct(), default=0)


class PurposeForm(Form):
    """The reason: one tap among the common ones, words for the others."""

    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("In words"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("File"), choices=FileKind.choices, initial=FileKind.XLSX, widget=forms.RadioSelect)

    def reason(self) -> str:
        chosen, words = Purpose(self.cleaned_data["purpose"]), self.cleaned_data.get("words", "").strip()
        if chosen == Purpose.OTHER:
            return words
        return f"{chosen.label}{gettext(': ')}{words}" if words else str(chosen.label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("purpose") == Purpose.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what you need the list for."))
        return cleaned


class AskForm(PurposeForm):
    """Why a large or sensitive list is needed."""


class RemarkForm(Form):
    """A word to the decision."""

    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class RefusalForm(Form):
    remark = forms.CharField(label=_("Why not"), max_length=200)


class ReadyMadeForm(PurposeForm):
    """A ready-made ledger: of which grid, what for, as which file."""

    grid = forms.ChoiceField(label=_("Of which grid"), widget=forms.RadioSelect)

    sections = ((_("Scope"), ("grid",)), (_("Reason"), ("purpose", "words")), (_("File"), ("kind",)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grids = {grid.code: grid for grid in export_grids(self.user)}
        field = self.fields["grid"]
        field.choices = [(code, grid.name) for code, grid in self.grids.items()]
        if len(self.grids) > BUTTONS:
            field.widget = forms.Select(choices=field.choices)
        self.initial.setdefault("grid", next(iter(self.grids), ""))


class LedgerForm(Form):
    """What is printed on a ledger, who else sees it, and whether it stands on the home page."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=60)
    unit = forms.CharField(label=_("Reporting unit"), max_length=60, required=False)
    period = forms.CharField(
        label=_("Reporting period"), max_length=40, required=False, help_text=_("Such as November 2026.")
    )
    preparer = forms.CharField(label=_("Prepared by"), max_length=40, required=False)
    reviewer = forms.CharField(label=_("Reviewed by"), max_length=40, required=False)
    pinned = forms.BooleanField(label=_("Pin it to my home page"), required=False)
    shared = forms.BooleanField(label=_("Share it with the community"), required=False)
    grid = forms.ChoiceField(label=_("Community"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grids = {str(grid.pk): grid for grid in export_grids(self.user)}
        self.fields["grid"].choices = [("", _("Nobody but me")), *((pk, grid.name) for pk, grid in self.grids.items())]

    def clean_grid(self) -> Any:
        return self.grids.get(self.cleaned_data["grid"])

    def lines(self) -> dict[str, Any]:
        """The fields of the model."""
        names = ("title", "unit", "period", "preparer", "reviewer", "pinned", "shared", "grid")
        return {name: self.cleaned_data[name] for name in names}


class LedgerChangeForm(LedgerForm):
    """The same, and the columns: each with its place, no number leaves it out."""

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [head.name for head in source.table.heads]
        whole = source.page.table_class([])
        self.places = [f"place_{head.name}" for head in whole.heads]
        for head in whole.heads:
            self.fields[f"place_{head.name}"] = forms.IntegerField(
                label=head.label,
                required=False,
                min_value=1,
                max_value=99,
                initial=shown.index(head.name) + 1 if head.name in shown else None,
            )
        printed = ("title", "unit", "period", "preparer", "reviewer")
        self.sections = (
            (_("What is printed"), printed),
            (_("Columns: their places, 1 stands first; no number leaves one out"), tuple(self.places)),
            (_("Who sees it"), ("pinned", "shared", "grid")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.columns():
            self.add_error(None, _("Give at least one column a place."))
        return cleaned

    def columns(self) -> list[str]:
        """The chosen columns in their order; equal numbers keep the order of the list."""
        placed = [(self.cleaned_data.get(name), name.removeprefix("place_")) for name in self.places]
        return [name for place, name in sorted((pair for pair in placed if pair[0]), key=lambda pair: pair[0])]


class FilterForm(Form):
    """A name for the filters in use."""

    title = forms.CharField(label=_("Name of the filter"), max_length=60)
