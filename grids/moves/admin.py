"""Moves of staff in Django's administration: to look at, scoped like every page."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.moves.models import StaffMove


@admin.register(StaffMove)
class StaffMoveAdmin(RestrictedAdmin):
    """Requests; they are asked for and decided on their own pages."""

    view_permission = Permission.MANAGE_TEAM
    list_display = ["staff", "post", "to_grid", "starts_on", "state"]
    list_filter = ["state"]
    list_select_related = ["staff", "post", "to_grid"]
    search_fields = ["staff__name"]
    fields = ["staff", "post", "to_grid", "starts_on", "successor", "state", "asked_by", "decided_by", "remark"]
