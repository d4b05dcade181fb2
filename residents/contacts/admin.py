"""The administration pages of this room: read-only, scoped, names and rooms masked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission
from grids.common.masks import mask_name
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.rules import HIDDEN_ROOM


@admin.register(ContactMember)
class ContactMemberAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_CONTACTS
    list_display = ["pk", "grid", "kind", "party_status", "branch", "starts_on", "ends_on"]
    list_filter = ["kind", "party_status"]
    list_select_related = ["grid"]
    fields = ["grid", "kind", "party_status", "branch", "consented_on", "starts_on", "ends_on"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        member = super().get_object(request, object_id, from_field)
        if member is not None:
            member.person.name = mask_name(member.person.name)  # the page's title is the name
        return member


@admin.register(ContactAssignment)
class ContactAssignmentAdmin(RestrictedAdmin):
    view_permission = Permission.VIEW_CONTACTS
    list_display = ["pk", "household_id", "member_id", "role", "status", "starts_on", "ends_on"]
    list_filter = ["role", "status"]
    fields = ["household_id", "member_id", "role", "status", "slot", "starts_on", "ends_on", "end_reason"]
    readonly_fields = ["household_id", "member_id", "slot"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        assignment = super().get_object(request, object_id, from_field)
        if assignment is not None:
            assignment.member.person.name = mask_name(assignment.member.person.name)
            assignment.household.dwelling.room = HIDDEN_ROOM
        return assignment
