"""C15: everybody whom a change of contact affects is told, in the transaction of the change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import ROLE_PERMISSIONS, Permission
from grids.access.models import User
from grids.common.clock import local_day
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.tree.choices import Level
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.roster.models import Household

WORDS = {
    "proposal": (_("Would you become the contact of %(door)s? Please answer by %(day)s."), "handshake"),
    "accepted": (_("Your proposal was accepted: %(door)s."), "check"),
    "declined": (_("Your proposal was declined: %(door)s. Please choose another member."), "user-minus"),
    "lapsed": (_("Nobody answered the proposal in time: %(door)s. Please choose another member."), "clock"),
    "withdrawn": (_("You need not answer any more: the proposal for %(door)s was withdrawn."), "info"),
    "assigned": (_("You are the contact of %(door)s from today."), "handshake"),
    "ended": (_("You are no longer the contact of %(door)s. Thank you."), "info"),
    "again": (_("You are the contact of %(door)s again, as before."), "handshake"),
    "handover": (_("%(door)s is to be handed over. Please go on until the new contact accepts."), "repeat"),
    "handover_stays": (_("%(door)s stays with you; it is not handed over."), "repeat"),
    "acting": (_("Please stand in as primary contact of %(door)s from today."), "life-buoy"),
    "acting_over": (_("You no longer stand in for %(door)s. Thank you."), "info"),
    "successor": (_("%(door)s needs a new primary contact by %(day)s."), "user-plus"),
    "overdue": (_("%(door)s still has no new primary contact; it was due on %(day)s."), "clock"),
    "wish": (_("A household asked for another contact: %(door)s."), "message-square"),
    "back": (_("A member was expected back today: please say whether he serves again."), "clock"),
}
for _name, (_words, _icon) in WORDS.items():
    kinds.register(Kind(f"contacts.{_name}", _words, _icon, urgent=_name in {"acting", "successor"}))

ASSIGNING_ROLES = [role for role, powers in ROLE_PERMISSIONS.items() if Permission.ASSIGN_CONTACTS in powers]


def secretaries(grid: Any) -> list[User]:
    """Whoever decides about contacts in the community of ``grid``, and above it."""
    digits = [level.digits for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY)]
    codes = [grid.code[:count].ljust(Level.COMMUNITY.digits, "0") for count in digits]
    grants = {"role_grants__role__in": ASSIGNING_ROLES, "role_grants__grid__code__in": codes}
    return list(User.objects.filter(is_active=True, **grants).distinct().order_by("pk"))


def door_of(household: Household) -> str:
    dwelling = household.dwelling
    return f"{dwelling.unit.building.name}{dwelling.unit.name}{dwelling.room}"


def day_of(moment: datetime) -> str:
    return f"{local_day(moment):%Y-%m-%d}"


def own_page() -> str:
    """Where a member sees his households and what he is asked."""
    return reverse("residents:contact-mine")


def tell_member(
    name: str, member: ContactMember, household: Household, *, actor: Any, url: str = "", **values: Any
) -> None:
    """One message to the member's account, if he has one and did not do it himself."""
    if member.user_id is None or (actor is not None and member.user_id == actor.pk):
        return
    url = url or own_page()
    notify([member.user], f"contacts.{name}", url=url, values={"door": door_of(household), **values})


def tell_secretaries(
    name: str, household: Household, *, actor: Any, url: str = "", key: str = "", **values: Any
) -> None:
    """One message to each of those who decide here, but for whoever did it."""
    users: Iterable[User] = secretaries(household.grid)
    if actor is not None:
        users = [user for user in users if user.pk != actor.pk]
    url = url or reverse("residents:household-detail", args=[household.pk])
    notify(users, f"contacts.{name}", url=url, values={"door": door_of(household), **values}, key=key)


def tell_proposal(proposal: ContactAssignment, *, actor: Any) -> None:
    url = reverse("residents:contact-proposal", args=[proposal.pk])
    day = day_of(proposal.respond_by) if proposal.respond_by else ""
    tell_member("proposal", proposal.member, proposal.household, actor=actor, url=url, day=day)


def tell_open(handover: ContactHandover, *, actor: Any) -> None:
    """The secretary has a household to find a contact for, and until when."""
    day = day_of(handover.due_at)
    # Once for each day by which it is due: a hand-over that becomes a vacancy is told again.
    key = f"contact-handover:{handover.pk}:{day}"
    tell_secretaries("successor", handover.household, actor=actor, key=key, day=day)
