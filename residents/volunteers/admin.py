"""The administration pages of this room: read-only, scoped, without names, employers and words."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.common.masks import mask_name
from grids.trail.services import HIDDEN
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim


@admin.register(PartyMemberReport)
class PartyMemberReportAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_VOLUNTEERS
    list_display = ["pk", "grid", "state", "hours_a_month", "reported_at", "over_at"]
    list_filter = ["state"]
    list_select_related = ["grid"]
    fields = ["grid", "state", "hours_a_month", "consented_on", "end_reason"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        report = super().get_object(request, object_id, from_field)
        if report is not None and report.person is not None:
            report.person.name = mask_name(report.person.name)  # the page's title is the name
        if report is not None and report.user is not None:
            report.user.display_name = mask_name(report.user.get_full_name())
        return report


@admin.register(ServiceCall)
class ServiceCallAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_VOLUNTEERS
    list_display = ["pk", "grid", "kind", "state", "skill", "until_on"]
    list_filter = ["kind", "state"]
    list_select_related = ["grid"]
    fields = ["grid", "kind", "state", "skill", "half_hours", "until_on"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        call = super().get_object(request, object_id, from_field)
        if call is not None:
            call.title = HIDDEN
        return call


@admin.register(ServiceClaim)
class ServiceClaimAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_VOLUNTEERS
    list_display = ["pk", "call_id", "report_id", "state", "done_on", "half_hours"]
    list_filter = ["state"]
    fields = ["call_id", "report_id", "state", "done_on", "half_hours", "confirmed_by"]
    readonly_fields = ["call_id", "report_id"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        claim = super().get_object(request, object_id, from_field)
        if claim is not None:
            claim.call.title = HIDDEN
        return claim
