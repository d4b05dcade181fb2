"""A contact begins and ends: the one place where a household changes hands (domain.md 3.4, C3-C10)."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.errors import Conflict
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts import rules
from residents.contacts.bands import fault_of_exception_end
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from residents.contacts.conflicts import conflicts
from residents.contacts.facts import home_of, server_of
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services.locking import already_ended
from residents.roster.models import Household
from residents.roster.rules import check_period


def checked_server(
    household: Household,
    member: ContactMember,
    role: str,
    *,
    exception_reason: str = "",
    exception_until: date | None = None,
    stepping_up: bool = False,
) -> rules.Server:
    """The member as the rules see him now. Raises ``Refused`` when he may not contact this household in this role.

    ``stepping_up``: where he serves as backup contact that is no hindrance; it ends when he becomes the primary one.
    """
    server = replace(server_of(member), conflict=conflicts([(household, member)]).get((household.pk, member.pk), ""))
    if stepping_up and role == ContactRole.PRIMARY:
        rows = household.contact_assignments.serving().filter(member=member)
        if all(row.role == ContactRole.BACKUP or row.acting for row in rows):
            server = replace(server, serves=server.serves - {household.pk})
    if rules.needs_exception(server, role) and exception_reason:
        if exception_until is None:
            raise ValidationError({"exception_until": _("An exception has a last day. Enter it.")})
        if fault := fault_of_exception_end(exception_until, on=today()):
            raise ValidationError({"exception_until": fault})
    rules.may_contact(
        server, home_of(household), role, exception_reason=exception_reason, exception_until=exception_until
    ).or_raise()
    return server


def begin(
    household: Household,
    member: ContactMember,
    role: str,
    *,
    actor: Any,
    exception_reason: str,
    exception_until: date | None,
    on: date,
    replacing: ContactAssignment | None = None,
    proposal: ContactAssignment | None = None,
) -> ContactAssignment:
    """Let ``member`` serve from ``on``, by a new row or by the ``proposal`` he accepts; both are locked by the caller.

    ``replacing`` is the contact who ended in the same transaction; without one nobody may be serving in this role.
    """
    if role not in ContactRole.values:
        raise ValidationError({"role": _("Choose primary or backup contact.")})
    if household.contact_assignments.serving().filter(role=role).exists():
        raise taken(household, role)
    check_period(on, None, on=today(), field="on")
    before = household.contact_assignments.ever_served().filter(role=role).aggregate(latest=Max("ends_on"))["latest"]
    if before is not None and on < before:
        raise ValidationError(
            {"on": _("The household had another contact until %(day)s.") % {"day": f"{before:%Y-%m-%d}"}}
        )
    exception_reason = exception_reason.strip()
    server = checked_server(household, member, role, exception_reason=exception_reason, exception_until=exception_until)
    is_exception = rules.needs_exception(server, role)
    values = {
        "slot": free_slot(member) if role == ContactRole.PRIMARY else None,
        "starts_on": on,
        "band_maximum": server.band.maximum,
        "exception_maximum": server.band.exception_maximum,
        "exception_reason": exception_reason if is_exception else "",
        "exception_until": exception_until if is_exception else None,
        "accepted_at": now(),
        "replaces": replacing,
    }
    if proposal is None:
        assignment = ContactAssignment.objects.create(
            household=household, member=member, role=role, assigned_by=actor, **values
        )
    else:
        assignment = proposal
        advance(assignment, expected=proposal.version, reason=answered(), status=AssignmentStatus.ACTIVE, **values)
    record(
        "contact.change" if replacing else "contact.assign",
        assignment,
        actor=actor,
        grid=household.grid,
        changes={
            "household": [None, household.pk],
            "member": [replacing.member_id if replacing else None, member.pk],
            "role": ["", str(role)],
            "starts_on": [None, on],
        },
        reason=assignment.exception_reason,
    )
    return assignment


def free_slot(member: ContactMember) -> int:
    taken_slots = member.assignments.serving().exclude(slot=None).values_list("slot", flat=True)
    return rules.lowest_free_slot({slot for slot in taken_slots if slot is not None})


def stand_in(backup: ContactAssignment, *, actor: Any, on: date, replacing: ContactAssignment) -> ContactAssignment:
    """C10, C13: the backup contact acts as primary one from ``on``; his row as backup ends. No band holds him back."""
    end_present(backup, actor=actor, reason=AssignmentEnd.STEPPED_UP, on=on)
    acting = ContactAssignment.objects.create(
        household=backup.household,
        member=backup.member,
        role=ContactRole.PRIMARY,
        acting=True,
        starts_on=on,
        assigned_by=actor,
        replaces=replacing,
    )
    record(
        "contact.stand_in",
        acting,
        actor=actor,
        grid=backup.household.grid,
        changes={"household": [None, backup.household_id], "member": [replacing.member_id, backup.member_id]},
    )
    return acting


def stand_back(acting: ContactAssignment, *, actor: Any, on: date, as_backup: bool = True) -> None:
    """The standing in is over: he is the backup contact again, unless he stops or somebody else has become it."""
    end_present(acting, actor=actor, reason=AssignmentEnd.STAND_IN_OVER, on=on)
    household, member = acting.household, acting.member
    others = household.contact_assignments.serving().filter(role=ContactRole.BACKUP)
    if not as_backup or not member.is_available or others.exists():
        return
    backup = ContactAssignment.objects.create(
        household=household,
        member=member,
        role=ContactRole.BACKUP,
        starts_on=on,
        assigned_by=actor,
    )
    record(
        "contact.assign",
        backup,
        actor=actor,
        grid=household.grid,
        changes={"household": [None, household.pk], "member": [None, member.pk], "role": ["", "backup"]},
    )


def end_present(assignment: ContactAssignment, *, actor: Any, reason: str, on: date) -> ContactAssignment:
    """End one row that serves or is suspended; a suspended one ended for the household on the day it was suspended."""
    if reason not in AssignmentEnd.values:
        raise ValidationError({"reason": _("Choose why the contact ends.")})
    if assignment.suspended_on is not None:
        on = assignment.suspended_on
    check_period(assignment.starts_on, on, on=today())
    advance(
        assignment,
        expected=assignment.version,
        reason=already_ended(),
        status=AssignmentStatus.ENDED,
        ends_on=on,
        end_reason=reason,
    )
    record(
        "contact.end",
        assignment,
        actor=actor,
        grid=assignment.household.grid,
        changes={"member": [assignment.member_id, None], "ends_on": [None, on]},
        reason=str(reason),
    )
    return assignment


def taken(household: Household, role: str) -> Conflict:
    """What those hear who came too late: who the contact is now."""
    present = (
        ContactAssignment.objects.serving()
        .filter(household=household, role=role)
        .select_related("member__person", "assigned_by")
        .first()
    )
    if present is None:
        return Conflict(_("Somebody changed this household's contact at the same moment. Look again, then decide."))
    return Conflict(
        _("%(name)s is the %(role)s of this household already, since %(day)s.")
        % {
            "name": present.member.person.name,
            "role": present.get_role_display(),
            "day": f"{present.starts_on:%Y-%m-%d}",
        }
    )


def answered() -> str:
    return _("This proposal was answered or withdrawn at the same moment.")
