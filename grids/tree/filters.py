"""Searching the forest."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.filters import FilterSet
from grids.tree.choices import ExclusiveType, GridStatus, Kind, Level
from grids.tree.models import Grid


class GridFilter(FilterSet):
    """By name, English name or code, present or retired."""

    search_hint = _("Name or code, also an old one")
    chip_fields = ("level",)

    level = django_filters.TypedChoiceFilter(choices=Level.choices, coerce=int, label=_("Level"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))
    exclusive_type = django_filters.ChoiceFilter(choices=ExclusiveType.choices, label=_("Exclusive type"))
    status = django_filters.ChoiceFilter(choices=GridStatus.choices, label=_("Status"))

    class Meta:
        model = Grid
        fields = ("level", "kind", "exclusive_type", "status")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.matching(value) if value.strip() else queryset
