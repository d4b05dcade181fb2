"""Notices at the door: who publishes, who ticks, and that a door is ticked once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.common.clock import now, today
from grids.common.errors import Refused, StaleVersion
from grids.trail.models import AuditEntry
from residents.liaison import rules, services
from residents.liaison.boards import board_of
from residents.liaison.models import DoorNotice, DoorTick
from residents.liaison.querysets import reach_by_microgrid
from residents.roster.models import Household
from residents.visits.models import VisitTask
from tests.harness import run_together


def publish(world, actor, grid="east_grid", **values):
    words = {"title": "停电", "text": "周日停电两小时", "until_on": today() + timedelta(days=3)}
    return services.publish_notice(world.grids[grid], actor=actor, **{**words, **values})


@pytest.mark.parametrize(
    ("name", "grid", "may"),
    [
        ("secretary", "community", True),
        ("east_worker", "east_grid", True),
        ("east_worker", "community", False),
        ("east_worker", "west_grid", False),
        ("liaison", "east_micro", False),
        ("joint_member", "east_grid", False),
        ("auditor", "east_grid", False),
    ],
)
def test_whoever_keeps_the_roster_publishes(world, name, grid, may):
    if may:
        notice = publish(world, world.users[name], grid)
        assert AuditEntry.objects.filter(act="door_notice.publish", object_id=str(notice.pk)).exists()
    else:
        with pytest.raises(Refused):
            publish(world, world.users[name], grid)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"text": ""}, "text"),
        ({"text": "字" * 501}, "text"),
        ({"text": "请带身份证 990101194904120011"}, "text"),
        ({"until_on": today() - timedelta(days=1)}, "until_on"),
        ({"until_on": today() + timedelta(days=61)}, "until_on"),
    ],
)
def test_a_notice_says_something_for_a_limited_time(world, values, field):
    with pytest.raises(ValidationError) as problem:
        publish(world, world.secretary, **values)
    assert field in problem.value.message_dict


def test_the_first_tick_stands_and_a_slip_is_taken_back(world):
    notice, home = publish(world, world.east_worker), world.east_household
    first = services.tick_door(notice, home, actor=world.liaison)
    assert services.tick_door(notice, home, actor=world.east_worker) == first
    assert DoorTick.objects.get(notice=notice).by == world.liaison
    assert AuditEntry.objects.filter(act="door_notice.tick").count() == 1
    services.untick_door(notice, home, actor=world.liaison)
    services.untick_door(notice, home, actor=world.liaison)
    assert not DoorTick.objects.filter(notice=notice).exists()
    assert AuditEntry.objects.filter(act="door_notice.untick").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        DoorTick.objects.bulk_create(DoorTick(notice=notice, household=home, by=world.liaison) for _one in range(2))


@pytest.mark.parametrize("name", ["secretary", "west_worker", "joint_member", "auditor", "foreign_worker"])
def test_only_those_who_go_to_the_door_tick_it(world, name):
    with pytest.raises(Refused):
        services.tick_door(world.east_doornotice, world.east_household, actor=world.users[name])


def test_a_notice_reaches_its_own_doors_while_it_runs(world):
    notice = publish(world, world.east_worker)
    with pytest.raises(Refused):
        services.tick_door(notice, world.west_household, actor=world.desk_worker)
    Household.objects.filter(pk=world.east_household.pk).update(status="closed", closed_on=today())
    with pytest.raises(Refused):
        services.tick_door(notice, world.east_household, actor=world.liaison)
    services.withdraw_notice(notice, actor=world.east_worker)
    with pytest.raises(Refused):
        services.tick_door(notice, world.households["east_other"], actor=world.liaison)
    with pytest.raises(Refused):
        services.withdraw_notice(notice, actor=world.east_worker)


def test_of_two_who_withdraw_one_comes_late(world):
    notice = publish(world, world.east_worker)
    stale = DoorNotice.objects.get(pk=notice.pk)
    services.withdraw_notice(notice, actor=world.east_worker)
    with pytest.raises(StaleVersion):
        services.withdraw_notice(stale, actor=world.secretary)


def test_notices_of_the_grids_above_reach_a_door(world):
    own = [publish(world, world.secretary, grid) for grid in ("community", "east_grid", "east_micro", "west_grid")]
    found = set(DoorNotice.objects.reaching(world.east_micro.code).exclude(pk=world.east_doornotice.pk))
    assert found == set(own[:3])
    seen = DoorNotice.objects.visible_to(world.liaison).exclude(pk=world.east_doornotice.pk)
    assert set(seen) == set(own[:3])
    assert rules.is_running(own[0], on=own[0].until_on)
    assert not rules.is_running(own[0], on=own[0].until_on + timedelta(days=1))


def test_reach_is_counted_by_micro_grid(world):
    notice = publish(world, world.secretary, "community")
    services.tick_door(notice, world.east_household, actor=world.liaison)
    reach = reach_by_microgrid(notice, Household.objects.active())
    assert reach == {world.east_micro.pk: (3, 1), world.west_micro.pk: (1, 0)}


def test_help_is_asked_for_without_a_word_of_why(world):
    VisitTask.objects.all().delete()
    task = services.ask_help(world.east_household, actor=world.liaison)
    assert (task.trigger, task.source, task.note) == ("hardship", "liaison", "")
    assert now() + timedelta(hours=23) < task.due_at <= now() + timedelta(hours=25)
    assert services.ask_help(world.east_household, actor=world.liaison).pk == task.pk
    board = board_of(world.liaison, world.east_micro, notice=None, notices=[])
    assert [cell.pk for _stairs, cells in board.stairs for cell in cells if cell.help_asked] == [
        world.east_household.pk
    ]
    with pytest.raises(Refused):
        services.ask_help(world.west_household, actor=world.liaison)


@pytest.mark.concurrency
def test_twenty_ticks_at_once_are_one(transactional_db):
    from tests.world import build_world

    world = build_world()
    notice, home = world.east_doornotice, world.east_household
    actors = [world.liaison, world.east_worker, world.leader, world.desk_worker]

    def tick(number):
        return services.tick_door(notice, home, actor=actors[number % 4]).pk

    results = run_together(20, tick)
    assert len({outcome.value for outcome in results}) == 1, results
    assert DoorTick.objects.filter(notice=notice).count() == 1
    assert AuditEntry.objects.filter(act="door_notice.tick").count() == 1
