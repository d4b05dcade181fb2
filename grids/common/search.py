"""One search box for the whole portal: what rooms offer to it, and which words never stand in an address.

A room that can be searched registers a provider in ``<room>/search.py``, imported from ``<app>/panels.py``::

    def find_vessels(user: Any, words: str) -> list[Hit]:
        rows = Vessel.objects.restrict(user, Permission.VIEW_GRIDS).filter(...)
        return [Hit(vessel.name, vessel.get_absolute_url(), (vessel.grid.name,)) for vessel in first_rows(rows)]

    search_providers.register(
        SearchProvider("vessels", _("Vessels"), 60, find_vessels, icon="sailboat", list_url="grids:vessel-list")
    )

A provider asks at most three queries, restricts to the user's scope before it looks for anything, and shows what it
finds as the user may see it. Hidden values are no words: whoever may not read a value cannot search by it either.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from grids.common.chips import Chip

FIRST = 10  # hits shown of each group
LONGEST = 100  # characters of a search


@dataclass(frozen=True)
class Hit:
    """One thing that was found: where it leads, what it is called, what tells it from its namesakes."""

    title: str
    url: str
    facts: tuple[str, ...] = ()
    chip: Chip | None = None


@dataclass(frozen=True)
class SearchProvider:
    """One group of results.

    ``find(user, words)`` returns at most ``FIRST + 1`` hits (see ``first_rows``): one more than are shown says that
    there are more. ``list_url`` is the URL name of the list that understands the same words in ``?q=``.
    """

    key: str
    label: Any
    order: int
    find: Callable[[Any, str], list[Hit]]
    icon: str = "search"
    list_url: str = ""


class SearchProviders:
    """What can be searched; registering a key again replaces the provider (autoreload)."""

    def __init__(self) -> None:
        self._providers: dict[str, SearchProvider] = {}

    def register(self, provider: SearchProvider) -> None:
        self._providers[provider.key] = provider

    def __iter__(self) -> Iterator[SearchProvider]:
        return iter(sorted(self._providers.values(), key=lambda one: (one.order, one.key)))


search_providers = SearchProviders()


def first_rows(rows: QuerySet) -> list[Any]:
    """The rows that a group shows, and one more when there are more."""
    return list(rows[: FIRST + 1])


def tidy_words(text: str) -> str:
    """What was typed, half-width and with single spaces, at most ``LONGEST`` characters of it."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())[:LONGEST]


def begins(field: str, beginning: str) -> Q:
    """Rows whose ``field`` (a ``CodeField``) begins with ``beginning``: a range of its index on both engines.

    ``LIKE 'x%'`` is none on SQLite, where it takes capitals and small letters for the same.
    """
    condition = Q(**{f"{field}__gte": beginning})
    end = _next_in_order(beginning)
    return condition & Q(**{f"{field}__lt": end}) if end else condition


def _next_in_order(beginning: str) -> str:
    """The smallest text that is greater than everything beginning with ``beginning``; empty when there is none."""
    while beginning:
        following = ord(beginning[-1]) + 1
        if following == 0xD800:  # surrogates are no characters
            following = 0xE000
        if following <= 0x10FFFF:
            return beginning[:-1] + chr(following)
        beginning = beginning[:-1]
    return ""


# ------------------------------------------------------------------ what never stands in an address
MANY_DIGITS = 7  # the shortest phone
_SEPARATORS = re.compile(r"[\s\-./()·_+\u2010-\u2015\u2212]")
_DOOR = re.compile(r"(?<![0-9A-Z-])[0-9]{1,3}-(?:[0-9]{1,3}-)?[0-9]{1,4}[A-Z]?(?![0-9A-Z-])", re.IGNORECASE)
_AFFAIR = re.compile(r"\bAF-[0-9]{12}-[0-9]{8}-[0-9]{4}\b", re.IGNORECASE)
_DIGITS = re.compile(rf"[0-9]{{{MANY_DIGITS},}}")


_PERSONAL = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9X]|(?:86)?1[3-9][0-9]{9})(?![0-9])", re.IGNORECASE)


def _joined(text: str) -> str:
    """``text`` half-width, without what people write between digits."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text or ""))


def is_personal(text: str) -> bool:
    """Whether ``text`` holds something of the shape of an identity number or a mobile phone."""
    return bool(_PERSONAL.search(_joined(text)))


def stays_in_body(text: str) -> bool:
    """Whether ``text`` may hold an identity number or a whole phone: such words travel in the body of a request only.

    Seven digits in a row do, whatever stands between them, other than in a door (12-3-1201) or the number of an
    affair. Addresses are kept by browsers, proxies and logs, so these words are answered without a redirect.
    """
    plain = unicodedata.normalize("NFKC", text or "")
    return bool(_DIGITS.search(_joined(_DOOR.sub("|", _AFFAIR.sub("|", plain)))))
