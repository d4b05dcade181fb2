"""What the user does; the long work behind it is ordered as a job in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import now
from grids.common.errors import Conflict
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.services import enqueue, open_file, store_file
from grids.trail.services import record
from grids.tree.models import Grid
from residents.importing import rules
from residents.importing.book import BookKind
from residents.importing.choices import ImportState as S
from residents.importing.fields import FIELDS, missing_fields
from residents.importing.headings import normalise
from residents.importing.models import HeadingMemory, RosterImport

READ = "residents.import_read"
APPLY = "residents.import_apply"


@transaction.atomic
def start_import(
    *, actor: Any, grid: Grid, content: bytes, name: str, pasted: bool = False, default_grid: Grid | None = None
) -> RosterImport:
    """Keep a file (or a pasted block) for the roster of ``grid`` and order its reading."""
    rules.may_import(actor, grid).or_raise()
    if not content.strip():
        raise ValidationError({"file": _("The file is empty. Choose the one that holds the roster.")})
    roster_import = RosterImport.objects.create(
        owner=actor,
        grid=grid,
        default_grid=default_grid,
        file=store_file(content, owner=actor, name=name, keep=rules.KEEP_FILE),
        file_name=name[-200:],
        kind=BookKind.PASTE.value if pasted else "",
    )
    record("import.upload", roster_import, actor=actor, grid=grid)
    return order(roster_import, S.READING, READ, _("Read a roster"))


@transaction.atomic
def name_columns(
    roster_import: RosterImport,
    *,
    actor: Any,
    columns: Mapping[int, Sequence[str | None]],
    headings: Mapping[int, Sequence[str]],
    default_grid: Grid | None = None,
) -> RosterImport:
    """Say what each column of each sheet holds ("" leaves it out); remembered for the user's next file.

    Sheets that are missing from ``columns`` are left out. Raises ``ValidationError`` when rows cannot be read so.
    """
    rules.may_map(actor, roster_import).or_raise()
    if not columns:
        raise ValidationError(_("Choose at least one sheet to import."))
    for fields in columns.values():
        _check_fields(fields)
    for sheet, fields in columns.items():
        _remember(actor, headings.get(sheet, ()), fields)
    roster_import.columns = {str(sheet): list(fields) for sheet, fields in columns.items()}
    roster_import.default_grid = default_grid
    return order(roster_import, S.READING, READ, _("Read a roster"))


def _check_fields(fields: Sequence[str | None]) -> None:
    chosen = [field for field in fields if field]
    if unknown := [field for field in chosen if field not in FIELDS]:
        raise ValidationError(_("“%(value)s” is not in the list.") % {"value": unknown[0]})
    twice = {FIELDS[field].label for field in chosen if chosen.count(field) > 1}
    if twice:
        raise ValidationError(_("Two columns are said to hold “%(field)s”. Leave one out.") % {"field": twice.pop()})
    if missing := missing_fields(list(fields)):
        raise ValidationError(missing)


def _remember(actor: Any, headings: Sequence[str], fields: Sequence[str | None]) -> None:
    said = {
        normalise(heading)[:100]: field
        for heading, field in zip(headings, fields, strict=False)
        if field is not None and normalise(heading)
    }
    HeadingMemory.objects.bulk_create(
        [HeadingMemory(user=actor, heading=heading, field=field) for heading, field in said.items()],
        update_conflicts=True,
        unique_fields=["user", "heading"],
        update_fields=["field"],
    )


@transaction.atomic
def read_again(roster_import: RosterImport, *, actor: Any) -> RosterImport:
    """Compare the file with the roster once more (it has changed since, or the reading failed)."""
    rules.may_map(actor, roster_import).or_raise()
    return order(roster_import, S.READING, READ, _("Read a roster"))


@transaction.atomic
def confirm_import(roster_import: RosterImport, *, actor: Any, fingerprint: str) -> RosterImport:
    """Order the writing of exactly the plan that was seen (``fingerprint`` stands in the page)."""
    rules.may_confirm(actor, roster_import).or_raise()
    if fingerprint != roster_import.fingerprint:
        raise Conflict(_("The preview is no longer the one you saw. Look at it again."))
    return order(roster_import, S.APPLYING, APPLY, _("Import a roster"))


@transaction.atomic
def cancel_import(roster_import: RosterImport, *, actor: Any) -> RosterImport:
    """Put an import aside: nothing is written, its file and rows are removed now."""
    rules.may_cancel(actor, roster_import).or_raise()
    job = roster_import.job
    if job is not None and job.state == JobState.RUNNING:
        raise Conflict(_("The file is being read just now. Wait a moment, or cancel the task first."))
    advance(roster_import, S.CANCELLED)
    if job is not None and job.state == JobState.WAITING:
        Job.objects.waiting().filter(pk=job.pk).update(state=JobState.CANCELLED, finished_at=now())
    forget(roster_import)
    return roster_import


def forget(roster_import: RosterImport) -> None:
    """Remove what the file said: the file itself, the marked one, the planned rows and what was corrected in them."""
    roster_import.chunks.of_the_file().delete()
    for file in (roster_import.file, roster_import.marked):
        if file is not None:
            file.delete()
    roster_import.refresh_from_db(fields=["file", "marked"])


def open_marked(roster_import: RosterImport, *, actor: Any) -> bytes:
    """The user's own workbook with the wrong cells marked."""
    rules.may_take_marked(actor, roster_import).or_raise()
    if roster_import.marked is None:
        raise Conflict(_("The marked workbook is not ready. Read the file once more."))
    with transaction.atomic():
        record("import.marked", roster_import, actor=actor, grid=roster_import.grid)
    return open_file(roster_import.marked, actor=actor)


def order(roster_import: RosterImport, state: S, kind: str, title: str, **settings: Any) -> RosterImport:
    """Go to ``state`` and order the job that belongs to it; ``settings`` go into its payload."""
    advance(roster_import, state, columns=roster_import.columns, default_grid=roster_import.default_grid, message="")
    job = enqueue(
        kind,
        owner=roster_import.owner,
        key=f"{kind}:{roster_import.pk}",
        payload={"import": roster_import.pk, **settings},
        title=title,
    )
    RosterImport.objects.filter(pk=roster_import.pk).update(job=job)
    roster_import.job = job
    return roster_import


def advance(roster_import: RosterImport, state: S, **values: Any) -> None:
    """One conditional UPDATE decides who takes the next step. Raises ``Conflict`` for everybody else."""
    from_states = [before for before, after in rules.NEXT.items() if state in after]
    changed = RosterImport.objects.filter(
        pk=roster_import.pk, version=roster_import.version, state__in=from_states
    ).update(state=state, version=roster_import.version + 1, changed_at=now(), **values)
    if not changed:
        raise Conflict(_("This import has gone on meanwhile. Look at it as it is now."))
    for name, value in {"state": state.value, "version": roster_import.version + 1, **values}.items():
        setattr(roster_import, name, value)
