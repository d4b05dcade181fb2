"""The page on which wrong cells are corrected: its rows, and the form of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.forms import Form
from grids.common.masks import mask_id_number
from residents.importing.book import column_letter
from residents.importing.csvs import LONGEST_CELL
from residents.importing.packets import HIDDEN, StoredFault, StoredRow
from residents.importing.words import CHOICES

Key = tuple[int, int]  # sheet from 0, row from 1 as Excel shows it

# Shown in full where they are wrong, for they cannot be corrected otherwise; masked where they are right.
MASKED = {**HIDDEN, "phone_more": HIDDEN["phone"], "other_id_number": mask_id_number, "head_id_number": mask_id_number}
KEYBOARDS = {"phone": "tel", "phone_more": "tel", "floor": "numeric"}
UNREADABLE = "•••"
SALT = "residents.importing.shown"


@dataclass
class CellLine:
    """One cell of a row: its field of the form, what is wrong with it, and what the file says where it was corrected.

    ``masked`` is how a right value looks that may not be shown: its field is empty, and stays so to keep it.
    ``present`` is what was put there in another window meanwhile.
    """

    bound: forms.BoundField
    faults: list[str]
    original: str
    masked: str
    present: str


@dataclass
class RowLine:
    """A wrong row: ``wrong`` cells first, all ``others`` to be unfolded, ``faults`` that are at no cell of the file."""

    row: StoredRow
    hidden: list[forms.BoundField]
    leave_out: forms.BoundField
    faults: list[str] = field(default_factory=list)
    wrong: list[CellLine] = field(default_factory=list)
    others: list[CellLine] = field(default_factory=list)
    moved: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the other cells must be seen at once: one of them is meant, or was typed in."""
        typed = any(cell.bound.errors or (cell.bound.value() or "") != cell.bound.initial for cell in self.others)
        return typed or bool(self.faults) or not self.wrong


