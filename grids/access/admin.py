"""The administration pages of Django, scoped by the same rule as every other page; they edit nothing."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from grids.access.choices import Permission
from grids.access.models import RoleGrant, User
from grids.access.querysets import GridScopedQuerySet, scope_of
from grids.access.services import change_account


class NarrowAdmin(admin.ModelAdmin):
    """Lists that are narrowed by their filters and by nothing else.

    Django would take any column of the model from the address, and so tell hidden values letter by letter.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        offered = {one if isinstance(one, str) else one[0] for one in self.get_list_filter(request)}
        return lookup.removesuffix("__exact").removesuffix("__isnull") in offered


class RestrictedAdmin(NarrowAdmin):
    """Read-only pages over a scoped model: rows by ``restrict()``, fields that hold personal data left out.

    What a service guards is never edited here: adding, changing and deleting are refused to everybody.
    ``view_permission`` names the power that opens the rows.
    """

    view_permission: Permission
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        queryset = cast("GridScopedQuerySet", self.model._default_manager.all())
        ordering = self.get_ordering(request)
        queryset = queryset.restrict(request.user, self.view_permission)
        return queryset.order_by(*ordering) if ordering else queryset

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff and bool(scope_of(request.user, self.view_permission))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(NarrowAdmin):
    """Accounts, for the system administrator: closed and opened again here, powers only through posts."""

    list_display = ["username", "display_name", "is_active", "must_change_password", "last_login"]
    search_fields = ["username", "display_name"]
    fields = ["username", "display_name", "is_active", "must_change_password", "is_staff", "last_login", "date_joined"]
    readonly_fields = ["username", "is_staff", "last_login", "date_joined"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        stored = User.objects.get(pk=obj.pk)
        change_account(stored, actor=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RoleGrant)
class RoleGrantAdmin(NarrowAdmin):
    """Who holds which role where; read-only, because posts give and take roles."""

    list_display = ["user", "role", "grid", "source", "granted_at"]
    list_filter = ["role"]
    list_select_related = ["user", "grid"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
