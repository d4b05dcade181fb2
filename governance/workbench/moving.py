"""What the home page says of staff who are to move: the requests that wait for this account's decision."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.workbench.cards import Card, Row
from governance.workbench.querysets import first_of
from grids.moves.choices import MoveState
from grids.moves.models import StaffMove

FIRST_ROWS = 3


def moves_to_decide(user: Any) -> list[Card]:
    """The card of the requests to move staff; none when nothing waits."""
    waiting = StaffMove.objects.to_decide(user).with_names().order_by("starts_on", "pk")
    first, number = first_of(waiting, FIRST_ROWS)
    if not number:
        return []
    rows = [
        Row(
            str(move),
            move.get_absolute_url(),
            [
                f"{move.post.grid.name} · {move.post.get_role_display()}",
                gettext("from %(day)s") % {"day": move.starts_on},
                str(move.asked_by),
            ],
        )
        for move in first
    ]
    url = f"{reverse('grids:staffmove-list')}?state={MoveState.WAITING.value}"
    return [
        Card("moves", _("Moves to decide"), "stamp", number, _("requests to move"), rows, url, _("See all"), "warning")
    ]
