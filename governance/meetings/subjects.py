"""Agenda items, minutes and places of meetings in which somebody's name or number is written down."""

from typing import Any

from django.db.models import QuerySet

from governance.meetings.models import AgendaItem, Meeting, MeetingSeries
from residents.roster.free_texts import FreeText, in_communities
from residents.roster.subjects import SubjectSource, subject_sources


def meetings_around(person: Any) -> QuerySet:
    """Those of the communities where he lives or lived."""
    return Meeting.objects.filter(in_communities(person)).select_related("grid")


def items_around(person: Any) -> QuerySet:
    return AgendaItem.objects.filter(in_communities(person, "meeting__grid")).select_related("meeting__grid")


def series_around(person: Any) -> QuerySet:
    return MeetingSeries.objects.filter(in_communities(person)).select_related("grid")


def grid_of_item(item: AgendaItem) -> Any:
    return item.meeting.grid


ITEM_TEXTS = ("text", "answer")
MEETING_TEXTS = ("place", "change_reason", "minutes", "public_minutes")
subject_sources.register(
    SubjectSource(
        "meetings",
        texts=(
            FreeText(AgendaItem, ITEM_TEXTS, items_around, "meeting.redact", grid=grid_of_item),
            FreeText(Meeting, MEETING_TEXTS, meetings_around, "meeting.redact"),
            FreeText(MeetingSeries, ("place",), series_around, "meetingseries.redact"),
        ),
    )
)
