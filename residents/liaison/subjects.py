"""Notices to the doors in which one of somebody's numbers stands; they are not to speak of single persons at all."""

from residents.liaison.models import DoorNotice
from residents.roster.free_texts import FreeText, in_communities
from residents.roster.subjects import SubjectSource, subject_sources

subject_sources.register(
    SubjectSource(
        "liaison",
        texts=(
            FreeText(
                DoorNotice,
                ("title", "text"),
                lambda person: DoorNotice.objects.filter(in_communities(person)).select_related("grid"),
                "door_notice.redact",
                numbers_only=True,
            ),
        ),
    )
)
