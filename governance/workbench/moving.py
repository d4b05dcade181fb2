"""What the home page says of staff who move: requests to decide, and what others left in their hands."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.workbench.cards import Card, Row
from governance.workbench.querysets import first_of
from governance.workbench.units import REQUESTS_TO_MOVE, THINGS
from grids.moves.choices import MoveState
from grids.moves.effects import left_numbers
from grids.moves.models import StaffMove
from grids.moves.parts import left_parts

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
    return [Card("moves", _("Moves to decide"), "stamp", number, REQUESTS_TO_MOVE, rows, url, _("See all"), "warning")]


def left_behind(user: Any) -> list[Card]:
    """What is in the hands of people who serve there no longer; one query, and one for each kind of which there is."""
    numbers = left_numbers(user)
    if not numbers:
        return []
    rows = [
        Row(
            f"{part.title}{gettext(': ')}{part.shown(user, one)}",
            part.url(one),
            [part.place(one).name, gettext("still with %(name)s") % {"name": part.holder(one)}],
        )
        for part in left_parts
        if part.key in numbers
        for one in part.left(user)[:FIRST_ROWS]
    ]
    number, url = sum(numbers.values()), reverse("grids:staffmove-left")
    title = _("To be handed over")
    return [Card("left", title, "hand", number, THINGS, rows[:FIRST_ROWS], url, _("See all"), "warning")]
