"""Take a list away: at once, or asked for, decided by a second person, made by the worker, fetched by its owner."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import now
from grids.common.errors import Conflict, Refused
from grids.common.exports import ExportRefused, file_name, header_of, texts_of
from grids.common.locks import lock
from grids.common.sheets import PLAIN, Frame, Mark, write_sheet
from grids.exporting import rules
from grids.exporting.choices import ExportState
from grids.exporting.models import Export
from grids.exporting.sources import Source, open_list
from grids.jobs.models import Job
from grids.jobs.progress import Progress
from grids.jobs.services import enqueue, open_file, store_file
from grids.trail.models import AuditEntry
from grids.trail.services import record

PRODUCE = "grids.export"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take: an opened list, measured once."""

    source: Source
    rows: int
    title: str
    frame: Frame = PLAIN

    @property
    def needs_approval(self) -> bool:
        return rules.needs_approval(self.rows, sensitive=self.source.is_sensitive)


def measure(source: Source, *, title: str = "", frame: Frame = PLAIN) -> Wish:
    """Raises ``ExportTooLarge`` when no file could hold the list."""
    return Wish(source, source.count(), title or source.title, frame)


def mark_of(export: Export) -> Mark:
    """The traces of an export in its file: a line for the eye, a word for the search, a property of the document."""
    moment = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    line = gettext("Taken by %(name)s at %(moment)s, number %(number)s. Do not pass on.") % {
        "name": export.owner.get_full_name(),
        "moment": moment,
        "number": export.number,
    }
    properties = {"comments": export.number, "keywords": export.number, "author": export.owner.get_username()}
    return Mark(line, rules.hidden_word(export.pk), properties)


# ------------------------------------------------------------------ asking
def take(wish: Wish, *, owner: Any, kind: str, reason: str = "") -> tuple[Export, Any]:
    """Hand a small list out at once: the record, and the file at its beginning. Raises ``Refused`` beyond the quota."""
    if wish.needs_approval:
        raise Refused(_("This list leaves the portal only with a reason and the approval of a second person."))
    with transaction.atomic():
        export = _enter(wish, owner=owner, kind=kind, reason=reason, state=ExportState.TAKEN)
        record("list.export", export, actor=owner, changes={"rows": [0, wish.rows]}, reason=wish.title)
        table = wish.source.table
        file, _rows = write_sheet(kind, wish.title, header_of(table), texts_of(table), mark_of(export), wish.frame)
    return export, file


def ask(wish: Wish, *, owner: Any, kind: str, reason: str) -> Export:
    """Ask a second person to let a list go. Raises ``Refused`` without a reason and beyond the quota."""
    if not reason.strip():
        raise Refused(_("Say what you need the list for."))
    with transaction.atomic():
        export = _enter(wish, owner=owner, kind=kind, reason=reason, state=ExportState.WAITING)
        record("export.ask", export, actor=owner, changes={"rows": [0, wish.rows]}, reason=reason)
    return export


def _enter(wish: Wish, *, owner: Any, kind: str, reason: str, state: ExportState) -> Export:
    """Write the export down if the day has room for it; one account's exports stand in a queue for this question."""
    lock(f"exports of {owner.pk}")
    files, rows = Export.objects.taken_since(owner, start_of_day())
    room = rules.quota_left(files, rows, wanted=wish.rows)
    if not room:
        raise ExportRefused(room.reason)
    return Export.objects.create(
        owner=owner,
        title=wish.title[:200],
        path=wish.source.path,
        words=wish.source.words,
        frame=json.dumps(asdict(wish.frame)) if wish.frame != PLAIN else "",
        kind=kind,
        area=wish.source.area(),
        rows=wish.rows,
        sensitive=wish.source.is_sensitive,
        reason=reason.strip()[:200],
        state=state,
        asked_at=now(),
    )


def start_of_day() -> datetime:
    """Midnight of today in the portal's time zone."""
    return timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)


# ------------------------------------------------------------------ deciding
def approve(export: Export, *, actor: Any, remark: str = "") -> Export:
    """Let a list go: the worker makes the file. Raises ``Refused`` for the asker, ``Conflict`` when it was decided."""
    rules.may_decide(actor, export, scope_of(actor, Permission.APPROVE_EXPORTS)).or_raise()
    with transaction.atomic():
        _decide(export, ExportState.MAKING, actor=actor, remark=remark)
        record("export.approve", export, actor=actor, changes={"rows": [0, export.rows]}, reason=remark)
        job = enqueue(
            PRODUCE,
            owner=export.owner,
            key=f"export {export.pk}",
            payload={"export": export.pk},
            title=gettext("Export %(number)s") % {"number": export.number},
        )
        Export.objects.filter(pk=export.pk).update(job=job)
    export.refresh_from_db()
    return export


