"""Rows of imported files in which an erased person stands: the file and its rows go at once, not after their week."""

from typing import Any

from residents.importing.drafting import unpack
from residents.importing.models import RosterImport
from residents.importing.services.steps import forget
from residents.roster.subjects import SubjectSource, subject_sources


def forget_imports(person: Any, *, words: list[str], actor: Any) -> int:
    """Do away with every plan, undo record and file that names one of ``words``; such an import cannot be undone."""
    sought = [word for word in words if word]
    count = 0
    for roster_import in RosterImport.objects.filter(chunks__isnull=False).distinct():
        packets = (str(unpack(chunk.content)) for chunk in roster_import.chunks.iterator(chunk_size=1))
        if any(word in packet for packet in packets for word in sought):
            forget(roster_import)
            roster_import.chunks.all().delete()
            RosterImport.objects.filter(pk=roster_import.pk).update(digest="", file_name="", undo_until=None)
            count += 1
    return count


subject_sources.register(SubjectSource("importing", erase=forget_imports))
