"""What somebody answers for on a grid and hands on when he is moved to another one (domain.md M09).

Rooms above register what they keep in somebody's hand, and how it is found when he did not hand it on::

    move_parts.register(MovePart("affairs", _("Affairs in hand"), held=..., shown=..., fault=..., hand_on=...))
    left_parts.register(LeftPart("affairs", _("Affairs in hand"), stays=..., left=..., shown=..., holder=..., ...))

and the roster says how many households a part of the territory holds (``household_counters``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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

    def stays(self, move: Any) -> QuerySet:
        """What ``move`` leaves with whoever moves: all that is not handed on."""
        return self.held(move.staff, move.post.grid).exclude(pk__in=move.handed(self.key))


@dataclass(frozen=True)
class LeftPart:
    """One kind of things that may stay in the hand of somebody who serves there no longer.

    ``stays(move)``: the rows that ``move`` leaves with whoever moves. ``left(user)``: the rows in such hands that
    ``user`` may have handed on, by grid. Of one of those: ``shown(user, row)`` is one line, masked as everywhere,
    ``holder(row)`` who has it, ``place(row)`` the grid that is concerned, ``url(row)`` the page that hands it on.
    """

    key: str
    title: Any
    stays: Callable[[Any], QuerySet]
    left: Callable[[Any], QuerySet]
    shown: Callable[[Any, Any], str]
    holder: Callable[[Any], Any]
    place: Callable[[Any], Any]
    url: Callable[[Any], str]


Part = TypeVar("Part", MovePart, LeftPart)


class Parts(Generic[Part]):
    """A registry; registering the same key again replaces the part (autoreload)."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def register(self, part: Part) -> None:
        self._parts[part.key] = part

    def remove(self, key: str) -> None:
        self._parts.pop(key, None)

    def get(self, key: str) -> Part | None:
        return self._parts.get(key)

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())


move_parts: Parts[MovePart] = Parts()
left_parts: Parts[LeftPart] = Parts()

# function([(inside, outside)]) -> numbers: for each pair how many households stand in the first part of the territory
# and not in the second, in one query for all pairs.
household_counters: list[Callable[[Sequence[tuple[Scope, Scope]]], list[int]]] = []


def count_households(pairs: Sequence[tuple[Scope, Scope]]) -> list[int]:
    """For each ``(inside, outside)`` the number of households in the first part and not in the second."""
    counted = [counter(pairs) for counter in household_counters] or [[0] * len(pairs)]
    return [sum(numbers) for numbers in zip(*counted, strict=True)]