class WrongCellsForm(Form):
    """A field for each cell of some wrong rows. ``columns`` and ``headings`` by sheet, as the import keeps them."""

    submit_label = gettext_lazy("Save and check")

    def __init__(
        self,
        *args: Any,
        rows: Sequence[StoredRow] = (),
        columns: Mapping[str, Sequence[str | None]],
        headings: Mapping[int, Sequence[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.columns = rows, columns
        self.moved: set[Key] = set()
        for row in rows:
            shown = {column: self._initial(row, column, name) for column, name in self._columns(row)}
            for hidden, value in ((mark_name(row.key), row.mark), (shown_name(row.key), sealed(shown))):
                self.fields[hidden] = forms.CharField(widget=forms.HiddenInput, initial=value)
            self.fields[out_name(row.key)] = forms.BooleanField(label=_("Do not import this row"), required=False)
            for column, name in self._columns(row):
                heading = headings[row.key[0]][column] if column < len(headings[row.key[0]]) else ""
                self.fields[cell_name(row.key, column)] = self._field(row, column, name, heading)

    def _columns(self, row: StoredRow) -> list[tuple[int, str]]:
        return [(column, name) for column, name in enumerate(self.columns[str(row.key[0])]) if name]

    def _field(self, row: StoredRow, column: int, name: str, heading: str) -> forms.CharField:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        if name in KEYBOARDS:
            attrs["inputmode"] = KEYBOARDS[name]
        if name in CHOICES:
            attrs["list"] = f"choices-{name}"
        is_wrong = bool(_faults_at(row, column))
        if is_wrong:
            attrs |= {"aria-invalid": "true", "aria-describedby": f"fault_{cell_name(row.key, column)}"}
        return forms.CharField(
            label=f"{column_letter(column)}{row.key[1]} {heading}".strip(),
            required=False,
            max_length=LONGEST_CELL,
            initial=self._initial(row, column, name),
            widget=forms.TextInput(attrs=attrs),
        )

    def _initial(self, row: StoredRow, column: int, name: str) -> str:
        return "" if self._mask(row, column, name) else row.cell(column)

    @staticmethod
    def _mask(row: StoredRow, column: int, name: str) -> str:
        """How a right value looks that is not shown; empty for what may be seen, and for what is wrong."""
        if name not in MASKED or not row.cell(column) or _faults_at(row, column):
            return ""
        value = getattr(row.draft, name, None)
        return MASKED[name](value) if value else UNREADABLE

    # ------------------------------------------------------------------ what was typed
    def cells(self) -> dict[Key, dict[int, str]]:
        """What differs from what stands in the rows, as ``services.correct_rows`` takes it."""
        found: dict[Key, dict[int, str]] = {}
        for row in self.rows:
            for column, name in self._columns(row):
                text = self.cleaned_data[cell_name(row.key, column)]
                if text != row.cell(column) and (text or not self._mask(row, column, name)):
                    found.setdefault(row.key, {})[column] = text
        return found

    def marks(self) -> dict[Key, str]:
        return {row.key: self.cleaned_data[mark_name(row.key)] for row in self.rows}

    def see_anew(self, moved: set[Key]) -> None:
        """Keep what was typed and go by the rows as they are now: who saves once more has seen them."""
        self.moved = moved
        self.data = self.data.copy()
        for row in self.rows:
            self.data[mark_name(row.key)] = row.mark

    # ------------------------------------------------------------------ what is shown
    def lines(self) -> list[RowLine]:
        return [self._line(row) for row in self.rows]

    def _line(self, row: StoredRow) -> RowLine:
        hidden = [self[mark_name(row.key)], self[shown_name(row.key)]]
        line = RowLine(row, hidden, self[out_name(row.key)], moved=row.key in self.moved)
        shown = {column for column, _name in self._columns(row)}
        line.faults = [one.message for one in row.faults if one.column not in shown]
        for column, name in self._columns(row):
            faults = [one.message for one in _faults_at(row, column)]
            bound = self[cell_name(row.key, column)]
            masked = self._mask(row, column, name)
            value, original = bound.value() or "", row.original(column)
            cell = CellLine(
                bound,
                faults,
                original=(original or _("empty")) if value != original and not masked else "",
                masked=masked,
                present=(masked or row.cell(column) or _("empty")) if line.moved and value != bound.initial else "",
            )
            (line.wrong if faults else line.others).append(cell)
        return line

    @property
    def choice_lists(self) -> dict[str, list[str]]:
        """The words of each coded column on the page, for its field to offer."""
        names = {name for row in self.rows for _column, name in self._columns(row) if name in CHOICES}
        return {name: [str(choice.label) for choice in CHOICES[name]] for name in sorted(names)}


def _faults_at(row: StoredRow, column: int) -> list[StoredFault]:
    return [one for one in row.faults if one.column == column]


def mark_name(key: Key) -> str:
    return f"seen_{key[0]}_{key[1]}"


def shown_name(key: Key) -> str:
    return f"shown_{key[0]}_{key[1]}"


def sealed(shown: Mapping[int, str]) -> str:
    """What the fields of a row held when they were shown, so that what was typed is known even without the row."""
    return signing.dumps(list(shown.items()), salt=SALT, compress=True)


def typed_in(sent: Mapping[str, str], key: Key) -> dict[int, str]:
    """What a sent form says in a row other than what it was shown with; nothing when that cannot be told."""
    try:
        shown = signing.loads(sent.get(shown_name(key), ""), salt=SALT)
    except signing.BadSignature:
        return {}
    texts = {column: (sent.get(cell_name(key, column), ""), before) for column, before in shown}
    return {column: text for column, (text, before) in texts.items() if text.strip() != before}


def left_out_in(sent: Mapping[str, str], keys: Collection[Key]) -> set[Key]:
    """Those of ``keys`` that a sent form says are not to be imported, whether their rows are still wrong or not."""
    return {key for key in keys if sent.get(out_name(key))}


def out_name(key: Key) -> str:
    return f"out_{key[0]}_{key[1]}"


def cell_name(key: Key, column: int) -> str:
    return f"cell_{key[0]}_{key[1]}_{column}"


def keys_of(names: Sequence[str]) -> list[Key]:
    """The rows that a sent form is about, by the names of its fields; anything else is left out."""
    return [key for name in names if name.startswith("seen_") and (key := key_of(name.removeprefix("seen_")))]


def key_of(text: str) -> Key | None:
    """The row that ``sheet_row`` names; None for anything else."""
    parts = text.split("_")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return None
    return int(parts[0]), int(parts[1])
