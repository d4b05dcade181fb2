"""What may stand on the public page of a grid about those who serve there."""

from typing import Any

from django.conf import settings

from grids.access.choices import Role
from grids.team.models import Post
from grids.tree.choices import Level

# Posted by ordinance: the team of the grid and the desk of the community. Neighbours who volunteer as liaisons are
# named nowhere in public (domain.md M12), nor are auditors and offices.
POSTED_ROLES = (
    Role.SECRETARY,
    Role.COMMUNITY_WORKER,
    Role.GRID_LEADER,
    Role.FULL_TIME,
    Role.PART_TIME,
    Role.MENTOR,
)


def posted_team(grid: Any) -> list[dict[str, Any]]:
    """Role, name and duty phone of those in office; a micro-grid shows the team of its grid. One query."""
    home = grid.parent_id if grid.level == Level.MICROGRID else grid.pk
    posts = Post.objects.held_on().filter(grid=home, role__in=POSTED_ROLES).select_related("staff")
    listed = sorted(posts, key=lambda post: (POSTED_ROLES.index(Role(post.role)), post.starts_on, post.pk))
    return [{"role": Role(post.role).label, "name": post.staff.name, "phone": post.staff.work_phone} for post in listed]


def supervision_phone() -> str:
    """Where to complain about a grid: the setting SUPERVISION_PHONE, empty when the portal has none."""
    return str(settings.SUPERVISION_PHONE)
