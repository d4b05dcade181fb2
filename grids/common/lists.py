"""The one list page: count, search, filters in the address, sort, columns, page size, export of what is seen, print.

::

    class HouseholdList(ListPage):
        permission = Permission.VIEW_ROSTER
        model = Household
        table_class = HouseholdTable
        filterset_class = HouseholdFilter          # may be left out
        title = _("Households")
        intro = _("Everybody who lives in your grids, by dwelling.")
        unit = npgettext_lazy("number of", "household", "households")  # "1 household", "1,904 households"
        empty_title = _("No household yet")
        empty_text = _("Add the first one, or import a roster from Excel.")

        def get_queryset(self):
            return super().get_queryset().select_related("dwelling__grid").with_last_visit()

        def get_actions(self):
            return [Action(_("Add household"), reverse("residents:household-create"), style="primary", icon="plus")]

Its queries are constant: one count (stopped at 10,000), one for the rows, and whatever ``get_queryset`` prefetches.
Pages have numbers up to there; beyond, they are turned by the row before them, which costs one query more at any depth.
Without a template of its own it is drawn by ``pages/list.html``; a template that extends that one may fill the blocks
``before_list`` and ``after_list``.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.formats import number_format
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_tables2 import RequestConfig
from django_tables2.rows import BoundRows

from grids.common.actions import Action
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.exports import EXPORT_LIMIT, KINDS, ExportRefused, hand_out
from grids.common.filters import FilterSet
from grids.common.pages import Page, ScopedMixin
from grids.common.pagination import END, PAGE_SIZES, PLACE_KEYS, CappedPaginator, keyset_of, page_beyond, page_size
from grids.common.tables import Table

# What upper rooms offer beside every list (to save it, to print it as a form): function(page) -> actions.
list_links: list[Callable[["ListPage"], list[Action]]] = []


class ListPage(Page, ScopedMixin, TemplateView):
    """A scoped list; see the example at the top of this file."""

    template_name = "pages/list.html"
    table_class: type[Table]
    filterset_class: type[FilterSet] | None = None
    page_sizes = PAGE_SIZES
    unit: Any = npgettext_lazy("number of", "row", "rows")
    empty_title: Any = _("Nothing here yet")
    empty_text: Any = ""
    export_limit = EXPORT_LIMIT
    # Rows leave as a file only where this power is held too.
    export_permission = "grids.export_lists"
    # Some column is of class C4 (or a list of such people): even a single row asks for a reason and an approval.
    sensitive_export = False

    def decide_export(self) -> Decision:
        """Whether the list may be taken away as a file; a ``Denied`` greys the export links and says why."""
        if self.request.user.has_perm(self.export_permission):
            return Allowed()
        return Denied(_("Your posts do not include taking lists away as files. Ask your community secretary for it."))

    def get_table_options(self) -> dict[str, Any]:
        """Keyword arguments for the table class."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        kind = request.GET.get("export", "")
        if kind in KINDS:
            self.decide_export().or_raise()
            try:
                return self._export(kind)
            except ExportRefused as problem:
                messages.error(request, str(problem))
                return HttpResponseRedirect(f"{request.path}?{self._query(export=None)}")
        return super().get(request, *args, **kwargs)

    def _export(self, kind: str) -> HttpResponseBase:
        rows = self._filtered()[1]
        if self.permission:
            rows = rows.restrict(self.request.user, self.export_permission)
        table = self._table(rows)
        RequestConfig(self.request, paginate=False).configure(table)
        table.order_stably()
        return hand_out(self, table, kind)

    def filter_words(self) -> str:
        """What the list is narrowed by, in words: "Grid: First grid; Status: Open"; empty when by nothing."""
        filterset = self._filtered()[0]
        applied = filterset.applied() if filterset else []
        return gettext("; ").join(f"{one['label']}{gettext(': ')}{one['value']}" for one in applied)

    def _filtered(self) -> tuple[FilterSet | None, QuerySet]:
        """The filter set, and the rows it lets through: none when the address asks for something unreadable."""
        if not hasattr(self, "_narrowed"):
            rows = self.get_queryset()
            filterset = None
            if self.filterset_class is not None:
                filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
                rows = filterset.qs if filterset.is_valid() else rows.none()
            self._narrowed = filterset, rows
        return self._narrowed

    def _table(self, rows: QuerySet) -> Table:
        everything = list(self.table_class.base_columns)
        # In the order of the address, each once.
        chosen = [name for name in dict.fromkeys(self.request.GET.getlist("columns")) if name in everything]
        if not chosen:
            return self.table_class(rows, **self.get_table_options())
        hidden = [name for name in everything if name not in chosen]
        return self.table_class(rows, exclude=hidden or None, sequence=chosen, **self.get_table_options())

    def _query(self, **changes: Any) -> str:
        """The query string of this page with ``changes``; None takes a key away, any change leads to page one."""
        query = self.request.GET.copy()
        for key, value in {**dict.fromkeys(PLACE_KEYS), **changes}.items():
            query.pop(key, None)
            if value is not None:
                query[key] = value
        return query.urlencode()

    def count_words(self, paginator: CappedPaginator) -> str:
        """ "1,904 households", or "more than 10,000 households" beyond the cap."""
        form = gettext("more than %(count)s %(unit)s") if paginator.is_capped else gettext("%(count)s %(unit)s")
        return form % {
            "count": number_format(paginator.count, force_grouping=True),
            "unit": self.unit % paginator.count,
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        filterset, rows = self._filtered()
        table = self._table(rows)
        size = page_size(self.request.GET.get("per_page"), self.page_sizes)
        # Sorting first, then the tie-breaker, then the page.
        RequestConfig(self.request, paginate=False).configure(table)
        table.order_stably()
        paginator = CappedPaginator(table.rows, size)
        table.paginator, table.page = paginator, paginator.get_page(self.request.GET.get("page"))
        steps = self._turn_pages(table, size)
        applied = filterset.applied() if filterset else []
        return super().get_context_data(
            table=table,
            filterset=filterset,
            applied=applied,
            page=table.page,
            page_links=self._page_links(table.page),
            steps=steps,
            is_capped=paginator.is_capped,
            is_empty=paginator.count == 0,
            count_words=self.count_words(paginator),
            sizes=[
                {"size": one, "query": self._query(per_page=one), "current": one == size} for one in self.page_sizes
            ],
            has_sizes=paginator.count > min(self.page_sizes),
            columns=self._column_choices(table),
            kept=self._kept("q", *(filterset.sheet_names if filterset else ())),
            kept_for_columns=self._kept("columns"),
            unsorted_query=self._query(sort=None),
            cleared_query=self._cleared(filterset),
            exports=[{"kind": kind.upper(), "query": self._query(export=kind)} for kind in KINDS],
            export_decision=self.decide_export(),
            list_links=[link for maker in list_links for link in maker(self)],
            empty_title=self.empty_title,
            empty_text=self.empty_text,
            **context,
        )

    def _turn_pages(self, table: Table, size: int) -> dict[str, str]:
        """Where pages have no numbers: the addresses of the first, previous, next and last one, empty where none is.

        On numbered pages ``beyond`` leads on from the last number and ``end`` to the end of the list.
        """
        steps = dict.fromkeys(("first", "previous", "next", "end", "beyond"), "")
        asked = {key: self.request.GET[key] for key in ("after", "before") if self.request.GET.get(key)}
        is_capped = table.paginator.is_capped
        keyset = keyset_of(table.data.data) if asked or is_capped else None
        if keyset is None:
            return steps
        page = page_beyond(keyset, self.get_queryset(), asked, size) if asked else None
        if page is not None:
            table.page.object_list = BoundRows(page.records, table)
            return steps | {
                "first": self._query() or "page=1",
                "previous": self._query(before=page.previous) if page.previous else "",
                "next": self._query(after=page.next) if page.next else "",
                "end": self._query(before=END) if page.next else "",
            }
        if asked:
            messages.info(self.request, gettext("The row you came from is gone. This is the beginning of the list."))
        if is_capped:
            steps["end"] = self._query(before=END)
            if not table.page.has_next():
                shown = list(table.page.object_list.data)
                table.page.object_list = BoundRows(shown, table)
                steps["beyond"] = self._query(after=shown[-1].pk)
        return steps

    def _column_choices(self, table: Table) -> list[dict[str, Any]]:
        shown = [head.name for head in table.heads]
        # A table with all its columns in their own order is its own menu; a second one costs as much as some rows.
        is_whole = shown == list(self.table_class.base_columns)
        heads = table.heads if is_whole else self.table_class([]).heads
        return [
            {"name": head.name, "label": head.label, "shown": head.name in shown, "fixed": head.is_title}
            for head in heads
        ]

    def _kept(self, *changed: str) -> list[tuple[str, str]]:
        """What a form on the page must carry along: everything in the address but the page and what it changes."""
        prefixes = tuple(f"{name}_" for name in changed)
        return [
            (key, value)
            for key, values in self.request.GET.lists()
            for value in values
            if key not in {*PLACE_KEYS, "export", *changed} and not key.startswith(prefixes)
        ]

    def _cleared(self, filterset: FilterSet | None) -> str:
        query = self.request.GET.copy()
        for key in list(query):
            if key not in {"sort", "per_page", "columns"}:
                query.pop(key, None)
        return query.urlencode()

    def _page_links(self, page: Any) -> list[dict[str, Any]]:
        """Page numbers around the present one: ``{"number", "query", "current"}``, an ellipsis has no query."""
        links = []
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
            is_number = isinstance(number, int)
            links.append(
                {
                    "number": number,
                    "query": self._query(page=number) if is_number else "",
                    "current": number == page.number,
                }
            )
        return links
