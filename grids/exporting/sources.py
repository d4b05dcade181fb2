"""A list as a source of rows: opened by its address, with the rights of whoever opens it, at this moment."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.errors import Refused
from grids.common.exports import KINDS, count_rows
from grids.common.lists import ListPage
from grids.common.pagination import PLACE_KEYS
from grids.common.tables import Table
from grids.exporting.rules import common_area

GONE = _("This list cannot be opened any more: the page has gone, or your posts no longer include it.")
# What an address says about the screen and not about the list.
SCREEN_KEYS = (*PLACE_KEYS, "per_page", "export")


@dataclass
class Source:
    """An opened list: the page that was asked, and its whole table (filtered, ordered, in the order of its columns)."""

    page: ListPage
    table: Table

    @property
    def title(self) -> str:
        return str(self.page.get_title())

    @property
    def rows(self) -> Any:
        return self.table.data.data

    @property
    def words(self) -> str:
        return self.page.filter_words()

    @property
    def is_sensitive(self) -> bool:
        return self.page.sensitive_export

    @property
    def path(self) -> str:
        """The address of the list without what only concerns the screen."""
        return clean_address(self.page.request.get_full_path())

    def count(self) -> int:
        """Raises ``ExportTooLarge`` beyond the list's limit."""
        return count_rows(self.rows, self.page.export_limit)

    def area(self) -> str:
        """The significant digits of the smallest grid that holds all rows; without grids, that of the user's posts."""
        if hasattr(self.rows, "code_path"):
            # The set of grids is small beside the rows; a page that is cut into ranges would cost more.
            codes = self.rows.order_by().values_list(self.rows.code_path(), flat=True).distinct()
            if found := [code for code in codes if code]:
                return common_area(found)
        scope = scope_of(self.page.request.user, Permission.EXPORT_LISTS)
        return "" if scope.everything else common_area(scope.prefixes)


def clean_address(address: str) -> str:
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    for key in SCREEN_KEYS:
        query.pop(key, None)
    return f"{parts.path}?{query.urlencode()}" if query else parts.path


class _Opened(HttpResponse):
    """What the list answers instead of a file: itself."""

    source: Source


def _hold(page: ListPage, table: Table, kind: str) -> HttpResponse:
    answer = _Opened()
    answer.source = Source(page, table)
    return answer


def is_list(address: str) -> bool:
    """Whether ``address`` leads to a list of the portal."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return False
    view = getattr(match.func, "view_class", None)
    return isinstance(view, type) and issubclass(view, ListPage)


def opens_to(user: Any, address: str) -> bool:
    """Whether ``open_list`` would open the list at ``address`` for ``user``."""
    try:
        open_list(address, user)
    except Refused:
        return False
    return True


def open_list(address: str, user: Any, *, kind: str = "xlsx", **changes: str) -> Source:
    """Open the list at ``address`` as ``user`` would see and could export it now; ``changes`` go into its query.

    Every check of the page and of its export runs as in a request of his. Raises ``Refused`` when it does not open.
    """
    if not is_list(address) or kind not in KINDS:
        raise Refused(GONE)
    parts = urlsplit(address)
    match = resolve(parts.path)
    query = QueryDict(parts.query, mutable=True)
    for key in SCREEN_KEYS:
        query.pop(key, None)
    for key, value in changes.items():
        query[key] = value
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", parts.path, parts.path
    request.META["QUERY_STRING"] = query.urlencode()
    query["export"] = kind
    request.GET = query
    request.user = user
    request.resolver_match = match
    request.export_desk = _hold  # type: ignore[attr-defined]
    try:
        answer = match.func(request, *match.args, **match.kwargs)
    except Http404 as problem:
        raise Refused(GONE) from problem
    if not isinstance(answer, _Opened):
        raise Refused(GONE)
    return answer.source
