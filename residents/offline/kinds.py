"""What kinds of items phones may send: each room registers its own (docs/offline.md).

::

    item_kinds.register(
        ItemKind(
            name="visit.log",
            label=_("Visit"),
            read=read_visit,          # payload -> what apply wants; ValidationError for what cannot be
            may=may_log_visit,        # (account, household) -> Allowed() or Denied(reason)
            apply=apply_visit,        # (Arrival) -> Outcome; raises Clash, Hold, Refused, ValidationError
            accept=accept_visit,      # (Arrival) -> Outcome: the secretary lets a held one in, in the sender's name
        )
    )
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grids.common.decisions import Allowed, Decision
from residents.offline.choices import HeldReason
from residents.offline.rules import DeviceClock
from residents.visits.rules import BACKDATING_LIMIT


@dataclass(frozen=True)
class Outcome:
    """What became of an applied item: a sentence, where to see it, and the household's version that it wrote.

    ``withdrawn`` says that the sender himself took it back: nothing was written.
    """

    message: Any
    url: str = ""
    made_version: int | None = None
    withdrawn: bool = False


class Hold(Exception):
    """The item waits for the secretary, because of ``reason``."""

    def __init__(self, reason: HeldReason) -> None:
        super().__init__(reason)
        self.reason = reason


class Clash(Exception):
    """The item and what is there contradict each other; the sender chooses among ``choices``.

    ``mine`` and ``theirs`` are labels and values, in plain words, of what he sees side by side.
    """

    def __init__(
        self, message: Any, *, mine: Mapping[str, Any], theirs: Mapping[str, Any], choices: tuple[str, ...]
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.mine, self.theirs, self.choices = dict(mine), dict(theirs), choices


@dataclass(frozen=True)
class Arrival:
    """An item that is to be applied. ``values`` is what the kind's ``read`` made of the payload.

    ``account`` is who recorded it; ``actor`` who applies it now (the account itself, or the secretary who accepts it).
    ``choice`` is how the sender settled a conflict, ``shown`` what he had seen of the other side then.
    """

    client_id: uuid.UUID
    account: Any
    actor: Any
    device: uuid.UUID
    household: Any
    values: Any
    clock: DeviceClock
    made_at: datetime
    received_at: datetime
    pack_made_at: datetime | None = None
    choice: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)


def everybody(_account: Any, _household: Any) -> Decision:
    return Allowed()


def hold_if_too_old(arrival: Arrival, happened_at: datetime) -> None:
    """Raise ``Hold`` for what happened longer before it arrived than a visit may be dated back (domain.md 3.5)."""
    if arrival.received_at - happened_at > BACKDATING_LIMIT:
        raise Hold(HeldReason.TOO_OLD)


@dataclass(frozen=True)
class ItemKind:
    """One kind. ``names_household``: whether an item without a household is no item; it is found under ``household``.

    ``describe(values)`` tells the secretary in label and text what a held item says.
    """

    name: str
    label: Any
    read: Callable[[dict[str, Any]], Any]
    apply: Callable[[Arrival], Outcome]
    accept: Callable[[Arrival], Outcome]
    may: Callable[[Any, Any], Decision] = everybody
    describe: Callable[[Any], list[tuple[Any, Any]]] = lambda values: []
    names_household: bool = True


class ItemKinds:
    """The registry; registering the same name again replaces the kind (autoreload)."""

    def __init__(self) -> None:
        self._kinds: dict[str, ItemKind] = {}

    def register(self, kind: ItemKind) -> None:
        self._kinds[kind.name] = kind

    def get(self, name: str) -> ItemKind | None:
        return self._kinds.get(name)

    def __iter__(self) -> Iterator[ItemKind]:
        return iter(self._kinds.values())


item_kinds = ItemKinds()
