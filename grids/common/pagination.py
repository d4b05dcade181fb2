"""Pages of a list whose count stops at a cap, so that a city's list costs no more than a village's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from grids.common.keyset import Keyset, NotOrderable
from grids.common.pages import key_of

COUNT_CAP = 10_000
PAGE_SIZES = (20, 50, 100)
# What an address says about the place in a list: a page by its number, or by the row before or behind it.
PLACE_KEYS = ("page", "after", "before")
END = "end"


class CappedPaginator(Paginator):
    """A paginator that counts ``COUNT_CAP`` rows at most (performance.md section 2: 1 ms against 84 ms).

    Pages have numbers up to the cap; beyond it they are turned one by one (``page_beyond``).
    """

    cap = COUNT_CAP

    @cached_property
    def _counted(self) -> int:
        queryset: Any = getattr(getattr(self.object_list, "data", None), "data", self.object_list)
        if hasattr(queryset, "query"):
            if queryset._fields is not None:  # groups
                return queryset.order_by()[: self.cap + 1].count()
            # Where scope and order are one index (performance.md section 2), counting walks it as well and stops at
            # the cap; in no order PostgreSQL may rather put whole tables together first.
            scope = getattr(queryset.query, "scope_path", "")
            along = [scope] if scope and queryset.query.order_by[:1] == (scope,) else []
            # Only keys: counting must not work out what the list annotates for the few rows that it shows.
            return queryset.values("pk").order_by(*along)[: self.cap + 1].count()
        return len(queryset)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > self.cap

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.cap)

    def page(self, number: Any) -> Any:
        page = super().page(number)
        # The data container must not count again what has been counted.
        if hasattr(self.object_list, "data"):
            self.object_list.data._length = self.count
        return page


def page_size(wanted: str | None, sizes: tuple[int, ...] = PAGE_SIZES) -> int:
    """The page size asked for in the address, or the smallest one when it is not offered."""
    return int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and int(wanted) in sizes else sizes[0]


@dataclass
class PageBeyond:
    """A page that has no number: its rows, and the key of the row to go on from (0 where the list ends)."""

    records: list[Any]
    previous: int
    next: int


def keyset_of(rows: Any) -> Keyset | None:
    """The order of a list by which its pages can be turned one by one; None for one that has numbers only."""
    try:
        return Keyset(rows) if isinstance(rows, QuerySet) else None
    except NotOrderable:
        return None


def page_beyond(keyset: Keyset, anchors: QuerySet, asked: Mapping[str, str], size: int) -> PageBeyond | None:
    """The page behind row ``after``, before row ``before`` or (``before=end``) at the end; None when that row is gone.

    ``anchors`` are the rows among which that row is looked for. One query for the row, one for the page, at any depth.
    """
    after, before = asked.get("after", ""), asked.get("before", "")
    if before == END:
        found: QuerySet | None = keyset.from_end()
    elif before:
        found = keyset.before(anchors, key_of(before))
    else:
        found = keyset.after(anchors, key_of(after))
    if found is None:
        return None
    records = list(found[: size + 1])
    goes_on = len(records) > size
    del records[size:]
    if not records:
        return PageBeyond([], 0, 0)
    if not before:
        return PageBeyond(records, records[0].pk, records[-1].pk if goes_on else 0)
    records.reverse()
    return PageBeyond(records, records[0].pk if goes_on else 0, records[-1].pk if before != END else 0)
