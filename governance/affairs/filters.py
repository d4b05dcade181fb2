"""What a list of affairs is narrowed by."""

from typing import Any

import django_filters
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.affairs.choices import AffairState, Category, Tier, Urgency
from governance.affairs.models import Affair
from grids.access.choices import Permission
from grids.common.clock import now
from grids.common.filters import FilterSet, PeriodFilter, SubtreeFilter
from grids.tree.models import Grid


class View(models.TextChoices):
    """The tabs of the list."""

    WAITING = "waiting", _("Waiting for me")
    OPEN = "open", _("Open")
    OVERDUE = "overdue", _("Overdue")
    CLOSED = "closed", pgettext_lazy("state of an affair", "Closed")


class Part(models.TextChoices):
    """What one has to do with an affair."""

    WAITING = "waiting", _("Waiting for me")
    REPORTED = "reported", _("Reported by me")
    SPOKEN = "spoken", _("I speak for the household")
    HANDLED = "handled", _("Handled by me")


def grids_with_affairs(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_AFFAIRS)


class AffairSearch(FilterSet):
    """What both lists share. Words are looked for only in affairs whose content the user may read."""

    search_hint = _("Number or words of the report")

    state = django_filters.ChoiceFilter(choices=AffairState.choices, label=_("State"))
    category = django_filters.ChoiceFilter(choices=Category.choices, label=_("Category"))
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices, label=_("Urgency"))
    tier = django_filters.TypedChoiceFilter(choices=Tier.choices, coerce=int, label=_("Lead tier"))

    class Meta:
        model = Affair
        fields = ("state", "category", "urgency", "tier")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.matching(value, self.request.user)


class AffairFilter(AffairSearch):
    """The list of affairs in the user's area."""

    chip_fields = ("view", "category")

    view = django_filters.ChoiceFilter(choices=View.choices, method="filter_view", label=_("Progress"))
    grid = SubtreeFilter("grid__code", grids=grids_with_affairs)
    reported = PeriodFilter(field_name="reported_at", label=_("Reported at"))

    def filter_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return {
            View.WAITING: lambda: queryset.waiting_for(self.request.user),
            View.OPEN: queryset.open,
            View.OVERDUE: lambda: queryset.overdue(now=now()),
            View.CLOSED: lambda: queryset.filter(state=AffairState.CLOSED),
        }[View(value)]()


class MineFilter(AffairSearch):
    """The affairs that one has to do with."""

    chip_fields = ("part",)

    part = django_filters.ChoiceFilter(choices=Part.choices, method="filter_part", label=_("My part"))

    def filter_part(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        user: Any = self.request.user
        if value == Part.WAITING:
            return queryset.waiting_for(user)
        return queryset.filter(**{{"reported": "reporter", "spoken": "agent", "handled": "handler"}[value]: user})
