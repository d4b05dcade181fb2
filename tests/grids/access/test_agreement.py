"""``has_perm(permission, grid)`` and ``restrict(user, permission)`` give one answer, for everybody and everything."""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.models import Permission as StoredPermission
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids.access.choices import ROLE_PERMISSIONS, Permission, Role
from grids.access.models import GridGroupObjectPermission, GridUserObjectPermission, User
from grids.access.querysets import forget_scopes, roles_on, scope_of
from grids.access.services import grant_role, revoke_role
from grids.tree.choices import Level
from grids.tree.models import Grid

pytestmark = pytest.mark.django_db


def held(user, permission) -> set[str]:
    """Codes by ``restrict``, after checking that ``has_perm`` says the same grid by grid."""
    grids = list(Grid.objects.all())
    seen = set(Grid.objects.restrict(user, permission).values_list("code", flat=True))
    assert {grid.code for grid in grids if user.has_perm(permission, grid)} == seen
    # Without a grid: does he hold it anywhere?
    assert user.has_perm(permission) == bool(seen)
    return seen


def stored(permission: Permission) -> StoredPermission:
    return StoredPermission.objects.get(codename=permission.codename, content_type__app_label="grids")


def test_they_agree_for_every_user_permission_and_grid_of_the_world(world):
    below = {
        name: {code.code for code in Grid.objects.filter(code__startswith=grid.prefix)}
        for name, grid in world.grids.items()
    }
    from tests.world import CAST

    for (name, _display, role, grid), permission in product(CAST, Permission):
        expected = below[grid] if role and permission in ROLE_PERMISSIONS[role] else set()
        assert held(world.fresh(name), permission) == expected, f"{name} {permission}"


def test_the_inactive_the_anonymous_and_the_superuser(world):
    everything = {grid.code for grid in world.grids.values()}
    root = world.fresh("stranger")
    root.is_superuser = True
    root.save()
    for permission in Permission:
        assert held(world.fresh("stranger"), permission) == everything
    User.objects.update(is_active=False)
    for name, permission in product(("stranger", "secretary"), Permission):
        assert held(world.fresh(name), permission) == set()
    nobody = AnonymousUser()
    for permission in Permission:
        assert not Grid.objects.restrict(nobody, permission).exists()
        assert not scope_of(nobody, permission)
        assert not nobody.has_perm(permission, world.east_grid)


def test_grants_to_a_group_count_for_its_members_only(world):
    group = Group.objects.create(name="值班")
    GridGroupObjectPermission.objects.create(
        group=group, permission=stored(Permission.VIEW_AFFAIRS), content_object=world.next_community
    )
    world.stranger.groups.add(group)
    assert held(world.fresh("stranger"), Permission.VIEW_AFFAIRS) == {
        world.next_community.code,
        world.next_grid.code,
    }
    assert held(world.fresh("stranger"), Permission.VIEW_ROSTER) == set()
    world.east_worker.groups.add(group)
    assert len(held(world.fresh("east_worker"), Permission.VIEW_AFFAIRS)) == 4
    group.user_set.clear()
    assert held(world.fresh("stranger"), Permission.VIEW_AFFAIRS) == set()


def test_two_sources_of_one_role_are_taken_one_by_one(world):
    user, grid = world.fresh("stranger"), world.west_grid
    for source in ("post:1", "post:2"):
        grant_role(user, Role.LIAISON, grid, actor=None, source=source)
    grant_role(user, Role.LIAISON, grid, actor=None, source="post:2")
    revoke_role(user, Role.LIAISON, grid, actor=None, source="post:1")
    assert world.west_micro.code in held(world.fresh("stranger"), Permission.LOG_VISITS)
    revoke_role(user, Role.LIAISON, grid, actor=None, source="post:2")
    assert held(world.fresh("stranger"), Permission.LOG_VISITS) == set()
    assert not GridUserObjectPermission.objects.filter(user=user).exists()


