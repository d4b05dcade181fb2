"""Who may import what, and what may follow what in the life of an import. No database."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import now
from grids.common.decisions import Allowed, Decision, Denied, all_of
from residents.importing.choices import ImportState as S

# The lock under which imports are written and undone, one after the other.
WRITING = "roster-import"
KEEP_FILE = timedelta(days=7)
UNDO_WITHIN = timedelta(hours=24)
ROWS_PER_CHUNK = 500
# Above this, the marked workbook is written anew row by row: a library that holds it whole takes too much memory.
STYLED_UP_TO = 20_000

NEXT: dict[S, frozenset[S]] = {
    S.UPLOADED: frozenset({S.READING, S.CANCELLED}),
    S.READING: frozenset({S.READING, S.MAPPING, S.PREVIEWED, S.FAILED, S.CANCELLED}),
    S.MAPPING: frozenset({S.READING, S.CANCELLED}),
    S.PREVIEWED: frozenset({S.READING, S.APPLYING, S.CANCELLED}),
    S.STALE: frozenset({S.READING, S.CANCELLED}),
    S.APPLYING: frozenset({S.APPLYING, S.DONE, S.STALE, S.READING}),
    S.DONE: frozenset({S.UNDONE}),
    S.FAILED: frozenset({S.READING}),
    S.UNDONE: frozenset(),
    S.CANCELLED: frozenset(),
}


def standing(roster_import: Any) -> S:
    """Where an import really stands: one whose job was given up neither reads nor writes any more."""
    state = S(roster_import.state)
    job = roster_import.job
    if state in {S.READING, S.APPLYING} and (job is None or not job.is_live):
        return S.FAILED if state is S.READING else S.PREVIEWED
    return state


MAY_NOT_IMPORT = _("Your posts do not include importing into this roster.")
NOT_YOURS = _("Only whoever uploaded the file can do this.")
NOTHING_WRONG = _("No row is wrong.")
EVERYTHING_IS_THERE = _("Everything in the file is in the roster already.")
NOTHING_IS_LEFT = _("Apart from the rows that are not imported, everything in the file is in the roster already.")
FILE_IS_GONE = _("The file was kept for 7 days and is gone. Upload it again.")


def may_import(user: Any, grid: Any) -> Decision:
    """Whether ``user`` brings in rosters of ``grid``."""
    return Allowed() if user.has_perm(Permission.IMPORT_ROSTER, grid) else Denied(MAY_NOT_IMPORT)


def _own(user: Any, roster_import: Any) -> Decision:
    return Allowed() if roster_import.owner_id == user.pk else Denied(NOT_YOURS)


def _stands(roster_import: Any, *states: S, otherwise: Any) -> Decision:
    return Allowed() if standing(roster_import) in states else Denied(otherwise)


def may_map(user: Any, roster_import: Any) -> Decision:
    """Whether the columns may be named (again), which reads the file once more."""
    return all_of(
        may_import(user, roster_import.grid),
        _own(user, roster_import),
        _stands(
            roster_import,
            S.MAPPING,
            S.PREVIEWED,
            S.STALE,
            S.FAILED,
            otherwise=_("This import has gone further already."),
        ),
        Allowed() if roster_import.file_id else Denied(FILE_IS_GONE),
    )


def may_see_wrong(user: Any, roster_import: Any) -> Decision:
    """Whether what the file says in wrong cells may be seen in full."""
    return all_of(may_import(user, roster_import.grid), _own(user, roster_import))


def may_take_in(user: Any, roster_import: Any) -> Decision:
    """Whether rows that were left out may be taken back in, which reads the file once more."""
    return all_of(
        may_see_wrong(user, roster_import),
        _stands(roster_import, S.PREVIEWED, S.STALE, otherwise=_("This import has gone further already.")),
        Allowed() if roster_import.file_id else Denied(FILE_IS_GONE),
    )


def may_correct(user: Any, roster_import: Any) -> Decision:
    """Whether wrong cells may be corrected, or their rows left out, on the page, which reads the file once more."""
    return all_of(
        may_take_in(user, roster_import),
        Allowed() if roster_import.wrong_rows else Denied(NOTHING_WRONG),
    )


def may_confirm(user: Any, roster_import: Any) -> Decision:
    """Whether the plan may be written: all or nothing, so not with a single wrong row."""
    return all_of(
        may_import(user, roster_import.grid),
        _own(user, roster_import),
        _stands(roster_import, S.PREVIEWED, otherwise=_("There is nothing to confirm at present.")),
        Denied(_("Correct the wrong rows first, or leave them out: nothing is imported while one is wrong."))
        if roster_import.wrong_rows
        else Allowed(),
        Allowed()
        if roster_import.new_rows or roster_import.changed_rows
        else Denied(NOTHING_IS_LEFT if roster_import.left_out_rows else EVERYTHING_IS_THERE),
    )


def may_cancel(user: Any, roster_import: Any) -> Decision:
    return all_of(
        _own(user, roster_import),
        _stands(
            roster_import,
            *(state for state, after in NEXT.items() if S.CANCELLED in after),
            otherwise=_("This import has gone further already."),
        ),
    )


def may_undo(user: Any, roster_import: Any, *, moment: datetime | None = None) -> Decision:
    """Whether the whole import may be taken back; which rows were touched meanwhile is asked of the database."""
    until = roster_import.undo_until
    return all_of(
        may_import(user, roster_import.grid),
        _stands(roster_import, S.DONE, otherwise=_("Only what was imported can be undone.")),
        Allowed()
        if until and (moment or now()) <= until
        else Denied(_("An import can be undone for 24 hours. After that, correct the records one by one.")),
    )


def may_take_marked(user: Any, roster_import: Any) -> Decision:
    """Whether the user's own workbook may be handed back: wrong cells marked, those corrected on the page in place."""
    return all_of(
        _own(user, roster_import),
        Allowed() if roster_import.wrong_rows or roster_import.marked_id else Denied(NOTHING_WRONG),
        Allowed() if roster_import.file_id else Denied(FILE_IS_GONE),
    )
