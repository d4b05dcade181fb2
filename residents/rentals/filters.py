"""How the lists of rental dwellings are narrowed."""

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import today
from grids.common.filters import FilterSet, SubtreeFilter
from grids.tree.models import Grid
from residents.rentals.choices import Colour, FileStatus
from residents.rentals.models import RentalFile
from residents.roster.models import Dwelling

UNRATED = "none"
DUE = [("overdue", _("Overdue")), ("soon", _("Due soon"))]


def rental_grids(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_RENTALS)


class RentalFileFilter(FilterSet):
    """Files that are kept, unless closed ones are asked for."""

    search_hint = _("Door such as 3-2-501, building, or landlord")
    chip_fields = ("due", "colour")

    due = django_filters.ChoiceFilter(method="filter_due", choices=DUE, label=_("Next check"))
    colour = django_filters.ChoiceFilter(
        method="filter_colour", choices=[*Colour.choices, (UNRATED, _("Not rated"))], label=_("Colour")
    )
    status = django_filters.ChoiceFilter(choices=FileStatus.choices, label=_("Status"))
    grid = SubtreeFilter("dwelling__grid__code", grids=rental_grids)

    class Meta:
        model = RentalFile
        fields = ("due", "colour", "status")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.kept()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.matching(value, self.request.user)  # type: ignore[attr-defined]

    def filter_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "overdue":
            return queryset.overdue(on=today())  # type: ignore[attr-defined]
        return queryset.due_soon(on=today(), cycle=settings.RENTAL_CYCLE_DAYS)  # type: ignore[attr-defined]

    def filter_colour(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(colour="" if value == UNRATED else value)


class UnfiledFilter(FilterSet):
    """Let dwellings without a file."""

    search_hint = _("Building or room")

    grid = SubtreeFilter("grid__code", grids=rental_grids)

    class Meta:
        model = Dwelling
        fields = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """A room is searched only where rooms are read (promise P05)."""
        named = scope_of(self.request.user, Permission.VIEW_NAMES).condition("grid__code")
        for word in value.split():
            room = Q(room=word.upper().removesuffix("室")) & named
            queryset = queryset.filter(Q(unit__building__name__icontains=word) | room)
        return queryset
