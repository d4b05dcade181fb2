"""Planned rows at rest: packed by some hundred, compressed and encrypted; and how a page of them is found again."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.utils.crypto import salted_hmac

from grids.common.masks import mask_id_number, mask_phone
from residents.importing import book
from residents.importing.book import BadValue, Value
from residents.importing.choices import ChunkKind, Outcome
from residents.importing.drafting import Draft, Typed, from_list, pack, to_list, unpack
from residents.importing.grouping import Planned
from residents.importing.models import ImportChunk, RosterImport
from residents.importing.rules import ROWS_PER_CHUNK

PACKETS_AT_ONCE = 10


def _year(day: date) -> str:
    """A birth date as far as it may stand beside a masked number: the day would complete it (decision 0005)."""
    return f"{day.year}-**-**"


HIDDEN = {"id_number": mask_id_number, "phone": mask_phone, "birth_date": _year}


@dataclass(frozen=True, slots=True)
class StoredFault:
    column: int | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A planned row read back. ``changes`` are (field, before, after) as they may be shown: numbers masked.

    Only of wrong rows: ``cells`` is what stands in each column that is imported, in one line and in clear; ``replaced``
    what the file says where that was corrected.
    """

    draft: Draft
    outcome: str
    person: int
    residency: int
    household: int
    dwelling: int
    changes: list[tuple[str, Any, Any]]
    faults: list[StoredFault]
    notes: list[str]
    cells: list[str]
    replaced: dict[int, str]

    @property
    def key(self) -> tuple[int, int]:
        """Sheet from 0, row from 1 as Excel shows it."""
        return self.draft.sheet, self.draft.row

    @property
    def mark(self) -> str:
        """Changes whenever a cell of the row does; tells nothing about the cells."""
        return salted_hmac("residents.importing.row", json.dumps(self.cells)).hexdigest()[:16]

    def cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""

    def original(self, column: int) -> str:
        """What the file says in ``column``."""
        return self.replaced.get(column, self.cell(column))


def store_plan(roster_import: RosterImport, rows: Sequence[Planned]) -> None:
    """Replace the stored plan of an import; call it in the transaction that changes the import itself."""
    roster_import.chunks.filter(kind=ChunkKind.PLAN).delete()
    _store(roster_import, ChunkKind.PLAN, _packets(rows, roster_import.columns))


def store_undo(roster_import: RosterImport, made: Iterable[list[Any]]) -> None:
    """Keep what was written, as ``[what, pk, version, before]`` lists."""
    _store(roster_import, ChunkKind.UNDO, (({}, part) for part in _parts(made)))


def store_typed(roster_import: RosterImport, typed: Typed) -> None:
    """Replace what was typed in place of cells of the file."""
    roster_import.chunks.typed().delete()
    rows = ([sheet, row, sorted(cells.items())] for (sheet, row), cells in sorted(typed.items()) if cells)
    _store(roster_import, ChunkKind.TYPED, (({}, part) for part in _parts(rows)))


def typed_cells(roster_import: RosterImport) -> dict[tuple[int, int], dict[int, str]]:
    """What was typed in place of cells of the file, by (sheet, row) and column."""
    return {
        (sheet, row): dict(cells)
        for chunk in roster_import.chunks.typed().iterator(chunk_size=1)
        for sheet, row, cells in unpack(chunk.content)
    }


def store_aside(roster_import: RosterImport, keys: Collection[tuple[int, int]]) -> None:
    """Replace which rows of the file are left out, as (sheet, row)."""
    roster_import.chunks.aside().delete()
    _store(roster_import, ChunkKind.ASIDE, (({}, part) for part in _parts(sorted(keys))))


def aside_keys(roster_import: RosterImport) -> set[tuple[int, int]]:
    """The rows that were left out on the page, as (sheet, row)."""
    chunks = roster_import.chunks.aside().iterator(chunk_size=1)
    return {(sheet, row) for chunk in chunks for sheet, row in unpack(chunk.content)}


def _store(roster_import: RosterImport, kind: ChunkKind, packets: Iterator[tuple[dict[str, int], list[Any]]]) -> None:
    chunks = (
        ImportChunk(roster_import=roster_import, kind=kind, number=number, counts=counts, content=pack(rows))
        for number, (counts, rows) in enumerate(packets)
    )
    while batch := list(islice(chunks, PACKETS_AT_ONCE)):
        ImportChunk.objects.bulk_create(batch)


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    walk = iter(rows)
    while part := list(islice(walk, ROWS_PER_CHUNK)):
        yield part


