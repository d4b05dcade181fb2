"""How to share out the households of a community among its members (domain.md 3.4, C14): pure, and the same every time.

What holds, in this order: nobody contacts his own household, one with which he has a conflict, or one of another
community; nobody gets more than the band allows; as many households as possible have a contact; as few members as
possible stay below the minimum; as few present pairs as possible are moved; loads are as even as the kept pairs let
them be; and what is given goes to who lives nearest.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from grids.common.codes import covers
from grids.common.decisions import Decision
from residents.contacts.bands import Band
from residents.contacts.matching import Matching
from residents.contacts.rules import Home, Nearness, Server, feasible, nearness


class Why(StrEnum):
    """Why a household gets another contact."""

    GAP = "gap"
    NOT_HIS = "not_his"
    UNAVAILABLE = "unavailable"
    OVERLOAD = "overload"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        return {
            Why.GAP: _("Had no contact"),
            Why.NOT_HIS: _("May not stay with the present contact"),
            Why.UNAVAILABLE: _("The present contact serves no longer"),
            Why.OVERLOAD: _("The present contact has too many households"),
            Why.TOO_FEW: _("Another member has too few households"),
        }[self]


@dataclass(frozen=True)
class Task:
    """What is to be shared out in one community.

    ``homes`` in reading order: the households that may get a contact or another one. ``pairs``: who contacts which of
    them now, by household. ``held``: households beyond those that a member answers for and keeps (being handed over,
    waiting for an answer). ``conflicts``: pairs of member and household that are ruled out (C7).
    """

    band: Band
    homes: list[Home]
    servers: list[Server]
    pairs: Mapping[int, int] = field(default_factory=dict)
    held: Mapping[int, int] = field(default_factory=dict)
    conflicts: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Move:
    """``household_id`` goes to ``member_id``, from ``before`` (None: it had no contact)."""

    household_id: int
    before: int | None
    member_id: int
    near: Nearness
    why: Why


@dataclass(frozen=True)
class Plan:
    """What the balancing proposes: nothing is saved. ``left_over``: households for which nobody has room."""

    feasibility: Decision
    moves: list[Move]
    left_over: list[int]
    loads_before: dict[int, int]
    loads_after: dict[int, int]

    @property
    def kept(self) -> int:
        """Present pairs that stay as they are."""
        return sum(self.loads_before.values()) - sum(1 for move in self.moves if move.before in self.loads_before)


def propose(task: Task, *, seed: int = 0) -> Plan:
    """The proposal of C14; the same for the same ``task`` and ``seed``, which only decides between equals."""
    board = _Board(task, seed)
    board.keep_what_may_stay()
    board.set_quotas()
    board.give_up()
    board.fill_by_nearness()
    board.fill_what_is_left()
    return board.plan()


class _Board:
    """The state of one proposal while it is made."""

    def __init__(self, task: Task, seed: int) -> None:
        self.task, self.band = task, task.band
        self.homes = {home.household_id: home for home in task.homes}
        self.place = {home.household_id: number for number, home in enumerate(task.homes)}
        self.servers = {server.member_id: server for server in task.servers if server.is_serving}
        order = sorted(self.servers, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
        self.rank = {member_id: number for number, member_id in enumerate(order)}
        self.by_door = sorted(order, key=lambda one: (self._door_of(one), self.rank[one]))
        self.held = {one: task.held.get(one, 0) for one in self.servers}
        self.why: dict[int, Why] = {}
        self.quota: dict[int, int] = {}
        self.matching = Matching(self.may)

    def _door_of(self, member_id: int) -> int:
        home = self.servers[member_id].home
        return self.place.get(home.household_id, len(self.place)) if home else len(self.place)

    def may(self, member_id: int, household_id: int) -> bool:
        """C5, C6, C7 for one pair."""
        server, door = self.servers[member_id], self.homes[household_id]
        if server.home is not None and server.home.household_id == household_id:
            return False
        return (member_id, household_id) not in self.task.conflicts and covers(server.community_code, door.code)

    # -------------------------------------------------------------- how many each
    def keep_what_may_stay(self) -> None:
        for household_id in self.homes:
            member_id = self.task.pairs.get(household_id)
            if member_id is None:
                self.why[household_id] = Why.GAP
            elif member_id not in self.servers:
                self.why[household_id] = Why.UNAVAILABLE
            elif not self.may(member_id, household_id):
                self.why[household_id] = Why.NOT_HIS
            else:
                self.matching.start(member_id, household_id)
        self.before = {one: self.held[one] for one in self.servers}
        for household_id, member_id in self.task.pairs.items():
            if household_id in self.homes and member_id in self.before:
                self.before[member_id] += 1

    def load(self, member_id: int) -> int:
        return self.held[member_id] + len(self.matching.of(member_id))

    def bounds(self, member_id: int) -> tuple[int, int]:
        """The least and the most households of a member: who is exempt or above the band is given no more."""
        server, load = self.servers[member_id], self.load(member_id)
        most = self.band.maximum
        if load > most:
            most = max(most, min(load, most + server.excepted, self.band.exception_maximum))
        if self._takes_none(server):
            return min(load, most), min(load, most)
        return max(self.band.minimum, self.held[member_id]), max(most, self.held[member_id])

    def _takes_none(self, server: Server) -> bool:
        return server.is_exempt or (server.is_mass and not self.band.mass_allowed)

    def set_quotas(self) -> None:
        """How many each gets: within his bounds, as near to what he has as possible, otherwise the lowest first."""
        self.bound = {one: self.bounds(one) for one in self.servers}
        for one, (least, most) in self.bound.items():
            self.quota[one] = min(max(self.load(one), least), most)
        missing = len(self.homes) + sum(self.held.values()) - sum(self.quota.values())
        if missing > 0:
            self._raise(missing)
        elif missing < 0:
            self._lower(-missing)

    def _raise(self, number: int) -> None:
        """The lowest first; among equals whose neighbourhood has the most doors still to give."""
        demand = self._demand()
        while number:
            open_ones = [one for one in self.by_door if self.quota[one] < self.bound[one][1]]
            if not open_ones:
                return
            lowest = min(self.quota[one] for one in open_ones)
            level = [one for one in open_ones if self.quota[one] == lowest]
            if len(level) > number:
                level = self._most_wanted(level, number, demand)
            for one in level:
                self._change(one, 1, demand)
            number -= len(level)

    def _lower(self, number: int) -> None:
        """The highest first, never below the minimum while anybody is above it; then who would have been lifted."""
        demand = self._demand()
        while number:
            above = [one for one in self.by_door if self.quota[one] > self.bound[one][0]]
            above = above or [one for one in self.by_door if self.quota[one] > self.load(one)]
            if not above:
                return
            highest = max(self.quota[one] for one in above)
            level = [one for one in above if self.quota[one] == highest]
            if len(level) > number:
                level = self._most_wanted(level, number, demand, lowering=True)
            for one in level:
                self._change(one, -1, demand)
            number -= len(level)

    def _areas(self, home: Home | None) -> list[str]:
        """The areas that hold a door, the smallest first, by their keys."""
        if home is None:
            return []
        lengths = [digits for digits in (17, 15) if len(home.code) >= digits]
        return [f"b{home.building_id}", *(home.code[:digits] for digits in lengths)]

    def _demand(self) -> dict[str, int]:
        """By area: doors to give less places that its members have for them."""
        demand: dict[str, int] = {}
        for household_id in self.why:
            for area in self._areas(self.homes[household_id]):
                demand[area] = demand.get(area, 0) + 1
        for one in self.servers:
            for area in self._areas(self.servers[one].home):
                demand[area] = demand.get(area, 0) - (self.quota[one] - self.load(one))
        return demand

    def _change(self, member_id: int, by: int, demand: dict[str, int]) -> None:
        self.quota[member_id] += by
        for area in self._areas(self.servers[member_id].home):
            demand[area] = demand.get(area, 0) - by

    def _most_wanted(
        self, level: list[int], number: int, demand: dict[str, int], *, lowering: bool = False
    ) -> list[int]:
        """``number`` of ``level``, one after the other where most is asked for (least, to lower)."""
        sign, left, chosen = (-1 if lowering else 1), set(level), []
        asked = dict(demand)
        for _n in range(number):

            def wanted(one: int) -> tuple[Any, ...]:
                areas = self._areas(self.servers[one].home)
                return (*(sign * asked.get(area, 0) for area in areas[::-1]), -self.rank[one])

            best = max(left, key=lambda one: (1, *wanted(one)) if self.servers[one].home else (0, *wanted(one)))
            left.discard(best)
            chosen.append(best)
            for area in self._areas(self.servers[best].home):
                asked[area] = asked.get(area, 0) - sign
        return chosen

    # -------------------------------------------------------------- which of them
    def give_up(self) -> None:
        """Who has more than his quota gives up the doors farthest from his own."""
        for one in self.by_door:
            spare = self.load(one) - self.quota[one]
            if spare <= 0:
                continue
            server, own = self.servers[one], self._door_of(one)
            mine = sorted(
                self.matching.of(one),
                key=lambda door: (-nearness(server.home, self.homes[door]), -abs(self.place[door] - own), door),
            )
            why = Why.OVERLOAD if self.load(one) > self.bound[one][1] else Why.TOO_FEW
            for household_id in mine[:spare]:
                self.matching.remove(one, household_id)
                self.why[household_id] = why

    def fill_by_nearness(self) -> None:
        """Ring by ring, neighbours together: what a building cannot take goes to its micro-grid, and so on."""
        for ring in range(3):
            self._fill(ring)
        self._take(self.by_door, self._free())

    def _free(self) -> list[int]:
        return [door for door in self.homes if self.matching.holder(door) is None]

    def _fill(self, ring: int) -> None:
        """``ring`` 0: the same building, 1: the same micro-grid, 2: the same grid."""
        doors: dict[str, list[int]] = {}
        for household_id in self._free():
            if area := self._area(self.homes[household_id], ring):
                doors.setdefault(area, []).append(household_id)
        members: dict[str, list[int]] = {}
        for one in self.by_door:
            home = self.servers[one].home
            if home and (area := self._area(home, ring)):
                members.setdefault(area, []).append(one)
        for area, found in doors.items():
            self._take(members.get(area, []), found)

    @staticmethod
    def _area(home: Home, ring: int) -> str:
        if ring == 0:
            return str(home.building_id)
        digits = 17 if ring == 1 else 15
        return home.code[:digits] if len(home.code) >= digits else ""

    def _take(self, members: Iterable[int], doors: list[int]) -> None:
        """Each of ``members`` takes a run of ``doors`` until his quota is reached."""
        left = dict.fromkeys(doors)
        for one in members:
            room = self.quota[one] - self.load(one)
            if room <= 0:
                continue
            taken = []
            for household_id in left:
                if self.may(one, household_id):
                    taken.append(household_id)
                    if len(taken) == room:
                        break
            for household_id in taken:
                del left[household_id]
                self.matching.add(one, household_id)

    def fill_what_is_left(self) -> None:
        """What the quotas left open: doors that nobody within his quota may take, then members below the minimum.

        First by exchanging what is new anyway, then beyond quotas, then by moving pairs that could have stayed.
        """
        kept = {door for door in self.homes if door not in self.why}
        most = {one: bound[1] for one, bound in self.bound.items()}
        back = {door: self.task.pairs[door] for door, why in self.why.items() if why is Why.OVERLOAD}
        steps: list[tuple[Mapping[int, int], set[int], Mapping[int, int]]] = [
            (self.quota, kept, {}),
            (most, kept, {}),
            (most, set(), {}),
            (most, set(), back),  # better with too busy a contact than with none
        ]
        for limit, fixed, returns in steps:
            if doors := self._free():
                room = {one: limit[one] - self.held[one] for one in self.by_door}
                self.matching.place_all(doors, room, fixed, returns)
        self._take_back()
        least = {one: self.bound[one][0] - self.held[one] for one in self.by_door}
        for fixed in (kept, set()):
            for one in self.by_door:
                while len(self.matching.of(one)) < least[one] and self.matching.lift(one, least, fixed):
                    pass

    def _take_back(self) -> None:
        """Nobody loses the contact he has: what was given up in vain returns, and what came in its place goes."""
        given_up = {door for door, why in self.why.items() if why in {Why.OVERLOAD, Why.TOO_FEW}}
        waiting = [door for door in self._free() if door in given_up]
        while waiting:
            door = waiting.pop()
            member_id = self.task.pairs[door]
            self.matching.add(member_id, door)
            new = [one for one in self.matching.of(member_id) if self.task.pairs.get(one) != member_id]
            if self.load(member_id) > self.bound[member_id][1] and new:
                goes = min(new, key=lambda one: (one in given_up, self.place[one]))
                self.matching.remove(member_id, goes)
                if goes in given_up:
                    waiting.append(goes)

    # -------------------------------------------------------------- the answer
    def plan(self) -> Plan:
        moves, left_over = [], []
        for household_id, home in self.homes.items():
            before, now = self.task.pairs.get(household_id), self.matching.holder(household_id)
            if now is None:
                left_over.append(household_id)
            elif now != before:
                why = self.why.get(household_id, Why.TOO_FEW)
                moves.append(Move(household_id, before, now, nearness(self.servers[now].home, home), why))
        apart = {one for one, server in self.servers.items() if self._takes_none(server)}
        after = {one: self.load(one) for one in self.servers}
        shared = len(self.homes) + sum(self.held.values()) - sum(after[one] for one in apart)
        return Plan(
            feasibility=feasible(shared, len(self.servers) - len(apart), self.band),
            moves=moves,
            left_over=left_over,
            loads_before=self.before,
            loads_after=after,
        )
