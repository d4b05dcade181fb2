"""Planned rows at rest: packed by some hundred, compressed and encrypted; and how a page of them is found again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from grids.common.masks import mask_id_number, mask_phone
from residents.importing.choices import ChunkKind, Outcome
from residents.importing.drafting import Draft, from_list, pack, to_list, unpack
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
    """A planned row read back. ``changes`` are (field, before, after) as they may be shown: numbers masked."""

    draft: Draft
    outcome: str
    person: int
    residency: int
    household: int
    dwelling: int
    changes: list[tuple[str, Any, Any]]
    faults: list[StoredFault]
    notes: list[str]


def store_plan(roster_import: RosterImport, rows: Sequence[Planned]) -> None:
    """Replace the stored plan of an import; call it in the transaction that changes the import itself."""
    roster_import.chunks.filter(kind=ChunkKind.PLAN).delete()
    _store(roster_import, ChunkKind.PLAN, _packets(rows))


def store_undo(roster_import: RosterImport, made: Iterable[list[Any]]) -> None:
    """Keep what was written, as ``[what, pk, version, before]`` lists."""
    _store(roster_import, ChunkKind.UNDO, (({}, part) for part in _parts(made)))


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


def _packets(rows: Sequence[Planned]) -> Iterator[tuple[dict[str, int], list[Any]]]:
    for part in _parts(rows):
        counts: dict[str, int] = {}
        for row in part:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        yield counts, [_row_to_list(row) for row in part]


def _row_to_list(row: Planned) -> list[Any]:
    changes = [[name, shown(name, old), shown(name, new)] for name, (old, new) in (row.changes or {}).items()]
    faults = [[one.column, one.field, one.message] for one in row.faults or ()]
    ids = [row.person, row.residency, row.household, row.dwelling]
    return [to_list(row.draft), row.outcome, ids, changes, faults, row.notes or []]


def shown(name: str, value: Any) -> Any:
    """A value as it may be shown in a preview: identity numbers, phones and birth dates masked."""
    return HIDDEN[name](value) if name in HIDDEN and value else value


def _row_from_list(stored: Sequence[Any]) -> StoredRow:
    draft, outcome, ids, changes, faults, notes = stored
    return StoredRow(
        from_list(draft), outcome, *ids, [tuple(one) for one in changes], [StoredFault(*one) for one in faults], notes
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


ALL_OUTCOMES = [str(outcome) for outcome in Outcome]