def refuse(export: Export, *, actor: Any, remark: str) -> Export:
    """Say no, with the reason."""
    rules.may_decide(actor, export, scope_of(actor, Permission.APPROVE_EXPORTS)).or_raise()
    if not remark.strip():
        raise Refused(_("Say why, so that the other one knows what to change."))
    with transaction.atomic():
        _decide(export, ExportState.REFUSED, actor=actor, remark=remark)
        record("export.refuse", export, actor=actor, reason=remark)
    export.refresh_from_db()
    return export


def withdraw(export: Export, *, actor: Any) -> Export:
    """The asker does not need it any more."""
    if export.owner_id != actor.pk:
        raise Refused(_("Only whoever asked for an export can withdraw it."))
    with transaction.atomic():
        _settle(export, ExportState.WITHDRAWN)
        record("export.withdraw", export, actor=actor)
    export.refresh_from_db()
    return export


def _decide(export: Export, state: ExportState, *, actor: Any, remark: str) -> None:
    _settle(export, state, decided_by=actor, decided_at=now(), remark=remark.strip()[:200])


def _settle(export: Export, state: ExportState, **values: Any) -> None:
    """One conditional UPDATE: of any number of simultaneous decisions exactly one wins."""
    if not Export.objects.filter(pk=export.pk, state=ExportState.WAITING).update(state=state, **values):
        raise Conflict(_("This export has been decided or withdrawn meanwhile."), back=export.get_absolute_url())


# ------------------------------------------------------------------ making and fetching
def produce(export: Export, job: Job, progress: Progress) -> None:
    """Make the file with the rights that its owner has now, rows streamed. Raises ``Refused`` when they are gone."""
    owner = type(export.owner).objects.get(pk=export.owner_id)
    progress.phase(_("Opening the list"))
    source = open_list(export.path, owner, kind=export.kind)
    rows = source.count()
    if rules.has_outgrown(export.rows, rows):
        raise Refused(
            gettext("The list has grown from %(asked)s to %(found)s rows since it was approved. Ask for it anew.")
            % {"asked": export.rows, "found": rows}
        )
    progress.phase(_("Writing the rows"), rows)
    table = source.table

    def counted() -> Any:
        for number, texts in enumerate(texts_of(table), start=1):
            yield texts
            progress.advance(number)

    file, written = write_sheet(export.kind, export.title, header_of(table), counted(), mark_of(export), export.around)
    with file:
        content = file.read()
    progress.phase(_("Encrypting the file"))
    with transaction.atomic():
        stored = store_file(content, owner=owner, name=file_name(export.title, export.kind), keep=rules.KEEP)
        made = Export.objects.filter(pk=export.pk, state=ExportState.MAKING).update(
            state=ExportState.READY, file=stored, sha256=stored.sha256, expires_at=stored.expires_at, rows=written
        )
        if made:
            record("export.produce", export, actor=None, changes={"rows": [0, written], "sha256": ["", stored.sha256]})
        progress.confirm()
    job.result = {"next_url": export.get_absolute_url(), "rows": written}


def give_up(export_id: int, reason: str) -> None:
    """The file could not be made: say why on the export itself."""
    Export.objects.filter(pk=export_id, state=ExportState.MAKING).update(state=ExportState.FAILED, remark=reason[:200])


def fetch(export: Export, *, actor: Any) -> bytes:
    """The file for the one who asked for it, for 24 hours, unless he lost a power since; each time in the trail."""
    if export.owner_id != actor.pk:
        raise Refused(_("The file is for the account that asked for it, and for nobody else."))
    if export.standing != ExportState.READY or export.file is None:
        raise Refused(_("There is no file to take (any more). Ask for the export again."))
    _require_rights(export, actor)
    content = open_file(export.file, actor=actor)
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(taken_at=now())
        record("export.download", export, actor=actor, changes={"sha256": ["", export.sha256]}, reason=export.reason)
    return content


def _require_rights(export: Export, actor: Any) -> None:
    """Raises ``Refused`` when a post of his has ended since the file was approved: it may hold what he may not see."""
    about_him = AuditEntry.objects.filter(object_type=actor._meta.label, object_id=str(actor.pk))
    if about_him.filter(act="role.revoke", at__gte=export.decided_at or export.asked_at).exists():
        raise Refused(_("Your posts have changed since this file was made. Ask for the export again."))
