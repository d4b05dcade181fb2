"""From the cells of a file to drafts: one for each row, small enough that 100,000 of them fit into memory. Pure.

What our own lists mask (138****0001) is taken out before the cells are read and kept beside the draft: only whoever
knows the stored value can say whether the mask stands for it.
"""

import dataclasses
import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from residents.importing.book import Book, SourceRow, Value
from residents.importing.cells import CellFault, Columns, clean_row, columns_of
from residents.importing.doors import compound_in
from residents.importing.fields import FIELDS

MASKABLE = ("name", "phone", "id_number", "room", "address")
# Values that repeat from row to row are kept once.
_SHARED = frozenset({"grid", "micro_grid", "community", "compound", "building", "unit", "kind", "relation", "use"})
_DAYS = ("birth_date", "since", "registered_on", "expected_leave_on")

# What was typed on our page in place of cells of the file: (sheet, row) to column to text.
Typed = Mapping[tuple[int, int], Mapping[int, str]]


@dataclass(slots=True)
class Draft:
    """A row as it was read: ``None`` where it says nothing. ``faults`` are those of its cells; see cells.CleanRow.

    ``cells`` are the values that were read, column by column, with what was typed on our page in its place;
    ``replaced`` is what the file says there.
    """

    sheet: int
    row: int
    name: str | None = None
    id_type: str | None = None
    id_number: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    party_member: bool | None = None
    education: str | None = None
    country: str | None = None
    relation: str | None = None
    kind: str | None = None
    since: date | None = None
    hukou_here: bool | None = None
    hukou_county: str | None = None
    inflow_reason: str | None = None
    registered_on: date | None = None
    expected_leave_on: date | None = None
    note: str | None = None
    use: str | None = None
    household: str | None = None
    head_name: str | None = None
    head_id_number: str | None = None
    community: str | None = None
    grid: str | None = None
    micro_grid: str | None = None
    compound: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    floor: int | None = None
    person_key: str | None = None
    masked: dict[str, str] | None = None
    faults: list[CellFault] | None = None
    notes: list[str] | None = None
    left_out: str = ""
    cells: tuple[Value, ...] = ()
    replaced: dict[int, Value] | None = None


# What a row says: the fields behind sheet and row, in their order.
VALUES = tuple(
    field.name
    for field in dataclasses.fields(Draft)
    if field.name not in {"sheet", "row", "masked", "faults", "notes", "left_out", "cells", "replaced"}
)


_DAY_PLACES = tuple(VALUES.index(name) for name in _DAYS)


class Cleanings(Counter[str]):
    """What was cleaned silently, as sentences with how often it happened."""


def drafts_of(
    book: Book,
    columns: Mapping[int, Sequence[str | None]],
    *,
    on: date,
    cleanings: Cleanings,
    typed: Typed | None = None,
    aside: Collection[tuple[int, int]] = (),
) -> Iterator[Draft]:
    """One draft for each row of the sheets in ``columns`` (sheet index to field of each column), in file order.

    Rows in ``aside`` (sheet, row) are left out by the user: they are read and counted, and nothing is done with them.

    What a column shows of damage is judged by the file alone: correcting some cells makes none of the others right.
    """
    shared: dict[Any, Any] = {}
    for sheet in book.sheets:
        fields = columns.get(sheet.index)
        if fields is None:
            continue
        reading = columns_of(sheet, fields)
        hidden = [(place, name) for place, name in enumerate(fields) if name in MASKABLE]
        is_ours = "person_key" in fields
        for row in sheet.rows:
            if is_ours and sum(1 for value in row.values if value != "") == 1:
                continue  # who took our own list away stands below it, in one cell
            given = typed.get((sheet.index, row.number), {}) if typed else {}
            cells = _cells(row, reading, given)
            replaced = {column: _value(row, reading, column) for column in given} if given else None
            plain, masked = _unmasked(SourceRow(row.number, cells) if given else row, hidden)
            read = clean_row(plain, reading, on=on, typed=given)
            left_out = _("You left this row out.") if (sheet.index, row.number) in aside else read.left_out
            draft = Draft(sheet.index, row.number, masked=masked, left_out=left_out, cells=cells, replaced=replaced)
            for name, value in read.values.items():
                if name in VALUES:
                    setattr(draft, name, shared.setdefault(value, value) if name in _SHARED else value)
            if draft.compound is None and (prefix := read.values.get("address_prefix")):
                draft.compound = compound_in(prefix) or None
            if read.faults:
                draft.faults = [one for one in read.faults if not (masked and _is_for_mask(one, masked))]
            if read.notes:
                cleanings.update(note.message for note in read.notes)
                draft.notes = [note.message for note in read.notes]
            yield draft


def _value(row: SourceRow, reading: Columns, column: int) -> Value:
    """What the file says in a column; a merged cell further up speaks for the empty ones that it covers."""
    value = row.values[column] if column < len(row.values) else ""
    return reading.filled.get((row.number, column), "") if value == "" else value


def _cells(row: SourceRow, reading: Columns, given: Mapping[int, str]) -> tuple[Value, ...]:
    if not given and not reading.filled:
        return row.values
    width = max([len(row.values), len(reading.fields) if reading.filled else 0, *(column + 1 for column in given)])
    return tuple(given[column] if column in given else _value(row, reading, column) for column in range(width))


def _unmasked(row: SourceRow, hidden: Sequence[tuple[int, str]]) -> tuple[SourceRow, dict[str, str] | None]:
    """The row without its masked cells, and these by field; None when there are none, which is the rule."""
    masked: dict[str, str] | None = None
    for place, name in hidden:
        if place < len(row.values):
            value = row.values[place]
            if isinstance(value, str) and ("*" in value or "＊" in value):
                masked = masked or {}
                masked[name] = value.strip().replace("＊", "*")
    if masked is None:
        return row, None
    places = {place for place, name in hidden if name in masked}
    values = tuple("" if place in places else value for place, value in enumerate(row.values))
    return SourceRow(row.number, values), masked


def _is_for_mask(fault: CellFault, masked: Mapping[str, str]) -> bool:
    """Whether a fault only says that something is missing which was masked."""
    given = {name for field in masked for name in (field, *FIELDS[field].values)}
    return fault.field in given


def column_for(columns: Sequence[str | None], name: str) -> int | None:
    """The column that gives the value ``name`` (a grid column also speaks for the micro-grid); None without one."""
    for place, field in enumerate(columns):
        if field == name:
            return place
    for place, field in enumerate(columns):
        if field and name in FIELDS[field].values:
            return place
    return None


# ------------------------------------------------------------------ at rest
def pack(rows: Sequence[Any]) -> bytes:
    """``rows`` (lists of plain values) compressed; the caller encrypts them."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=str).encode(), 6)


def unpack(content: bytes) -> list[Any]:
    return json.loads(zlib.decompress(content))


def to_list(draft: Draft) -> list[Any]:
    """A draft as plain values; faults are not kept: a plan with faults is never written."""
    return [draft.sheet, draft.row, draft.left_out, draft.masked, [getattr(draft, name) for name in VALUES]]


def from_list(stored: list[Any]) -> Draft:
    sheet, row, left_out, masked, values = stored
    for place in _DAY_PLACES:
        if values[place] is not None:
            values[place] = date.fromisoformat(values[place])
    return Draft(sheet, row, *values, masked=masked, left_out=left_out)
