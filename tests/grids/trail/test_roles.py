"""Every entry says in which role its actor acted."""

import pytest
from django.db import transaction

from grids.access.choices import Role
from grids.access.services import grant_role, revoke_role
from grids.trail.services import record
from tests.world import World


@pytest.mark.parametrize(
    ("name", "where", "role"),
    [
        ("secretary", "east_grid", "secretary"),
        ("east_worker", "east_micro", "full_time"),
        ("east_worker", "west_grid", ""),
        ("stranger", "east_grid", ""),
    ],
)
def test_the_role_is_the_one_held_where_the_act_happened(world: World, name: str, where: str, role: str) -> None:
    grid = getattr(world, where)
    with transaction.atomic():
        assert record("test.act", grid, actor=world.fresh(name), grid=grid).role == role


def test_several_roles_are_all_named_and_an_ended_one_no_more(world: World) -> None:
    actor, grid = world.fresh("east_worker"), world.east_grid
    grant_role(actor, Role.MENTOR, grid, actor=None, source="test")
    with transaction.atomic():
        assert record("test.act", grid, actor=actor, grid=grid).role == "full_time,mentor"
    revoke_role(actor, Role.MENTOR, grid, actor=None, source="test")
    with transaction.atomic():
        assert record("test.act", grid, actor=actor, grid=grid).role == "full_time"


def test_the_system_acts_in_no_role(world: World) -> None:
    with transaction.atomic():
        assert record("test.act", world.east_grid, actor=None, grid=world.east_grid).role == ""
