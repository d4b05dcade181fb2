"""What the lists of the room are narrowed by."""

from typing import Any

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.privacy.choices import DisclosingAct, RequestKind, RequestState
from governance.privacy.models import Disclosure, LegalHold, SubjectRequest
from grids.common.clock import today
from grids.common.filters import FilterSet, PeriodFilter


class Progress(models.TextChoices):
    OPEN = "open", _("To be answered")
    OVERDUE = "overdue", _("Overdue")
    ANSWERED = "answered", _("Answered")


class RequestFilter(FilterSet):
    """Requests about personal data."""

    chip_fields = ("progress", "kind")

    progress = django_filters.ChoiceFilter(choices=Progress.choices, method="filter_progress", label=_("Progress"))
    kind = django_filters.ChoiceFilter(choices=RequestKind.choices, label=_("What is asked for"))

    class Meta:
        model = SubjectRequest
        fields = ("kind",)

    def filter_progress(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return {
            Progress.OPEN: queryset.open,
            Progress.OVERDUE: lambda: queryset.overdue(today()),
            Progress.ANSWERED: lambda: queryset.exclude(state=RequestState.OPEN),
        }[Progress(value)]()


class HoldFilter(FilterSet):
    """Legal holds."""

    chip_fields = ("force",)

    force = django_filters.ChoiceFilter(
        choices=[("yes", _("In force")), ("no", _("Over"))], method="filter_force", label=_("Status")
    )

    class Meta:
        model = LegalHold
        fields = ()

    def filter_force(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        present = queryset.in_force(today())
        return present if value == "yes" else queryset.exclude(pk__in=present.values("pk"))


class DisclosureFilter(FilterSet):
    """Who saw whom: by account, person and days. An account or a person is one, so the index of the trail answers."""

    search_hint = _("Name of the account")
    chip_fields = ("act",)

    act = django_filters.ChoiceFilter(choices=DisclosingAct.choices, label=_("What was shown"))
    at = PeriodFilter(field_name="at", label=_("Time"))
    account = django_filters.NumberFilter(method="filter_account", label=_("Number of the account"))
    person = django_filters.NumberFilter(method="filter_person", label=_("Number of the person"))

    class Meta:
        model = Disclosure
        fields = ("act",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split():
            queryset = queryset.filter(Q(actor_name__icontains=word) | Q(actor__username__iexact=word))
        return queryset

    def filter_account(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(actor_id=_key(value))

    def filter_person(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(object_type="residents.Person", object_id=str(_key(value)))


def _key(value: Any) -> int:
    """A key that the database can hold; what is none names nobody."""
    return int(value) if value == int(value) and 0 < value < 2**63 else 0
