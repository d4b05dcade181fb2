"""What both records of one person have in a room above the roster, and only one of may go on.

A room above registers what it keeps::

    merge_parts.register(MergePart("tenancy", ask, settle, ...))

The merge page shows ``ask`` beside the values of both records, and whoever merges chooses which one goes on; the other
one ends that day. Everything happens in the transaction of the merge, and the undo takes it back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from residents.roster.models import Person, Residency

SIDES = ("kept", "absorbed")


@dataclass(frozen=True)
class Pair:
    """Two records of one person, before they become one; ``homes`` are where they live now, None for nowhere."""

    kept: Person
    absorbed: Person
    homes: Mapping[str, Residency | None]

    @classmethod
    def of(cls, kept: Person, absorbed: Person) -> "Pair":
        homes: dict[str, Residency | None] = dict.fromkeys(SIDES)
        rows = Residency.objects.active().filter(person__in=[kept, absorbed]).with_place()
        for row in rows:
            homes["kept" if row.person_id == kept.pk else "absorbed"] = row
        return cls(kept, absorbed, homes)

    def person(self, side: str) -> Person:
        return self.kept if side == "kept" else self.absorbed

    @property
    def apart(self) -> bool:
        """Whether the two records live in two households."""
        one, other = self.homes["kept"], self.homes["absorbed"]
        return one is not None and other is not None and one.household_id != other.household_id

    def closes(self, side: str) -> bool:
        """Whether the home of ``side`` is empty once this person lives in the other one."""
        home = self.homes[side]
        if home is None or not self.apart:
            return False
        return not home.household.residencies.active().exclude(pk=home.pk).exists()


@dataclass(frozen=True)
class Both:
    """One thing that both records have, in the words of each; ``suggested`` names the record whose one is proposed."""

    key: str
    label: Any
    kept: str
    absorbed: str
    suggested: str = "kept"


Choices = Mapping[str, str]
Finish = Callable[[], None]


def _nothing(*args: Any) -> Iterable[Any]:
    return ()


@dataclass(frozen=True)
class MergePart:
    """One thing of which a person has only one.

    ``ask(pair, user)`` gives the question for the page, or None. ``settle(pair, choices, home, actor)`` ends what does
    not go on while the two records still stand apart (``home`` names the record whose home is chosen); it may return
    what is left to do once they are one. ``households(persons)`` are the keys of further households that it touches,
    to be locked with the homes; ``around(persons, households)`` gives (model, condition) of further rows that the undo
    must put back, and ``restored(changes, actor)`` is called after it did, for what does not lie in rows.
    """

    key: str
    ask: Callable[[Pair, Any], Both | None]
    settle: Callable[[Pair, Choices, str, Any], Finish | None]
    households: Callable[[Sequence[int]], Iterable[int]] = _nothing
    around: Callable[[Sequence[int], Sequence[int]], Iterable[tuple[Any, Q]]] = _nothing
    restored: Callable[[Sequence[Mapping[str, Any]], Any], Any] = _nothing


class MergeParts:
    """The registry; registering the same key again replaces the part (autoreload)."""

    def __init__(self) -> None:
        self._parts: dict[str, MergePart] = {}

    def register(self, part: MergePart) -> None:
        self._parts[part.key] = part

    def __iter__(self) -> Iterator[MergePart]:
        return iter(self._parts.values())

    def ask(self, pair: Pair, user: Any) -> list[Both]:
        return [both for part in self if (both := part.ask(pair, user)) is not None]

    def settle(self, pair: Pair, choices: Choices, *, home: str, actor: Any) -> list[Finish]:
        return [finish for part in self if (finish := part.settle(pair, choices, home, actor)) is not None]

    def households(self, persons: Sequence[int]) -> set[int]:
        return {key for part in self for key in part.households(persons)}

    def around(self, persons: Sequence[int], households: Sequence[int]) -> list[tuple[Any, Q]]:
        return [found for part in self for found in part.around(persons, households)]

    def restored(self, changes: Sequence[Mapping[str, Any]], *, actor: Any) -> None:
        for part in self:
            part.restored(changes, actor)


merge_parts = MergeParts()


@dataclass(frozen=True)
class JoiningPart:
    """One thing that a household has once, when all its members join another one.

    ``ask(household, user)`` says what it has (label, words), or None. ``settle(household, into, goes_along, actor)``
    ends it, or that of ``into`` when it ``goes_along``; it may return what is left to do once everybody has moved.
    """

    key: str
    ask: Callable[[Any, Any], tuple[Any, str] | None]
    settle: Callable[[Any, Any, bool, Any], Finish | None]


joining_parts: dict[str, JoiningPart] = {}


def chosen_side(choices: Choices, key: str) -> str:
    """Which record's one goes on. Raises ``ValidationError`` when nobody chose: it may be news to whoever merges."""
    side = choices.get(key, "")
    if side not in SIDES:
        raise ValidationError({key: _("Both records have this, and only one may go on. Please choose which.")})
    return side
