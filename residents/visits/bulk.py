"""Many visits at once (demo data, later imports), by the same rules and with the same entries in the trail."""

import uuid
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from grids.trail.services import record_many
from residents.visits import rules
from residents.visits.models import Encounter, HouseholdNeed
from residents.visits.rules import Visit
from residents.visits.services import fill, needs_of, note_absence

BATCH = 500


@dataclass(frozen=True)
class Entry:
    """One visit of a bulk: who visited which household, what was noted, and when it was entered."""

    household: Any
    visitor: Any
    visit: Visit
    recorded_at: datetime
    client_id: uuid.UUID


@transaction.atomic
def log_in_bulk(entries: Iterable[Entry], *, actor: Any) -> list[Encounter]:
    """Store visits that happened and were entered in the past, all or none. Raises ``ValidationError``, also for a
    second routine visit within 14 days that was not invited (V6).

    The households come with their place. Who may visit is not asked again: the bulk speaks for the system, and
    ``actor`` (None: the system itself) stands in the trail.
    """
    entries = list(entries)
    rows: list[Encounter] = []
    needs: list[HouseholdNeed] = []
    routine = _routine_visits({entry.household.pk for entry in entries})
    for entry in entries:
        visit = rules.clean_visit(entry.visit, now=entry.recorded_at)
        _refuse_too_soon(routine.setdefault(entry.household.pk, []), visit, entry)
        row = Encounter(
            household=entry.household,
            visitor=entry.visitor,
            client_id=entry.client_id,
            payload_digest=rules.digest_of(entry.visit, household_id=entry.household.pk, visitor_id=entry.visitor.pk),
        )
        fill(row, visit, now=entry.recorded_at)
        note_absence(row)
        rows.append(row)
        needs.extend(needs_of(row, visit))
    Encounter.objects.bulk_create(rows, batch_size=BATCH)
    HouseholdNeed.objects.bulk_create(needs, batch_size=BATCH)
    record_many("visit.log", rows, actor=actor, grid_of=lambda row: row.household.grid)
    return rows


def _routine_visits(households: set[int]) -> dict[int, list[datetime]]:
    """When somebody was at each door on a routine visit, the earliest first."""
    found: dict[int, list[datetime]] = {}
    visits = Encounter.objects.routine_at_door().order_by("occurred_at")
    for household, moment in visits.values_list("household_id", "occurred_at").iterator():
        if household in households:
            found.setdefault(household, []).append(moment)
    return found


def _refuse_too_soon(routine: list[datetime], visit: Visit, entry: Entry) -> None:
    if not visit.is_routine_at_door or visit.occurred_at is None:
        return
    place = bisect_left(routine, visit.occurred_at)
    near = routine[max(0, place - 1) : place + 1]
    if not visit.invited and any(rules.too_soon(other, now=visit.occurred_at) for other in near):
        message = rules.too_soon_words(entry.visitor.get_full_name(), near[0])
        raise ValidationError({"invited": [message]})
    insort(routine, visit.occurred_at)
