"""The tree in Django's administration: to look at, scoped like every page."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.tree.models import Grid


@admin.register(Grid)
class GridAdmin(RestrictedAdmin):
    """Grids; they are changed on their own pages."""

    view_permission = Permission.VIEW_GRIDS
    list_display = ["code", "name_zh", "level", "kind", "status", "valid_from", "valid_to"]
    list_filter = ["level", "kind", "status"]
    search_fields = ["code", "name_zh", "name_en"]
    ordering = ["code"]
    fields = [
        "code",
        "name_zh",
        "name_en",
        "level",
        "kind",
        "exclusive_type",
        "status",
        "valid_from",
        "valid_to",
        "urban_rural",
        "boundary_note",
    ]
