"""Correcting wrong cells on the page, or leaving their rows out: from then on the file is read as if it held it so.

What was typed is kept beside the file, encrypted like it, and the file is read once more: the same rules for the same
rows, and for those that depend on them (the rest of a household, a number that stands twice).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.errors import Refused, StaleVersion
from grids.trail.services import record
from residents.importing import rules
from residents.importing.book import column_letter
from residents.importing.choices import ImportState as S
from residents.importing.drafting import Typed
from residents.importing.models import RosterImport
from residents.importing.packets import StoredRow, aside_keys, store_aside, store_typed, typed_cells, wrong_rows
from residents.importing.services.steps import READ, order

Key = tuple[int, int]  # sheet from 0, row from 1 as Excel shows it


class RowsMovedOn(StaleVersion):
    """Rows were corrected in another window meanwhile; nothing was saved. ``rows`` are the keys of these."""

    def __init__(self, rows: Collection[Key]) -> None:
        self.rows = set(rows)
        super().__init__(_("Some rows were corrected in another window meanwhile. Look at them and save once more."))


@transaction.atomic
def correct_rows(
    roster_import: RosterImport,
    *,
    actor: Any,
    cells: Typed,
    marks: Mapping[Key, str],
    leave_out: Collection[Key] = (),
) -> RosterImport:
    """Put ``cells`` in place of those of the file, leave rows out and order its reading; ``marks`` are those of the
    rows as seen.

    A text that the file has itself takes a correction back. Rows that are left out already stay so. Raises
    ``RowsMovedOn`` when a row is no longer the one that was seen, ``Refused`` when nothing was changed.
    """
    RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    roster_import.refresh_from_db()
    rules.may_take_in(actor, roster_import).or_raise()
    aside = aside_keys(roster_import)
    going = set(leave_out) - aside
    if leave_out and not going and not cells:
        return roster_import
    rules.may_correct(actor, roster_import).or_raise()
    rows = wrong_rows(roster_import, {*cells, *going})
    if moved := [key for key in {*cells, *going} if key not in rows or rows[key].mark != marks.get(key)]:
        raise RowsMovedOn(moved)
    typed = typed_cells(roster_import)
    places = []
    for key, row in rows.items():
        fields = roster_import.columns[str(key[0])]
        for column, text in cells.get(key, {}).items():
            if not (0 <= column < len(fields) and fields[column]):
                raise Refused(_("This column is not imported, so nothing in it can be corrected."))
            if text != row.cell(column):
                _put(typed, row, column, text)
                places.append(f"{column_letter(column)}{key[1]}")
    if not places and not going:
        raise Refused(_("Nothing was changed yet. Correct at least one cell, or leave a row out."))
    # Where, never what: these are numbers and names.
    if places:
        store_typed(roster_import, typed)
        _record("import.correct", roster_import, actor, {"cells": ["", _in_short(places)]})
    if going:
        store_aside(roster_import, aside | going)
        _record("import.leave_out", roster_import, actor, {"rows": ["", _rows(going)]})
    return order(roster_import, S.READING, READ, _("Check the corrected rows"), correcting=True)


@transaction.atomic
def take_rows_in(roster_import: RosterImport, *, actor: Any, keys: Collection[Key]) -> RosterImport:
    """Take rows back in that were left out, with what was corrected in them, and order the reading of the file.

    Rows that are not left out (any more) are as they should be: then nothing is done.
    """
    RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    roster_import.refresh_from_db()
    rules.may_take_in(actor, roster_import).or_raise()
    aside = aside_keys(roster_import)
    coming = aside & set(keys)
    if not coming:
        return roster_import
    store_aside(roster_import, aside - coming)
    _record("import.take_in", roster_import, actor, {"rows": [_rows(coming), ""]})
    return order(roster_import, S.READING, READ, _("Check the corrected rows"), correcting=True)


def _record(act: str, roster_import: RosterImport, actor: Any, changes: dict[str, list[str]]) -> None:
    record(act, roster_import, actor=actor, grid=roster_import.grid, changes=changes)


def _rows(keys: Collection[Key]) -> str:
    """Rows as Excel numbers them, with the sheet (from 1) before it where it is not the first."""
    return _in_short([f"{sheet + 1}:{row}" if sheet else str(row) for sheet, row in sorted(keys)])


def _put(typed: dict[Key, dict[int, str]], row: StoredRow, column: int, text: str) -> None:
    cells = typed.setdefault(row.key, {})
    if text == row.original(column):
        cells.pop(column, None)
    else:
        cells[column] = text


def _in_short(places: list[str]) -> str:
    more = len(places) - 50
    return ", ".join(places[:50]) + (f" +{more}" if more > 0 else "")


def note_opened(roster_import: RosterImport, *, actor: Any) -> None:
    """Wrong cells are shown as they stand in the file, numbers in full: that goes into the trail."""
    with transaction.atomic():
        record("import.wrong", roster_import, actor=actor, grid=roster_import.grid)
