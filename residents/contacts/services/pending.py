"""Proposals that come to nothing: refused, withdrawn, lapsed (domain.md 3.4, C8)."""

from typing import Any

from grids.common.clock import today
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts.choices import AssignmentStatus
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.locking import locked_rows
from residents.contacts.services.serving import answered
from residents.roster.models import Household

ACTS = {
    AssignmentStatus.REFUSED: "contact.refuse",
    AssignmentStatus.WITHDRAWN: "contact.withdraw",
    AssignmentStatus.LAPSED: "contact.lapse",
}


def settle(proposal: ContactAssignment, status: AssignmentStatus, *, actor: Any) -> ContactAssignment:
    """Close a proposal that waits; one conditional UPDATE decides. Raises ``Conflict`` when it no longer does."""
    advance(
        proposal,
        expected=proposal.version,
        reason=answered(),
        status=status,
        ends_on=max(today(), proposal.starts_on),
    )
    record(
        ACTS[status],
        proposal,
        actor=actor,
        grid=proposal.household.grid,
        changes={"member": [proposal.member_id, None], "status": ["proposed", str(status)]},
    )
    return proposal


def withdraw_open(household: Household, role: str, *, actor: Any, but: ContactAssignment | None = None) -> None:
    """Withdraw what is still proposed for this household in this role, but for the one that is being accepted."""
    waiting = ContactAssignment.objects.proposed().filter(household=household, role=role)
    for proposal in locked_rows(waiting.exclude(pk=but.pk) if but else waiting):
        settle(proposal, AssignmentStatus.WITHDRAWN, actor=actor)
        telling.tell_member("withdrawn", proposal.member, proposal.household, actor=actor)


def withdraw_of(member: ContactMember, *, actor: Any) -> None:
    """Withdraw what the member is still asked; somebody else has to be found."""
    for proposal in locked_rows(ContactAssignment.objects.proposed().filter(member=member)):
        settle(proposal, AssignmentStatus.WITHDRAWN, actor=actor)
