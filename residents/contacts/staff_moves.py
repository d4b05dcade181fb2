"""The households that somebody contacts himself on the grid that he leaves as a member of staff.

What goes with a household (owed visits, needs, affairs on their way) goes by its hand-over as always
(residents/contacts/handover.py), when the new contact has agreed (C9).
"""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.errors import Conflict, Refused
from grids.moves.parts import LeftPart, MovePart, left_parts, move_parts
from residents.contacts.choices import AssignmentEnd, AssignmentStatus
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services import ask_successor, open_handover
from residents.roster.rules import shown_household


def held_by(staff: Any, grid: Any) -> QuerySet:
    """Those that he is the primary contact of and that nobody is being sought for yet."""
    rows = ContactAssignment.objects.in_own_hand().filter(status=AssignmentStatus.ACTIVE)
    if staff.user_id is None:
        return rows.none()
    return rows.filter(member__user=staff.user_id).under(grid).with_place()


def shown(user: Any, row: ContactAssignment) -> str:
    return shown_household(user, row.household)


def nobody_is_hindered(row: ContactAssignment, successor: Any) -> str:
    """Whoever may not contact the household himself is not asked to: the secretary looks for somebody else."""
    return ""


def hand_on(row: ContactAssignment, successor: Any) -> None:
    """The successor is asked when he is a member and may contact this household; else a successor is to be found."""
    member = ContactMember.objects.available().filter(user=successor.user_id).first()
    reason = AssignmentEnd.MEMBER_MOVED
    if member is not None:
        try:
            ask_successor(row, member, actor=None, reason=reason)
        except (Refused, Conflict):
            pass
        else:
            return
    open_handover(row, actor=None, reason=reason)


def left(user: Any) -> QuerySet:
    """Without those that are being handed over: these stand among the successors to be found."""
    rows = ContactAssignment.objects.left_behind().filter(status=AssignmentStatus.ACTIVE)
    rows = rows.restrict(user, Permission.ASSIGN_CONTACTS).with_place().select_related("member__user")
    return rows.order_by("household__dwelling__grid__code", "pk")


PART = MovePart("contacts", _("Households he contacts"), held_by, shown, nobody_is_hindered, hand_on)
move_parts.register(PART)
left_parts.register(
    LeftPart(
        PART.key,
        PART.title,
        stays=PART.stays,
        left=left,
        shown=shown,
        holder=lambda row: row.member.user,
        place=lambda row: row.household.dwelling.grid,
        url=lambda row: reverse("residents:contact-handover", args=[row.pk]),
    )
)
