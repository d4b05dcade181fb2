"""What phones sent and what still waits to be decided, when it speaks of somebody (P39)."""

from typing import Any

from django.db.models import Q, QuerySet

from residents.offline.models import PhotoUpload, SyncItem
from residents.roster.free_texts import FreeText, in_communities
from residents.roster.models import Residency
from residents.roster.subjects import SubjectSource, subject_sources


def items_around(person: Any) -> QuerySet:
    """Items about the households where he lives or lived, and those of their communities that still hold words."""
    homes = person.residencies.values("household")
    around = Q(household__in=homes) | in_communities(person) | in_communities(person, "household__dwelling__grid")
    held = ~Q(result="") | ~Q(payload="") | ~Q(decision="")
    return SyncItem.objects.filter(around & held).select_related("grid")


def drop_photos(person: Any, *, words: list[str], actor: Any) -> int:
    """Delete the photos on their way that were taken at a home that was his alone."""
    homes = person.residencies.order_by().values_list("household", flat=True)
    shared = Residency.objects.active().exclude(person=person).order_by().values("household")
    items = (
        SyncItem.objects.filter(household__in=homes).exclude(household__in=shared).values_list("client_id", flat=True)
    )
    uploads = PhotoUpload.objects.without_content().filter(item__in=list(items))
    return PhotoUpload.objects.filter(pk__in=list(uploads.values_list("pk", flat=True))).delete()[0]


subject_sources.register(
    SubjectSource(
        "offline",
        erase=drop_photos,
        texts=(FreeText(SyncItem, ("payload", "result", "decision"), items_around, "syncitem.redact"),),
        reaches={"residents.PhotoUpload": "content", "residents.PhotoPart": "content"},
    )
)
