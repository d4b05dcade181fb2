"""What another room's act means for contact at once (domain.md 3.4, C5, C10, C12); the nightly watch is the net below.

These follow by rule, so that the trail names no actor: whoever enters a death does not decide about contacts.
"""

from functools import partial
from typing import Any

from django.db import transaction

from grids.common.errors import ServiceError
from residents.contacts.choices import AssignmentEnd
from residents.contacts.models import ContactMember
from residents.contacts.services.going import begin_leaving, end_member, vacate_member
from residents.contacts.services.joining import leave_own_household
from residents.contacts.services.watch import at_home, blocked, gone
from residents.roster.choices import EndReason
from residents.roster.models import Person


def follow_departure(person: Person, *, reason: EndReason, **_what: Any) -> None:
    """A person has died: in the same transaction the backup contacts stand in. Or moved: see once he has arrived."""
    member = ContactMember.objects.serving().filter(person=person).select_related("grid", "person").first()
    if member is None:
        return
    if reason is EndReason.DECEASED:
        end_member(member, actor=None, reason="deceased", why=AssignmentEnd.VACANCY)
    else:
        # A move within the community ends one residency and begins another: only then it shows where he lives.
        transaction.on_commit(partial(_follow_move, member.pk))


def follow_account(user: Any, changes: dict[str, Any]) -> None:
    """C10: an account was closed; whoever it belongs to contacts nobody from this moment."""
    if "is_active" in changes and not user.is_active:
        for member in blocked().filter(user=user):
            vacate_member(member, actor=None)


def _follow_move(pk: int) -> None:
    for member in at_home().filter(pk=pk):
        leave_own_household(member.person_id, actor=None, reason=AssignmentEnd.MEMBER_MOVED)
    for member in gone().filter(pk=pk):
        try:
            begin_leaving(member, actor=None, reason=AssignmentEnd.MEMBER_MOVED)
        except ServiceError:
            # Somebody was faster; what is left to do the night finds.
            continue
