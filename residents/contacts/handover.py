"""What passes from the old contact to the new one when a household is handed over (domain.md 3.4, C9).

Rooms above register what they keep about a household and its contact::

    handover_parts.register(HandoverPart("needs", _("Open needs"), lines_of, transfer))

``lines(household)`` are the lines of the hand-over sheet (交接单) as they stand now: no identity numbers, phones or
care tags. ``transfer(household, old_member, new_member)`` runs in the transaction of the hand-over and must be
repeatable.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HandoverPart:
    key: str
    title: Any
    lines: Callable[[Any], list[str]]
    transfer: Callable[[Any, Any, Any], None]


class HandoverParts:
    """The registry; registering the same key again replaces the part (autoreload)."""

    def __init__(self) -> None:
        self._parts: dict[str, HandoverPart] = {}

    def register(self, part: HandoverPart) -> None:
        self._parts[part.key] = part

    def remove(self, key: str) -> None:
        self._parts.pop(key, None)

    def __iter__(self) -> Iterator[HandoverPart]:
        return iter(self._parts.values())

    def sheet(self, household: Any) -> list[dict[str, Any]]:
        """The sheet as it stands now: ``[{"key", "title", "lines"}]``, parts without a line left out."""
        found = []
        for part in self:
            if lines := [str(line) for line in part.lines(household)]:
                found.append({"key": part.key, "title": str(part.title), "lines": lines})
        return found

    def transfer(self, household: Any, old_member: Any, new_member: Any) -> None:
        for part in self:
            part.transfer(household, old_member, new_member)


handover_parts = HandoverParts()
