"""A liaison's ticks and requests for help from the phone: once each, for the moment at which they were made."""

from datetime import timedelta

import pytest
from django.urls import reverse

from grids.common import clock
from grids.common.clock import now, stopped_at
from grids.common.errors import Refused
from grids.team.models import Post
from grids.team.services import end_post
from grids.trail.models import AuditEntry
from residents.liaison.models import DoorTick
from residents.liaison.services import withdraw_notice
from residents.offline import services
from residents.offline.choices import HeldReason
from residents.offline.models import SyncItem
from residents.offline.pack import pack_for
from residents.visits.models import VisitTask
from tests.residents.offline.phone import Phone, item
from tests.world import World


def tick(household, notice, *, reached: bool = True, **more):
    return item("door.tick", {"household": household.pk, "notice": notice.pk, "reached": reached}, **more)


def states(answers) -> list[str]:
    return [one["state"] for one in answers]


def test_a_tick_is_taken_once_and_taken_back(world: World):
    phone, home, notice = Phone(world.liaison), world.east_household, world.east_doornotice
    one = tick(home, notice, made_at=(now() - timedelta(hours=5)).isoformat())
    [first] = phone.sync(one)
    assert first["state"] == "applied"
    assert reverse("residents:door-board") in first["url"]
    assert phone.sync(one, tick(home, notice))[0] == first
    made = DoorTick.objects.get()
    assert (made.by, made.notice) == (world.liaison, notice)
    assert timedelta(hours=4) < now() - made.at < timedelta(hours=6)
    assert AuditEntry.objects.filter(act="door_notice.tick").count() == 1
    back = tick(home, notice, reached=False)
    assert states(phone.sync(back, back)) == ["applied", "applied"]
    assert not DoorTick.objects.exists()
    assert phone.sync(one)[0] == first
    assert not DoorTick.objects.exists()


def test_a_notice_for_other_doors_is_refused_like_one_that_does_not_exist(world: World):
    missing = tick(world.east_household, world.foreign_doornotice)
    missing["payload"]["notice"] = 10**9
    answers = Phone(world.liaison).sync(tick(world.east_household, world.foreign_doornotice), missing)
    assert states(answers) == ["refused", "refused"]
    assert answers[0]["message"] == answers[1]["message"]


def test_what_was_ticked_while_the_notice_ran_arrives_after_it(world: World):
    phone, notice = Phone(world.liaison), world.east_doornotice
    early = tick(world.east_household, notice)
    with stopped_at(clock.now() + timedelta(hours=1)):
        withdraw_notice(notice, actor=world.secretary)
    with stopped_at(clock.now() + timedelta(hours=2)):
        late = tick(world.east_other_household, notice)
        assert states(phone.sync(early, late)) == ["applied", "refused"]
    assert DoorTick.objects.get().household == world.east_household


def test_a_door_that_needs_help_is_told_once_and_stands_on_the_board(world: World):
    phone, home = Phone(world.liaison), world.east_household
    before = VisitTask.objects.filter(household=home).count()
    one = item("door.help", {"household": home.pk})
    assert states(phone.sync(one, one)) == ["applied", "applied"]
    task = VisitTask.objects.filter(household=home).order_by("-pk").first()
    assert (task.trigger, task.source, task.raised_by, task.times) == ("hardship", "liaison", world.liaison, 1)
    assert VisitTask.objects.filter(household=home).count() == before + 1
    [door] = [door for door in pack_for(world.liaison)["doors"] if door["id"] == home.pk]
    assert door["help"]


def test_after_the_post_ended_both_wait_for_the_secretary_who_lets_them_in(world: World):
    phone, home, notice = Phone(world.liaison), world.east_household, world.east_doornotice
    one, two = tick(home, notice), item("door.help", {"household": home.pk})
    end_post(Post.objects.get(staff__user=world.liaison), actor=world.secretary, reason="搬走")
    assert states(phone.sync(one, two)) == ["held", "held"]
    held = [SyncItem.objects.get(client_id=each["id"]) for each in (one, two)]
    assert {each.reason for each in held} == {HeldReason.RIGHT_ENDED}
    page = Phone(world.secretary).client.get(reverse("residents:field-held-item", args=[held[0].pk]))
    assert notice.title in page.content.decode()
    with pytest.raises(Refused):
        services.accept_item(held[0], actor=world.leader)
    for each in held:
        services.accept_item(each, actor=world.secretary)
    assert DoorTick.objects.get().by == world.liaison
    assert VisitTask.objects.filter(household=home, raised_by=world.secretary, source="liaison").count() == 1


def test_what_is_older_than_48_hours_is_held(world: World):
    phone, home = Phone(world.liaison), world.east_household
    made_at = (now() - timedelta(hours=49)).isoformat()
    old = [
        tick(home, world.east_doornotice, made_at=made_at),
        item("door.help", {"household": home.pk}, made_at=made_at),
    ]
    assert states(phone.sync(*old)) == ["held", "held"]
    assert set(SyncItem.objects.values_list("reason", flat=True)) == {HeldReason.TOO_OLD}


def test_the_phone_takes_notices_along_for_doors_that_its_owner_goes_to(world: World):
    home, notice = world.east_household, world.east_doornotice
    Phone(world.liaison).sync(tick(home, notice))
    pack = pack_for(world.liaison)
    assert pack["home"] == "doors"
    assert [one["id"] for one in pack["notices"]] == [notice.pk]
    doors = {door["id"]: door for door in pack["doors"]}
    assert (doors[home.pk]["notices"], doors[home.pk]["reached"]) == ([notice.pk], [notice.pk])
    assert doors[world.east_other_household.pk]["reached"] == []
    contact = pack_for(world.joint_member)
    assert (contact["home"], contact["notices"]) == ("day", [])
    assert all("notices" not in door for door in contact["doors"])
    assert pack_for(world.east_worker)["home"] == "day"
