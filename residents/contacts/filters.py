"""How the lists of contact are narrowed."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.tree.models import Grid
from residents.contacts.choices import AssignmentStatus, HandoverState, MemberKind
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.querysets import BELOW_BAND, TO_RELIEVE
from residents.roster.models import Household, Person

BANDS = [
    ("none", _("No household yet")),
    ("below", _("Below the band")),
    ("within", _("Within the band")),
    ("full", _("Full")),
    ("exception", _("Exception")),
    ("relieve", _("To be relieved")),
    ("exempt", _("Exempt")),
]
_LOADS: dict[str, Q] = {
    "none": Q(load=0),
    "below": BELOW_BAND & Q(load__gt=0),
    "within": Q(load__gte=F("band_minimum"), load__lt=F("band_maximum")),
    "full": Q(load=F("band_maximum")),
    "exception": Q(load__gt=F("band_maximum")) & ~TO_RELIEVE,
    "relieve": TO_RELIEVE,
    "exempt": Q(is_exempt=True),
}


PROPOSAL_STATES = [
    (state.value, state.label)
    for state in (
        AssignmentStatus.PROPOSED,
        AssignmentStatus.ACTIVE,
        AssignmentStatus.REFUSED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.WITHDRAWN,
    )
]


def _grids(permission: Permission) -> Any:
    def seen(request: HttpRequest) -> QuerySet:
        return Grid.objects.restrict(request.user, permission)

    return seen


class MemberFilter(FilterSet):
    """Names are searched only where the reader sees them in full (decision 0005)."""

    search_hint = _("Name or party branch")
    chip_fields = ("band",)

    band = django_filters.ChoiceFilter(choices=BANDS, method="in_band", label=_("Load"))
    serving = YesNoFilter(method="is_serving", label=_("Contacts households now"))
    kind = django_filters.ChoiceFilter(choices=MemberKind.choices, label=_("Serves as"))
    grid = SubtreeFilter("grid__code", grids=_grids(Permission.VIEW_GRIDS))

    class Meta:
        model = ContactMember
        fields = ("kind",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        named = queryset.named_for(self.request.user)  # type: ignore[attr-defined]
        for word in value.split():
            queryset = queryset.filter(Q(branch__icontains=word) | (Q(person__name__icontains=word) & named))
        return queryset

    def in_band(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(_LOADS[value], ends_on__isnull=True)

    def is_serving(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.filter(ends_on__isnull=value)


class UncoveredFilter(FilterSet):
    search_hint = _("Building or room")

    grid = SubtreeFilter("scope_grid__code", grids=_grids(Permission.VIEW_CONTACTS))

    class Meta:
        model = Household
        fields = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """As everywhere in the roster: what is masked for the reader cannot be searched by him."""
        return queryset.matching(value, self.request.user)  # type: ignore[attr-defined]


class ProposalFilter(FilterSet):
    search_hint = _("Building or room")
    chip_fields = ("status",)

    status = django_filters.ChoiceFilter(choices=PROPOSAL_STATES, label=_("Answer"))
    grid = SubtreeFilter("household__dwelling__grid__code", grids=_grids(Permission.ASSIGN_CONTACTS))

    class Meta:
        model = ContactAssignment
        fields = ("status",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(household__in=Household.objects.matching(value, self.request.user))


class HandoverFilter(FilterSet):
    search_hint = _("Building or room")
    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(choices=HandoverState.choices, label=_("State"))
    grid = SubtreeFilter("household__dwelling__grid__code", grids=_grids(Permission.ASSIGN_CONTACTS))

    class Meta:
        model = ContactHandover
        fields = ("state",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(household__in=Household.objects.matching(value, self.request.user))


class CandidateFilter(FilterSet):
    """Whom to register: by name, or by the last four digits of the phone."""

    search_hint = _("Name, or the last four digits of the phone")
    chip_fields = ("party",)

    party = YesNoFilter(field_name="party_member", label=_("Party member"))

    class Meta:
        model = Person
        fields = ()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        value = value.strip()
        if len(value) == 4 and value.isdigit():
            return queryset.filter(phone_tail=value)
        return queryset.filter(name__contains=value)