def _packets(
    rows: Sequence[Planned], columns: Mapping[str, Sequence[str | None]]
) -> Iterator[tuple[dict[str, int], list[Any]]]:
    for part in _parts(rows):
        counts: dict[str, int] = {}
        for row in part:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        yield counts, [_row_to_list(row, columns[str(row.draft.sheet)]) for row in part]


def _row_to_list(row: Planned, fields: Sequence[str | None]) -> list[Any]:
    changes = [[name, shown(name, old), shown(name, new)] for name, (old, new) in (row.changes or {}).items()]
    faults = [[one.column, one.field, one.message] for one in row.faults or ()]
    ids = [row.person, row.residency, row.household, row.dwelling]
    stored = [to_list(row.draft), row.outcome, ids, changes, faults, row.notes or []]
    if row.outcome == Outcome.WRONG:
        # Of columns that the roster does not keep nothing is kept here either.
        cells = [in_one_line(value) if field else "" for value, field in zip(row.draft.cells, fields, strict=False)]
        replaced = {column: in_one_line(value) for column, value in (row.draft.replaced or {}).items()}
        stored += [cells, replaced]
    return stored


def in_one_line(value: Value) -> str:
    """A cell as a field of a page holds it; a formula without a result is not empty, it can only not be read."""
    if isinstance(value, BadValue) and not value.code:
        return "=?"
    return " ".join(book.shown(value).split())


def shown(name: str, value: Any) -> Any:
    """A value as it may be shown in a preview: identity numbers, phones and birth dates masked."""
    return HIDDEN[name](value) if name in HIDDEN and value else value


def _row_from_list(stored: Sequence[Any]) -> StoredRow:
    draft, outcome, ids, changes, faults, notes, *wrong = stored
    cells, replaced = wrong or ([], {})
    return StoredRow(
        from_list(draft),
        outcome,
        *ids,
        changes=[tuple(one) for one in changes],
        faults=[StoredFault(*one) for one in faults],
        notes=notes,
        cells=cells,
        replaced={int(column): text for column, text in replaced.items()},
    )


def stored_rows(roster_import: RosterImport) -> Iterator[StoredRow]:
    """The whole plan in file order, packet by packet."""
    for chunk in roster_import.chunks.plan().iterator(chunk_size=1):
        for stored in unpack(chunk.content):
            yield _row_from_list(stored)


def undo_rows(roster_import: RosterImport) -> Iterator[list[Any]]:
    for chunk in roster_import.chunks.undo().iterator(chunk_size=1):
        yield from unpack(chunk.content)


def row_page(roster_import: RosterImport, outcomes: Sequence[str], start: int, count: int) -> list[StoredRow]:
    """Rows ``start`` to ``start + count`` of those with one of ``outcomes``: a query for counts, one for content."""
    sizes: list[tuple[int, Mapping[str, int]]] = list(roster_import.chunks.plan().values_list("pk", "counts"))
    wanted, before, skipped = [], 0, 0
    for pk, counts in sizes:
        here = sum(counts.get(outcome, 0) for outcome in outcomes)
        if here and before + here > start and before < start + count:
            wanted.append(pk)
        elif before + here <= start:
            skipped = before + here
        before += here
    if not wanted:
        return []
    chunks = ImportChunk.objects.filter(pk__in=wanted).order_by("number")
    rows = [
        _row_from_list(stored) for chunk in chunks for stored in unpack(chunk.content) if stored[1] in set(outcomes)
    ]
    return rows[start - skipped : start - skipped + count]


def wrong_rows(roster_import: RosterImport, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], StoredRow]:
    """The wrong rows among those named by (sheet, row); a right one is not among them."""
    sought = set(keys)
    found: dict[tuple[int, int], StoredRow] = {}
    packets = roster_import.chunks.plan().values_list("pk", "counts")
    chunks = ImportChunk.objects.filter(pk__in=[pk for pk, counts in packets if counts.get(Outcome.WRONG)])
    for chunk in chunks.order_by("number").iterator(chunk_size=1):
        for stored in unpack(chunk.content):
            key = (stored[0][0], stored[0][1])
            if stored[1] == Outcome.WRONG and key in sought:
                found[key] = _row_from_list(stored)
        if len(found) == len(sought):
            break
    return found


ALL_OUTCOMES = [str(outcome) for outcome in Outcome]
