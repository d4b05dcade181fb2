"""What stands in the grids, in Django's administration: to look at, scoped like every page; phones are left out."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.places.models import Building, Compound, Organisation, Place, ServicePoint, Vessel


class ThingAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_GRIDS
    list_select_related = ["grid"]


@admin.register(Building)
class BuildingAdmin(ThingAdmin):
    list_display = ["name", "grid", "address", "floors"]
    search_fields = ["name", "address", "grid__code"]
    fields = ["name", "grid", "compound", "address", "floors"]


@admin.register(Compound)
class CompoundAdmin(ThingAdmin):
    list_display = ["name", "kind", "grid", "closed_on"]
    search_fields = ["name", "grid__code"]
    fields = ["name", "kind", "grid", "address", "property_company", "built_in", "closed_on"]


@admin.register(Organisation)
class OrganisationAdmin(ThingAdmin):
    list_display = ["name", "kind", "credit_code", "grid", "closed_on"]
    search_fields = ["name", "credit_code", "grid__code"]
    fields = ["name", "kind", "credit_code", "grid", "address", "closed_on"]


@admin.register(Place)
class PlaceAdmin(ThingAdmin):
    list_display = ["name", "kind", "grid", "closed_on"]
    search_fields = ["name", "grid__code"]
    fields = ["name", "kind", "grid", "organisation", "address", "closed_on"]


@admin.register(Vessel)
class VesselAdmin(ThingAdmin):
    list_display = ["name", "registration_no", "status", "grid", "closed_on"]
    search_fields = ["name", "registration_no", "grid__code"]
    fields = ["name", "registration_no", "grid", "berth", "home_port", "status", "status_since", "closed_on"]


@admin.register(ServicePoint)
class ServicePointAdmin(ThingAdmin):
    list_display = ["name", "kind", "grid", "phone", "closed_on"]
    search_fields = ["name", "grid__code"]
    fields = [
        "name",
        "kind",
        "grid",
        "host_space",
        "address",
        "opening_hours",
        "holiday_policy",
        "exception_days",
        "services",
        "phone",
        "closed_on",
    ]
