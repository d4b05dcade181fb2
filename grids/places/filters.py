"""What the lists of places can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.common.clock import now
from grids.common.filters import FilterSet, SubtreeFilter, YesNoFilter
from grids.places.choices import CompoundKind, OrganisationKind, PlaceKind, PlaceStatus, ServicePointKind, VesselStatus
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Vessel
from grids.tree.models import Grid


def visible_grids(request: HttpRequest) -> QuerySet:
    return Grid.objects.restrict(request.user, Permission.VIEW_GRIDS)


class BuildingFilter(FilterSet):
    search_fields = ("name", "address", "compound__name")
    search_hint = _("Building, compound or address")

    grid = SubtreeFilter("grid__code", grids=visible_grids)
    in_compound = YesNoFilter(method="filter_in_compound", label=_("Belongs to a compound"))

    class Meta:
        model = Building
        fields = ()

    def filter_in_compound(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.exclude(compound=None) if value else queryset.filter(compound=None)


class ThingFilter(FilterSet):
    """What is open, unless the closed ones are asked for."""

    grid = SubtreeFilter("grid__code", grids=visible_grids)
    state = django_filters.ChoiceFilter(method="filter_state", choices=PlaceStatus.choices, label=_("Open or closed"))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.open()

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(closed_on__isnull=value == PlaceStatus.OPEN)


class CompoundFilter(ThingFilter):
    search_fields = ("name", "address", "property_company")
    search_hint = _("Compound, address or property company")
    chip_fields = ("kind",)

    kind = django_filters.ChoiceFilter(choices=CompoundKind.choices, label=_("Kind"))

    class Meta:
        model = Compound
        fields = ("kind",)


class OrganisationFilter(ThingFilter):
    search_fields = ("name", "credit_code", "address")
    search_hint = _("Name, credit code or address")
    chip_fields = ("group",)

    group = django_filters.ChoiceFilter(
        method="filter_group", choices=[("enterprises", _("Enterprises"))], label=_("Group")
    )
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label=_("Kind"))
    coded = YesNoFilter(method="filter_coded", label=_("Credit code entered"))

    class Meta:
        model = Organisation
        fields = ("kind",)

    def filter_group(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.economic()

    def filter_coded(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.exclude(credit_code="") if value else queryset.filter(credit_code="")


class PlaceFilter(ThingFilter):
    search_fields = ("name", "address", "organisation__name")
    search_hint = _("Place, address or who runs it")
    chip_fields = ("group",)

    group = django_filters.ChoiceFilter(
        method="filter_group", choices=[("schools", _("Schools")), ("markets", _("Markets"))], label=_("Group")
    )
    kind = django_filters.ChoiceFilter(choices=PlaceKind.choices, label=_("Kind"))

    class Meta:
        model = Place
        fields = ("kind",)

    def filter_group(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.schools() if value == "schools" else queryset.markets()


class VesselFilter(ThingFilter):
    search_fields = ("name", "registration_no", "berth", "home_port")
    search_hint = _("Vessel, registration number or berth")
    chip_fields = ("status",)

    status = django_filters.ChoiceFilter(choices=VesselStatus.choices, label=_("Status"))

    class Meta:
        model = Vessel
        fields = ("status",)


class ServicePointFilter(ThingFilter):
    search_fields = ("name", "address", "services", "host_space")
    search_hint = _("Service point, address or service")
    chip_fields = ("kind", "open_now")

    kind = django_filters.ChoiceFilter(choices=ServicePointKind.choices, label=_("Kind"))
    open_now = django_filters.ChoiceFilter(
        method="filter_open_now", choices=[("yes", _("Open now"))], label=_("Opening hours")
    )

    class Meta:
        model = ServicePoint
        fields = ("kind",)

    def filter_open_now(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.open_at(timezone.localtime(now()))
