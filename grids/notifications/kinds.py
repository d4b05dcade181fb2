"""Which notifications there are: each room registers its own words, and a reader gets them in his own language.

::

    kinds.register(Kind("contacts.proposal", _("Please answer by %(day)s: %(door)s"), "handshake"))

    notify([user], "contacts.proposal", url=assignment.get_absolute_url(), values={"door": door, "day": day})
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One kind: ``words`` is a translatable sentence over the values, ``icon`` a lucide name.

    ``urgent`` kinds may also leave by the adapters of the deployment (SMS and others), without their values.
    """

    name: str
    words: Any
    icon: str = "bell"
    urgent: bool = False


class Kinds:
    """The registry; registering the same name again replaces the kind (autoreload)."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, kind: Kind) -> None:
        self._kinds[kind.name] = kind

    def get(self, name: str) -> Kind | None:
        return self._kinds.get(name)

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())


kinds = Kinds()
