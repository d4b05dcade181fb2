"""A member is asked, and answers (domain.md 3.4, C8): of accept, refuse, withdraw and lapse exactly one happens."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.workdays import after_working_days
from grids.trail.services import record
from residents.contacts import rules
from residents.contacts.choices import ANSWER_DAYS, AssignmentStatus, ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.handovers import open_for, open_handover_of, replaceable, take_over
from residents.contacts.services.locking import allow, locked_household, locked_member, locked_rows
from residents.contacts.services.pending import settle
from residents.contacts.services.serving import answered, checked_server, taken
from residents.roster.models import Household


def propose(
    household: Household,
    member: ContactMember,
    role: str = ContactRole.PRIMARY,
    *,
    actor: Any,
    exception_reason: str = "",
    exception_until: date | None = None,
) -> ContactAssignment:
    """Ask ``member`` whether he becomes the contact; he answers within five working days. Holds no place in his band.

    Raises ``Refused`` when a rule says no already now, ``Conflict`` when somebody serves who is not handing over, or
    somebody else is being asked.
    """
    if role not in ContactRole.values:
        raise ValidationError({"role": _("Choose primary or backup contact.")})
    try:
        with transaction.atomic():
            household = locked_household(household)
            allow(actor, household.grid)
            return _propose(household, member, role, actor, exception_reason, exception_until)
    except IntegrityError as problem:
        raise _asked_already() from problem


def _propose(
    household: Household,
    member: ContactMember,
    role: str,
    actor: Any,
    exception_reason: str,
    exception_until: date | None,
) -> ContactAssignment:
    member = locked_member(member)
    present = household.contact_assignments.serving().filter(role=role).first()
    if present is not None and not replaceable(present):
        raise taken(household, role)
    handover = open_handover_of(household) if role == ContactRole.PRIMARY else None
    exception_reason = exception_reason.strip()
    server = checked_server(
        household,
        member,
        role,
        exception_reason=exception_reason,
        exception_until=exception_until,
        stepping_up=True,
    )
    is_exception = rules.needs_exception(server, role)
    moment = now()
    proposal = ContactAssignment.objects.create(
        household=household,
        member=member,
        role=role,
        status=AssignmentStatus.PROPOSED,
        starts_on=today(),
        accepted_at=None,
        proposed_by=actor,
        respond_by=after_working_days(moment, ANSWER_DAYS),
        replaces=present or (handover.from_assignment if handover else None),
        exception_reason=exception_reason if is_exception else "",
        exception_until=exception_until if is_exception else None,
    )
    record(
        "contact.propose",
        proposal,
        actor=actor,
        grid=household.grid,
        changes={
            "household": [None, household.pk],
            "member": [None, member.pk],
            "role": ["", str(role)],
            "respond_by": [None, proposal.respond_by],
        },
        reason=proposal.exception_reason,
    )
    telling.tell_proposal(proposal, actor=actor)
    return proposal


def ask_successor(
    assignment: ContactAssignment,
    member: ContactMember,
    *,
    actor: Any,
    reason: str,
    exception_reason: str = "",
    exception_until: date | None = None,
) -> ContactAssignment:
    """Open the hand-over, if it is not open yet, and ask ``member`` to take over: both or neither."""
    try:
        with transaction.atomic():
            household = locked_household(assignment.household)
            allow(actor, household.grid)
            if assignment.role == ContactRole.PRIMARY and open_handover_of(household) is None:
                open_for(household, assignment, actor=actor, reason=reason)
            return _propose(household, member, assignment.role, actor, exception_reason, exception_until)
    except IntegrityError as problem:
        raise _asked_already() from problem


def _asked_already() -> Conflict:
    return Conflict(_("Somebody is being asked already. Wait for the answer, or withdraw the proposal."))


def accept(proposal: ContactAssignment, *, actor: Any) -> ContactAssignment:
    """The member agrees: he is the contact from today, and whoever handed the household over ends today.

    By the member himself, or by the secretary whom he told. The rules are asked once more. Raises ``Conflict`` when it
    was answered, withdrawn, or the time is over.
    """
    try:
        with transaction.atomic():
            household, row = _waiting(proposal)
            rules.may_answer(actor, row).or_raise()
            if row.respond_by is not None and row.respond_by < now():
                raise Conflict(_("The time to answer is over. Ask the secretary for a new proposal."))
            accepted = take_over(
                household,
                row.member,
                row.role,
                actor=actor,
                on=today(),
                proposal=row,
                exception_reason=row.exception_reason,
                exception_until=row.exception_until,
            )
            _tell_proposer("accepted", accepted, actor=actor)
            return accepted
    except IntegrityError as problem:
        raise taken(proposal.household, proposal.role) from problem


def refuse(proposal: ContactAssignment, *, actor: Any) -> ContactAssignment:
    """The member would rather not; no reason is asked. Somebody else is to be found."""
    with transaction.atomic():
        _household, row = _waiting(proposal)
        rules.may_answer(actor, row).or_raise()
        settle(row, AssignmentStatus.REFUSED, actor=actor)
        _tell_proposer("declined", row, actor=actor)
        return row


def withdraw(proposal: ContactAssignment, *, actor: Any) -> ContactAssignment:
    """The secretary takes the proposal back."""
    with transaction.atomic():
        household, row = _waiting(proposal)
        allow(actor, household.grid)
        settle(row, AssignmentStatus.WITHDRAWN, actor=actor)
        telling.tell_member("withdrawn", row.member, household, actor=actor)
        return row


def lapse(proposal: ContactAssignment, *, actor: Any = None) -> ContactAssignment:
    """C8: nobody answered in time. Raises ``Refused`` before that."""
    with transaction.atomic():
        _household, row = _waiting(proposal)
        if row.respond_by is not None and row.respond_by >= now():
            raise Refused(_("There is time to answer until %(day)s.") % {"day": telling.day_of(row.respond_by)})
        settle(row, AssignmentStatus.LAPSED, actor=actor)
        _tell_proposer("lapsed", row, actor=actor)
        return row


def _waiting(proposal: ContactAssignment) -> tuple[Household, ContactAssignment]:
    """The household and the proposal, locked in this order. Raises ``Conflict`` when it no longer waits."""
    household = locked_household(proposal.household)
    (row,) = locked_rows(ContactAssignment.objects.filter(pk=proposal.pk).select_related("proposed_by"))
    if row.status != AssignmentStatus.PROPOSED:
        raise Conflict(answered())
    return household, row


def _tell_proposer(name: str, row: ContactAssignment, *, actor: Any) -> None:
    telling.tell_secretaries(name, row.household, actor=actor)
