"""What the first storey keeps that may name somebody: lists taken away, saved filters, messages, contacts of places.

The first storey knows no persons; what speaks of one there is found from here.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from governance.privacy.models import LegalHold
from grids.common.clock import now
from grids.common.file_texts import texts_in
from grids.exporting.models import Export, SavedLedger
from grids.jobs.services import drop_file
from grids.notifications.models import Notification
from grids.places.models import Organisation, Place, Vessel
from grids.trail.services import record
from residents.roster.free_texts import FreeText, in_communities, is_named, words_of
from residents.roster.subjects import SubjectSource, subject_sources


def all_exports(_person: Any) -> QuerySet:
    """Every one: an export names no grid, and a list may have been narrowed to anybody."""
    return Export.objects.select_related("owner")


def all_ledgers(_person: Any) -> QuerySet:
    return SavedLedger.objects.select_related("grid")


def all_messages(_person: Any) -> QuerySet:
    return Notification.objects.all()


def holds_of(person: Any) -> QuerySet:
    """His own, and those of the communities where he lives or lived."""
    return LegalHold.objects.filter(Q(person=person) | in_communities(person)).select_related("grid")


def no_grid(_row: Any) -> None:
    return None


def contacts_of(person: Any, words: list[str]) -> Iterator[tuple[Model, dict[str, str]]]:
    """Organisations, places and vessels that are reached by his phone, with the columns that are about him.

    Phones are compared in memory: encrypted values cannot be searched.
    """
    _name, phone, *_id_number = words
    if not phone:
        return
    for model, columns in ((Organisation, "contact_phone"), (Place, "contact_phone"), (Vessel, "phone")):
        for row in model.objects.filter(in_communities(person)).exclude(**{columns: ""}).order_by("pk"):
            if getattr(row, columns) == phone:
                names = {"contact_name": ""} if columns == "contact_phone" else {}
                yield row, {columns: "", **names}


def things_about(person: Any) -> Iterator[Model]:
    for row, _columns in contacts_of(person, words_of(person)):
        yield row


def files_naming(words: list[str]) -> Iterator[Export]:
    """Exports whose file still waits to be fetched and holds one of ``words``."""
    for export in Export.objects.filter(file__isnull=False).select_related("file").order_by("pk"):
        if any(is_named(text, words) for text in texts_in(bytes(export.file.content))):
            yield export


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Take him off the places that he is called for, and throw away made files in which he stands."""
    count = 0
    for row, emptied in list(contacts_of(person, words)):
        type(row)._base_manager.filter(pk=row.pk).update(**emptied, changed_at=now(), version=F("version") + 1)
        record(f"{row._meta.model_name}.redact", row, actor=actor, grid=row.grid)
        count += 1
    for export in list(files_naming(words)):
        drop_file(export.file)
        Export.objects.filter(pk=export.pk).update(expires_at=now())
        record("export.drop", export, actor=actor)
        count += 1
    return count


subject_sources.register(
    SubjectSource(
        "privacy",
        find=things_about,
        erase=forget,
        texts=(
            FreeText(
                Export,
                ("title", "path", "words", "frame", "reason", "remark"),
                all_exports,
                "export.redact",
                grid=no_grid,
            ),
            FreeText(
                SavedLedger, ("title", "query", "unit", "period", "preparer", "reviewer"), all_ledgers, "ledger.redact"
            ),
            FreeText(Notification, ("values",), all_messages, "notification.redact", grid=no_grid),
            FreeText(LegalHold, ("reason",), holds_of, "legalhold.redact"),
        ),
        reaches={
            "grids.Organisation": "contact_name contact_phone",
            "grids.Place": "contact_name contact_phone",
            "grids.Vessel": "phone",
            "grids.StoredFile": "name content",
        },
    )
)
