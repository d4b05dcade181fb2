"""Hand-overs: opened, completed with their sheet, cancelled (domain.md 3.4, C9, C10)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import now
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.common.workdays import after_working_days
from grids.trail.services import record
from residents.contacts.choices import (
    HANDOVER_DAYS,
    VACANCY_DAYS,
    AssignmentEnd,
    AssignmentStatus,
    ContactRole,
    HandoverState,
    WishState,
)
from residents.contacts.handover import handover_parts
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember, ContactWish
from residents.contacts.services import telling
from residents.contacts.services.locking import (
    allow,
    already_ended,
    changed_meanwhile,
    locked_household,
    locked_members,
    locked_rows,
    present,
)
from residents.contacts.services.membership import end_when_done
from residents.contacts.services.pending import withdraw_open
from residents.contacts.services.serving import begin, end_present, stand_back, taken
from residents.roster.models import Household

SUDDEN = {AssignmentEnd.VACANCY, AssignmentEnd.SUSPENDED}


def open_handover_of(household: Household) -> ContactHandover | None:
    """The open one of a household, locked; the household comes locked."""
    rows = ContactHandover.objects.select_for_update(of=("self",)).open().filter(household=household)
    return rows.select_related("from_assignment__member").first()


def open_handover(assignment: ContactAssignment, *, actor: Any, reason: str, note: str = "") -> ContactHandover:
    """A successor is to be found for ``assignment``, who serves on until one accepts (C9).

    Raises ``Conflict`` when a hand-over of this household is open already, ``Refused`` for a backup contact.
    """
    with transaction.atomic():
        household = locked_household(assignment.household)
        allow(actor, household.grid)
        return open_for(household, assignment, actor=actor, reason=reason, note=note)


def open_for(
    household: Household, assignment: ContactAssignment, *, actor: Any, reason: str, note: str = ""
) -> ContactHandover:
    """The same for a household that the caller has locked."""
    row = present(assignment)
    if row.role != ContactRole.PRIMARY or row.acting:
        raise Refused(_("Only a primary contact is handed over."))
    if row.status == AssignmentStatus.HANDOVER or open_handover_of(household) is not None:
        raise Conflict(_("A hand-over of this household is open already."))
    handover = hand_over(row, actor=actor, reason=reason, note=note)
    telling.tell_member("handover", row.member, household, actor=actor)
    telling.tell_open(handover, actor=actor)
    return handover


def hand_over(row: ContactAssignment, *, actor: Any, reason: str, note: str = "") -> ContactHandover:
    """Open it for a row that the caller has locked: from now on it is being handed over."""
    if row.status == AssignmentStatus.ACTIVE:
        advance(row, expected=row.version, reason=already_ended(), status=AssignmentStatus.HANDOVER)
    return need_successor(row, actor=actor, reason=reason, note=note)


def need_successor(row: ContactAssignment, *, actor: Any, reason: str, note: str = "") -> ContactHandover:
    """The secretary's to-do: ten working days, three when the contact is gone suddenly.

    An open one stays as it is, but that whoever handed over and is suddenly gone leaves three days and no more (C10).
    """
    days = VACANCY_DAYS if reason in SUDDEN else HANDOVER_DAYS
    moment = now()
    due_at = after_working_days(moment, days)
    existing = ContactHandover.objects.open().filter(household=row.household_id).first()
    if existing is not None:
        return _hastened(existing, due_at, actor=actor, reason=reason) if due_at < existing.due_at else existing
    try:
        with transaction.atomic():
            handover = ContactHandover.objects.create(
                household=row.household,
                from_assignment=row,
                reason=reason,
                note=note.strip()[:200],
                opened_at=moment,
                opened_by=actor,
                due_at=due_at,
            )
    except IntegrityError as problem:
        raise changed_meanwhile() from problem
    record(
        "contact.handover",
        handover,
        actor=actor,
        grid=row.household.grid,
        changes={"household": [None, row.household_id], "member": [row.member_id, None]},
        reason=str(reason),
    )
    return handover


def _hastened(handover: ContactHandover, due_at: datetime, *, actor: Any, reason: str) -> ContactHandover:
    before = handover.due_at
    advance(handover, expected=handover.version, reason=changed_meanwhile().reason, due_at=due_at)
    record(
        "contact.handover",
        handover,
        actor=actor,
        grid=handover.household.grid,
        changes={"due_at": [before, due_at]},
        reason=str(reason),
    )
    return handover


def cancel_handover(handover: ContactHandover, *, actor: Any) -> ContactHandover:
    """The household stays with its contact; a proposal that waits is withdrawn. A vacancy cannot be cancelled."""
    with transaction.atomic():
        household = locked_household(handover.household)
        allow(actor, household.grid)
        row = open_handover_of(household)
        if row is None or row.pk != handover.pk:
            raise Conflict(_("This hand-over is closed already."))
        (old,) = locked_rows(ContactAssignment.objects.filter(pk=row.from_assignment_id))
        if old.status != AssignmentStatus.HANDOVER:
            raise Refused(_("The contact no longer serves here, so somebody has to follow. Choose a successor."))
        if old.member.leaving_since is not None:
            raise Refused(_("%(name)s hands over all households.") % {"name": old.member.person.name})
        withdraw_open(household, ContactRole.PRIMARY, actor=actor)
        advance(old, expected=old.version, reason=already_ended(), status=AssignmentStatus.ACTIVE)
        close(row, HandoverState.CANCELLED, actor=actor)
        telling.tell_member("handover_stays", old.member, household, actor=actor)
        return row


def close(
    handover: ContactHandover, state: HandoverState, *, actor: Any, to: ContactAssignment | None = None, sheet: Any = ()
) -> None:
    """Close a hand-over, and the wishes that waited for it."""
    moment = now()
    advance(
        handover,
        expected=handover.version,
        reason=changed_meanwhile().reason,
        state=state,
        to_assignment=to,
        closed_at=moment,
        closed_by=actor,
        sheet=list(sheet),
    )
    record(
        "contact.handover_done" if to else "contact.handover_cancel",
        handover,
        actor=actor,
        grid=handover.household.grid,
        changes={"state": ["open", str(state)], "to_assignment": [None, to.pk if to else None]},
    )
    settle_wishes(handover.household, WishState.MET if to else WishState.CLOSED, handover=handover)


def settle_wishes(household: Household, state: WishState, *, handover: ContactHandover | None = None) -> None:
    for wish in ContactWish.objects.select_for_update(of=("self",)).filter(household=household, state=WishState.OPEN):
        values = {"handover": handover} if handover else {}
        advance(wish, expected=wish.version, reason=changed_meanwhile().reason, state=state, settled_at=now(), **values)


def sheet_of(handover: ContactHandover) -> list[dict[str, Any]]:
    """What is handed over: as it was kept, or while it is open as things stand now."""
    return handover_parts.sheet(handover.household) if handover.is_open else list(handover.sheet)


def replaceable(row: ContactAssignment) -> bool:
    """Whether somebody else may simply take over: he only stands in, or is handing over."""
    return row.acting or row.status == AssignmentStatus.HANDOVER


def take_over(
    household: Household,
    member: ContactMember,
    role: str,
    *,
    actor: Any,
    on: date,
    instead_of: int | None = None,
    reason: str = "",
    proposal: ContactAssignment | None = None,
    exception_reason: str = "",
    exception_until: date | None = None,
) -> ContactAssignment:
    """``member`` becomes the contact, whoever it was before; the household comes locked, in the caller's transaction.

    The one before ends on the day on which the new one begins: no gap, no overlap. He must be handing over or only
    standing in, or be the row ``instead_of``. With the household goes what ``handover_parts`` holds, and the sheet is
    kept. Raises ``Conflict`` when somebody else serves.
    """
    members = _members_of(household, member)
    member = members[member.pk]
    serving = locked_rows(household.contact_assignments.serving())
    suspended = locked_rows(household.contact_assignments.filter(status=AssignmentStatus.SUSPENDED, role=role))
    if any(row.member_id not in members for row in [*serving, *suspended]):
        raise changed_meanwhile()
    old = next((row for row in serving if row.role == role), None)
    if instead_of is not None and (old is None or old.pk != instead_of):
        raise taken(household, role) if old else Conflict(already_ended())
    if old is not None and old.pk != instead_of and not replaceable(old):
        raise taken(household, role)
    if old is not None and old.member_id == member.pk and not old.acting:
        raise Refused(_("%(name)s contacts this household already.") % {"name": old.member.person.name})
    handover = open_handover_of(household) if role == ContactRole.PRIMARY else None
    why = reason or (handover.reason if handover else AssignmentEnd.REBALANCED)
    sheet = handover_parts.sheet(household) if old or handover else []
    withdraw_open(household, role, actor=actor, but=proposal)
    # The new one's own row as backup ends first; then nobody is in the way of the one who steps back.
    for row in serving:
        if row.member_id == member.pk and row is not old and role == ContactRole.PRIMARY:
            end_present(row, actor=actor, reason=AssignmentEnd.STEPPED_UP, on=on)
    for row in suspended:
        end_present(row, actor=actor, reason=why, on=on)
    if old is not None and not old.acting:
        end_present(old, actor=actor, reason=why, on=on)
    elif old is not None:
        stand_back(old, actor=actor, on=on, as_backup=old.member_id != member.pk)
    assignment = begin(
        household,
        member,
        role,
        actor=actor,
        on=on,
        replacing=old,
        proposal=proposal,
        exception_reason=exception_reason,
        exception_until=exception_until,
    )
    if role == ContactRole.PRIMARY:
        _complete(household, assignment, old=old, handover=handover, why=why, sheet=sheet, actor=actor)
    for left in {row.member_id for row in [*serving, *suspended]} - {member.pk}:
        end_when_done(members[left], actor=actor)
    return assignment


def _complete(
    household: Household,
    new: ContactAssignment,
    *,
    old: ContactAssignment | None,
    handover: ContactHandover | None,
    why: str,
    sheet: list[dict[str, Any]],
    actor: Any,
) -> None:
    if handover is None and old is not None and not old.acting:
        handover = need_successor(old, actor=actor, reason=why)
    givers = {row.member_id: row.member for row in [old, handover.from_assignment if handover else None] if row}
    for giver in givers.values():
        if giver.pk != new.member_id:
            handover_parts.transfer(household, giver, new.member)
    if handover is not None:
        close(handover, HandoverState.DONE, actor=actor, to=new, sheet=sheet)
    else:
        settle_wishes(household, WishState.MET)
    if old is not None:
        telling.tell_member("acting_over" if old.acting else "ended", old.member, household, actor=actor)
    telling.tell_member("assigned", new.member, household, actor=actor)


def _members_of(household: Household, member: ContactMember) -> dict[int, ContactMember]:
    """The new member and everybody who serves here, locked by key."""
    rows = household.contact_assignments.filter(status__in=[*AssignmentStatus.serving(), AssignmentStatus.SUSPENDED])
    return locked_members([member.pk, *rows.values_list("member_id", flat=True)])
