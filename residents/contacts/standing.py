"""How a community stands: its households, members and pairs as the balancing and its board need them.

A constant number of queries whatever the size of the community.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from grids.common.clock import today
from residents.contacts.balancing import Plan, Task, propose
from residents.contacts.bands import Band, load_chip, to_relieve
from residents.contacts.choices import AssignmentStatus, ContactRole
from residents.contacts.conflicts import conflicts as conflicts_among
from residents.contacts.facts import band_of, home_of, rows_and_servers
from residents.contacts.models import ContactAssignment, ContactExemption, ContactMember
from residents.contacts.rules import Server
from residents.roster.models import Household

SEED = 0


@dataclass(frozen=True)
class Standing:
    """One community at this moment. ``aside``: households that are being handed over, stand-ins and open proposals."""

    community: Any
    band: Band
    households: dict[int, Household]
    members: dict[int, ContactMember]
    servers: dict[int, Server]
    assignments: dict[int, ContactAssignment]
    aside: set[int]
    task: Task

    @cached_property
    def settled(self) -> tuple[Task, Plan, dict[tuple[int, int], str]]:
        """The task with the conflicts of interest that bear on it (C7), its proposal, and those conflicts in words.

        ``{(household, member): why not}``. Not every pair can be asked about: the present pairs are, then those that a
        proposal makes; one that has a conflict is ruled out and the proposal made anew, until none has.
        """
        conflicts = self._conflicts(self.task.pairs.items())
        while True:
            ruled_out = {(member_id, household_id) for household_id, member_id in conflicts}
            task = replace(self.task, conflicts=self.task.conflicts | ruled_out)
            plan = propose(task, seed=SEED)
            found = self._conflicts((move.household_id, move.member_id) for move in plan.moves)
            if not found:
                return task, plan, conflicts
            conflicts |= found

    def _conflicts(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        known = [(self.households[one], self.members[other]) for one, other in pairs if other in self.members]
        return conflicts_among(known)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever the proposal depends on."""
        task = self.settled[0]
        told = [task.band, task.homes, sorted(task.pairs.items()), sorted(task.held.items()), sorted(task.conflicts)]
        people = [(one.member_id, one.home, one.load, one.excepted, one.is_exempt, one.is_mass) for one in task.servers]
        return hashlib.sha256(repr((told, people)).encode()).hexdigest()[:32]

    def proposal(self) -> Plan:
        return self.settled[1]

    @property
    def uncovered(self) -> list[Household]:
        return [row for pk, row in self.households.items() if pk not in self.assignments and pk not in self.aside]


def standing_of(community: Any) -> Standing:
    """Everything about the community ``community`` that C14 looks at."""
    rows = Household.objects.under(community).covered_by_duty().with_place().in_reading_order()
    households = {row.pk: row for row in rows}
    members = ContactMember.objects.serving().filter(grid=community).order_by("pk")
    known = rows_and_servers(members)
    able = [server for _row, server in known if server.is_available]
    here = ContactAssignment.objects.filter(household__in=rows.order_by().values("pk"))
    assignments: dict[int, ContactAssignment] = {}
    aside: set[int] = set()
    held: Counter[int] = Counter({server.member_id: server.load for _row, server in known})
    backups: set[tuple[int, int]] = set()
    live = here.filter(Q(status__in=AssignmentStatus.serving()) | Q(status=AssignmentStatus.PROPOSED))
    for row in live.order_by("pk"):
        if row.role == ContactRole.BACKUP:
            backups.add((row.member_id, row.household_id))
        elif row.status == AssignmentStatus.ACTIVE and not row.acting:
            assignments[row.household_id] = row
        else:
            aside.add(row.household_id)
            # What a member is asked to take counts for him, and what he hands over no longer does.
            held[row.member_id] += row.status == AssignmentStatus.PROPOSED
            held[row.member_id] -= row.status == AssignmentStatus.HANDOVER
    assignments = {pk: row for pk, row in assignments.items() if pk in households and pk not in aside}
    for row in assignments.values():
        held[row.member_id] -= 1
    homes = [home_of(row) for pk, row in households.items() if pk not in aside]
    band = band_of(community)
    return Standing(
        community=community,
        band=band,
        households=households,
        members={row.pk: row for row, _server in known},
        servers={server.member_id: server for _row, server in known},
        assignments=assignments,
        aside=aside,
        task=Task(
            band=band,
            homes=homes,
            servers=able,
            pairs={pk: row.member_id for pk, row in assignments.items()},
            held={server.member_id: held[server.member_id] for server in able},
            conflicts=frozenset(backups),
        ),
    )


@dataclass(frozen=True)
class Line:
    """One member on the board."""

    member: ContactMember
    server: Server
    chip: Any
    exemption: ContactExemption | None = None

    @property
    def is_away(self) -> bool:
        return self.member.suspended_on is not None


@dataclass(frozen=True)
class Gap:
    """Households without a contact in one building; ``grid`` is empty where its stairs lie in several."""

    building: str
    grid: str
    code: str
    number: int


def lines_of(standing: Standing, on: date | None = None) -> list[Line]:
    """The members in the order of their homes, each with his exemption of ``on``."""
    day = on or today()
    exemptions = ContactExemption.objects.on(day).filter(member__grid=standing.community, member__ends_on__isnull=True)
    by_member = {one.member_id: one for one in exemptions}
    lines = []
    for pk, member in standing.members.items():
        server = standing.servers[pk]
        chip = load_chip(server.load, standing.band, excepted=server.excepted, is_exempt=server.is_exempt)
        lines.append(Line(member, server, chip, by_member.get(pk)))
    return sorted(lines, key=lambda one: (one.server.home.code if one.server.home else "~", one.member.pk))


def group_of(line: Line, band: Band) -> str:
    """Which part of the board a member stands in."""
    server = line.server
    if line.is_away:
        return "away"
    if to_relieve(server.load, band, excepted=server.excepted):
        return "relieve"
    if server.load > band.maximum:
        return "exception"
    if server.is_exempt:
        return "exempt"
    return "below" if server.load < band.minimum else "within"


def gaps_of(standing: Standing) -> list[Gap]:
    """Households without a contact, counted by building, in reading order."""
    found: dict[int, list[Household]] = {}
    for row in standing.uncovered:
        found.setdefault(row.dwelling.unit.building_id, []).append(row)
    gaps = []
    for rows in found.values():
        grid = rows[0].grid
        together = all(row.grid.code == grid.code for row in rows)
        building = rows[0].dwelling.unit.building
        gaps.append(
            Gap(building.name, grid.name if together else "", grid.code if together else grid.code[:15], len(rows))
        )
    return gaps
