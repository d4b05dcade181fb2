"""How the list of doors to go to is narrowed."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import now
from grids.common.filters import FilterSet, SubtreeFilter
from grids.tree.models import Grid
from residents.roster.models import Household
from residents.visits.choices import CareLevel
from residents.visits.doors import to_go
from residents.visits.querysets import is_due
from residents.visits.rules import ATTEMPTS_BEFORE_CALL

AHEAD = {"week": timedelta(days=7), "month": timedelta(days=30)}
WHEN = [("week", _("Within 7 days")), ("month", _("Within 30 days")), ("all", _("All doors"))]
WHAT = [("never", _("Never visited")), ("call", _("To be called"))]
CARE_VISITS = ("care", _("Care visits"))


def grids_to_visit(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.LOG_VISITS)


class DueFilter(FilterSet):
    """What is due now unless more is asked for; care only for those with a care duty."""

    search_fields = ("dwelling__unit__building__name",)
    search_hint = _("Building")
    chip_fields = ("due", "what")

    due = django_filters.ChoiceFilter(
        method="filter_due", choices=WHEN, label=pgettext_lazy("next visit", "Due"), empty_label=_("Due now")
    )
    what = django_filters.ChoiceFilter(method="filter_what", choices=[CARE_VISITS, *WHAT], label=_("Kind"))
    level = django_filters.ChoiceFilter(method="filter_level", choices=CareLevel.choices, label=_("Care level"))
    grid = SubtreeFilter("scope_grid__code", grids=grids_to_visit)
    building = django_filters.NumberFilter(method="filter_building", label=_("Building"))

    class Meta:
        model = Household
        fields = ("due", "what", "level", "grid")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may not see care anywhere is not asked about it, and an address that asks finds nothing out.
        if not scope_of(self.request.user, Permission.VIEW_CARE):
            del self.filters["level"], self.form.fields["level"]
            self.form.fields["what"].choices = [("", _("All")), *WHAT]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("due"):
            return found
        return to_go(found, now=now()).filter(is_due(now()))

    def filter_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_due(now() + AHEAD[value])) if value in AHEAD else queryset

    def filter_what(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "never":
            return queryset.filter(last_visited_at__isnull=True)
        if value == "call":
            return queryset.filter(attempts__gte=ATTEMPTS_BEFORE_CALL)
        return self._where_care_shows(queryset).exclude(care_level="")

    def filter_level(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return self._where_care_shows(queryset).filter(care_level=value)

    def filter_building(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        key = int(value)
        return queryset.filter(dwelling__unit__building=key) if 0 < key < 2**63 else queryset.none()

    def _where_care_shows(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(scope_of(self.request.user, Permission.VIEW_CARE).condition("scope_grid__code"))
