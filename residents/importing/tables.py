"""The list of imports, and the words for what an import would do."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.tables import ChipColumn, MomentColumn, NumberColumn, Table, TextColumn
from residents.importing.book import column_letter
from residents.importing.choices import ImportState, Outcome
from residents.importing.comparing import MASKS
from residents.importing.fields import FIELDS
from residents.importing.models import RosterImport
from residents.importing.packets import StoredRow
from residents.importing.rules import standing
from residents.roster.models import Dwelling, Person, Residency

EMPTY = "—"


class RosterImportTable(Table):
    created_at = MomentColumn(linkify=True, verbose_name=gettext_lazy("Uploaded"))
    state = ChipColumn(ImportState, verbose_name=gettext_lazy("Status"))
    grid = TextColumn(orderable=False, verbose_name=gettext_lazy("Roster of"))
    owner = TextColumn(orderable=False, verbose_name=gettext_lazy("By"))
    new_rows = NumberColumn(orderable=False, verbose_name=gettext_lazy("New"))
    changed_rows = NumberColumn(orderable=False, verbose_name=gettext_lazy("Changed"))
    wrong_rows = NumberColumn(orderable=False, verbose_name=gettext_lazy("Wrong"))

    row_header = "created_at"
    card_columns = ("state", "grid", "new_rows", "wrong_rows")

    class Meta:
        model = RosterImport
        fields = ("created_at", "state", "grid", "owner", "new_rows", "changed_rows", "wrong_rows")

    def render_new_rows(self, record: RosterImport, value: int) -> str:
        return self._counted(record, value)

    def render_changed_rows(self, record: RosterImport, value: int) -> str:
        return self._counted(record, value)

    def render_wrong_rows(self, record: RosterImport, value: int) -> str:
        return self._counted(record, value)

    def _counted(self, record: RosterImport, value: int) -> str:
        """Nothing is known of a file that was not read to its end: that is no 0."""
        return number_format(value, force_grouping=True) if record.row_count else EMPTY

    def render_state(self, record: RosterImport, bound_column: Any) -> Any:
        record.state = standing(record)
        return bound_column.column.__class__.render(
            bound_column.column, value=record.state, record=record, bound_column=bound_column
        )


def row_words(row: StoredRow, sheet_names: dict[int, str]) -> dict[str, Any]:
    """One planned row for the page: where, who, and what would happen, in words; numbers stay masked."""
    draft = row.draft
    faults = [
        {
            "place": f"{column_letter(one.column)}{draft.row}" if one.column is not None else "",
            "label": field_label(one.field),
            "message": one.message,
        }
        for one in row.faults
    ]
    changes = [
        {"label": field_label(name), "before": value_words(name, old), "after": value_words(name, new)}
        for name, old, new in row.changes
    ]
    masked = draft.masked or {}
    return {
        "sheet": sheet_names.get(draft.sheet, "") if len(sheet_names) > 1 else "",
        "number": draft.row,
        "key": f"{draft.sheet}_{draft.row}",
        "name": draft.name or masked.get("name") or EMPTY,
        "door": "".join(filter(None, (draft.building, draft.unit, draft.room))) or masked.get("address", ""),
        "outcome": Outcome(row.outcome),
        "changes": changes,
        "faults": faults,
        "notes": row.notes,
    }


def field_label(name: str) -> str:
    """What a field is called on the page; values that are no column of their own by the model's name for them."""
    if name in FIELDS:
        return str(FIELDS[name].label)
    for model in (Person, Residency, Dwelling):
        names = {field.name: field for field in model._meta.concrete_fields}
        if name in names:
            return str(names[name].verbose_name)
    return ""


def value_words(name: str, value: Any) -> str:
    """A value as people read it: codes by their words, yes and no, days as they are."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name not in MASKS:
        for model in (Person, Residency, Dwelling):
            names = {field.name: field for field in model._meta.concrete_fields}
            if name in names and names[name].choices:
                return str(dict(names[name].flatchoices).get(value, value))
    return str(value)
