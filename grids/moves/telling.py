"""Who is told of a move, in the transaction of what happened."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import ROLE_PERMISSIONS, Permission
from grids.access.models import User
from grids.moves.models import StaffMove
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify

WORDS = {
    "asked": (_("Please decide: %(name)s is to move from %(old)s to %(new)s on %(day)s."), "stamp"),
    "moved": (_("You serve on %(new)s from %(day)s; your post on %(old)s ends."), "arrow-right-left"),
    "handed": (_("You go on with what %(name)s did on %(old)s (%(count)s)."), "hand"),
    "agreed": (_("Agreed: %(name)s moves from %(old)s to %(new)s on %(day)s."), "check"),
    "refused": (_("Not agreed: %(name)s does not move from %(old)s to %(new)s. Read why."), "ban"),
}
for _name, (_words, _icon) in WORDS.items():
    kinds.register(Kind(f"moves.{_name}", _words, _icon))

DECIDING_ROLES = [role for role, powers in ROLE_PERMISSIONS.items() if Permission.APPROVE_MOVES in powers]


def tell(name: str, users: list[Any], move: StaffMove) -> None:
    values = {
        "name": move.staff.name,
        "old": move.post.grid.name,
        "new": move.to_grid.name,
        "day": move.starts_on.isoformat(),
        "count": len(move.items),
    }
    notify(users, f"moves.{name}", url=reverse("grids:staffmove-detail", args=[move.pk]), values=values)


def tell_deciders(move: StaffMove) -> None:
    """Whoever may decide on it now."""
    waiting = StaffMove.objects.filter(pk=move.pk)
    holders = User.objects.filter(is_active=True, role_grants__role__in=DECIDING_ROLES).distinct().order_by("pk")
    tell("asked", [user for user in holders if waiting.to_decide(user).exists()], move)


def tell_parties(move: StaffMove) -> None:
    """The one who moves, the one who goes on with his things, and whoever asked for it."""
    tell("moved", [move.staff.user], move)
    if move.successor is not None:
        tell("handed", [move.successor.user], move)
    tell("agreed", [move.asked_by], move)
