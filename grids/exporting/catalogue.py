"""Ready-made ledgers: what a community is asked for again and again. Each room registers its own.

::

    ready_made.register(
        ReadyMade("residents.migrants", _("Migrant residents"), "residents:person-list", order=40,
                  query="kind=migrant", columns=("name", "sex", "age", "door", "phone", "starts_on"))
    )

Write it in ``<room>/ledgers.py`` and import that from ``<app>/panels.py``.
"""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

# Every list of the portal is narrowed to a part of the territory by this key.
SCOPE_KEY = "grid"


@dataclass(frozen=True)
class ReadyMade:
    """A ledger that ships with the portal: a list, what it is narrowed by, its columns in order."""

    key: str
    title: Any
    url_name: str
    order: int = 100
    query: str = ""
    columns: tuple[str, ...] = ()
    power: str = ""
    intro: Any = ""

    def address(self, grid_code: str = "") -> str:
        """The list's address, narrowed to one grid if it is named."""
        query = QueryDict(self.query, mutable=True)
        query.setlist("columns", list(self.columns))
        if grid_code:
            query[SCOPE_KEY] = grid_code
        return f"{reverse(self.url_name)}?{query.urlencode()}"


class Catalogue:
    """The ready-made ledgers by key; the same key again replaces one (autoreload)."""

    def __init__(self) -> None:
        self._entries: dict[str, ReadyMade] = {}

    def register(self, entry: ReadyMade) -> None:
        self._entries[entry.key] = entry

    def get(self, key: str) -> ReadyMade | None:
        return self._entries.get(key)

    def open_to(self, user: Any) -> list[ReadyMade]:
        """Those whose list the user may open at all, in order."""
        entries = sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key))
        return [entry for entry in entries if not entry.power or user.has_perm(entry.power)]


ready_made = Catalogue()
