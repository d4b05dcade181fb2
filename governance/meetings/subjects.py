"""Agenda items and minutes in which somebody's name or number is written down."""

from typing import Any

from governance.meetings.models import AgendaItem, Meeting
from grids.common.clock import now
from grids.trail.services import record
from residents.roster.subjects import SubjectSource, subject_sources, without

ITEM_TEXTS = ("text", "answer")
MINUTES = ("minutes", "public_minutes")


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Take the person's name and numbers out of what was said about his households, and out of those minutes."""
    grids = {code[:12] for code in person.residencies.values_list("household__dwelling__grid__code", flat=True)}
    count = 0
    meetings = Meeting.objects.filter(grid__code__in=grids).order_by("pk")
    for row in [*AgendaItem.objects.filter(meeting__in=meetings).select_related("meeting__grid"), *meetings]:
        names = ITEM_TEXTS if isinstance(row, AgendaItem) else MINUTES
        values = {name: without(getattr(row, name), words) for name in names}
        values = {name: text for name, text in values.items() if text != getattr(row, name)}
        if values:
            type(row).objects.filter(pk=row.pk).update(**values, changed_at=now())
            grid = row.meeting.grid if isinstance(row, AgendaItem) else row.grid
            record("meeting.redact", row, actor=actor, grid=grid)
            count += 1
    return count


subject_sources.register(SubjectSource("meetings", erase=forget))
