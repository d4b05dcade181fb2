"""How the lists of the double report are narrowed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.tree.models import Grid
from residents.volunteers.choices import CallKind, CallState, ReportState, Skill
from residents.volunteers.models import PartyMemberReport, ServiceCall


def _grids(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_GRIDS)


class ReportFilter(FilterSet):
    """Names and employers are searched only where the reader sees them in full (decision 0005)."""

    search_hint = _("Name or employer")
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=ReportState.choices, label=_("State"))
    skill = django_filters.ChoiceFilter(choices=Skill.choices, field_name="skills__skill", label=_("Can help with"))
    employer = django_filters.CharFilter(method="by_employer", label=_("Employer"))
    grid = SubtreeFilter("grid__code", grids=_grids)
    waiting = YesNoFilter(method="filter_waiting", label=_("Waiting for my decision"))

    class Meta:
        model = PartyMemberReport
        fields = ("state",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        named = queryset.named_for(self.request.user)  # type: ignore[attr-defined]
        for word in value.split():
            said = Q(person__name__icontains=word) | Q(employer__icontains=word) | Q(user__display_name__icontains=word)
            queryset = queryset.filter(named & said)
        return queryset

    def filter_waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        waiting = PartyMemberReport.objects.to_accept(self.request.user).order_by().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)

    def by_employer(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        named = queryset.named_for(self.request.user)  # type: ignore[attr-defined]
        return queryset.filter(named, employer__icontains=value.strip())


class CallFilter(FilterSet):
    search_hint = _("Words of the wish")
    search_fields = ("title",)
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=CallState.choices, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=CallKind.choices, label=_("Kind"))
    skill = django_filters.ChoiceFilter(choices=Skill.choices, label=_("What it takes"))
    grid = SubtreeFilter("grid__code", grids=_grids)

    class Meta:
        model = ServiceCall
        fields = ("state", "kind", "skill")


def board_skills(calls: QuerySet, chosen: str) -> list[tuple[str, Any, bool]]:
    """``(value, label, chosen)`` of the skills that open calls ask for, one query."""
    asked = set(calls.order_by().exclude(skill="").values_list("skill", flat=True))
    return [(skill.value, skill.label, skill.value == chosen) for skill in Skill if skill.value in asked]
