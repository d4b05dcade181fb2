"""Decisions at the same moment: one wins, and everything is done once."""

from datetime import timedelta

import pytest

from grids.access.choices import Role
from grids.access.models import RoleGrant, User
from grids.access.services import grant_role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.moves.choices import MoveState
from grids.moves.models import StaffMove
from grids.moves.services import agree, ask, refuse, withdraw
from grids.team.models import Post
from grids.trail.models import AuditEntry
from tests.harness import errors_among, run_together
from tests.world import build_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
HANDS = 12


@pytest.fixture
def world(transactional_db):
    world = build_world()
    world.users["second_admin"] = User.objects.create(username="second_admin", display_name="何安全二")
    grant_role(world.users["second_admin"], Role.SECURITY_ADMIN, world.district, actor=None, source="test")
    return world


def request_of(world) -> StaffMove:
    return ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), starts_on=today())


def test_two_security_administrators_and_the_asker_at_once_have_one_winner(world):
    move = request_of(world)
    acts = [
        ("agreed", lambda row: agree(row, actor=world.fresh("security_admin"))),
        ("agreed", lambda row: agree(row, actor=world.fresh("second_admin"))),
        ("refused", lambda row: refuse(row, actor=world.fresh("second_admin"), remark="先补齐东边")),
        ("withdrawn", lambda row: withdraw(row, actor=world.fresh("secretary"))),
    ]

    def hand(number: int) -> str:
        state, act = acts[number % len(acts)]
        act(StaffMove.objects.get(pk=move.pk))
        return state

    outcomes = run_together(HANDS, hand)
    assert not errors_among(outcomes, Conflict)
    won = [outcome.value for outcome in outcomes if outcome.succeeded]
    assert len(won) == 1
    move.refresh_from_db()
    assert move.state == won[0]
    agreed = move.state == MoveState.AGREED
    assert Post.objects.filter(staff=world.east_staff).count() == 1 + agreed
    assert Post.objects.filter(staff=world.east_staff).not_ended().count() == 1
    assert RoleGrant.objects.filter(user=world.east_worker).count() == 1
    assert AuditEntry.objects.filter(act__startswith="staffmove.").count() == 2


def test_asked_for_by_many_at_once_one_request_waits(world):
    def hand(number: int) -> None:
        actor = world.fresh(["secretary", "street_desk"][number % 2])
        day = today() + timedelta(days=number % 3)
        ask(Post.objects.get(pk=world.east_post.pk), world.west_grid, actor=actor, starts_on=day)

    outcomes = run_together(HANDS, hand)
    assert not errors_among(outcomes, Conflict, Refused)
    assert sum(outcome.succeeded for outcome in outcomes) == 1
    assert StaffMove.objects.filter(staff=world.east_staff).count() == 1
