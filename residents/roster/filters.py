"""What the lists of households and persons can be narrowed by."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from grids.common.clock import today
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.common.retention import years_before
from grids.tree.models import Grid
from residents.roster.choices import CareKind, DwellingUse, HouseholdStatus, RecordState, ResidencyKind, Sex
from residents.roster.models import Absence, CareTag, Household, Residency
from residents.roster.rules import STALE_DAYS, building_as_said

ANY_CARE = "any"
CARE_GROUPS = [(ANY_CARE, _("Any care group")), *CareKind.choices]
# Completed years: from, and below.
AGES: dict[str, tuple[int, int | None]] = {
    "child": (0, 14),
    "youth": (14, 18),
    "adult": (18, 60),
    "elderly": (60, 80),
    "aged": (80, None),
}
AGE_GROUPS = [
    ("child", _("Under 14")),
    ("youth", _("14 to 17")),
    ("adult", _("18 to 59")),
    ("elderly", _("60 to 79")),
    ("aged", _("80 and over")),
]


def roster_grids(request: HttpRequest) -> QuerySet:
    """The grids whose roster the user may see."""
    return Grid.objects.restrict(request.user, Permission.VIEW_ROSTER)


class RosterFilter(FilterSet):
    """What both lists share: search by name, phone and door, the grid, the building."""

    search_hint = _("Name, last 4 of the phone, or door such as 3-2-501")
    dwelling_path = "dwelling"

    building = django_filters.CharFilter(method="filter_building", label=_("Building"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.matching(value, self.request.user)

    def filter_building(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{f"{self.dwelling_path}__unit__building__name": building_as_said(value)})


class HouseholdFilter(RosterFilter):
    """Households: those living here now unless the closed ones are asked for."""

    chip_fields = ("status",)

    status = django_filters.ChoiceFilter(
        method="filter_status", choices=HouseholdStatus.choices, label=_("Status"), empty_label=None
    )
    grid = SubtreeFilter("scope_grid__code", grids=roster_grids)
    use = django_filters.ChoiceFilter(field_name="dwelling__use", choices=DwellingUse.choices, label=_("Use"))

    class Meta:
        model = Household
        fields = ("status", "grid", "building", "use")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.active()

    def filter_status(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(status=value)


class PersonFilter(RosterFilter):
    """Persons who live here now."""

    dwelling_path = "household__dwelling"

    chip_fields = ("state",)

    state = django_filters.ChoiceFilter(method="filter_state", choices=RecordState.choices, label=_("Record"))
    grid = SubtreeFilter("household__dwelling__grid__code", grids=roster_grids)
    kind = django_filters.ChoiceFilter(choices=ResidencyKind.choices, label=_("Residency"))
    sex = django_filters.ChoiceFilter(method="filter_sex", choices=Sex.choices, label=_("Sex"))
    age = django_filters.ChoiceFilter(method="filter_age", choices=AGE_GROUPS, label=_("Age group"))
    away = YesNoFilter(method="filter_away", label=_("Away for a while"))
    care = django_filters.ChoiceFilter(method="filter_care", choices=CARE_GROUPS, label=_("Care group"))

    class Meta:
        model = Residency
        fields = ("state", "grid", "building", "kind", "sex", "age", "away", "care")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may not see care tags anywhere is not asked about them, and an address that asks finds nothing out.
        if not scope_of(self.request.user, Permission.VIEW_CARE):
            del self.filters["care"], self.form.fields["care"]

    def _where_details_show(self, queryset: QuerySet) -> Q:
        """The rows of which the user sees more than name and door (``rules.sees_details``)."""
        user, path = self.request.user, queryset.code_path()
        return scope_of(user, Permission.REVEAL_PERSONAL).condition(path) | ~scope_of(
            user, Permission.VIEW_NAMES
        ).condition(path)

    def filter_sex(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(self._where_details_show(queryset), person__sex=value)

    def filter_age(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        least, most = AGES[value]
        born = Q(person__birth_date__lte=years_before(today(), least))
        if most is not None:
            born &= Q(person__birth_date__gt=years_before(today(), most))
        return queryset.filter(self._where_details_show(queryset), born)

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        oldest = today() - timedelta(days=STALE_DAYS)
        checked = {
            RecordState.UNVERIFIED: Q(person__verified_on__isnull=True),
            RecordState.VERIFIED: Q(person__verified_on__gte=oldest),
            RecordState.STALE: Q(person__verified_on__lt=oldest),
        }
        return queryset.filter(self._where_details_show(queryset), checked[RecordState(value)])

    def filter_away(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        away = Exists(Absence.objects.filter(residency=OuterRef("pk"), ended_on__isnull=True))
        return queryset.filter(self._where_details_show(queryset), away if value else ~away)

    def filter_care(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        tags = CareTag.objects.active().filter(person=OuterRef("person"))
        if value != ANY_CARE:
            tags = tags.filter(kind=value)
        where = scope_of(self.request.user, Permission.VIEW_CARE).condition(queryset.code_path())
        return queryset.filter(where, Exists(tags))
