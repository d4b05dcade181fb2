"""Many affairs with a past at once (demo data, later imports), driven through the same table, guards and clocks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from governance.affairs.models import Affair, AffairStep
from governance.affairs.numbers import next_numbers
from governance.affairs.rules import TRANSITIONS
from governance.affairs.services import carried_out, filed, spokesmen, take_over
from grids.trail.services import record_many

BATCH = 500


class StepTaken(Protocol):
    """One step of the past: ``name`` of ``rules.TRANSITIONS``, who took it when, and what he filled in."""

    name: str
    actor: Any
    at: datetime
    payload: Mapping[str, Any]


class Told(Protocol):
    """An affair as it is told: who reported what, where and when, and the steps since, in order.

    ``reporter_name`` is the resident for whom somebody of the staff wrote it down, or empty.
    """

    reporter: Any
    reporter_name: str
    grid: Any
    household: Any
    text: str
    reported_at: datetime
    steps: Iterable[StepTaken]


@transaction.atomic
def load_affairs(told: Iterable[Told], *, actor: Any = None) -> list[Affair]:
    """Write the affairs with their whole timeline, all or none, numbered in the order of their reports.

    Every step passes the same guards and checks as ``services.transition`` and sets the same clocks; a step that may
    not be taken so raises ``Refused`` or ``ValidationError``. They have no tracking code. A constant number of queries
    for every few hundred, besides one counter for each community and day. ``actor`` loads them (None: the portal).
    """
    stories = sorted(told, key=lambda one: one.reported_at)
    speakers = spokesmen({one.household.pk for one in stories if one.household is not None})
    affairs: list[Affair] = []
    steps: list[AffairStep] = []
    for story in stories:
        affair, first = filed(
            story.reporter,
            text=story.text.strip(),
            grid=story.grid,
            household=story.household,
            reporter_name=story.reporter_name,
            agent=speakers.get(story.household.pk) if story.household is not None else None,
            reported_at=story.reported_at,
        )
        affairs.append(affair)
        steps.append(first)
        for step in story.steps:
            payload = dict(step.payload)
            note = payload.pop("note", "")
            values, line = carried_out(
                affair, TRANSITIONS[step.name], actor=step.actor, at=step.at, note=note, payload=payload
            )
            take_over(affair, values)
            steps.append(line)
    _number(affairs)
    Affair.objects.bulk_create(affairs, batch_size=BATCH)
    AffairStep.objects.bulk_create(steps, batch_size=BATCH)
    record_many("affair.load", affairs, actor=actor, grid_of=lambda affair: affair.grid)
    return affairs


def _number(affairs: list[Affair]) -> None:
    def place(affair: Affair) -> tuple[str, Any]:
        return affair.grid.code[:12], timezone.localtime(affair.reported_at).date()

    for (community, day), group in groupby(sorted(affairs, key=place), key=place):
        members = list(group)
        for affair, number in zip(members, next_numbers(community, day, count=len(members)), strict=True):
            affair.number = number
