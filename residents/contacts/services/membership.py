"""The end of a membership: dates, account and role, once no household depends on it (domain.md 3.4, C12)."""

from datetime import date
from typing import Any

from grids.access.choices import Role
from grids.access.services import revoke_role
from grids.common.clock import today
from grids.common.models import advance
from grids.trail.services import record
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services.locking import member_changed

HOLDS = [*AssignmentStatus.serving(), AssignmentStatus.SUSPENDED]


def close_membership(member: ContactMember, *, actor: Any, reason: str, on: date) -> ContactMember:
    """End it, for a member whom the caller has locked and whose households have been seen to."""
    user = member.user
    # An account serves one membership; setting it free lets the same person be registered again later.
    advance(
        member,
        expected=member.version,
        reason=member_changed(),
        ends_on=on,
        user=None,
        suspended_on=None,
        back_on=None,
    )
    record(
        "contactmember.end",
        member,
        actor=actor,
        grid=member.grid,
        changes={"ends_on": [None, member.ends_on], "user": [user.pk if user else None, None]},
        reason=reason,
    )
    if user is not None:
        revoke_role(user, Role.JOINT_FAMILY, member.grid, actor=actor, source=member.source)
    return member


def end_when_done(member: ContactMember, *, actor: Any) -> None:
    """C12: whoever is handing over everything stops on the day on which the last household has its successor."""
    if member.leaving_since is None or member.ends_on is not None:
        return
    held = ContactAssignment.objects.filter(member=member, status__in=HOLDS)
    if not held.filter(role=ContactRole.PRIMARY).exists() and not held.exists():
        close_membership(member, actor=actor, reason=str(AssignmentEnd.MEMBER_LEFT), on=today())
