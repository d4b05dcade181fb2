"""How the rows behind the figures of M21 look: who reported to a community, and what was claimed."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.indicators.filters import RowFilter
from governance.indicators.tables import RowTable, linked
from governance.indicators.volunteering import IS_CONFIRMED, IS_TAKEN_ON
from grids.common.filters import YesNoFilter
from grids.common.tables import ChipColumn, DayColumn, TextColumn
from residents.volunteers.choices import ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from residents.volunteers.naming import shown_member


class ReportRows(RowTable):
    """Reports to a community; names masked by the reader's powers, employers left out."""

    name = TextColumn(accessor="pk", orderable=False, verbose_name=_("Name"))
    state = ChipColumn(ReportState, verbose_name=_("State"))
    reported_at = DayColumn(verbose_name=_("Reported on"))
    decided_at = DayColumn(verbose_name=_("Decided on"))
    grid = TextColumn(order_by=("grid__code",), verbose_name=_("Community"))

    row_header = "name"
    card_columns = ("state", "reported_at")

    class Meta:
        model = PartyMemberReport
        fields = ("name", "state", "reported_at", "decided_at", "grid")
        order_by = ("-reported_at",)

    def render_name(self, record: PartyMemberReport) -> Any:
        return linked(record.get_absolute_url(), self.value_name(record))

    def value_name(self, record: PartyMemberReport) -> str:
        return shown_member(self.reader, record)


class ClaimRows(RowTable):
    """Claims; whose household it was for stays on the page of the wish."""

    call = TextColumn(orderable=False, verbose_name=_("Wish or post"))
    member = TextColumn(accessor="report", orderable=False, verbose_name=_("Claimed by"))
    state = ChipColumn(ClaimState, verbose_name=_("State"))
    claimed_at = DayColumn(verbose_name=_("Claimed on"))
    confirmed_by = TextColumn(verbose_name=_("Confirmed by"))
    grid = TextColumn(accessor="call__grid", order_by=("call__grid__code",), verbose_name=_("Grid"))

    row_header = "call"
    card_columns = ("member", "state", "claimed_at")

    class Meta:
        model = ServiceClaim
        fields = ("call", "member", "state", "claimed_at", "confirmed_by", "grid")
        order_by = ("-claimed_at",)

    def render_call(self, record: ServiceClaim) -> Any:
        return linked(record.call.get_absolute_url(), self.value_call(record))

    def value_call(self, record: ServiceClaim) -> str:
        return record.call.title

    def render_member(self, record: ServiceClaim) -> str:
        return shown_member(self.reader, record.report)


class ReportRowFilter(RowFilter):
    chip_fields = ("taken_on",)

    taken_on = YesNoFilter(method="filter_taken_on", label=_("Taken on"))

    class Meta:
        model = PartyMemberReport
        fields: tuple[str, ...] = ()

    def filter_taken_on(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(IS_TAKEN_ON) if value else queryset.exclude(IS_TAKEN_ON)


class ClaimRowFilter(RowFilter):
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=ClaimState.choices, label=_("State"))
    confirmed = YesNoFilter(method="filter_confirmed", label=_("Confirmed"))

    class Meta:
        model = ServiceClaim
        fields = ("state",)

    def filter_confirmed(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(IS_CONFIRMED) if value else queryset.exclude(IS_CONFIRMED)
