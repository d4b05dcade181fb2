"""The administration pages of this room: read-only, scoped; landlords, tenants, notes and photos are left out."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from residents.rentals.models import RectificationNotice, RentalCheck, RentalFile


@admin.register(RentalFile)
class RentalFileAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_RENTALS
    list_display = ["number", "status", "colour", "colour_since", "next_check_on", "opened_on", "closed_on"]
    list_filter = ["status", "colour"]
    fields = ["number", "status", "colour", "colour_since", "next_check_on", "rooms_let", "opened_on", "closed_on"]


@admin.register(RentalCheck)
class RentalCheckAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_RENTALS
    list_display = ["pk", "file_id", "kind", "due_on", "checked_at", "checked_by", "colour", "open_items"]
    list_filter = ["kind", "colour"]
    list_select_related = ["checked_by"]
    fields = ["file_id", "kind", "due_on", "checked_at", "checked_by", "colour", "open_items", "points_open"]
    readonly_fields = ["file_id"]


@admin.register(RectificationNotice)
class RectificationNoticeAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_RENTALS
    list_display = ["number", "issued_on", "due_on", "served_on", "served_how", "settled_on"]
    list_filter = ["served_how"]
    fields = ["number", "issued_on", "issued_by", "due_on", "served_on", "served_how", "settled_on"]
