"""Affairs are read-only in the administration; the diversion list is edited there, with a trail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from governance.affairs.models import Affair, ClassificationRule
from governance.affairs.services import change_rule
from grids.access.admin import RestrictedAdmin
from grids.access.choices import Permission


@admin.register(Affair)
class AffairAdmin(RestrictedAdmin):
    """States and dates; what an affair is about is read on its page, where family affairs stay private."""

    view_permission = Permission.VIEW_AFFAIRS
    list_display = ["number", "state", "category", "urgency", "grid", "reported_at"]
    list_filter = ["state", "category", "urgency"]
    search_fields = ["number"]
    list_select_related = ["grid"]
    fields = [
        *("number", "state", "category", "urgency", "tier", "grid", "lead_grid", "handler", "cycle", "due_at"),
        *("reported_at", "accepted_at", "classified_at", "dispatched_at", "taken_at", "submitted_at"),
        *("verified_at", "closed_at"),
    ]


@admin.register(ClassificationRule)
class ClassificationRuleAdmin(admin.ModelAdmin):
    """The 24 lines; a superuser changes their words, usual lead, urgency and whether they are in use."""

    list_display = ["name_zh", "category", "number", "keywords", "tier", "active"]
    list_filter = ["category", "active"]
    search_fields = ["name_zh", "name_en", "keywords"]
    fields = ["category", "number", "name_zh", "name_en", "keywords", "tier", "urgency", "active"]
    readonly_fields = ["category", "number"]

    def save_model(self, request: HttpRequest, obj: ClassificationRule, form: Any, change: bool) -> None:
        stored = ClassificationRule.objects.get(pk=obj.pk)
        change_rule(stored, actor=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
