"""Checks: what was found closes the one planned check, gives the dwelling its colour and plans the next check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.common import clock
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.trail.services import record
from residents.rentals import rules
from residents.rentals.choices import CheckKind, Finding
from residents.rentals.models import (
    CheckFinding,
    ChecklistItem,
    ColourChange,
    FindingPhoto,
    RectificationNotice,
    RentalCheck,
    RentalChecklist,
    RentalFile,
)
from residents.rentals.pictures import Picture
from residents.rentals.rules import Answer, Judgement
from residents.rentals.services.rows import cycle, lock_file, rewrite


@dataclass(frozen=True)
class Given:
    """The answer to one item as it comes from the form; ``photo`` is one that ``keep_photo`` made for this check."""

    finding: str
    note: str = ""
    photo: FindingPhoto | None = None


@transaction.atomic
def record_check(
    check: RentalCheck, *, actor: Any, version: int, answers: Mapping[int, Given], note: str = ""
) -> RentalCheck:
    """Fill in the planned ``check`` as a full check by the checklist in force; ``answers`` by key of the item.

    One conditional UPDATE decides: of any number of inspectors exactly one fills it in, the others get ``Conflict``.
    Raises ``ValidationError`` by ``finding_<key>``, ``note_<key>`` or ``photo_<key>``.
    """
    file, last = _begin(check, actor)
    checklist = checklist_for(file)
    items = list(checklist.items.all())
    judgement = rules.judge(
        [item.as_rule() for item in items], _answers(answers, check, actor), open_before=open_codes(last)
    )
    return _finish(
        check, file, judgement, items, answers, actor=actor, version=version, note=note, checklist=checklist, last=None
    )


@transaction.atomic
def record_recheck(
    check: RentalCheck, *, actor: Any, version: int, answers: Mapping[int, Given], note: str = ""
) -> RentalCheck:
    """Fill in the planned ``check`` as a re-check: only what the check before left open, by the same checklist.

    Everything else is carried over. Raises like ``record_check``; a veto item is settled by a photo only.
    """
    file, last = _begin(check, actor)
    rules.may_recheck(actor, file, last).or_raise()
    if last is None or last.checklist is None:
        raise Conflict(_faster(check))
    items = list(last.checklist.items.all())
    before = {one.item_id: Answer(one.finding, one.note) for one in last.findings.all()}
    judgement = rules.judge_again([item.as_rule() for item in items], before, _answers(answers, check, actor))
    return _finish(
        check,
        file,
        judgement,
        items,
        answers,
        actor=actor,
        version=version,
        note=note,
        checklist=last.checklist,
        last=last,
    )


@transaction.atomic
def keep_photo(check: RentalCheck, item: ChecklistItem, picture: Picture, *, actor: Any) -> FindingPhoto:
    """Keep a photo for a planned check before the form is complete; a newer one of the same item takes its place."""
    _begin(check, actor)
    _drafts(check, actor).filter(item=item).delete()
    return FindingPhoto.objects.create(
        rental_check=check,
        item=item,
        content=picture.content,
        width=picture.width,
        height=picture.height,
        taken_by=actor,
    )


def _drafts(check: RentalCheck, actor: Any) -> Any:
    return FindingPhoto.objects.without_content().filter(rental_check=check, taken_by=actor, finding__isnull=True)


# ------------------------------------------------------------------ what stands now
def last_check(file: RentalFile) -> RentalCheck | None:
    """The newest check that was made."""
    rows = RentalCheck.objects.done().filter(file=file)
    return rows.newest_first().select_related("checklist", "checked_by").first()


def checklist_for(file: RentalFile) -> RentalChecklist:
    """The checklist in force today in the district of the dwelling."""
    found = RentalChecklist.objects.in_force(file.dwelling.grid, on=clock.today())
    if found is None:
        raise ValidationError(_("No checklist is in force yet. Ask the district grid office to publish one."))
    return found


def open_codes(check: RentalCheck | None) -> set[str]:
    """The codes of the items that a check left open."""
    if check is None or not check.open_items:
        return set()
    return set(check.findings.filter(finding=Finding.OPEN).values_list("item__code", flat=True))


def require_planned(file: RentalFile, pk: int) -> None:
    """Raises ``Conflict`` when the check of the file that a form was opened on is no longer the planned one."""
    present = file.checks.filter(pk=pk).select_related("checked_by").first()
    if present is None or present.is_done:
        raise Conflict(_faster(present), back=file.get_absolute_url())


# ------------------------------------------------------------------ one check
def _begin(check: RentalCheck, actor: Any) -> tuple[RentalFile, RentalCheck | None]:
    """The locked file and its newest check. Raises ``Conflict`` when the planned check was filled in meanwhile."""
    file = lock_file(check.file)
    rules.may_keep(actor, file).or_raise()
    require_planned(file, check.pk)
    return file, last_check(file)


def _faster(check: RentalCheck | None) -> str:
    """Who filled in the check that somebody else wanted to fill in."""
    if check is None or check.checked_by is None or check.checked_at is None:
        return _("This check is no longer planned. Open the file again.")
    return _(
        "%(name)s has just recorded this check (%(time)s). Look at the result; if you found something else, make "
        "another full check."
    ) % {"name": check.checked_by.get_full_name(), "time": f"{timezone.localtime(check.checked_at):%H:%M}"}


def _answers(given: Mapping[int, Given], check: RentalCheck, actor: Any) -> dict[int, Answer]:
    """The answers as the rules see them; a photo counts only if this actor made it for this item of this check."""
    own = dict(_drafts(check, actor).values_list("pk", "item_id"))
    return {
        key: Answer(one.finding, one.note.strip(), has_photo=one.photo is not None and own.get(one.photo.pk) == key)
        for key, one in given.items()
    }


def _finish(
    check: RentalCheck,
    file: RentalFile,
    judgement: Judgement,
    items: list[ChecklistItem],
    given: Mapping[int, Given],
    *,
    actor: Any,
    version: int,
    note: str,
    checklist: RentalChecklist,
    last: RentalCheck | None,
) -> RentalCheck:
    if len(note.strip()) > rules.NOTE_MAXIMUM:
        message = _("At most %(count)s characters, please.") % {"count": rules.NOTE_MAXIMUM}
        raise ValidationError({"note": message})
    moment = clock.now()
    advance(
        check,
        expected=version,
        reason=_faster(None),
        kind=CheckKind.RECHECK if last else CheckKind.PLANNED,
        follows=last,
        checklist=checklist,
        checked_at=moment,
        checked_by=actor,
        colour=judgement.colour.value,
        points_open=judgement.points,
        open_items=len(judgement.open_keys),
        note=note.strip(),
    )
    _write_findings(check, judgement, given)
    codes = sorted(item.code for item in items if item.pk in judgement.open_keys)
    before = file.colour
    _colour(file, check, judgement, codes, moment)
    _settle_notices(file, check, codes, actor=actor, moment=moment)
    record(
        "rentalcheck.record",
        check,
        actor=actor,
        grid=file.grid,
        changes={
            "kind": ["", check.kind],
            "colour": [before, judgement.colour.value],
            "open_items": ["", ", ".join(codes)],
            "points_open": [0, judgement.points],
        },
    )
    return check


def _write_findings(check: RentalCheck, judgement: Judgement, given: Mapping[int, Given]) -> None:
    rows = CheckFinding.objects.bulk_create(
        CheckFinding(rental_check=check, item_id=key, finding=answer.finding, note=answer.note, carried=answer.carried)
        for key, answer in judgement.answers.items()
    )
    for row in rows:
        photo = None if row.carried else given[row.item_id].photo
        if photo is not None and judgement.answers[row.item_id].has_photo:
            FindingPhoto.objects.filter(pk=photo.pk).update(finding=row)
    # What was photographed and not sent after all.
    FindingPhoto.objects.filter(rental_check=check, finding__isnull=True).delete()


def _colour(file: RentalFile, check: RentalCheck, judgement: Judgement, codes: list[str], moment: datetime) -> None:
    """The dwelling's colour, its history, and the one planned check that follows."""
    day = timezone.localtime(moment).date()
    next_on = rules.next_check_on(judgement.colour, day, cycle())
    values: dict[str, Any] = {"next_check_on": next_on}
    if file.colour != judgement.colour:
        ColourChange.objects.create(
            file=file,
            rental_check=check,
            before=file.colour,
            after=judgement.colour.value,
            changed_on=day,
            reason=", ".join(codes),
        )
        values |= {"colour": judgement.colour.value, "colour_since": day}
    rewrite(file, **values)
    is_open = bool(judgement.open_keys)
    RentalCheck.objects.create(
        file=file,
        due_on=next_on,
        kind=CheckKind.RECHECK if is_open else CheckKind.PLANNED,
        follows=check if is_open else None,
    )


def _settle_notices(file: RentalFile, check: RentalCheck, open_now: list[str], *, actor: Any, moment: datetime) -> None:
    """A notice is settled by the check that finds none of its items open."""
    waiting = RectificationNotice.objects.unsettled().filter(rental_check__file=file)
    for notice in waiting.select_related("rental_check").order_by("pk"):
        if open_codes(notice.rental_check) & set(open_now):
            continue
        day = timezone.localtime(moment).date()
        rewrite(notice, settled_on=day, settled_by=check)
        changes = {"settled_on": [None, day]}
        record("rectificationnotice.settle", notice, actor=actor, grid=file.grid, changes=changes)
