"""Searching teams and staff."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission, Role
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.team.choices import Employment
from grids.team.models import POST_ROLES, Post, StaffProfile
from grids.team.rules import FULL_NEEDED, PART_NEEDED
from grids.tree.choices import Kind
from grids.tree.models import Grid


def visible_grids(request) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_TEAM)


class TeamFilter(FilterSet):
    """Grids by place, kind, and whether their team is complete; words find grids and the people on them."""

    search_hint = _("Grid, code or name of staff")
    chip_fields = ("complete",)

    complete = YesNoFilter(method="filter_complete", label=_("Team complete"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))
    grid = SubtreeFilter("code", grids=visible_grids)

    class Meta:
        model = Grid
        fields = ("kind",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        serving = Post.objects.held_on().filter(staff__name__icontains=value).values("grid")
        return queryset.filter(
            Q(name_zh__contains=value) | Q(name_en__icontains=value) | Q(code__startswith=value) | Q(pk__in=serving)
        )

    def filter_complete(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        complete = Q(full_count__gte=FULL_NEEDED, part_count__gte=PART_NEEDED)
        return queryset.filter(complete) if value else queryset.exclude(complete)


class ServingFilter(SubtreeFilter):
    """Staff who hold a post in the subtree of one grid today."""

    def filter(self, queryset: QuerySet, value: Grid | None) -> QuerySet:
        return queryset.serving_in(value) if value else queryset


class StaffFilter(FilterSet):
    """Staff by post, employment and place."""

    search_fields = ("name", "work_phone")
    search_hint = _("Name or duty phone")
    chip_fields = ("employment",)

    employment = django_filters.ChoiceFilter(choices=Employment.choices, label=_("Employment"))
    role = django_filters.ChoiceFilter(choices=POST_ROLES, method="filter_role", label=_("Post"))
    serving = YesNoFilter(method="filter_serving", label=_("Holds a post today"))
    grid = ServingFilter("home__code", grids=visible_grids, label=_("Serves in"))

    class Meta:
        model = StaffProfile
        fields = ("employment",)

    def filter_role(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=Post.objects.held_on().filter(role=Role(value)).values("staff"))

    def filter_serving(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        in_office = Post.objects.held_on().values("staff")
        return queryset.filter(pk__in=in_office) if value else queryset.exclude(pk__in=in_office)
