"""Doors and members: who has which, and how to place one more door by exchanging others."""

from collections import deque
from collections.abc import Callable, Mapping


class Matching:
    """Each door has at most one member; ``may(member, door)`` says which pairs are allowed at all."""

    def __init__(self, may: Callable[[int, int], bool]) -> None:
        self._may = may
        self._doors: dict[int, dict[int, None]] = {}  # ordered, so that the answer never depends on hashing
        self._member: dict[int, int] = {}
        self._started_with: dict[int, set[int]] = {}

    def of(self, member: int) -> dict[int, None]:
        return self._doors.get(member, {})

    def holder(self, door: int) -> int | None:
        return self._member.get(door)

    def start(self, member: int, door: int) -> None:
        """A pair that is there from the beginning."""
        self._started_with.setdefault(member, set()).add(door)
        self.add(member, door)

    def add(self, member: int, door: int) -> None:
        self._doors.setdefault(member, {})[door] = None
        self._member[door] = member

    def remove(self, member: int, door: int) -> None:
        del self._doors[member][door]
        del self._member[door]

    def place_all(self, doors: list[int], room: Mapping[int, int], fixed: set[int], back: Mapping[int, int]) -> None:
        """Give as many of ``doors`` as possible to members below ``room``, if need be by handing other doors on.

        Doors in ``fixed`` stay where they are; those in ``back`` may return to the member named there, who has no room.
        """
        dead: set[int] = set()  # nobody whom a search reached in vain is worth another one: no room comes up later
        for door in doors:
            self._place(door, room, fixed, back, dead)

    def _place(
        self, door: int, room: Mapping[int, int], fixed: set[int], back: Mapping[int, int], dead: set[int]
    ) -> None:
        """One shortest augmenting path: the doors that change hands, from ``door`` to a member who has room."""
        came_by: dict[int, int] = {}  # member: the door that would come to him
        waiting = deque([door])
        while waiting:
            current = waiting.popleft()
            if current in back and self._may_return(current, back, came_by):
                self._shift(back[current], current, came_by)
                return
            for member in room:
                if member in came_by or member in dead or not self._may(member, current):
                    continue
                if len(self.of(member)) > room[member]:
                    continue  # who has too many takes nothing, not even in exchange
                came_by[member] = current
                if len(self.of(member)) < room[member]:
                    self._shift(member, current, came_by)
                    return
                waiting.extend(one for one in self.of(member) if one not in fixed)
        dead.update(came_by)

    def _may_return(self, door: int, back: Mapping[int, int], came_by: Mapping[int, int]) -> bool:
        """Whether ``door`` may go back to a member without room: only if all he has was his, and he takes nothing."""
        member, holder = back[door], self.holder(door)
        if holder == member or self.of(member).keys() - self._started_with.get(member, set()):
            return False
        while holder is not None and holder != member:
            holder = self.holder(came_by[holder])
        return holder is None

    def _shift(self, member: int, door: int, came_by: Mapping[int, int]) -> None:
        """``door`` goes to ``member``; who had it takes the door that came to him, and so on."""
        while True:
            before = self.holder(door)
            if before is not None:
                self.remove(before, door)
            self.add(member, door)
            if before is None:
                return
            member, door = before, came_by[before]

    def lift(self, member: int, least: Mapping[int, int], fixed: set[int]) -> bool:
        """Let ``member`` have one more door, from somebody who has more than ``least``; others may exchange for it.

        False when nobody can spare one.
        """
        takes_from: dict[int, tuple[int, int]] = {}  # who loses a door: which, and who gets it
        seen, waiting = {member}, deque([member])
        while waiting:
            taker = waiting.popleft()
            for giver in least:
                if giver in seen:
                    continue
                door = next((one for one in self.of(giver) if one not in fixed and self._may(taker, one)), None)
                if door is None:
                    continue
                seen.add(giver)
                takes_from[giver] = (door, taker)
                if len(self.of(giver)) > least[giver]:
                    while giver != member:
                        door, taker = takes_from[giver]
                        self.remove(giver, door)
                        self.add(taker, door)
                        giver = taker
                    return True
                waiting.append(giver)
        return False
