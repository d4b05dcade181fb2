"""Pages of a list whose count stops at a cap, so that a city's list costs no more than a village's."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

COUNT_CAP = 10_000
PAGE_SIZES = (20, 50, 100)


class CappedPaginator(Paginator):
    """A paginator that counts ``COUNT_CAP`` rows at most (performance.md section 2: 1 ms against 84 ms).

    Beyond the cap only the first ``COUNT_CAP`` rows can be paged through: whoever needs more narrows the list.
    """

    cap = COUNT_CAP

    @cached_property
    def _counted(self) -> int:
        queryset: Any = getattr(getattr(self.object_list, "data", None), "data", self.object_list)
        if hasattr(queryset, "query"):
            # Only keys: counting must not work out what the list annotates for the few rows that it shows.
            keys = queryset.values("pk") if queryset._fields is None else queryset
            return keys.order_by()[: self.cap + 1].count()
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
