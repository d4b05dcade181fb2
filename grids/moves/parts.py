"""What somebody answers for on a grid and hands on when he is moved to another one (domain.md M09).

Rooms above register what they keep in somebody's hand::

    move_parts.register(MovePart("affairs", _("Affairs in hand"), held=..., shown=..., fault=..., hand_on=...))

and the roster says how many households a part of the territory holds (``household_counters``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from grids.access.querysets import Scope


@dataclass(frozen=True)
class MovePart:
    """One kind of things in somebody's hand.

    ``held(staff, grid)``: the rows that ``staff`` answers for in the subtree of ``grid`` now, without an order that
    matters. ``shown(user, row)``: one line for ``user``, masked as everywhere. ``fault(row, successor)``: why this
    member of staff cannot take it over, empty when he can. ``hand_on(row, successor)`` runs in the transaction of the
    move; the portal itself passes it on.
    """

    key: str
    title: Any
    held: Callable[[Any, Any], QuerySet]
    shown: Callable[[Any, Any], str]
    fault: Callable[[Any, Any], str]
    hand_on: Callable[[Any, Any], None]


class MoveParts:
    """The registry; registering the same key again replaces the part (autoreload)."""

    def __init__(self) -> None:
        self._parts: dict[str, MovePart] = {}

    def register(self, part: MovePart) -> None:
        self._parts[part.key] = part

    def remove(self, key: str) -> None:
        self._parts.pop(key, None)

    def get(self, key: str) -> MovePart | None:
        return self._parts.get(key)

    def __iter__(self) -> Iterator[MovePart]:
        return iter(self._parts.values())


move_parts = MoveParts()

# function([(inside, outside)]) -> numbers: for each pair how many households stand in the first part of the territory
# and not in the second, in one query for all pairs.
household_counters: list[Callable[[Sequence[tuple[Scope, Scope]]], list[int]]] = []


def count_households(pairs: Sequence[tuple[Scope, Scope]]) -> list[int]:
    """For each ``(inside, outside)`` the number of households in the first part and not in the second."""
    counted = [counter(pairs) for counter in household_counters] or [[0] * len(pairs)]
    return [sum(numbers) for numbers in zip(*counted, strict=True)]
