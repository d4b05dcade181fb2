"""After an upgrade the powers of every account follow its roles."""

import pytest
from django.contrib.auth.models import Permission as StoredPermission

from grids.access.choices import Permission
from grids.access.models import GridUserObjectPermission
from grids.access.services import sync_roles
from grids.trail.models import AuditEntry

pytestmark = pytest.mark.django_db


def rows() -> set:
    return set(GridUserObjectPermission.objects.values_list("user", "content_object", "permission__codename"))


def test_nothing_to_do_changes_nothing(world, django_assert_max_num_queries):
    before = rows()
    with django_assert_max_num_queries(6):  # two questions, the names of the powers, a savepoint
        assert sync_roles() == 0
    assert rows() == before


def test_a_power_that_roles_gained_is_given_and_one_that_they_lost_is_taken(world):
    before = rows()
    worker, grid = world.users["east_worker"], world.east_grid
    held = GridUserObjectPermission.objects.filter(user=worker, content_object=grid)
    held.filter(permission__codename=Permission.VIEW_CARE.codename).delete()
    lost = StoredPermission.objects.get(codename=Permission.MANAGE_GRIDS.codename)
    GridUserObjectPermission.objects.create(user=worker, content_object=grid, permission=lost)
    assert sync_roles() == 1
    assert rows() == before
    [entry] = AuditEntry.objects.filter(act="role.sync")
    assert entry.object_id == str(worker.pk)
    fresh = world.fresh("east_worker")
    assert fresh.has_perm(Permission.VIEW_CARE, grid)
    assert not fresh.has_perm(Permission.MANAGE_GRIDS, grid)


def test_powers_without_a_role_are_taken(world):
    stranger = world.users["stranger"]
    power = StoredPermission.objects.get(codename=Permission.VIEW_ROSTER.codename)
    GridUserObjectPermission.objects.create(user=stranger, content_object=world.west_grid, permission=power)
    assert sync_roles() == 1
    assert not world.fresh("stranger").has_perm(Permission.VIEW_ROSTER, world.west_grid)
