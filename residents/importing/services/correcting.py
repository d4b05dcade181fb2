"""Correcting wrong cells on the page: from then on the import is read as if the file had held them.

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
from residents.importing.packets import StoredRow, store_typed, typed_cells, wrong_rows
from residents.importing.services.steps import READ, order

Key = tuple[int, int]  # sheet from 0, row from 1 as Excel shows it


class RowsMovedOn(StaleVersion):
    """Rows were corrected in another window meanwhile; nothing was saved. ``rows`` are the keys of these."""

    def __init__(self, rows: Collection[Key]) -> None:
        self.rows = set(rows)
        super().__init__(_("Some rows were corrected in another window meanwhile. Look at them and save once more."))


@transaction.atomic
def correct_rows(roster_import: RosterImport, *, actor: Any, cells: Typed, marks: Mapping[Key, str]) -> RosterImport:
    """Put ``cells`` in place of those of the file and order its reading; ``marks`` are those of the rows as seen.

    A text that the file has itself takes a correction back. Raises ``RowsMovedOn`` when a row is no longer the one that
    was seen, ``Refused`` when nothing was changed.
    """
    RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    roster_import.refresh_from_db()
    rules.may_correct(actor, roster_import).or_raise()
    rows = wrong_rows(roster_import, cells)
    if moved := [key for key in cells if key not in rows or rows[key].mark != marks.get(key)]:
        raise RowsMovedOn(moved)
    typed = typed_cells(roster_import)
    places = []
    for key, row in rows.items():
        fields = roster_import.columns[str(key[0])]
        for column, text in cells[key].items():
            if not (0 <= column < len(fields) and fields[column]):
                raise Refused(_("This column is not imported, so nothing in it can be corrected."))
            if text != row.cell(column):
                _put(typed, row, column, text)
                places.append(f"{column_letter(column)}{key[1]}")
    if not places:
        raise Refused(_("Nothing was changed yet. Correct at least one cell."))
    store_typed(roster_import, typed)
    # Where, never what: these are numbers and names.
    record(
        "import.correct",
        roster_import,
        actor=actor,
        grid=roster_import.grid,
        changes={"cells": ["", _in_short(places)]},
    )
    return order(roster_import, S.READING, READ, _("Check the corrected rows"), correcting=True)


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
