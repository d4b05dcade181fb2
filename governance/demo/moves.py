"""A grid member who is to move to another grid: the request waits for the security administrator."""

from datetime import timedelta

from governance.demo.team import FIRST_GRID
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.access.models import User
from grids.common.clock import today
from grids.moves.effects import held_items, reachable, successors
from grids.moves.services import ask
from grids.team.models import Post
from grids.tree.models import Grid

DAYS_AHEAD = 7


def load_moves(plan: CommunityPlan, secretary: User) -> int:
    """Ask for it as the secretary would, everything in hand ticked. Returns how many requests were made.

    Somebody with something in hand, away from the first grid, through which the tour walks.
    """
    community = Grid.objects.get(code=plan.code)
    elsewhere = Grid.objects.under(community).exclude(code__startswith=f"{plan.code}{FIRST_GRID:03d}")
    posts = Post.objects.held_on().filter(role=Role.FULL_TIME, grid__in=elsewhere).order_by("grid__code")
    held = [(post, held_items(post)) for post in posts.select_related("grid", "staff__user")]
    post, parts = next((pair for pair in held if pair[1]), held[0])
    items = [(part.key, row.pk) for part, rows in parts for row in rows]
    ask(
        post,
        reachable(elsewhere, post)[0],
        actor=secretary,
        starts_on=today() + timedelta(days=DAYS_AHEAD),
        items=items,
        successor=successors(post).first() if items else None,
    )
    return 1
