"""Who sees which rows: the one place (architecture.md 2; performance.md 2).

A user's grants on grids are read in one query, reduced to the top-most codes, and a scoped table is filtered by
ranges of grid codes: a constant number of queries however many grids and grants there are.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from grids.access.choices import Permission, Role
from grids.common.codes import covers, ranges, topmost


@dataclass(frozen=True)
class Scope:
    """The part of the forest that a user holds one permission on: top-most code prefixes, or everything."""

    prefixes: tuple[str, ...] = ()
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.prefixes)

    def holds(self, code: str) -> bool:
        """Whether the grid with this code lies in the scope; asks no database."""
        return self.everything or any(code.startswith(prefix) for prefix in self.prefixes)

    def condition(self, code_path: str) -> Q:
        """The scope as a filter on the column ``code_path``; an empty scope matches nothing."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for first, end in ranges(self.prefixes):
            condition |= Q(**{f"{code_path}__gte": first, f"{code_path}__lt": end})
        return condition


NOWHERE = Scope()


def scope_of(user: Any, permission: Permission) -> Scope:
    """The user's scope for one permission. Inactive and anonymous users have none; a superuser has everything.

    All scopes of a user are read together and kept on the user object, that is for one request.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOWHERE
    if user.is_superuser:
        return Scope(everything=True)
    scopes = getattr(user, "_grid_scopes", None)
    if scopes is None:
        scopes = user._grid_scopes = _read_scopes(user)
    return scopes.get(Permission(permission).codename, NOWHERE)


def forget_scopes(user: Any) -> None:
    """Read the user's grants anew at the next question (after a grant was given or taken)."""
    user.__dict__.pop("_grid_scopes", None)
    user.__dict__.pop("_grid_roles", None)


@cache
def _statement_of_grants() -> tuple[str, int]:
    """What reads the grants of one user, and how often it names him: every page asks it, so it is written once."""
    own = apps.get_model("grids.GridUserObjectPermission")
    groups = apps.get_model("grids.GridGroupObjectPermission")
    columns = ("permission__codename", "content_object__code")
    rows = own.objects.filter(user=0).values_list(*columns)
    sql, named = rows.union(groups.objects.filter(group__user=0).values_list(*columns)).query.sql_with_params()
    return sql, len(named)


def _read_scopes(user: Any) -> dict[str, Scope]:
    sql, named = _statement_of_grants()
    codes: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk] * named)
        for codename, code in cursor.fetchall():
            codes.setdefault(codename, set()).add(code)
    return {codename: Scope(topmost(found)) for codename, found in codes.items()}


def roles_on(user: Any, grid: Any) -> set[Role]:
    """The roles that an active user holds on ``grid`` itself or on one above it (None: anywhere)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return set()
    held = getattr(user, "_grid_roles", None)
    if held is None:
        grants = apps.get_model("grids.RoleGrant").objects.filter(user=user)
        held = user._grid_roles = list(grants.values_list("role", "grid__code"))
    return {Role(role) for role, code in held if grid is None or covers(code, grid.code)}


class GridScopedQuerySet(models.QuerySet):
    """Rows that belong to a grid. ``grid_path`` says where: a lookup path to Grid, or "" for Grid itself."""

    grid_path = "grid"

    def code_path(self) -> str:
        return f"{self.grid_path}__code" if self.grid_path else "code"

    def restrict(self, user: Any, permission: Permission) -> Self:
        """The rows that ``user`` holds ``permission`` on: every list, form choice, export and count asks here."""
        return self.in_scope(scope_of(user, permission))

    def in_scope(self, scope: Scope) -> Self:
        found = self.filter(scope.condition(self.code_path()))
        if scope.prefixes:
            found.query.scope_path = self.code_path()  # stays with the query, whatever else narrows it
        return found

    def under(self, grid: Any) -> Self:
        """The rows in the subtree of ``grid`` (itself included)."""
        return self.in_scope(Scope(topmost({grid.code})))


def grids_held(user: Any, permission: Permission, codes: list[str]) -> list[str]:
    """Those of ``codes`` that lie in the user's scope, without a query a grid."""
    scope = scope_of(user, permission)
    return [code for code in codes if scope.holds(code)]
