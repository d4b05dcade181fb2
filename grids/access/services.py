"""Giving and taking powers: the only place that writes guardian's rows."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission as StoredPermission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from grids.access.choices import ROLE_PERMISSIONS, Role
from grids.access.models import GridUserObjectPermission, RoleGrant, User
from grids.access.passwords import starting_password
from grids.access.querysets import forget_scopes
from grids.trail.services import changes_between, record, record_many

# Upper rooms that must act when an account is closed or opened (contacts let the backup stand in) add a
# function(user, changes) here in AppConfig.ready; it runs in the same transaction. ``changes``: {field: [old, new]}.
account_changed: list[Callable[[User, dict[str, Any]], None]] = []


@transaction.atomic
def create_user(
    *, username: str, display_name: str, password: str, actor: Any, phone: str = "", temporary_password: bool = True
) -> User:
    """A new account. With ``temporary_password`` it must be changed at the first login."""
    user = User.objects.create_user(
        username=username,
        password=password,
        display_name=display_name,
        phone=phone,
        must_change_password=temporary_password,
    )
    record("account.create", user, actor=actor, changes={"username": ["", username]})
    return user


@transaction.atomic
def renew_password(user: User, *, actor: Any) -> str:
    """Give the account a new starting password and return it: shown once, changed at the next login."""
    password = starting_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record("account.renew_password", user, actor=actor)
    return password


@transaction.atomic
def change_account(user: User, *, actor: Any, **values: Any) -> User:
    """Close or open the account, correct its display name, or ask for a new password at the next login."""
    changes = changes_between({name: getattr(user, name) for name in values}, values, User)
    for name, value in values.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))
        record("account.change", user, actor=actor, changes=changes)
        for hook in account_changed:
            hook(user, changes)
    return user


@transaction.atomic
def grant_role(user: User, role: Role, grid: Any, *, actor: Any, source: str) -> RoleGrant:
    """Let ``user`` hold ``role`` on ``grid`` because of ``source`` ("post:12"); doing it again changes nothing."""
    grant, created = RoleGrant.objects.get_or_create(user=user, grid=grid, role=role, source=source)
    if created:
        _derive(user, grid)
        record("role.grant", user, actor=actor, grid=grid, changes={"role": ["", str(Role(role).value)]}, reason=source)
    return grant


@transaction.atomic
def revoke_role(user: User, role: Role, grid: Any, *, actor: Any, source: str) -> None:
    """Take back what ``grant_role`` gave for ``source``; powers that another source still gives stay."""
    deleted, _rows = RoleGrant.objects.filter(user=user, grid=grid, role=role, source=source).delete()
    if deleted:
        _derive(user, grid)
        record(
            "role.revoke", user, actor=actor, grid=grid, changes={"role": [str(Role(role).value), ""]}, reason=source
        )


def grant_roles_in_bulk(grants: list[tuple[User, Role, Any, str]]) -> None:
    """``(user, role, grid, source)`` for new accounts without any grant yet: the same rows as ``grant_role``, in bulk.

    The caller writes the trail (one entry for the bulk act) in the same transaction.
    """
    RoleGrant.objects.bulk_create(
        [RoleGrant(user=user, role=role, grid=grid, source=source) for user, role, grid, source in grants],
        batch_size=1000,
    )
    wanted: dict[tuple[Any, Any], set[str]] = {}
    for user, role, grid, _source in grants:
        wanted.setdefault((user.pk, grid.pk), set()).update(p.codename for p in ROLE_PERMISSIONS[role])
    permissions = _permission_ids()
    GridUserObjectPermission.objects.bulk_create(
        [
            GridUserObjectPermission(user_id=user_id, content_object_id=grid_id, permission_id=permissions[codename])
            for (user_id, grid_id), codenames in wanted.items()
            for codename in sorted(codenames)
        ],
        batch_size=2000,
    )


@transaction.atomic
def sync_roles() -> int:
    """Make every account's powers follow ``ROLE_PERMISSIONS`` after an upgrade that changed it.

    Returns how many pairs of account and grid were brought in step; each account has an entry in the trail. Two queries
    when none was.
    """
    wanted: dict[tuple[Any, Any], set[str]] = {}
    for user, grid, role in RoleGrant.objects.order_by().values_list("user", "grid", "role"):
        wanted.setdefault((user, grid), set()).update(p.codename for p in ROLE_PERMISSIONS[Role(role)])
    held: dict[tuple[Any, Any], set[str]] = {}
    rows = GridUserObjectPermission.objects.order_by()
    for user, grid, codename in rows.values_list("user", "content_object", "permission__codename"):
        held.setdefault((user, grid), set()).add(codename)
    stale = [pair for pair in wanted.keys() | held.keys() if wanted.get(pair, set()) != held.get(pair, set())]
    permissions = _permission_ids()
    GridUserObjectPermission.objects.bulk_create(
        [
            GridUserObjectPermission(user_id=user, content_object_id=grid, permission_id=permissions[codename])
            for user, grid in stale
            for codename in sorted(wanted.get((user, grid), set()) - held.get((user, grid), set()))
        ],
        batch_size=2000,
    )
    for user, grid in stale:
        if gone := held.get((user, grid), set()) - wanted.get((user, grid), set()):
            rows.filter(user=user, content_object=grid, permission__codename__in=gone).delete()
    if stale:
        record_many("role.sync", User.objects.filter(pk__in={user for user, _grid in stale}).order_by("pk"), actor=None)
    return len(stale)


def _derive(user: User, grid: Any) -> None:
    """Make guardian's rows of ``user`` on ``grid`` equal to the union of the roles that he holds there."""
    wanted = {
        permission.codename
        for role in RoleGrant.objects.filter(user=user, grid=grid).values_list("role", flat=True)
        for permission in ROLE_PERMISSIONS[Role(role)]
    }
    held = set(
        GridUserObjectPermission.objects.filter(user=user, content_object=grid).values_list(
            "permission__codename", flat=True
        )
    )
    permissions = _permission_ids()
    GridUserObjectPermission.objects.bulk_create(
        [
            GridUserObjectPermission(user=user, content_object=grid, permission_id=permissions[codename])
            for codename in sorted(wanted - held)
        ]
    )
    GridUserObjectPermission.objects.filter(
        user=user, content_object=grid, permission__codename__in=held - wanted
    ).delete()
    forget_scopes(user)


def _permission_ids() -> dict[str, int]:
    content_type = ContentType.objects.get_for_model(apps.get_model("grids.Grid"))
    return dict(StoredPermission.objects.filter(content_type=content_type).values_list("codename", "pk"))
