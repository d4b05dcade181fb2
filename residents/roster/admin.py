"""Read-only pages of the administration over the roster: no name in full where masks are due, no encrypted field."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.common.masks import mask_name
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import HIDDEN_ROOM


@admin.register(Household)
class HouseholdAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_ROSTER
    list_display = ["id", "building", "grid_name", "status", "opened_on", "closed_on"]
    list_filter = ["status"]
    fields = ["building", "grid_name", "status", "opened_on", "closed_on"]
    list_select_related = ["dwelling__grid", "dwelling__unit__building"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        household = super().get_object(request, object_id, from_field)
        if household is not None:
            household.dwelling.room = HIDDEN_ROOM  # the page's title is the door
        return household

    @admin.display(description=_("Building"))
    def building(self, household: Household) -> str:
        return household.dwelling.unit.building.name

    @admin.display(description=_("Grid"))
    def grid_name(self, household: Household) -> str:
        return household.dwelling.grid.name


@admin.register(Person)
class PersonAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_ROSTER
    list_display = ["id", "masked_name", "sex", "verified_on"]
    fields = ["masked_name", "sex", "verified_on"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        person = super().get_object(request, object_id, from_field)
        if person is not None:
            person.name = mask_name(person.name)  # the page's title is the name
        return person

    @admin.display(description=_("Name"))
    def masked_name(self, person: Person) -> str:
        return mask_name(person.name)


@admin.register(Residency)
class ResidencyAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_ROSTER
    list_display = ["id", "kind", "relation", "starts_on", "ends_on"]
    list_filter = ["kind"]
    fields = ["kind", "relation", "is_head", "starts_on", "ends_on", "end_reason"]
