"""From the uploaded file to the preview."""

import json
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.access.querysets import forget_scopes
from grids.common.clock import today
from grids.common.sentences import joined
from grids.jobs.progress import Progress
from grids.jobs.services import open_file, store_file
from residents.importing import marking, rules
from residents.importing.book import Book, BookKind, UnreadableBook
from residents.importing.choices import ImportState as S
from residents.importing.choices import Outcome
from residents.importing.drafting import Cleanings, drafts_of
from residents.importing.estates import compound_of
from residents.importing.fields import missing_fields
from residents.importing.grouping import Planned
from residents.importing.headings import ColumnMatch, Standing, match_columns
from residents.importing.models import HeadingMemory, RosterImport
from residents.importing.packets import aside_keys, store_plan, typed_cells
from residents.importing.planning import Plan, make_plan
from residents.importing.register import Register, compounds_named, read_territory
from residents.importing.services.steps import advance
from residents.importing.workbooks import read_book, read_paste

TELL_EVERY = 200  # rows


def read_import(roster_import: RosterImport, progress: Progress) -> RosterImport:
    """Read the file, match its columns and compare its rows; afterwards the import waits for its user."""
    if roster_import.state != S.READING:
        return roster_import  # put aside, or done by an earlier attempt
    owner = roster_import.owner
    forget_scopes(owner)
    rules.may_import(owner, roster_import.grid).or_raise()
    if roster_import.file is None:
        return _fail(roster_import, str(rules.FILE_IS_GONE))
    progress.phase(_("Reading the file"))
    content = open_file(roster_import.file, actor=owner)
    try:
        book = _open(content, roster_import)
    except UnreadableBook as problem:
        return _fail(roster_import, joined(problem.messages))
    remembered = HeadingMemory.objects.of(owner)
    matches = {sheet.index: _ours(match_columns(sheet.headings, remembered)) for sheet in book.sheets}
    digest = _digest(book, matches)
    if not roster_import.columns:
        fields = {index: [match.field for match in found] for index, found in matches.items()}
        complete = {index: known for index, known in fields.items() if not missing_fields(known)}
        if any(None in known for known in fields.values()) or len(complete) != len(fields) or not fields:
            return _ask(roster_import, book, digest, fields)
        roster_import.columns = {str(index): known for index, known in fields.items()}
    columns = {int(index): known for index, known in roster_import.columns.items()}

    progress.phase(_("Reading the rows"), book.row_count)
    cleanings = Cleanings()
    drafts = []
    typed = typed_cells(roster_import)
    read = drafts_of(book, columns, on=today(), cleanings=cleanings, typed=typed, aside=aside_keys(roster_import))
    for number, draft in enumerate(read, start=1):
        drafts.append(draft)
        if number % TELL_EVERY == 0:
            progress.advance(number)
    kind, row_count = book.kind, len(drafts)
    del book
    progress.phase(_("Comparing with the roster"), row_count)
    plan = make_plan(
        drafts,
        territory=read_territory(owner, roster_import.grid, roster_import.default_grid),
        register=Register(owner),
        columns=columns,
        on=today(),
        advance=progress.advance,
    )
    del drafts
    marked = None
    if plan.counts[Outcome.WRONG] or typed:
        progress.phase(_("Marking the wrong cells"))
        marked, kept = marking.mark(content, str(kind), faults_of(plan), typed=typed, rows=row_count)
        digest["kept"] = kept.value
    del content
    digest["new_buildings"] = sorted({one.door.building for one in plan.new_homes if one.house is None})
    said = {compound_of(one) for one in plan.new_homes if one.house is None}
    if unknown := said - {"", *compounds_named(roster_import.grid)}:
        message = _("These compounds are not in the register, so their new buildings belong to none: %(names)s.")
        digest["notes"] = [*digest["notes"], message % {"names": _(", ").join(sorted(unknown))}]
    digest["cleaned"] = cleanings.most_common(30)
    progress.phase(_("Keeping the preview"))
    return _keep(roster_import, plan, digest, kind, marked, progress)


def _ours(matches: list[ColumnMatch]) -> list[ColumnMatch]:
    """In a list of our own, which its system numbers prove, 门牌 is the whole door and needs no question."""
    if not any(match.field == "person_key" for match in matches):
        return matches
    return [
        replace(match, field="address", standing=Standing.USED, message="")
        if match.field is None and "address" in match.choices
        else match
        for match in matches
    ]


def _open(content: bytes, roster_import: RosterImport) -> Book:
    if roster_import.kind == BookKind.PASTE:
        return read_paste(content.decode())
    return read_book(content, roster_import.file_name)


def faults_of(plan: Plan) -> list[marking.Mark]:
    """Every wrong cell of a plan; a fault of the whole row is marked at its first cell."""
    return [
        marking.Mark(row.draft.sheet, row.draft.row, fault.column or 0, fault.message)
        for row in plan.rows
        for fault in _faults(row)
    ]


def _faults(row: Planned) -> list[Any]:
    return row.faults or []


@transaction.atomic
def _keep(
    roster_import: RosterImport,
    plan: Plan,
    digest: dict[str, Any],
    kind: BookKind,
    marked: bytes | None,
    progress: Progress,
) -> RosterImport:
    file = None
    if marked is not None:
        word = _("marked") if plan.counts[Outcome.WRONG] else _("corrected")
        name = f"{roster_import.file_name.rsplit('.', 1)[0]}-{word}.xlsx"
        file = store_file(marked, owner=roster_import.owner, name=name, keep=rules.KEEP_FILE)
    if roster_import.marked is not None:
        roster_import.marked.delete()
    advance(
        roster_import,
        S.PREVIEWED,
        kind=str(kind),
        columns=roster_import.columns,
        digest=json.dumps(digest, ensure_ascii=False),
        marked=file,
        fingerprint=plan.fingerprint,
        **{f"{outcome}_rows": plan.counts[outcome] for outcome in Outcome.values},
    )
    store_plan(roster_import, plan.rows)
    progress.confirm()
    return roster_import


def _ask(
    roster_import: RosterImport, book: Book, digest: dict[str, Any], fields: dict[int, list[str | None]]
) -> RosterImport:
    with transaction.atomic():
        advance(
            roster_import,
            S.MAPPING,
            kind=str(book.kind),
            digest=json.dumps(digest, ensure_ascii=False),
        )
    return roster_import


def _fail(roster_import: RosterImport, message: str) -> RosterImport:
    with transaction.atomic():
        advance(roster_import, S.FAILED, message=message[:500])
    return roster_import


def _digest(book: Book, matches: dict[int, list[ColumnMatch]]) -> dict[str, Any]:
    """What the pages tell about the file, without any of its rows."""
    return {
        "sheets": [
            {
                "index": sheet.index,
                "name": sheet.name,
                "rows": len(sheet.rows),
                "heading_rows": list(sheet.heading_rows),
                "headings": list(sheet.headings),
                "matches": [
                    [one.column, one.heading, one.field, str(one.standing), one.message, list(one.choices)]
                    for one in matches[sheet.index]
                ],
                "skipped": [[one.row, str(one.reason), one.message] for one in sheet.skipped[:50]],
            }
            for sheet in book.sheets
        ],
        "skipped_sheets": [[one.name, one.message] for one in book.skipped_sheets],
        "notes": list(book.notes),
        "cleaned": [],
    }


def digest_of(roster_import: RosterImport) -> dict[str, Any]:
    """The digest as stored; empty for a file that could not be read."""
    return json.loads(roster_import.digest) if roster_import.digest else {}
