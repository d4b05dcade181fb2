"""Rules of moving somebody to another grid: who may follow him, who decides. No database."""

from typing import Any

from django.utils.translation import gettext as _

from grids.access.choices import ROLE_PERMISSIONS, Permission, Role
from grids.common.decisions import Allowed, Decision, Denied
from grids.moves.choices import MoveState

# So many days are proposed until the move, so that there is time to decide; further ahead than the last nobody plans.
LEAD_DAYS, LAST_DAYS = 3, 90


def succeeding_roles() -> list[Role]:
    """Whose holders can go on with what somebody leaves behind: those who handle affairs, nearest to the door first."""
    handling = [role for role in Role if Permission.HANDLE_AFFAIRS in ROLE_PERMISSIONS[role]]
    nearest = [Role.FULL_TIME, Role.PART_TIME, Role.GRID_LEADER]
    return [*nearest, *(role for role in handling if role not in nearest)]


def sees_households(role: Role) -> bool:
    return Permission.VIEW_ROSTER in ROLE_PERMISSIONS[role]


def may_decide(user: Any, move: Any) -> Decision:
    """Whether ``user`` may agree to or refuse ``move``: with the power over both grids, and not involved in it."""
    for grid in (move.post.grid, move.to_grid):
        if not user.has_perm(Permission.APPROVE_MOVES, grid):
            return Denied(_("Moves of staff are decided by the security administrator of the district."))
    if move.asked_by_id == user.pk:
        return Denied(_("Nobody decides on an own request: a second person must."))
    if user.pk in {move.staff.user_id, move.successor.user_id if move.successor else None}:
        return Denied(_("This request is about yourself: somebody else must decide."))
    return Allowed()


def may_withdraw(user: Any, move: Any) -> Decision:
    if move.asked_by_id != user.pk:
        return Denied(_("Only whoever asked for it can withdraw it."))
    return Allowed()


def is_waiting(move: Any) -> bool:
    return move.state == MoveState.WAITING
