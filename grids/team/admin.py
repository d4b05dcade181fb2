"""Staff and posts in Django's administration: to look at, scoped like every page."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.team.models import Post, StaffProfile


@admin.register(StaffProfile)
class StaffAdmin(RestrictedAdmin):
    """Who serves; birth date and schooling are left to the page of the staff."""

    view_permission = Permission.VIEW_TEAM
    list_display = ["name", "employment", "home", "work_phone", "hired_on"]
    list_filter = ["employment"]
    list_select_related = ["home"]
    search_fields = ["name", "home__code"]
    fields = ["name", "employment", "home", "work_phone", "hired_on"]


@admin.register(Post)
class PostAdmin(RestrictedAdmin):
    """Posts; they are started and ended on their own pages."""

    view_permission = Permission.VIEW_TEAM
    list_display = ["staff", "role", "grid", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["staff", "grid"]
    search_fields = ["staff__name", "grid__code"]
    fields = ["staff", "role", "grid", "primary", "starts_on", "ends_on", "end_reason"]
