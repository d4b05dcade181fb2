"""Rules of the team: on which level a role is held, who appoints whom, and "one full, two part" (M09). No database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from grids.access.choices import Permission, Role
from grids.common.chips import Chip, Tone
from grids.common.decisions import Allowed, Decision, Denied
from grids.tree.choices import Level

# A post is held on a grid of exactly this level. The joint-family member has no post: residents/contacts registers him.
ROLE_LEVEL: dict[Role, Level] = {
    Role.DISTRICT_OFFICE: Level.DISTRICT,
    Role.AUDITOR: Level.DISTRICT,
    Role.SECURITY_ADMIN: Level.DISTRICT,
    Role.STREET_DESK: Level.STREET,
    Role.SECRETARY: Level.COMMUNITY,
    Role.COMMUNITY_WORKER: Level.COMMUNITY,
    Role.GRID_LEADER: Level.GRID,
    Role.FULL_TIME: Level.GRID,
    Role.PART_TIME: Level.GRID,
    Role.MENTOR: Level.GRID,
    Role.LIAISON: Level.MICROGRID,
}

_COMMUNITY_TEAM = frozenset(
    {Role.COMMUNITY_WORKER, Role.GRID_LEADER, Role.FULL_TIME, Role.PART_TIME, Role.MENTOR, Role.LIAISON}
)
# Who appoints whom: always somebody below oneself, so that nobody makes his own equal. The security administrator
# checks what all of them ask for: only whoever runs the server appoints him.
APPOINTS: dict[Role, frozenset[Role]] = {
    Role.SECRETARY: _COMMUNITY_TEAM,
    Role.STREET_DESK: _COMMUNITY_TEAM | {Role.SECRETARY},
    Role.DISTRICT_OFFICE: _COMMUNITY_TEAM | {Role.SECRETARY, Role.STREET_DESK, Role.AUDITOR},
}

FULL_NEEDED, PART_NEEDED = 1, 2


def roles_at(level: Level) -> list[Role]:
    """The posts that exist on a level, in the order of the role list."""
    return [role for role in Role if ROLE_LEVEL.get(role) == level]


def appointable(roles: Collection[Role]) -> frozenset[Role]:
    """The roles that a holder of ``roles`` on a grid may give and take there."""
    return frozenset().union(*(APPOINTS.get(role, frozenset()) for role in roles))


def level_fault(role: Role, level: int) -> str:
    """Why the role cannot be held on this level; empty when it can."""
    if role not in ROLE_LEVEL:
        return _("The joint-family member has no post; register him with the household contacts.")
    if ROLE_LEVEL[role] != level:
        return _("“%(role)s” is a post on the level “%(level)s”.") % {
            "role": role.label,
            "level": ROLE_LEVEL[role].label,
        }
    return ""


# ------------------------------------------------------------------ who may
def may_manage_team(user: Any, grid: Any) -> Decision:
    """Whether ``user`` (None: the system) may enter staff for ``grid`` and start or end some post there."""
    if user is None or user.has_perm(Permission.MANAGE_TEAM, grid):
        return Allowed()
    return Denied(_("Staff and posts are kept by the community secretary, the street desk and the district office."))


def may_enter_staff(user: Any, home: Any) -> Decision:
    if not home.is_living:
        return Denied(_("This grid is closed; nobody new serves on it."))
    return may_manage_team(user, home)


def may_decide_on(user: Any, roles: Collection[Role], role: Role, grid: Any) -> Decision:
    """Whether ``user``, who holds ``roles`` on ``grid``, may give or take the post ``role`` there."""
    if user is None or (user.is_active and user.is_superuser):
        return Allowed()
    if not (decision := may_manage_team(user, grid)):
        return decision
    if role in appointable(roles):
        return Allowed()
    return Denied(
        _("Your post does not appoint the post “%(role)s”; ask the level above you.") % {"role": Role(role).label}
    )


def may_start_post(user: Any, roles: Collection[Role], role: Role, grid: Any, staff: Any) -> Decision:
    """Whether ``user`` may give ``staff`` the post: within his power, on a living grid, and never to himself."""
    if not grid.is_living:
        return Denied(_("This grid is closed; nobody new serves on it."))
    if user is not None and staff.user_id == user.pk:
        return Denied(_("Nobody gives himself a post; ask somebody else who may appoint it."))
    return may_decide_on(user, roles, role, grid)


def may_end_post(user: Any, roles: Collection[Role], post: Any, day: Any) -> Decision:
    if post.ends_on is not None and post.ends_on <= max(day, post.starts_on):
        return Denied(_("This post has already ended."))
    return may_decide_on(user, roles, Role(post.role), post.grid)


def may_move(user: Any, roles: Collection[Role], post: Any, day: Any) -> Decision:
    """Whether ``user``, who holds ``roles`` on the post's grid, may ask to move its holder to another grid."""
    if post.starts_on > day:
        return Denied(_("This post has not begun yet."))
    if user is not None and post.staff.user_id == user.pk:
        return Denied(_("Nobody moves himself; ask somebody else who may appoint the post."))
    decision = may_end_post(user, roles, post, day)
    if decision and post.ends_on is not None:
        return Denied(_("This post is about to end; nobody is moved with it."))
    return decision


# ------------------------------------------------------------------ one full, two part
@dataclass(frozen=True)
class Strength:
    """How many full-time and part-time grid members serve on a grid."""

    full: int
    part: int

    @property
    def is_complete(self) -> bool:
        return self.full >= FULL_NEEDED and self.part >= PART_NEEDED

    @property
    def lacking(self) -> int:
        return max(FULL_NEEDED - self.full, 0) + max(PART_NEEDED - self.part, 0)

    @property
    def chip(self) -> Chip:
        numbers = f"{self.full}+{self.part}"
        if (self.full, self.part) == (FULL_NEEDED, PART_NEEDED):
            return Chip(_("1+2 complete"), Tone.GREEN)
        if self.is_complete:
            return Chip(_("%(numbers)s complete") % {"numbers": numbers}, Tone.GREEN)
        label = _("%(numbers)s, %(lacking)s lacking") % {"numbers": numbers, "lacking": self.lacking}
        return Chip(label, Tone.YELLOW)


def strength_of(roles: Iterable[str]) -> Strength:
    """The strength that the roles of the posts in office on one grid come to."""
    listed = list(roles)
    return Strength(full=listed.count(Role.FULL_TIME), part=listed.count(Role.PART_TIME))
