"""Imports in which somebody stands: the file, waiting or read, and its rows go at once, not after their week."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from grids.common.file_texts import texts_in
from grids.jobs.rules import duration_words
from grids.jobs.services import standing
from residents.importing.choices import ImportState
from residents.importing.drafting import unpack
from residents.importing.models import RosterImport
from residents.importing.rules import NEXT, WRITING
from residents.importing.services.steps import forget
from residents.roster.free_texts import about, is_named, words_of
from residents.roster.subjects import SubjectSource, subject_sources


def imports_naming(words: list[str]) -> Iterator[RosterImport]:
    """The imports whose file, rows or report name one of ``words``."""
    kept = Q(chunks__isnull=False) | Q(file__isnull=False) | Q(marked__isnull=False) | ~Q(digest="") | ~Q(file_name="")
    rows = RosterImport.objects.filter(kept).select_related("file", "grid").distinct()
    for roster_import in rows.order_by("pk"):
        if any(is_named(text, words) for text in _texts_of(roster_import)):
            yield roster_import


def _texts_of(roster_import: RosterImport) -> Iterator[str]:
    """Everything that the import keeps of its file."""
    yield roster_import.file_name
    yield roster_import.digest
    chunks = roster_import.chunks.all()
    for chunk in chunks.iterator(chunk_size=1):
        yield str(unpack(chunk.content))
    if roster_import.file is not None:
        yield roster_import.file.name
        yield from texts_in(bytes(roster_import.file.content))


def imports_about(person: Any) -> Iterator[RosterImport]:
    """For the copy: that his row was in an import, without what stands there about others; never saved."""
    words = words_of(person)
    for roster_import in imports_naming(words):
        roster_import.file_name = about(roster_import.file_name, words)
        roster_import.digest = ""
        yield roster_import


def forget_imports(person: Any, *, words: list[str], actor: Any) -> int:
    """Do away with every plan, undo record and file that names one of ``words``; such an import cannot be undone, and
    one that is not written yet, confirmed or not, is put aside. The version goes up: a task that is reading the file
    writes nothing. Called under ``WRITING``: no import is being written or undone meanwhile."""
    count = 0
    for pk in [one.pk for one in imports_naming(words)]:
        # A task that keeps what it has read holds this lock until it has committed; only then is its state known.
        roster_import = RosterImport.objects.select_for_update(of=("self",)).select_related("file", "marked").get(pk=pk)
        forget(roster_import)
        roster_import.chunks.all().delete()
        state = ImportState(roster_import.state)
        is_waiting = state == ImportState.APPLYING or ImportState.CANCELLED in NEXT[state]
        RosterImport.objects.filter(pk=pk).update(
            digest="",
            file_name="",
            undo_until=None,
            state=ImportState.CANCELLED if is_waiting else state,
            version=F("version") + 1,
        )
        count += 1
    return count


def still_writing() -> str:
    """While a roster is written nobody is erased: on SQLite nobody writes at all, on PostgreSQL its lock is held."""
    one = RosterImport.objects.being_written().first()
    if one is None:
        return ""
    left = standing(one.job).left
    if left is None:
        return _("A roster is being imported just now, and the erasure must come after it. Try again in a few minutes.")
    return _(
        "A roster is being imported just now, and the erasure must come after it. Try again in about %(time)s."
    ) % {"time": duration_words(left)}


subject_sources.register(
    SubjectSource(
        "importing",
        find=imports_about,
        erase=forget_imports,
        locks=(WRITING,),
        busy=still_writing,
        reaches={
            "residents.RosterImport": "file_name digest",
            "residents.ImportChunk": "content",
            "grids.StoredFile": "name content",
        },
    )
)
