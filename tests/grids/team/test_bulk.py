"""Loading many at once obeys the rules of one at a time."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from grids.access.choices import Permission, Role
from grids.access.models import GridUserObjectPermission, RoleGrant, User
from grids.team.bulk import NewStaff, enter_many
from grids.team.choices import Employment
from grids.team.models import Post, StaffProfile
from grids.team.services import enter_staff, open_account, start_post
from grids.trail.models import AuditEntry

pytestmark = pytest.mark.django_db


def one(world, name="甲", posts=(), username=""):
    return NewStaff(home=world.community, name=name, employment=Employment.FULL_TIME, posts=posts, username=username)


def test_bulk_and_single_leave_the_same_rights(world):
    enter_many(
        [one(world, "甲", [(Role.FULL_TIME, world.east_grid), (Role.FULL_TIME, world.west_grid)], "jia")],
        actor=None,
        password_hash=make_password("Lianhu-bulk-2026"),
    )
    single = enter_staff(world.community, actor=None, name="乙", employment=Employment.FULL_TIME)
    start_post(single, Role.FULL_TIME, world.east_grid, actor=None)
    start_post(single, Role.FULL_TIME, world.west_grid, actor=None, primary=False)
    open_account(single, actor=None, username="yi")

    bulk, alone = User.objects.get(username="jia"), User.objects.get(username="yi")
    assert bulk.check_password("Lianhu-bulk-2026")
    for table, columns in [
        (RoleGrant, ("grid", "role")),
        (GridUserObjectPermission, ("content_object", "permission__codename")),
    ]:
        mine, his = (set(table.objects.filter(user=user).values_list(*columns)) for user in (bulk, alone))
        assert mine == his
        assert mine
    assert [post.primary for post in bulk.staff_profile.posts.order_by("pk")] == [True, False]
    assert bulk.has_perm(Permission.LOG_VISITS, world.east_micro)
    assert AuditEntry.objects.filter(act="post.start", grid=world.west_grid).count() == 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda world: [one(world, posts=[(Role.LIAISON, world.east_grid)])],
        lambda world: [one(world, posts=[(Role.GRID_LEADER, world.east_grid)])],
        lambda world: [one(world, name, [(Role.GRID_LEADER, world.west_grid)]) for name in ("甲", "乙")],
        lambda world: [one(world, posts=[(Role.PART_TIME, world.east_grid)] * 2)],
        lambda world: [one(world, username="secretary")],
        lambda world: [one(world, username="jia"), one(world, "乙", username="jia")],
    ],
)
def test_one_broken_rule_refuses_the_whole_load(world, broken):
    before = (StaffProfile.objects.count(), Post.objects.count(), User.objects.count())
    with pytest.raises(ValidationError):
        enter_many([one(world, "好人"), *broken(world)], actor=None)
    assert (StaffProfile.objects.count(), Post.objects.count(), User.objects.count()) == before
