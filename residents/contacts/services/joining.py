"""Two records of one person become one: one membership goes on, and one contact of the household (domain.md 3.4).

C1, C3: a person is one member, a household has one primary contact. What does not go on ends the same day; the
households of a membership that ends are taken over by the one that goes on as far as the rules let it (C2, C5-C7), for
the others the backup contact stands in and a successor is looked for (C10). Called by the roster in the transaction of
the merge, under the locks of all households concerned.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_role, revoke_role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.going import end_member, fill, with_stand_ins
from residents.contacts.services.handovers import take_over
from residents.contacts.services.locking import allow, locked_household, locked_members, present
from residents.contacts.services.members import link_account
from residents.contacts.services.membership import end_when_done
from residents.contacts.services.serving import end_present
from residents.roster.models import Household

SERVING = {str(status) for status in AssignmentStatus.serving()}


@transaction.atomic
def join_memberships(stays: ContactMember, goes: ContactMember, *, actor: Any) -> None:
    """``goes`` ends today, ``stays`` takes over what he may, and the account if he has none."""
    allow(actor, stays.grid)
    allow(actor, goes.grid)
    account = goes.user
    rows = ContactAssignment.objects.serving().filter(member=goes, acting=False).select_related("household")
    for row in rows.order_by("role", "pk"):
        _pass(row, stays, actor=actor)
    goes = locked_members([goes.pk])[goes.pk]
    if goes.is_serving:
        end_member(goes, actor=actor, reason=str(AssignmentEnd.MERGED.label), why=AssignmentEnd.MERGED)
    stays.refresh_from_db()
    if account is not None and stays.user_id is None:
        link_account(stays, account, actor=actor)


def _pass(row: ContactAssignment, stays: ContactMember, *, actor: Any) -> None:
    """``stays`` takes over one household; where the rules say no it is left to the end of the membership."""
    try:
        with transaction.atomic():
            take_over(
                locked_household(row.household),
                stays,
                row.role,
                actor=actor,
                on=max(today(), row.starts_on),
                instead_of=row.pk,
                reason=AssignmentEnd.MERGED,
                exception_reason=row.exception_reason,
                exception_until=row.exception_until,
            )
    except (Refused, Conflict, IntegrityError):
        return


@transaction.atomic
def end_for_other(row: ContactAssignment, *, actor: Any, reason: str = AssignmentEnd.MERGED) -> None:
    """The contact of a home that is given up ends: the household that goes on has one."""
    member = locked_members([row.member_id])[row.member_id]
    end_present(present(row), actor=actor, reason=reason, on=max(today(), row.starts_on))
    telling.tell_member("ended", member, row.household, actor=actor)
    end_when_done(member, actor=actor)


@transaction.atomic
def take_over_home(
    member: ContactMember,
    household: Household,
    old: ContactAssignment | None,
    *,
    actor: Any,
    reason: str = AssignmentEnd.MERGED,
) -> None:
    """``member`` contacts the household that goes on, in place of the contact it has, if any."""
    household = locked_household(household)
    allow(actor, household.grid)
    take_over(
        household,
        member,
        ContactRole.PRIMARY,
        actor=actor,
        on=max(today(), old.starts_on) if old else today(),
        instead_of=old.pk if old else None,
        reason=reason,
    )


@transaction.atomic
def leave_own_household(person: int, *, actor: Any, reason: str = AssignmentEnd.MERGED) -> None:
    """C5: nobody contacts the household he lives in, as he may by now: the backup stands in, a successor is looked for.

    ``reason``: he is another record of somebody who lives there, or he has moved in.
    """
    homes = Household.objects.filter(residencies__person=person, residencies__ends_on__isnull=True)
    own = ContactAssignment.objects.serving().filter(member__person=person, household__in=homes)
    for row in own.select_related("member"):
        member, rows, backups = with_stand_ins(row.member)
        for mine in rows:
            if mine.pk == row.pk:
                end_present(mine, actor=actor, reason=reason, on=max(today(), mine.starts_on))
                telling.tell_member("ended", member, mine.household, actor=actor)
                if mine.role == ContactRole.PRIMARY:
                    backup = backups.get(mine.household_id)
                    fill(mine, backup, actor=actor, reason=reason, on=max(today(), mine.starts_on))
        end_when_done(member, actor=actor)


@transaction.atomic
def after_undo(changes: Sequence[Mapping[str, Any]], *, actor: Any) -> None:
    """The rows are back: accounts get and lose the role with them, and members hear which households they have."""
    members = [change for change in changes if change["table"] == ContactMember._meta.label]
    for change in members:
        before, after = _account(change["before"]), _account(change["after"])
        if before == after:
            continue
        member = ContactMember.objects.select_related("grid").get(pk=change["pk"])
        for key, act in ((after, revoke_role), (before, grant_role)):
            if key is not None:
                account = User.objects.get(pk=key)
                act(account, Role.JOINT_FAMILY, member.grid, actor=actor, source=member.source)
    for change in changes:
        if change["table"] == ContactAssignment._meta.label:
            _tell(change, actor=actor)


def _account(values: Mapping[str, Any] | None) -> Any:
    return values["user_id"] if values and values["ends_on"] is None else None


def _tell(change: Mapping[str, Any], *, actor: Any) -> None:
    before, after = change["before"], change["after"]
    served, serves = bool(before and before["status"] in SERVING), bool(after and after["status"] in SERVING)
    if served == serves:
        return
    values = before if served else after
    member = ContactMember.objects.select_related("user").get(pk=values["member_id"])
    household = Household.objects.with_place().get(pk=values["household_id"])
    telling.tell_member("again" if served else "ended", member, household, actor=actor)
