"""How the list of visits that are owed is narrowed."""

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.filters import FilterSet, PeriodFilter, SubtreeFilter, YesNoFilter
from residents.visits.choices import TaskState, Trigger, TriggerSource
from residents.visits.filters import grids_with_visits
from residents.visits.models import VisitTask


class TaskFilter(FilterSet):
    search_fields = ("household__dwelling__unit__building__name",)
    search_hint = _("Building")
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=TaskState.choices, label=_("Status"))
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label=_("Trigger"))
    late = YesNoFilter(method="is_late", label=_("Late"))
    source = django_filters.ChoiceFilter(choices=TriggerSource.choices, label=_("Came from"))
    period = PeriodFilter(field_name="due_at", label=_("Due"))
    grid = SubtreeFilter("household__dwelling__grid__code", grids=grids_with_visits)

    class Meta:
        model = VisitTask
        fields = ("state", "trigger", "source")

    def is_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Overdue now, or arrived after the time was over."""
        late = Q(state=TaskState.OPEN, due_at__lt=now()) | Q(state=TaskState.ARRIVED, arrived_at__gt=F("due_at"))
        return queryset.filter(late) if value else queryset.exclude(late)