def test_two_roles_are_a_union_and_losing_one_leaves_the_other(world):
    user = world.fresh("stranger")
    grant_role(user, Role.MENTOR, world.east_grid, actor=None, source="post:1")
    grant_role(user, Role.LIAISON, world.east_grid, actor=None, source="post:2")
    revoke_role(user, Role.MENTOR, world.east_grid, actor=None, source="post:1")
    user = world.fresh("stranger")
    powers = {permission for permission in Permission if user.has_perm(permission, world.east_micro)}
    assert powers == set(ROLE_PERMISSIONS[Role.LIAISON])
    assert roles_on(user, world.east_micro) == {Role.LIAISON}
    assert roles_on(user, world.west_micro) == set()


def test_scopes_cost_one_query_whatever_the_number_of_grants(world, django_assert_num_queries):
    user = world.fresh("stranger")
    for number, grid in enumerate((world.east_grid, world.west_grid, world.next_grid, world.foreign_micro)):
        grant_role(user, Role.FULL_TIME, grid, actor=None, source=f"post:{number}")
    user = world.fresh("stranger")
    with django_assert_num_queries(1):
        for permission, grid in product(Permission, world.grids.values()):
            user.has_perm(permission, grid)
    with django_assert_num_queries(1):
        list(Grid.objects.restrict(user, Permission.VIEW_ROSTER))


def test_a_code_that_only_begins_alike_is_another_grid(world):
    """320106 is not under 32010: prefixes end where a level ends."""
    grant_role(world.stranger, Role.AUDITOR, world.district, actor=None, source="post:1")
    assert not world.fresh("stranger").has_perm(Permission.VIEW_GRIDS, world.foreign_district)


forests = st.lists(
    st.tuples(*(st.integers(1, top) for top in (2, 2, 2, 2, 1)), st.integers(1, 5)), min_size=1, max_size=12
)
grants = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["own", "group"])), max_size=6)


def code_of(path: tuple[int, ...], level: int) -> str:
    digits = f"99{path[0]:04d}{path[1]:03d}{path[2]:03d}{path[3]:03d}{path[4]:02d}"[: Level(level).digits]
    return digits.ljust(12, "0")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forests, grants)
def test_they_agree_on_any_forest_with_any_grants(db, forest, granted):
    with transaction.atomic():
        by_code: dict[str, Grid] = {}
        for *path, depth in forest:
            for level in range(1, depth + 1):
                code = code_of(tuple(path), level)
                if code in by_code:
                    continue
                parent = by_code[code_of(tuple(path), level - 1)] if level > 1 else None
                grid = Grid(parent=parent, level=level, code=code, name_zh=f"甲{code}", valid_from="2026-01-01")
                grid.lft = grid.rght = grid.tree_id = 0
                grid.depth = level - 1
                by_code[code] = grid
                Grid.objects.bulk_create([grid])
        user = User.objects.create(username="someone", display_name="某人")
        group = Group.objects.create(name="someones")
        user.groups.add(group)
        grids = list(by_code.values())
        tops = set()
        for number, table in granted:
            grid = grids[number % len(grids)]
            tops.add(grid.pk)
            if table == "own":
                GridUserObjectPermission.objects.get_or_create(
                    user=user, permission=stored(Permission.VIEW_ROSTER), content_object=grid
                )
            else:
                GridGroupObjectPermission.objects.get_or_create(
                    group=group, permission=stored(Permission.VIEW_ROSTER), content_object=grid
                )
        forget_scopes(user)

        # The model: a grid is held if it or anything above it, parent by parent, was granted.
        def is_held(grid: Grid | None) -> bool:
            return grid is not None and (grid.pk in tops or is_held(grid.parent))

        assert held(user, Permission.VIEW_ROSTER) == {grid.code for grid in grids if is_held(grid)}
        assert held(user, Permission.EDIT_ROSTER) == set()
        transaction.set_rollback(True)
