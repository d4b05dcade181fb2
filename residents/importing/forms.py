"""What is chosen: the file and the roster it belongs to, then what its columns hold."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.forms import Form, ScopedChoiceField
from grids.tree.choices import Kind, Level
from grids.tree.models import Grid
from residents.importing.book import MAX_BYTES, UnreadableBook, column_letter
from residents.importing.fields import FIELDS
from residents.importing.workbooks import check_size
from residents.roster.forms import grid_label

LEFT_OUT = "-"
ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.txt,.tsv"


def _communities(grids: QuerySet, form: forms.BaseForm) -> QuerySet:
    return grids.living().filter(level=Level.COMMUNITY).select_related("parent").order_by("code")


def _living_in(grids: QuerySet, form: Any) -> QuerySet:
    community = form.subject.grid if form.subject is not None else None
    homes = grids.living().filter(level__gte=Level.GRID, kind=Kind.COMPREHENSIVE)
    homes = homes.select_related("parent").order_by("code")
    return homes.under(community) if community else homes


class HomeGridField(ScopedChoiceField):
    """A grid in which people live, by its name and its parent's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Grid, permission=Permission.IMPORT_ROSTER, narrow=_living_in, **options)

    def label_from_instance(self, grid: Any) -> str:
        return grid_label(grid)


class UploadForm(Form):
    """A file, or a block of cells pasted from Excel."""

    grid = ScopedChoiceField(
        Grid,
        permission=Permission.IMPORT_ROSTER,
        narrow=_communities,
        label=_("Roster of"),
        empty_label=_("Choose one"),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "data-import-file": str(MAX_BYTES)}),
    )
    pasted = forms.CharField(
        label=_("Or paste cells from Excel, with the row of headings"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "data-import-paste": ""}),
    )

    submit_label = _("Read the file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rosters = list(self.fields["grid"].queryset[:2])
        if len(rosters) == 1:
            self.fields["grid"].initial = rosters[0]
            self.fields["grid"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        if "file" in self.errors:
            return cleaned
        if file is None and not pasted.strip():
            self.add_error("file", gettext("Choose a file, or paste the cells."))
        if file is not None:
            try:
                check_size(file.size)
            except UnreadableBook as problem:
                self.add_error("file", problem)
        return cleaned

    def content(self) -> tuple[bytes, str, bool]:
        """The bytes, the name, and whether they were pasted."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return file.read(), file.name, False
        return self.cleaned_data["pasted"].encode(errors="replace"), gettext("Pasted cells"), True


class ColumnsForm(Form):
    """One choice a column: which field it holds, or that it is left out. Headings known already are filled in."""

    default_grid = HomeGridField(
        label=_("Rows without a grid belong to"),
        required=False,
        empty_label=_("Nothing: every row names its grid or a building that stands"),
    )

    submit_label = _("Go on to the preview")

    def __init__(self, *args: Any, sheets: Sequence[dict[str, Any]] = (), chosen: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        self.chosen = chosen or {}
        names = [(name, field.label) for name, field in FIELDS.items()]
        for sheet in sheets:
            index = sheet["index"]
            if len(sheets) > 1:
                self.fields[f"sheet_{index}"] = forms.BooleanField(
                    label=gettext("Import the sheet “%(name)s” (rows: %(rows)s)")
                    % {"name": sheet["name"], "rows": sheet["rows"]},
                    required=False,
                    initial=not self.chosen or str(index) in self.chosen,
                )
            for match in sheet["matches"]:
                self._add_column(index, names, *match)
        self.order_fields([name for name in self.fields if name != "default_grid"])

    def _add_column(
        self, index: int, names: list[Any], column: int, heading: str, field: str | None, standing: str, *rest: Any
    ) -> None:
        message, choices = rest
        if not heading:
            return
        known = self.chosen.get(str(index))
        if known is not None and column < len(known):
            field = known[column]
        meant = [(name, label) for name, label in names if name in choices]
        others = [(name, label) for name, label in names if name not in choices]
        options: list[Any] = [("", gettext("Please choose")), (LEFT_OUT, gettext("Do not import"))]
        if meant:
            options += [(gettext("Probably"), meant), (gettext("All fields"), others)]
        else:
            options += others
        self.fields[f"column_{index}_{column}"] = forms.ChoiceField(
            label=gettext("Column %(letter)s: %(heading)s") % {"letter": column_letter(column), "heading": heading},
            choices=options,
            initial=LEFT_OUT if field == "" else field,
            help_text=message if standing in {"asked", "twice"} else "",
            required=f"sheet_{index}" not in self.fields,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for sheet in self.sheets:
            if not cleaned.get(f"sheet_{sheet['index']}", True):
                continue
            for match in sheet["matches"]:
                name = f"column_{sheet['index']}_{match[0]}"
                if name in self.fields and name not in self.errors and not cleaned.get(name):
                    self.add_error(name, gettext("Choose what this column holds, or leave it out."))
        return cleaned

    def columns(self) -> dict[int, list[str | None]]:
        """Sheet index to the field of every column, as ``services.name_columns`` takes it."""
        found: dict[int, list[str | None]] = {}
        for sheet in self.sheets:
            index = sheet["index"]
            if not self.cleaned_data.get(f"sheet_{index}", True):
                continue
            chosen = [self.cleaned_data.get(f"column_{index}_{match[0]}") for match in sheet["matches"]]
            found[index] = ["" if one in {None, "", LEFT_OUT} else one for one in chosen]
        return found

    def headings(self) -> dict[int, list[str]]:
        return {sheet["index"]: sheet["headings"] for sheet in self.sheets}

    @property
    def column_groups(self) -> list[tuple[Any, list[forms.BoundField], list[forms.BoundField]]]:
        """For each sheet: its own switch (or None), the columns that must be answered, and those that are known."""
        groups = []
        for sheet in self.sheets:
            index = sheet["index"]
            asked, known = [], []
            for match in sheet["matches"]:
                name = f"column_{index}_{match[0]}"
                if name in self.fields:
                    bound = self[name]
                    (asked if match[3] in {"asked", "twice"} or bound.errors else known).append(bound)
            switch = self[f"sheet_{index}"] if f"sheet_{index}" in self.fields else None
            groups.append((switch, asked, known))
        return groups
