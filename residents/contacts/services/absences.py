"""A member cannot serve for a long time, and comes back (domain.md 3.4, C13); why is nobody's business here."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole, HandoverState
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.going import fill, with_stand_ins
from residents.contacts.services.handovers import close
from residents.contacts.services.locking import (
    allow,
    already_ended,
    changed_meanwhile,
    locked_household,
    locked_members,
    locked_rows,
    member_changed,
)
from residents.contacts.services.pending import withdraw_of
from residents.contacts.services.serving import end_present, free_slot, stand_back
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household


def suspend_member(member: ContactMember, *, actor: Any, back_on: date | None = None) -> ContactMember:
    """From today the member does not serve; the backup contacts stand in, or the secretary finds a successor."""
    allow(actor, member.grid)
    day = today()
    if back_on is not None and back_on <= day:
        raise ValidationError({"back_on": _("This day is over already.")})
    with transaction.atomic():
        member, rows, backups = with_stand_ins(member)
        if not member.is_serving:
            raise Conflict(_("%(name)s no longer contacts households.") % {"name": member.person.name})
        if member.suspended_on is not None:
            raise Conflict(_("%(name)s is suspended already.") % {"name": member.person.name})
        withdraw_of(member, actor=actor)
        suspended_on = max(day, member.starts_on)
        advance(member, expected=member.version, reason=member_changed(), suspended_on=suspended_on, back_on=back_on)
        record(
            "contactmember.suspend",
            member,
            actor=actor,
            grid=member.grid,
            changes={"suspended_on": [None, suspended_on], "back_on": [None, back_on]},
        )
        for row in rows:
            since = max(day, row.starts_on)
            if row.acting:
                # He stands in himself: nobody stands in for him, a successor is needed now.
                end_present(row, actor=actor, reason=AssignmentEnd.SUSPENDED, on=since)
                fill(row, None, actor=actor, reason=AssignmentEnd.SUSPENDED, on=since)
                continue
            advance(
                row,
                expected=row.version,
                reason=already_ended(),
                status=AssignmentStatus.SUSPENDED,
                suspended_on=since,
                slot=None,
            )
            record(
                "contact.suspend",
                row,
                actor=actor,
                grid=row.household.grid,
                changes={"suspended_on": [None, since]},
            )
            if row.role == ContactRole.PRIMARY:
                fill(row, backups.get(row.household_id), actor=actor, reason=AssignmentEnd.SUSPENDED, on=since)
        return member


def resume_member(member: ContactMember, *, actor: Any) -> ContactMember:
    """He serves again from today, in the households that nobody else has taken over for good meanwhile."""
    allow(actor, member.grid)
    day = today()
    with transaction.atomic():
        households = _locked_households(member)
        stand_ins = ContactAssignment.objects.serving().filter(household__in=households, acting=True)
        members = locked_members([member.pk, *stand_ins.values_list("member_id", flat=True)])
        member = members[member.pk]
        if not member.is_serving or member.suspended_on is None:
            raise Refused(_("%(name)s is not suspended.") % {"name": member.person.name})
        before = member.suspended_on
        advance(member, expected=member.version, reason=member_changed(), suspended_on=None, back_on=None)
        record("contactmember.resume", member, actor=actor, grid=member.grid, changes={"suspended_on": [before, None]})
        rows = locked_rows(member.assignments.filter(status=AssignmentStatus.SUSPENDED))
        # Those beyond the band get the last numbers again.
        for row in sorted(rows, key=lambda one: (one.exception_until is not None, one.pk)):
            if row.household_id not in households:
                raise changed_meanwhile()
            end_present(row, actor=actor, reason=AssignmentEnd.SUSPENDED, on=day)
            _take_back(row, households[row.household_id], members, actor=actor, on=max(day, row.starts_on))
        return member


def _locked_households(member: ContactMember) -> dict[int, Household]:
    keys = member.assignments.filter(status=AssignmentStatus.SUSPENDED).values_list("household", flat=True)
    homes = Household.objects.filter(pk__in=sorted(set(keys))).order_by("pk")
    return {home.pk: locked_household(home) for home in homes}


def _take_back(
    row: ContactAssignment, household: Household, members: dict[int, ContactMember], *, actor: Any, on: date
) -> None:
    serving = locked_rows(household.contact_assignments.serving())
    if household.status != HouseholdStatus.ACTIVE or any(one.member_id == row.member_id for one in serving):
        return
    now_there = next((one for one in serving if one.role == row.role), None)
    if now_there is not None and not now_there.acting:
        return
    if now_there is not None:
        if now_there.member_id not in members:
            raise changed_meanwhile()
        now_there.member = members[now_there.member_id]
        stand_back(now_there, actor=actor, on=on)
        telling.tell_member("acting_over", now_there.member, household, actor=actor)
    handover = ContactHandover.objects.open().filter(household=household, from_assignment=row).first()
    goes_on = handover is not None and handover.reason != AssignmentEnd.SUSPENDED
    again = ContactAssignment.objects.create(
        household=household,
        member=row.member,
        role=row.role,
        status=AssignmentStatus.HANDOVER if goes_on else AssignmentStatus.ACTIVE,
        slot=free_slot(row.member) if row.role == ContactRole.PRIMARY else None,
        starts_on=on,
        assigned_by=actor,
        replaces=now_there or row,
        band_maximum=row.band_maximum,
        exception_maximum=row.exception_maximum,
        exception_reason=row.exception_reason,
        exception_until=row.exception_until,
    )
    record(
        "contact.resume",
        again,
        actor=actor,
        grid=household.grid,
        changes={"household": [None, household.pk], "member": [None, again.member_id]},
    )
    telling.tell_member("assigned", again.member, household, actor=actor)
    if handover is None or row.role != ContactRole.PRIMARY:
        return
    if goes_on:
        advance(handover, expected=handover.version, reason=changed_meanwhile().reason, from_assignment=again)
    else:
        close(handover, HandoverState.DONE, actor=actor, to=again)
