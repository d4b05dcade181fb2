"""Who is told of reports and claims, in the transaction of what happened (M21)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import ROLE_PERMISSIONS, Permission, Role
from grids.access.models import User
from grids.common.codes import significant
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.tree.choices import Level
from residents.contacts.models import ContactAssignment
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim

WORDS = {
    "reported": (_("A party member reports to %(place)s and waits to be accepted."), "user-plus"),
    "accepted": (_("%(place)s has accepted your report. Thank you! See what you can claim."), "check"),
    "refused": (_("%(place)s has not accepted your report. The reason stands on the page."), "info"),
    "ended": (_("Your report to %(place)s has ended. Thank you for what you did."), "info"),
    "claimed": (_("Claimed: “%(title)s”."), "hand-heart"),
    "returned": (_("Given back, and on the board again: “%(title)s”."), "undo-2"),
    "done": (_("Done, please confirm: “%(title)s”."), "search-check"),
    "confirmed": (_("Confirmed: “%(title)s”. Hours that count: %(hours)s. Thank you!"), "check"),
    "fulfilled": (_("Fulfilled and confirmed: “%(title)s”."), "check"),
    "not_confirmed": (_("Not confirmed: “%(title)s”. The reason stands on the page."), "info"),
    "lapsed": (_("The time is over: “%(title)s”."), "clock"),
    "called_off": (_("You need not do it any more: “%(title)s”."), "info"),
}
for _name, (_words, _icon) in WORDS.items():
    kinds.register(Kind(f"volunteers.{_name}", _words, _icon))

_DECIDING = [role for role, powers in ROLE_PERMISSIONS.items() if Permission.ACCEPT_VOLUNTEERS in powers]
_KEEPING = [role for role, powers in ROLE_PERMISSIONS.items() if Permission.KEEP_VOLUNTEERS in powers]


def tell_community(report: PartyMemberReport, *, actor: Any) -> None:
    """Whoever decides about reports has one to decide about."""
    users = [user for user in _holders(_DECIDING, report.grid) if actor is None or user.pk != actor.pk]
    notify(users, "volunteers.reported", url=report.get_absolute_url(), values={"place": report.grid.name})


def tell_member(report: PartyMemberReport, name: str, *, actor: Any) -> None:
    """What became of his report, to the member's account."""
    url, values = reverse("residents:service-mine"), {"place": report.grid.name}
    notify(_but([report.user], actor), f"volunteers.{name}", url=url, values=values)


def tell_claimer(claim: ServiceClaim, name: str, *, actor: Any, **values: Any) -> None:
    url = reverse("residents:service-mine")
    notify(
        _but([claim.report.user], actor), f"volunteers.{name}", url=url, values={"title": claim.call.title, **values}
    )


def tell_publisher(claim: ServiceClaim, name: str, *, actor: Any) -> None:
    url, values = claim.call.get_absolute_url(), {"title": claim.call.title}
    notify(_but([claim.call.published_by], actor), f"volunteers.{name}", url=url, values=values)


def tell_beneficiary(claim: ServiceClaim, *, actor: Any) -> None:
    """Who is asked to confirm: the household's contacts, or the desk where it was a post."""
    call = claim.call
    if call.household_id is None:
        users: list[Any] = list(_holders(_KEEPING, call.grid))
    else:
        serving = ContactAssignment.objects.serving().filter(household=call.household_id, member__user__isnull=False)
        others = serving.exclude(member__person=claim.report.person_id).select_related("member__user")
        users = [row.member.user for row in others]
    own = claim.report.user_id
    asked = [user for user in _but(users, actor) if user.pk != own]
    url = reverse("residents:serviceclaim-confirm", args=[claim.pk])
    notify(asked, "volunteers.done", url=url, values={"title": call.title})


def tell_called_off(call: ServiceCall, claim: ServiceClaim, *, actor: Any) -> None:
    tell_claimer(claim, "called_off", actor=actor)


def _holders(roles: list[Role], grid: Any) -> list[User]:
    code = significant(grid.code)[: Level.COMMUNITY.digits].ljust(Level.COMMUNITY.digits, "0")
    held = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__grid__code=code)
    return list(held.distinct().order_by("pk"))


def _but(users: list[Any], actor: Any) -> list[Any]:
    return [user for user in users if user is not None and (actor is None or user.pk != actor.pk)]
