"""How the list of moves is narrowed."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.filters import FilterSet
from grids.moves.choices import MoveState
from grids.moves.models import StaffMove


class StaffMoveFilter(FilterSet):
    """By state; words find persons and grids."""

    search_hint = _("Name or grid")
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=MoveState.choices, label=_("Status"))

    class Meta:
        model = StaffMove
        fields = ("state",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split():
            grids = Q(post__grid__name_zh__contains=word) | Q(to_grid__name_zh__contains=word)
            queryset = queryset.filter(Q(staff__name__icontains=word) | grids)
        return queryset
