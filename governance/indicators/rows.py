"""The pages behind the numbers: exactly the rows that were counted, masked by the reader's powers."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.indicators import reports
from governance.indicators.choices import Part, Subject
from governance.indicators.definitions import CARDS, Card
from governance.indicators.layout import ROW_SUBJECTS, may_open
from governance.indicators.querysets import FIGURES, RowsOf
from governance.indicators.rules import Frame, Period
from governance.indicators.subjects import LISTINGS, ROW_SETS, Listing
from governance.indicators.views import grid_named
from grids.access.choices import Permission
from grids.common.actions import Crumb
from grids.common.clock import now
from grids.common.errors import Refused
from grids.common.lists import ListPage

COUNTS_ONLY = _("Your role sees the count here, but not the rows behind it.")


class RowsPage(ListPage):
    """Rows of one subtree and period. The address names days, so a printed link shows the same period for ever."""

    permission = Permission.VIEW_INDICATORS
    template_name = "governance/indicators/row_list.html"
    empty_title = _("No rows")
    empty_text = _("Nothing was counted here in this period.")
    frame: Frame
    rows: RowsOf
    listing: Listing

    def find(self, key: str, part: str) -> tuple[RowsOf, Subject]:
        """The rows that the address means; raises 404."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        grid = grid_named(request.user, kwargs["code"])
        try:
            period = Period(kwargs["since"], kwargs["until"])
        except ValidationError as problem:
            raise Http404 from problem
        self.frame = Frame(request.user, grid, period, now())
        self.rows, subject = self.find(kwargs["key"], kwargs.get("part", ""))
        if not may_open(self.frame, subject):
            raise Refused(COUNTS_ONLY)
        self.listing = LISTINGS[subject]
        self.model, self.unit = self.listing.model, self.listing.unit
        self.table_class = self.listing.table
        self.filterset_class = partial(self.listing.filters, frame=self.frame)  # type: ignore[assignment]
        return super().get(request, *args, **kwargs)

    @property
    def sensitive_export(self) -> bool:  # type: ignore[override]
        return any(one.names_party_members and self.listing is LISTINGS[one] for one in Subject)

    def get_queryset(self) -> QuerySet:
        return self.listing.prepare(self.rows(self.frame))

    def get_table_options(self) -> dict[str, Any]:
        return {"reader": self.request.user}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(frame=self.frame, **context)


class IndicatorRows(RowsPage):
    """The rows behind one figure, in three tabs: counted, measured against, and left over."""

    card: Card
    part: Part

    def find(self, key: str, part: str) -> tuple[RowsOf, Subject]:
        if key not in CARDS or part not in Part.values:
            raise Http404
        self.card, self.part = CARDS[key], Part(part)
        return FIGURES[key][self.part], self.card.subject

    def get_title(self) -> Any:
        return f"{self.card.name}{gettext(': ')}{self.part.label}"

    def get_breadcrumb(self) -> list[Crumb]:
        detail = reverse("governance:indicator-detail", args=[self.card.id])
        return [Crumb(_("Reports"), reverse("governance:report-index")), Crumb(self.card.name, detail)]

    def get_intro(self) -> Any:
        return getattr(self.card, self.part.value)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        reading = reports.Reading(self.card, reports.figure(self.card.id, self.frame), self.frame)
        shown = reading.figure
        tabs: list[dict[str, Any]] = [
            {"label": Part.NUMERATOR.label, "count": shown.numerator, "url": reading.numerator_url},
            {"label": Part.DENOMINATOR.label, "count": shown.denominator, "url": reading.denominator_url},
        ]
        if not shown.is_trend:
            tabs.append({"label": Part.MISSING.label, "count": shown.missing, "url": reading.missing_url})
        for tab, part in zip(tabs, Part, strict=False):
            tab["current"] = part is self.part
        return super().get_context_data(reading=reading, tabs=tabs, card=self.card, **context)


class ReportRows(RowsPage):
    """The rows behind a cell of a report."""

    def find(self, key: str, part: str) -> tuple[RowsOf, Subject]:
        if key not in ROW_SETS:
            raise Http404
        self.row_set = ROW_SETS[key]
        return self.row_set.rows, ROW_SUBJECTS[key]

    def get_title(self) -> Any:
        return self.row_set.label

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Reports"), reverse("governance:report-index"))]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(reading=None, tabs=[], card=None, **context)
