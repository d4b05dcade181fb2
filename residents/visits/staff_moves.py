"""The visits that somebody owes as the contact of a household, when he serves there as staff no longer.

They are not handed on by themselves: they go with the household (residents/visits/handing_over.py).
"""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.moves.parts import LeftPart, left_parts
from residents.contacts.models import ContactAssignment
from residents.contacts.staff_moves import PART as CONTACTS
from residents.roster.rules import shown_household
from residents.visits.models import VisitTask


def staying(move: Any) -> QuerySet:
    """Those at households that are not handed on."""
    rows = VisitTask.objects.open().under(move.post.grid)
    if move.staff.user_id is None:
        return rows.none()
    going = ContactAssignment.objects.filter(pk__in=move.handed(CONTACTS.key)).order_by().values("household")
    return rows.filter(member__user=move.staff.user_id).exclude(household__in=going)


def left(user: Any) -> QuerySet:
    rows = VisitTask.objects.left_behind().restrict(user, Permission.ASSIGN_CONTACTS)
    rows = rows.restrict(user, Permission.VIEW_VISITS).with_place().select_related("member__user")
    return rows.order_by("household__dwelling__grid__code", "pk")


def shown(user: Any, task: VisitTask) -> str:
    return f"{shown_household(user, task.household)} · {task.get_trigger_display()}"


left_parts.register(
    LeftPart(
        "tasks",
        _("Owed visits"),
        stays=staying,
        left=left,
        shown=shown,
        holder=lambda task: task.member.user,
        place=lambda task: task.household.dwelling.grid,
        url=lambda task: reverse("residents:household-detail", args=[task.household_id]),
    )
)
