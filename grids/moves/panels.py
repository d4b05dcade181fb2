"""What moves add to the page of a member of staff: the button that asks for one, or the request that waits."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.querysets import roles_on
from grids.common.actions import Action
from grids.common.clock import today
from grids.common.panels import Panel, staff_panels
from grids.moves.models import StaffMove
from grids.team.models import Post, StaffProfile
from grids.team.rules import may_move


def ways(request: HttpRequest, staff: StaffProfile) -> dict[str, Any] | None:
    """A button for each post that ``request.user`` may ask to move; none while a request waits."""
    posts = [] if waiting_for(staff) else movable(request.user, staff)
    if not posts:
        return None
    first, *others = posts
    return {
        "actions": [
            _button(first, _("Move to another grid"), style="primary"),
            *(
                _button(post, _("Move: %(role)s, %(grid)s") % {"role": post.get_role_display(), "grid": post.grid.name})
                for post in others
            ),
        ]
    }


def request_that_waits(request: HttpRequest, staff: StaffProfile) -> dict[str, Any] | None:
    """Who asked for what since when: for those who see the request, and for those whose button it takes away."""
    move = waiting_for(staff)
    if move is None:
        return None
    is_seen = StaffMove.objects.of(request.user).filter(pk=move.pk).exists()
    if not is_seen and not movable(request.user, staff):
        return None
    return {"move": move, "url": move.get_absolute_url() if is_seen else ""}


def waiting_for(staff: StaffProfile) -> StaffMove | None:
    return StaffMove.objects.waiting().with_names().filter(staff=staff).first()


def movable(user: Any, staff: StaffProfile) -> list[Post]:
    """The posts of ``staff`` that ``user`` may ask to move; the main one first: it is what is usually moved."""
    posts = staff.posts.held_on().select_related("grid", "staff").order_by("-primary", "-starts_on", "-pk")
    return [post for post in posts if may_move(user, roles_on(user, post.grid), post, today())]


def _button(post: Post, label: str, *, style: str = "secondary") -> Action:
    return Action(label, reverse("grids:staffmove-create", args=[post.pk]), icon="arrow-right-left", style=style)


staff_panels.register(Panel("move", "", ways, order=10, area="head"))
staff_panels.register(Panel("waiting-move", "grids/moves/staff_notice.html", request_that_waits, area="notice"))
