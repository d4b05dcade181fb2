"""Free texts in which somebody may be named: what of them goes into his copy, and what his erasure hides (P39).

A room says which columns of which rows may speak of a person (``FreeText``); the rest is done here.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from django.db.models import F, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from grids.common.clock import now
from grids.common.privacy import is_encrypted
from grids.trail.services import HIDDEN, record
from grids.tree.choices import Level
from residents.roster.models import Residency

# One sign is no name: it would take half of a text along.
SHORTEST_WORD = 2
_SENTENCES = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")


def words_of(person: Any) -> list[str]:
    """What somebody is called by in free texts: his name, then his numbers."""
    return [person.name, person.phone, person.id_number]


def spellings(words: Iterable[str]) -> list[str]:
    """``words`` as they stand in a text, in JSON and in an address."""
    long_enough = [word for word in words if len(word) >= SHORTEST_WORD]
    return list(dict.fromkeys(one for word in long_enough for one in (word, json.dumps(word)[1:-1], quote(word))))


def is_named(value: Any, words: Iterable[str]) -> bool:
    """Whether one of ``words`` stands in ``value``, a text or JSON."""
    text = value if isinstance(value, str) else json.dumps(value)
    return any(word in text for word in spellings(words))


def without(value: Any, words: Iterable[str]) -> Any:
    """``value``, a text or JSON, with each of ``words`` hidden."""
    if isinstance(value, str):
        for word in spellings(words):
            value = value.replace(word, HIDDEN)
        return value
    return _within(value, lambda text: without(text, words))


def about(value: Any, words: Iterable[str]) -> Any:
    """``value``, a text or JSON, cut down to the sentences in which one of ``words`` stands: the rest is of others."""
    if isinstance(value, str):
        return "".join(one for one in _SENTENCES.findall(value) if is_named(one, words)).strip()
    return _within(value, lambda text: about(text, words))


def _within(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_within(one, change) for one in value]
    if isinstance(value, dict):
        return {key: _within(one, change) for key, one in value.items()}
    return value


def community_codes(person: Any) -> set[str]:
    """The codes (12 digits) of the communities in which ``person`` lives or lived."""
    homes = Residency.objects.filter(person=person).order_by()
    codes = homes.values_list("household__dwelling__grid__code", flat=True)
    return {code[: Level.COMMUNITY.digits] for code in codes}


def in_communities(person: Any, path: str = "grid") -> Q:
    """The rows whose grid, found under ``path``, lies in one of those communities."""
    condition = Q(pk__in=[])
    for code in community_codes(person):
        condition |= Q(**{f"{path}__code__startswith": code})
    return condition


@dataclass(frozen=True)
class FreeText:
    """Columns ``fields`` of ``model`` in which somebody may be named.

    ``rows(person)`` are the rows that may speak of him. ``act`` is what the trail calls the hiding, ``grid(row)`` the
    grid it is entered for. ``whole``: a text that names him is hidden as a whole, because the database lets nothing
    else through. ``numbers_only``: the rows are so many that a name in them may be a namesake's.
    """

    model: type[Model]
    fields: tuple[str, ...]
    rows: Callable[[Any], QuerySet]
    act: str
    grid: Callable[[Any], Any] = attrgetter("grid")
    whole: bool = False
    numbers_only: bool = False

    def naming(self, person: Any, words: list[str]) -> Iterator[Model]:
        """The rows in which one of ``words`` (``words_of``) stands."""
        sought = words[1:] if self.numbers_only else words
        for row in self._candidates(person, sought):
            if any(is_named(getattr(row, name), sought) for name in self.fields):
                yield row

    def copied(self, person: Any, *, words: list[str] | None = None) -> Iterator[Model]:
        """Those rows with their texts cut down to what is about him; they are read and never saved."""
        words = words_of(person) if words is None else words
        for row in self.naming(person, words):
            for name in self.fields:
                setattr(row, name, about(getattr(row, name), words))
            yield row

    def hide(self, person: Any, *, words: list[str], actor: Any) -> int:
        """Hide ``words`` in all of them; returns how many rows changed. Called in a transaction."""
        count = 0
        for row in list(self.naming(person, words)):
            texts = {name: self._hidden(row, name, words) for name in self.fields}
            texts = {name: text for name, text in texts.items() if text != getattr(row, name)}
            self.model._base_manager.filter(pk=row.pk).update(**texts, **self._stamp)
            record(self.act, row, actor=actor, grid=self.grid(row))
            count += 1
        return count

    def _hidden(self, row: Model, name: str, words: list[str]) -> Any:
        before = getattr(row, name)
        sought = words[1:] if self.numbers_only else words
        if not is_named(before, sought):
            return before
        after = HIDDEN if self.whole else without(before, sought)
        # Nothing but his name or number: the column is emptied where it may be.
        return "" if after == HIDDEN and row._meta.get_field(name).blank and not self.whole else after

    @property
    def _stamp(self) -> dict[str, Any]:
        """A page that was opened before would otherwise write the words back; on append-only rows nobody writes."""
        if self.whole:
            return {}
        names = {field.name for field in self.model._meta.concrete_fields}
        stamp = {"changed_at": now(), "version": F("version") + 1}
        return {name: value for name, value in stamp.items() if name in names}

    def _candidates(self, person: Any, words: list[str]) -> QuerySet:
        """The rows in question, narrowed by the database where it can read the texts."""
        rows = self.rows(person).order_by("pk")
        columns = [self.model._meta.get_field(name) for name in self.fields]
        sought = spellings(words)
        if not sought:
            return rows.none()
        if any(is_encrypted(column) for column in columns):
            return rows
        condition = Q(pk__in=[])
        for column in columns:
            lookup = column.name
            if isinstance(column, JSONField):
                lookup = f"{column.name}_as_text"
                rows = rows.annotate(**{lookup: Cast(column.name, TextField())})
            for word in sought:
                condition |= Q(**{f"{lookup}__contains": word})
        return rows.filter(condition)
