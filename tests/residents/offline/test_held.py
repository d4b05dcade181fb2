"""The secretary lets held items in under the sender's name, or puts them aside; and who may not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from grids.common.clock import now
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from grids.team.services import end_post
from grids.trail.models import AuditEntry
from residents.offline import services
from residents.offline.choices import ItemState
from residents.offline.models import SyncItem
from residents.roster.models import Household
from residents.roster.services.correcting import change_household
from residents.visits.models import Encounter
from tests.residents.offline.phone import Phone, item, note, visit
from tests.world import World


def old_visit(world: World, **more) -> SyncItem:
    one = visit(world.east_household, **more)
    one["made_at"] = (now() - timedelta(days=3)).isoformat()
    Phone(world.east_worker).sync(one)
    return SyncItem.objects.get(client_id=one["id"])


def test_a_visit_is_let_in_under_the_name_of_whoever_made_it(world: World):
    held = old_visit(world, needs=["扶手"])
    end_post(world.east_post, actor=world.secretary, reason="调走")
    client = Phone(world.secretary).client
    assert "王东" in client.get(reverse("residents:field-held")).content.decode()
    page = client.get(reverse("residents:field-held-item", args=[held.pk])).content.decode()
    assert "扶手" in page
    assert client.post(reverse("residents:field-held-accept", args=[held.pk])).status_code == 302
    visit_made = Encounter.objects.get()
    assert visit_made.visitor == world.east_worker
    assert abs(visit_made.occurred_at - (now() - timedelta(days=3))) < timedelta(minutes=1)
    assert visit_made.needs.get().text == "扶手"
    held.refresh_from_db()
    assert (held.state, held.payload, held.decided_by) == (ItemState.APPLIED, "", world.secretary)
    assert held.answer["state"] == "applied"
    assert AuditEntry.objects.filter(act__in=["visit.let_in", "syncitem.accept"]).count() == 2
    assert Notification.objects.get(kind="offline.let_in").user == world.east_worker


def test_a_call_to_a_household_that_is_away_counts_when_it_is_let_in_days_later(world: World):
    one = visit(world.east_other_household, channel="phone", remote_reason="away")
    one["made_at"] = (now() - timedelta(days=3)).isoformat()
    Phone(world.east_worker).sync(one)
    held = SyncItem.objects.get(client_id=one["id"])
    page = Phone(world.secretary).client.get(reverse("residents:field-held-item", args=[held.pk])).content.decode()
    assert "全家外出" in page
    services.accept_item(held, actor=world.secretary)
    assert Encounter.objects.covering().get().remote_reason == "away"


def test_putting_aside_needs_a_reason_that_the_sender_reads(world: World):
    held = old_visit(world)
    client, url = Phone(world.secretary).client, reverse("residents:field-held-dismiss", args=[held.pk])
    assert client.post(url, {"reason": " "}).status_code == 200
    assert client.post(url, {"reason": "这天没有排班"}).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.payload) == (ItemState.DISMISSED, "")
    [answer] = services.standing_of([held.client_id], actor=world.east_worker)
    assert answer["state"] == "refused"
    assert "这天没有排班" in answer["message"]
    outbox = Phone(world.east_worker).client.get(reverse("residents:field-outbox")).content.decode()
    assert "这天没有排班" in outbox
    assert not Encounter.objects.exists()
    with pytest.raises(Conflict):
        services.accept_item(held, actor=world.secretary)


def test_nobody_else_decides(world: World):
    held = old_visit(world)
    for name in ("east_worker", "leader", "desk_worker", "auditor", "foreign_secretary"):
        with pytest.raises(Refused):
            services.accept_item(held, actor=world.users[name])
    assert Phone(world.foreign_secretary).client.get(f"/field/held/{held.pk}/").status_code == 404


def test_notes_and_triggers_are_let_in_and_unknown_kinds_wait_on(world: World):
    household = world.east_household
    phone = Phone(world.east_worker)
    written, told = note(household, "门铃坏了"), item("task.raise", {"household": household.pk, "trigger": "dispute"})
    strange = item("door.paint", {"household": household.pk})
    end_post(world.east_post, actor=world.secretary, reason="调走")
    assert {one["state"] for one in phone.sync(written, told, strange)} == {"held"}
    for one in (written, told):
        services.accept_item(SyncItem.objects.get(client_id=one["id"]), actor=world.secretary)
    assert Household.objects.get(pk=household.pk).note == "门铃坏了"
    assert household.visit_tasks.get().trigger == "dispute"
    with pytest.raises(Refused):
        services.accept_item(SyncItem.objects.get(client_id=strange["id"]), actor=world.secretary)


def test_a_note_that_is_let_in_late_does_not_take_a_newer_one_away(world: World):
    household, phone = world.east_household, Phone(world.east_worker)
    known, stale = note(world.east_other_household, "晚上在家"), note(household, "门铃坏了")
    change_household(household, actor=world.leader, version=household.version, note="有狗，请敲门")
    end_post(world.east_post, actor=world.secretary, reason="调走")
    assert {one["state"] for one in phone.sync(known, stale)} == {"held"}
    held = SyncItem.objects.get(client_id=stale["id"])
    page = Phone(world.secretary).client.get(reverse("residents:field-held-item", args=[held.pk])).content.decode()
    assert "有狗，请敲门" in page
    for one in (known, stale):
        services.accept_item(SyncItem.objects.get(client_id=one["id"]), actor=world.secretary)
    notes = dict(Household.objects.values_list("pk", "note"))
    assert notes[household.pk] == "有狗，请敲门；门铃坏了"
    assert notes[world.east_other_household.pk] == "晚上在家"


def test_a_conflict_is_two_taps_and_the_next_opens_by_itself(world: World):
    household, phone = world.east_household, Phone(world.east_worker)
    one, two = note(household, "门铃坏了"), note(household, "有狗")
    Household.objects.filter(pk=household.pk).update(version=7, note="请敲窗")
    phone.sync(one, two)
    page = phone.client.get(reverse("residents:field-conflicts"))
    assert "门铃坏了" in page.content.decode()
    first = SyncItem.objects.get(client_id=one["id"])
    settled = phone.client.post(reverse("residents:field-conflict", args=[first.pk]), {"choice": "mine"}, follow=True)
    assert settled.redirect_chain[-1][0] == reverse("residents:field-conflicts")
    assert "有狗" in settled.content.decode()
    second = SyncItem.objects.get(client_id=two["id"])
    assert Phone(world.leader).client.post(f"/field/conflicts/{second.pk}/", {"choice": "mine"}).status_code == 404
    assert phone.client.post(f"/field/conflicts/{second.pk}/", {"choice": "x"}, follow=True).status_code == 200
    done = phone.client.post(f"/field/conflicts/{second.pk}/", {"choice": "theirs"}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("residents:field-outbox")
    assert Household.objects.get(pk=household.pk).note == "门铃坏了"
