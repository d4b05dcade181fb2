"""What the team adds to the grid page: who serves here, and how many in all."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.choices import Permission, Role
from grids.common.actions import Action
from grids.common.panels import Panel, grid_panels
from grids.team.models import Post, StaffProfile
from grids.team.rules import may_enter_staff, may_manage_team, roles_at, strength_of
from grids.tree.choices import Level


def staff_number(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """Everybody who serves in the subtree, counted once however many posts he holds."""
    if not request.user.has_perm(Permission.VIEW_TEAM, grid):
        return None
    staff = StaffProfile.objects.restrict(request.user, Permission.VIEW_TEAM)
    return {
        "label": _("Staff"),
        "value": staff.serving_in(grid).count(),
        "url": f"{reverse('grids:staff-list')}?grid={grid.code}",
        "icon_name": "id-card",
    }


def team_card(request: HttpRequest, grid: Any) -> dict[str, Any] | None:
    """The posts on this very grid, role by role, vacant ones too."""
    user = request.user
    if not user.has_perm(Permission.VIEW_TEAM, grid):
        return None
    posts = list(Post.objects.held_on().filter(grid=grid).select_related("staff").order_by("starts_on", "pk"))
    lines = [
        {"label": Role(role).label, "posts": [post for post in posts if post.role == role]}
        for role in roles_at(Level(grid.level))
    ]
    actions = []
    if may_manage_team(user, grid):
        decision = may_enter_staff(user, grid)
        start, enter = (reverse(f"grids:{name}", args=[grid.pk]) for name in ("post-start", "staff-create"))
        actions = [
            Action(_("Start a post"), start, decision, icon="user-check"),
            Action(_("Enter staff"), enter, decision, style="quiet", icon="user-plus"),
        ]
    strength = strength_of([post.role for post in posts]).chip if grid.level == Level.GRID else ""
    return {"lines": lines, "strength": strength, "actions": actions}


grid_panels.register(Panel("staff", "grids/tree/grid_counter.html", staff_number, order=95, area="counter"))
grid_panels.register(Panel("team", "grids/team/team_card.html", team_card, area="team"))
