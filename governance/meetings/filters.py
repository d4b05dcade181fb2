"""How the list of meetings is narrowed."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.meetings.choices import MeetingState
from governance.meetings.models import Meeting
from grids.access.choices import Permission
from grids.common.filters import FilterSet, PeriodFilter, SubtreeFilter
from grids.tree.models import Grid


def grids_with_meetings(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_MEETINGS)


class MeetingFilter(FilterSet):
    search_fields = ("grid__name_zh",)
    search_hint = _("Community")
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=MeetingState.choices, label=_("State"))
    period = PeriodFilter(field_name="planned_on", label=_("Period"))
    grid = SubtreeFilter("grid__code", grids=grids_with_meetings)

    class Meta:
        model = Meeting
        fields = ("state",)
