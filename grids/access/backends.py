"""``user.has_perm(permission, grid)`` by the same rule as ``restrict()``."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from grids.access.choices import Permission
from grids.access.querysets import scope_of

_OURS = set(Permission.values)


class GridBackend(ModelBackend):
    """Logs in by name and password, and answers for the portal's permissions.

    With a grid: does the user hold the permission there? Without one: does he hold it anywhere (for menus)?
    Django's own permissions (the administration pages) are answered as Django does.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if str(perm) not in _OURS:
            return obj is None and super().has_perm(user_obj, perm)
        scope = scope_of(user_obj, Permission(perm))
        return bool(scope) if obj is None else scope.holds(obj.code)
