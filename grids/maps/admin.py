"""Boundaries in Django's administration: to look at, scoped like every page."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.maps.models import GridBoundary


@admin.register(GridBoundary)
class GridBoundaryAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_GRIDS
    list_display = ["grid", "source", "licence", "valid_from"]
    list_select_related = ["grid"]
    search_fields = ["grid__code", "source"]
    fields = ["grid", "source", "licence", "valid_from", "west", "south", "east", "north"]
