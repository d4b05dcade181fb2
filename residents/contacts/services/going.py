"""A member goes: by handing over everything (C12), at once, or suddenly (C10). The backup contact stands in."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.handovers import hand_over, need_successor
from residents.contacts.services.locking import allow, locked_members, locked_rows, member_changed
from residents.contacts.services.membership import HOLDS, close_membership, end_when_done
from residents.contacts.services.pending import withdraw_of
from residents.contacts.services.serving import end_present, stand_in
from residents.roster.rules import check_period


def with_stand_ins(
    member: ContactMember,
) -> tuple[ContactMember, list[ContactAssignment], dict[int, ContactAssignment]]:
    """The member with all he holds, and by household the backup contact who could stand in for him; all locked.

    Members by key, then assignments by key. A backup named at this very moment is not seen: the household then waits
    for its successor without one.
    """
    mine = ContactAssignment.objects.filter(member=member, status__in=HOLDS)
    served = mine.filter(role=ContactRole.PRIMARY).order_by().values("household")
    stand_ins = ContactAssignment.objects.serving().filter(household__in=served, role=ContactRole.BACKUP)
    members = locked_members([member.pk, *stand_ins.values_list("member_id", flat=True)])
    # Read once the members are locked: while that was waited for, somebody may have let him stand in elsewhere.
    known = stand_ins.filter(member__in=[*members])
    keys = [*mine.values_list("pk", flat=True), *known.values_list("pk", flat=True)]
    found = locked_rows(ContactAssignment.objects.filter(pk__in=keys))
    backups = {
        row.household_id: row
        for row in found
        if row.member_id != member.pk and row.is_serving and members.get(row.member_id, row.member).is_available
    }
    for row in backups.values():
        row.member = members[row.member_id]
    return members[member.pk], [row for row in found if row.member_id == member.pk and row.status in HOLDS], backups


def fill(row: ContactAssignment, backup: ContactAssignment | None, *, actor: Any, reason: str, on: date) -> None:
    """The household of ``row``, which no longer serves: the backup stands in at once, and the secretary has a to-do."""
    if backup is not None:
        stand_in(backup, actor=actor, on=max(on, backup.starts_on), replacing=row)
        telling.tell_member("acting", backup.member, row.household, actor=actor)
    if backup is None or reason != AssignmentEnd.SUSPENDED:
        telling.tell_open(need_successor(row, actor=actor, reason=reason), actor=actor)


def end_member(
    member: ContactMember,
    *,
    actor: Any,
    reason: str,
    on: date | None = None,
    why: str = AssignmentEnd.MEMBER_LEFT,
) -> ContactMember:
    """The member stops this day: his assignments end, his account loses the role, backup contacts stand in.

    ``why`` is what the households' history says. To leave no gap, let him hand over first: ``begin_leaving``.
    """
    allow(actor, member.grid)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Write down why the member stops.")})
    day = on or today()
    with transaction.atomic():
        member, rows, backups = with_stand_ins(member)
        _require_serving(member)
        check_period(member.starts_on, day, on=today())
        _vacate(member, rows, backups, actor=actor, why=why, on=day)
        return close_membership(member, actor=actor, reason=reason, on=day)


def vacate_member(member: ContactMember, *, actor: Any = None) -> ContactMember:
    """C10: the member can suddenly serve no longer (his account was blocked, he cannot be reached): backups stand in.

    His membership stays; nothing is assigned to him while his account is blocked. Raises ``Conflict`` when he contacts
    nobody.
    """
    allow(actor, member.grid)
    with transaction.atomic():
        member, rows, backups = with_stand_ins(member)
        _require_serving(member)
        if not rows:
            raise Conflict(_("%(name)s contacts no household any more.") % {"name": member.person.name})
        _vacate(member, rows, backups, actor=actor, why=AssignmentEnd.VACANCY, on=today())
        record(
            "contactmember.vacancy",
            member,
            actor=actor,
            grid=member.grid,
            changes={"households": [len(rows), 0]},
        )
        return member


def _vacate(
    member: ContactMember,
    rows: list[ContactAssignment],
    backups: dict[int, ContactAssignment],
    *,
    actor: Any,
    why: str,
    on: date,
) -> None:
    withdraw_of(member, actor=actor)
    for row in rows:
        was_suspended = row.suspended_on is not None
        day = max(on, row.starts_on)
        end_present(row, actor=actor, reason=why, on=day)
        telling.tell_member("ended", member, row.household, actor=actor)
        if row.role != ContactRole.PRIMARY:
            continue
        if was_suspended:
            # Somebody stands in already, or the secretary has been told; now a successor is needed for good.
            need_successor(row, actor=actor, reason=AssignmentEnd.VACANCY)
        else:
            fill(row, backups.get(row.household_id), actor=actor, reason=AssignmentEnd.VACANCY, on=day)


def begin_leaving(
    member: ContactMember, *, actor: Any, reason: str = AssignmentEnd.MEMBER_LEFT, note: str = ""
) -> ContactMember:
    """C12: hand over all households. He serves on until the last one has its successor; then his membership ends."""
    allow(actor, member.grid)
    if reason not in AssignmentEnd.values:
        raise ValidationError({"reason": _("Choose why the contact ends.")})
    with transaction.atomic():
        member, rows, _backups = with_stand_ins(member)
        _require_serving(member)
        if member.leaving_since is not None:
            raise Conflict(_("%(name)s is handing over already.") % {"name": member.person.name})
        withdraw_of(member, actor=actor)
        advance(member, expected=member.version, reason=member_changed(), leaving_since=today())
        record(
            "contactmember.leave",
            member,
            actor=actor,
            grid=member.grid,
            changes={"leaving_since": [None, member.leaving_since]},
            reason=str(reason),
        )
        for row in rows:
            if row.role == ContactRole.BACKUP or (row.status == AssignmentStatus.SUSPENDED and row.acting):
                end_present(row, actor=actor, reason=AssignmentEnd.MEMBER_LEFT, on=max(today(), row.starts_on))
            elif row.acting or row.status == AssignmentStatus.SUSPENDED:
                telling.tell_open(need_successor(row, actor=actor, reason=reason), actor=actor)
            else:
                telling.tell_open(hand_over(row, actor=actor, reason=reason, note=note), actor=actor)
        end_when_done(member, actor=actor)
        return member


def stay(member: ContactMember, *, actor: Any) -> ContactMember:
    """The member changed his mind: hand-overs that are still open can be cancelled one by one afterwards."""
    allow(actor, member.grid)
    with transaction.atomic():
        member = locked_members([member.pk])[member.pk]
        _require_serving(member)
        if member.leaving_since is None:
            raise Refused(_("%(name)s is not handing over.") % {"name": member.person.name})
        before = member.leaving_since
        advance(member, expected=member.version, reason=member_changed(), leaving_since=None)
        record("contactmember.stay", member, actor=actor, grid=member.grid, changes={"leaving_since": [before, None]})
        return member


def _require_serving(member: ContactMember) -> None:
    if not member.is_serving:
        raise Conflict(_("%(name)s no longer contacts households.") % {"name": member.person.name})
