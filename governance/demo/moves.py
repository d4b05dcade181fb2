"""A grid member who is to move to another grid: the request waits for the security administrator."""

from datetime import timedelta

from governance.demo.team import Team
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.access.models import User
from grids.common.clock import today
from grids.moves.effects import held_items, successors
from grids.moves.services import ask
from grids.team.models import Post
from grids.tree.models import Grid

DAYS_AHEAD = 7
# The grids of Dingshan between which somebody is to change, not those that the tour walks through.
FROM, TO = 4, 7


def load_moves(plan: CommunityPlan, team: Team, secretary: User) -> int:
    """Ask for it as the secretary would, everything in hand ticked. Returns how many requests were made."""
    user = team.of(Role.FULL_TIME, f"{plan.code}{FROM:03d}")[0]
    post = Post.objects.held_on().select_related("grid", "staff__user").get(staff__user=user, role=Role.FULL_TIME)
    items = [(part.key, row.pk) for part, rows in held_items(post) for row in rows]
    ask(
        post,
        Grid.objects.get(code=f"{plan.code}{TO:03d}"),
        actor=secretary,
        starts_on=today() + timedelta(days=DAYS_AHEAD),
        items=items,
        successor=successors(post).first() if items else None,
    )
    return 1
