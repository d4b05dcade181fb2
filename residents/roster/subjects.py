"""What rooms above the roster keep about a person outside of rows that point at him, for copy and erasure (P39).

A room registers a source in ``<room>/subjects.py``, imported from ``<app>/panels.py``::

    subject_sources.register(SubjectSource("rentals", find=tenancies_of, keep=why_not, erase=forget))

Rows with a foreign key to ``Person`` are found without it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from grids.trail.services import HIDDEN


def nothing(person: Any) -> Iterable[Model]:
    return ()


def no_reason(person: Any, on: date) -> str:
    return ""


def nothing_to_do(person: Any, *, words: list[str], actor: Any) -> int:
    return 0


@dataclass(frozen=True)
class SubjectSource:
    """``find(person)``: rows that speak of him and do not point at him. ``keep(person, on)``: a sentence why his data
    may not be erased yet, or "". ``erase(person, words=, actor=)``: do away with what is kept about him; ``words`` are
    his name and numbers as they stood. It is called in the transaction of the erasure and returns a count of rows.
    """

    key: str
    find: Callable[[Any], Iterable[Model]] = nothing
    keep: Callable[[Any, date], str] = no_reason
    erase: Callable[..., int] = nothing_to_do


def without(text: str, words: Iterable[str]) -> str:
    """``text`` with each of ``words`` (what somebody was called, his numbers) hidden."""
    for word in filter(None, words):
        text = text.replace(word, HIDDEN)
    return text


class SubjectSources:
    def __init__(self) -> None:
        self._sources: dict[str, SubjectSource] = {}

    def register(self, source: SubjectSource) -> None:
        self._sources[source.key] = source

    def __iter__(self) -> Iterator[SubjectSource]:
        return iter(sorted(self._sources.values(), key=lambda source: source.key))


subject_sources = SubjectSources()
