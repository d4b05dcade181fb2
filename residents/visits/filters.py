"""How the list of visits is narrowed."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.filters import FilterSet, PeriodFilter, SubtreeFilter, YesNoFilter
from grids.tree.models import Grid
from residents.visits.choices import Channel, EncounterKind, Outcome
from residents.visits.models import Encounter


def grids_with_visits(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_VISITS)


class EncounterFilter(FilterSet):
    search_fields = ("visitor__display_name", "household__dwelling__unit__building__name")
    search_hint = _("Visitor or building")
    chip_fields = ("outcome",)

    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label=_("Outcome"))
    period = PeriodFilter(field_name="occurred_at", label=_("Period"))
    kind = django_filters.ChoiceFilter(choices=EncounterKind.choices, label=_("Kind"))
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("How"))
    effective = YesNoFilter(method="is_effective", label=_("Effective visit"))
    needs = YesNoFilter(field_name="has_needs", label=_("With a need"))
    grid = SubtreeFilter("household__dwelling__grid__code", grids=grids_with_visits)

    class Meta:
        model = Encounter
        fields = ("outcome", "kind", "channel")

    def is_effective(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        effective = queryset.effective()  # type: ignore[attr-defined]
        return effective if value else queryset.exclude(pk__in=effective.order_by().values("pk"))
