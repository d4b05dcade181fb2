"""Who contacts whom: every change of assignments, each with its entry in the trail (domain.md 3.4)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from grids.common.clock import today
from grids.common.codes import covers
from grids.tree.models import Grid
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole, HandoverState, WishState
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import telling
from residents.contacts.services.handovers import close, open_handover_of, settle_wishes, take_over
from residents.contacts.services.locking import allow, locked_household, locked_member, locked_rows, present
from residents.contacts.services.membership import HOLDS, end_when_done
from residents.contacts.services.pending import withdraw_open
from residents.contacts.services.serving import end_present, taken
from residents.roster.models import Household


def assign(
    household: Household,
    member: ContactMember,
    role: str = ContactRole.PRIMARY,
    *,
    actor: Any,
    exception_reason: str = "",
    exception_until: date | None = None,
    on: date | None = None,
) -> ContactAssignment:
    """Make ``member`` the primary or backup contact of ``household`` from ``on`` (default: today).

    Raises ``Refused`` when a rule says no, and ``Conflict`` naming the present contact when somebody was faster: of
    any number of simultaneous calls for one household exactly one succeeds (partial unique indexes decide). The
    member has agreed; to ask him first, ``propose``. Whoever only stands in, or hands over, makes way.
    """
    try:
        with transaction.atomic():
            household = locked_household(household)
            allow(actor, household.grid)
            return take_over(
                household,
                member,
                role,
                actor=actor,
                exception_reason=exception_reason,
                exception_until=exception_until,
                on=on or today(),
            )
    except IntegrityError as problem:
        raise taken(household, role) from problem


@transaction.atomic
def end_assignment(
    assignment: ContactAssignment, *, actor: Any, reason: str, on: date | None = None
) -> ContactAssignment:
    """End an assignment; ``reason`` is one of ``AssignmentEnd``. Raises ``Conflict`` when it has ended already."""
    allow(actor, assignment.household.grid)
    member = locked_member(assignment.member)
    now_serving = present(assignment)
    ended = end_present(now_serving, actor=actor, reason=reason, on=on or today())
    telling.tell_member("ended", member, ended.household, actor=actor)
    end_when_done(member, actor=actor)
    return ended


def change_contact(
    assignment: ContactAssignment,
    member: ContactMember,
    *,
    actor: Any,
    reason: str,
    exception_reason: str = "",
    exception_until: date | None = None,
    on: date | None = None,
) -> ContactAssignment:
    """Hand the household over to ``member``, who has agreed: the old contact ends, the new one starts this day (C9).

    One transaction, no gap and no overlap. A backup contact may step up: his backup assignment ends with it.
    Raises like ``assign`` and ``end_assignment``.
    """
    try:
        with transaction.atomic():
            household = locked_household(assignment.household)
            allow(actor, household.grid)
            return take_over(
                household,
                member,
                assignment.role,
                actor=actor,
                on=on or today(),
                instead_of=assignment.pk,
                reason=reason,
                exception_reason=exception_reason,
                exception_until=exception_until,
            )
    except IntegrityError as problem:
        raise taken(assignment.household, assignment.role) from problem


def end_on_moving(household: Household, *, actor: Any, on: date) -> None:
    """C6, C11: where a household has moved to another community its contacts end, as if it had moved away.

    There it is a household without a contact. Called by the roster in its own transaction.
    """
    household = Household.objects.with_place().get(pk=household.pk)
    held = household.contact_assignments.filter(status__in=[*HOLDS, AssignmentStatus.PROPOSED])
    members = held.select_related("member__grid").order_by("pk")
    if any(not covers(row.member.grid.code, household.dwelling.grid.code) for row in members):
        _end_all(household, actor=actor, on=on)


def end_where_apart(grid: Grid, *, actor: Any) -> None:
    """C6: of the households of a grid that hangs under another community now; called by the tree in its transaction."""
    held = ContactAssignment.objects.filter(status__in=[*HOLDS, AssignmentStatus.PROPOSED])
    apart = held.exclude(household__dwelling__grid__code__startswith=F("member__grid__code"))
    homes = Household.objects.under(grid).filter(pk__in=apart.order_by().values("household"))
    for household in homes.with_place().order_by("pk"):
        _end_all(household, actor=actor, on=today())


def end_on_closing(household: Household, *, actor: Any, on: date) -> None:
    """C11: a household that moved away has no contact any more; called by the roster in its own transaction.

    What was proposed or handed over for it is closed with it.
    """
    _end_all(Household.objects.with_place().get(pk=household.pk), actor=actor, on=on)


def _end_all(household: Household, *, actor: Any, on: date) -> None:
    for role in ContactRole.values:
        withdraw_open(household, role, actor=actor)
    for assignment in locked_rows(ContactAssignment.objects.filter(household=household, status__in=HOLDS)):
        # A household that closed before the contact began has had him for no day at all.
        end_present(assignment, actor=actor, reason=AssignmentEnd.MOVED, on=max(on, assignment.starts_on))
        telling.tell_member("ended", assignment.member, household, actor=actor)
    handover = open_handover_of(household)
    if handover is not None:
        close(handover, HandoverState.CANCELLED, actor=actor)
    settle_wishes(household, WishState.CLOSED)
