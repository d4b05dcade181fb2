"""The administration pages of this room: read-only, scoped; notes are left out, they are personal."""

from django.contrib import admin

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from residents.visits.models import Encounter


@admin.register(Encounter)
class EncounterAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_VISITS
    list_display = ["pk", "household_id", "visitor", "kind", "channel", "outcome", "occurred_at", "recorded_at"]
    list_filter = ["kind", "channel", "outcome"]
    list_select_related = ["visitor"]
    fields = ["household_id", "visitor", "kind", "channel", "outcome", "occurred_at", "recorded_at", "late_reason"]
    readonly_fields = ["household_id", "recorded_at"]
