"""Visits of the last months in both communities (domain.md M22, 3.5), written through the room's own bulk path."""

import csv
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from random import Random

from governance.demo.names import DATA, REFERENCE_DAY
from governance.demo.team import Team
from governance.demo.territory import CommunityPlan
from grids.access.choices import Role
from grids.access.models import User
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household, Residency
from residents.visits.bulk import Entry, log_in_bulk
from residents.visits.choices import EncounterKind
from residents.visits.rules import ROUTINE_INTERVAL, Visit

DAYS = 120
# Of a hundred households: how many were visited once, twice, ... in these days.
TIMES_WEIGHTS = {0: 42, 1: 38, 2: 15, 3: 5}
# Not everything of the last two days is in yet: what a grid member does today is left to whoever tries the portal.
NEWEST = timedelta(hours=20)


ELDERLY = 70
Notes = tuple[dict[str, str], ...]


@cache
def _notes() -> Notes:
    with (DATA / "notes.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(csv.DictReader(rows))


@cache
def _everyday_notes() -> Notes:
    """Without the care visits, which elderly people get."""
    return tuple(row for row in _notes() if row["kind"] != EncounterKind.CARE)


def load_visits(plan: CommunityPlan, team: Team, random: Random, *, now: datetime) -> int:
    """Visits to the households of ``plan`` by those who serve there; returns how many."""
    entries: list[Entry] = []
    spoken_for = _households_of_members(plan.code)
    with_elderly = _households_with_elderly(plan.code)
    for planned in plan.grids:
        code = f"{plan.code}{planned.number:03d}"
        visitors = [*team.of(Role.FULL_TIME, code), *team.of(Role.FULL_TIME, code), *team.of(Role.PART_TIME, code)]
        grid = Grid.objects.get(code=code)
        for household in Household.objects.under(grid).active().with_place().in_reading_order():
            own = [*visitors, *team.of(Role.LIAISON, household.grid.code), *spoken_for.get(household.pk, [])]
            notes = _notes() if household.pk in with_elderly else _everyday_notes()
            entries.extend(_visits_to(household, own, notes, random, now=now))
    entries.sort(key=lambda entry: (entry.recorded_at, entry.client_id))
    return len(log_in_bulk(entries, actor=None))


def _households_of_members(code: str) -> dict[int, list[User]]:
    """Which account speaks for a household, where the contact has one."""
    rows = ContactAssignment.objects.serving().primary().filter(member__grid__code=code, member__user__isnull=False)
    return {row.household_id: [row.member.user] for row in rows.select_related("member__user")}


def _households_with_elderly(code: str) -> set[int]:
    """Where somebody of the age for care visits lives."""
    born_before = REFERENCE_DAY.replace(year=REFERENCE_DAY.year - ELDERLY)
    living = Residency.objects.active().under(Grid.objects.get(code=code))
    return set(living.filter(person__birth_date__lt=born_before).order_by().values_list("household_id", flat=True))


def _visits_to(
    household: Household, visitors: list[User], notes: Notes, random: Random, *, now: datetime
) -> Iterator[Entry]:
    times = random.choices(list(TIMES_WEIGHTS), weights=list(TIMES_WEIGHTS.values()))[0]
    last = None
    for moment in sorted(_moment(random, now=now) for _time in range(times)):
        # One routine visit in 14 days: residents are not to be visited by everybody at once (V6).
        if last is not None and moment - last < ROUTINE_INTERVAL:
            continue
        last = moment
        template = random.choices(notes, weights=[int(row["weight"]) for row in notes])[0]
        yield Entry(
            household=household,
            visitor=random.choice(visitors),
            visit=Visit(
                kind=EncounterKind(template["kind"]),
                channel=template["channel"],
                outcome=template["outcome"],
                note=template["note"],
                needs=(template["need"],) if template["need"] else (),
                occurred_at=moment,
            ),
            recorded_at=moment + timedelta(minutes=random.randrange(0, 50)),
            client_id=uuid.UUID(int=random.getrandbits(128), version=4),
        )


def _moment(random: Random, *, now: datetime) -> datetime:
    """A moment (local time) of the last 120 days between nine in the morning and eight in the evening."""
    day = now - timedelta(days=random.randrange(1, DAYS))
    moment = day.replace(hour=random.randrange(9, 20), minute=random.randrange(60), second=0, microsecond=0)
    return moment if moment < now - NEWEST else moment - timedelta(days=1)
