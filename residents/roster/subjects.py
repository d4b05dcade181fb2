"""What rooms above the roster keep about a person outside of rows that point at him, for copy and erasure (P39).

A room registers a source in ``<room>/subjects.py``, imported from ``<app>/panels.py``::

    subject_sources.register(SubjectSource("rentals", find=tenancies_of, keep=why_not, erase=forget))

Rows with a foreign key to ``Person`` are found without it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from residents.roster.free_texts import FreeText


def nothing(person: Any) -> Iterable[Model]:
    return ()


def no_reason(person: Any, on: date) -> str:
    return ""


def not_busy() -> str:
    return ""


def nothing_to_do(person: Any, *, words: list[str], actor: Any) -> int:
    return 0


@dataclass(frozen=True)
class SubjectSource:
    """``find(person)``: rows that speak of him and do not point at him. ``keep(person, on)``: a sentence why his data
    may not be erased yet, or "". ``erase(person, words=, actor=)``: do away with what is kept about him; ``words`` are
    his name and numbers as they stood (``free_texts.words_of``). It is called in the transaction of the erasure and
    returns a count of rows.

    ``texts``: free texts that may name him; they are copied and hidden without more, before anybody's ``erase``.
    ``locks``: names of the locks under which the room writes what it then erases; the erasure takes them first.
    ``busy()``: a sentence when they are held just now for longer than a page waits, such as by a large import, or "".
    ``reaches``: the columns that ``erase`` does away with, by table: ``{"residents.SyncItem": "payload result"}``.
    """

    key: str
    find: Callable[[Any], Iterable[Model]] = nothing
    keep: Callable[[Any, date], str] = no_reason
    erase: Callable[..., int] = nothing_to_do
    texts: tuple[FreeText, ...] = ()
    locks: tuple[str, ...] = ()
    busy: Callable[[], str] = not_busy
    reaches: Mapping[str, str] = field(default_factory=dict)

    def rows_about(self, person: Any) -> Iterator[Model]:
        """What the room keeps about the person, for his copy."""
        yield from self.find(person)
        for text in self.texts:
            yield from text.copied(person)

    def reached(self) -> set[str]:
        """The columns that the erasure reaches: ``{"residents.SyncItem.payload", ...}``."""
        listed = [(text.model._meta.label, text.fields) for text in self.texts]
        listed += [(model, tuple(names.split())) for model, names in self.reaches.items()]
        return {f"{model}.{name}" for model, names in listed for name in names}


class SubjectSources:
    def __init__(self) -> None:
        self._sources: dict[str, SubjectSource] = {}

    def register(self, source: SubjectSource) -> None:
        self._sources[source.key] = source

    def __iter__(self) -> Iterator[SubjectSource]:
        return iter(sorted(self._sources.values(), key=lambda source: source.key))


subject_sources = SubjectSources()
