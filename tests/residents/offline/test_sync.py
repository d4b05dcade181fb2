"""What becomes of an item that a phone sends: applied, in conflict, held or refused, and the same answer ever after."""

import json
import uuid
from datetime import timedelta

import pytest

from grids.access.models import User
from grids.common import clock
from grids.common.clock import now, stopped_at
from grids.team.services import end_post
from grids.trail.models import AuditEntry
from residents.contacts.choices import AssignmentEnd
from residents.contacts.services import end_assignment, propose, refuse
from residents.offline.choices import HeldReason, ItemState
from residents.offline.models import SyncItem
from residents.roster.models import Household
from residents.roster.services.correcting import change_household, move_household
from residents.visits import services as visits
from residents.visits.models import Encounter
from tests.residents.offline.phone import Phone, item, note, visit
from tests.world import World


def stored(client_id: str) -> SyncItem:
    return SyncItem.objects.get(client_id=client_id)


def test_a_visit_is_applied_once_and_answered_the_same_ever_after(world: World):
    phone = Phone(world.east_worker)
    one = visit(world.east_household, needs=["扶手"])
    [first] = phone.sync(one)
    assert first["state"] == "applied"
    assert first["url"] == Encounter.objects.get().get_absolute_url()
    assert phone.sync(one) == [first]
    assert phone.sync(one, one) == [first, first]
    [encounter] = Encounter.objects.all()
    assert (encounter.visitor, encounter.household) == (world.east_worker, world.east_household)
    assert str(encounter.client_id) == one["id"]
    assert stored(one["id"]).payload == ""
    assert AuditEntry.objects.filter(act="visit.log").count() == 1


def test_other_content_under_an_id_and_another_accounts_id_are_refused(world: World):
    phone = Phone(world.east_worker)
    one = visit(world.east_household)
    phone.sync(one)
    other = {**one, "payload": one["payload"] | {"note": "另一句"}}
    assert phone.sync(other)[0]["state"] == "refused"
    assert Phone(world.leader).sync(one)[0]["state"] == "refused"
    assert Encounter.objects.count() == SyncItem.objects.count() == 1
    assert phone.sync(one)[0]["state"] == "applied"


def test_a_household_that_never_was_in_reach_is_refused_like_one_that_does_not_exist(world: World):
    phone = Phone(world.east_worker)
    foreign, next_door, missing = (
        visit(world.foreign_household),
        visit(world.west_household),
        item("visit.log", {"household": 10**9}),
    )
    answers = phone.sync(foreign, next_door, missing)
    assert {one["state"] for one in answers} == {"refused"}
    assert len({one["message"] for one in answers}) == 1
    assert not Encounter.objects.exists()
    assert not SyncItem.objects.exclude(household=None).exists()


def test_what_was_recorded_before_the_post_ended_is_held(world: World):
    phone, one = Phone(world.east_worker), visit(world.east_household)
    end_post(world.east_post, actor=world.secretary, reason="调走")
    [answer] = phone.sync(one)
    assert answer["state"] == "held"
    held = stored(one["id"])
    assert (held.reason, held.household, held.sent["payload"]) == (
        HeldReason.RIGHT_ENDED,
        world.east_household,
        one["payload"],
    )
    assert not Encounter.objects.exists()
    assert phone.sync(one) == [answer]
    assert AuditEntry.objects.filter(act="syncitem.hold").count() == 1


def test_what_a_contact_recorded_before_the_contact_ended_is_held(world: World):
    phone, one = Phone(world.joint_member), visit(world.east_household)
    end_assignment(world.east_contact, actor=world.secretary, reason=AssignmentEnd.REBALANCED)
    assert phone.sync(one)[0]["state"] == "held"
    assert stored(one["id"]).reason == HeldReason.RIGHT_ENDED
    never = visit(world.east_other_household)
    assert phone.sync(never)[0]["state"] == "refused"


def test_whoever_declined_to_be_the_contact_never_was(world: World):
    refuse(propose(world.west_household, world.member, actor=world.secretary), actor=world.joint_member)
    missing = visit(world.west_household)
    missing["payload"]["household"] = 999_999
    declined, unknown = Phone(world.joint_member).sync(visit(world.west_household), missing)
    assert (declined["state"], declined["message"]) == (unknown["state"], unknown["message"])
    assert declined["state"] == "refused"


def test_a_household_that_moved_out_of_reach_or_closed_is_held(world: World):
    phone = Phone(world.east_worker)
    moved, closed = visit(world.east_household), visit(world.east_other_household)
    Household.objects.filter(pk=world.east_other_household.pk).update(
        status="closed", closed_on=clock.today(), version=2
    )
    move_household(
        world.east_household,
        actor=world.secretary,
        version=world.east_household.version,
        grid=world.west_micro,
        building="8幢",
        unit="1单元",
        room="302",
    )
    answers = phone.sync(moved, closed)
    assert [one["state"] for one in answers] == ["held", "held"]
    assert stored(moved["id"]).reason == HeldReason.OUT_OF_REACH
    assert stored(closed["id"]).reason == HeldReason.CLOSED


@pytest.mark.parametrize("hours", [0, 20, 47])
def test_an_earlier_day_within_the_limit_says_that_it_was_recorded_offline(world: World, hours: int):
    phone, moment = Phone(world.east_worker), now().replace(hour=4, minute=0)
    with stopped_at(moment):
        one = visit(world.east_household)
        one["made_at"] = (moment - timedelta(hours=hours)).isoformat()
        assert phone.sync(one)[0]["state"] == "applied"
    encounter = Encounter.objects.get()
    assert encounter.occurred_at == moment - timedelta(hours=hours)
    assert bool(encounter.late_reason) == (hours > 12)


def test_older_than_the_limit_is_held(world: World):
    one = visit(world.east_household)
    one["made_at"] = (now() - timedelta(hours=49)).isoformat()
    assert Phone(world.east_worker).sync(one)[0]["state"] == "held"
    assert stored(one["id"]).reason == HeldReason.TOO_OLD


@pytest.mark.parametrize("years", [-10, -1, 1, 10])
def test_a_wrong_clock_is_corrected_by_what_it_shows_when_sending(world: World, years: int):
    phone, off = Phone(world.east_worker), timedelta(days=365 * years)
    one = visit(world.east_household)
    one["made_at"] = (now() - timedelta(hours=2) + off).isoformat()
    assert phone.sync(one, sent_at=(now() + off).isoformat())[0]["state"] == "applied"
    assert abs(Encounter.objects.get().occurred_at - (now() - timedelta(hours=2))) < timedelta(minutes=1)
    assert stored(one["id"]).clock_off


@pytest.mark.parametrize(("made", "sent"), [("x", None), ("+012026-01-01T00:00:00Z", None), ("2026-01-01", "garbage")])
def test_a_clock_that_cannot_be_read_loses_nothing(world: World, made: str, sent: str | None):
    one = visit(world.east_household, occurred_at="9999-12-31T23:59:59Z")
    one["made_at"] = made
    more = {"sent_at": sent} if sent else {}
    assert Phone(world.east_worker).sync(one, **more)[0]["state"] == "applied"
    assert stored(one["id"]).clock_off


def test_two_routine_visits_of_different_people_are_a_conflict_that_the_sender_settles(world: World):
    phone = Phone(world.east_worker)
    first, second = visit(world.east_household), visit(world.east_household, note="另一次")
    theirs = visits.log_visit(world.east_household, actor=world.leader, client_id=uuid.uuid4())
    answers = phone.sync(first, second)
    assert [one["state"] for one in answers] == ["conflict", "conflict"]
    assert answers[0]["theirs"]["who"] == world.leader.get_full_name()
    assert answers[0]["choices"] == ["both", "theirs"]
    assert Encounter.objects.get() == theirs
    kept = phone.resolve(first["id"], "both")
    assert kept["state"] == "applied"
    assert phone.resolve(first["id"], "theirs") == kept == phone.sync(first)[0]
    gone = phone.resolve(second["id"], "theirs")
    assert gone["state"] == "applied"
    assert phone.sync(second) == [gone]
    assert Encounter.objects.count() == 2
    assert [stored(one["id"]).state for one in (first, second)] == [ItemState.APPLIED, ItemState.DISMISSED]
    assert not SyncItem.objects.exclude(payload="").exists()


def test_an_invited_visit_beside_one_that_the_phone_knew_of_is_no_conflict(world: World):
    visits.log_visit(world.east_household, actor=world.leader, client_id=uuid.uuid4())
    one = visit(world.east_household, invited=True)
    one["pack_made_at"] = now().isoformat()
    assert Phone(world.east_worker).sync(one)[0]["state"] == "applied"


def test_a_note_on_a_stale_base_shows_both_and_is_settled_by_one_of_three(world: World):
    phone, household = Phone(world.east_worker), world.east_household
    one, two, three = note(household, "门铃坏了"), note(household, "有狗"), note(household, "晚上在家")
    change_household(household, actor=world.secretary, version=household.version, note="请敲窗")
    answers = phone.sync(one, two, three)
    assert {answer["state"] for answer in answers} == {"conflict"}
    assert (answers[0]["mine"]["note"], answers[0]["theirs"]["note"]) == ("门铃坏了", "请敲窗")
    assert phone.resolve(one["id"], "both")["state"] == "applied"
    assert Household.objects.get(pk=household.pk).note == "请敲窗；门铃坏了"
    # It changed again since this one was shown.
    again = phone.resolve(two["id"], "mine")
    assert (again["state"], again["theirs"]["note"]) == ("conflict", "请敲窗；门铃坏了")
    assert phone.resolve(two["id"], "mine")["state"] == "applied"
    assert phone.resolve(three["id"], "theirs")["state"] == "applied"
    assert Household.objects.get(pk=household.pk).note == "有狗"


def test_a_choice_that_cannot_be_is_asked_about_again(world: World):
    household, phone = world.east_household, Phone(world.east_worker)
    one = note(household, "有狗" * 60)
    Household.objects.filter(pk=household.pk).update(version=7, note="门铃坏了" * 30)
    assert phone.sync(one)[0]["state"] == "conflict"
    answer = phone.resolve(one["id"], "both")
    assert (answer["state"], answer["choices"]) == ("conflict", ["mine", "theirs"])
    assert answer["message"] == "两条备注合起来太长，请选其中一条。"
    assert phone.sync(one) == [answer]
    assert stored(one["id"]).sent["payload"]["note"] == "有狗" * 60
    assert phone.resolve(one["id"], "mine")["state"] == "applied"
    assert Household.objects.get(pk=household.pk).note == "有狗" * 60


def test_two_notes_of_one_phone_are_no_conflict_with_each_other(world: World):
    phone, household = Phone(world.east_worker), world.east_household
    one, two = note(household, "门铃坏了"), note(household, "门铃坏了，请敲门")
    assert [answer["state"] for answer in phone.sync(one, two)] == ["applied", "applied"]
    assert Household.objects.get(pk=household.pk).note == "门铃坏了，请敲门"
    stale = note(household, "另一部手机")
    assert Phone(world.east_worker).sync(stale)[0]["state"] == "conflict"


def test_a_call_says_why_and_is_the_visit_where_everybody_is_away(world: World):
    phone, away = Phone(world.east_worker), world.east_other_household
    calls = {"channel": "phone", "kind": "contact", "remote_reason": "away"}
    assert {one["state"] for one in phone.sync(visit(away, **calls), visit(world.east_household, **calls))} == {
        "applied"
    }
    assert set(Encounter.objects.values_list("remote_reason", flat=True)) == {"away"}
    assert Encounter.objects.covering().get().household == away
    [refused] = phone.sync(visit(away, **calls | {"remote_reason": "bored"}))
    assert refused["state"] == "refused"


def test_an_unknown_kind_waits_for_a_portal_that_knows_it(world: World):
    one = item("door.paint", {"household": world.east_household.pk})
    assert Phone(world.east_worker).sync(one)[0]["state"] == "held"
    held = stored(one["id"])
    assert (held.reason, held.grid) == (HeldReason.UNKNOWN_KIND, world.east_grid)


def test_content_that_no_form_would_take_is_refused_item_by_item(world: World):
    household = world.east_household
    good = visit(household)
    bad = [
        visit(household, outcome="nonsense"),
        visit(household, note=7),
        visit(household, needs="x"),
        visit(household, invited="yes"),
        visit(household, note="长" * 2001),
        visit(household, note="a\x00b"),
        visit(household, note="\ud800"),
        {**visit(household), "kind": "visit log"},
        {**visit(household), "payload": []},
        {**visit(household), "made_at": None},
        item("visit.log", {"household": str(household.pk)}),
        item("visit.log", {"household": True}),
        item("visit.log", {"household": 2**70}),
    ]
    answers = Phone(world.east_worker).sync(*bad, good)
    assert [one["state"] for one in answers] == ["refused"] * len(bad) + ["applied"]
    assert all(one["message"] for one in answers)


def test_the_state_of_items_can_be_asked_for(world: World):
    phone, one = Phone(world.east_worker), visit(world.east_household)
    [answer] = phone.sync(one)
    url = f"/field/standing/?ids={one['id']},{uuid.uuid4()},x"
    assert phone.client.get(url).json()["results"] == [answer]
    assert Phone(world.leader).client.get(url).json()["results"] == []


def test_sessions_passwords_and_forgery_are_answered_in_json(world: World):
    envelope = Phone(world.east_worker).envelope(visit(world.east_household))
    assert (answer := Phone(None).post("field-sync", envelope)).status_code == 401
    assert answer.json() == {"lianhu": "login"}
    strict = Phone(world.east_worker, enforce_csrf_checks=True)
    assert (answer := strict.post("field-sync", envelope)).status_code == 403
    assert answer.json()["lianhu"] == "forgery"
    User.objects.filter(pk=world.east_worker.pk).update(must_change_password=True)
    assert (answer := Phone(world.east_worker).post("field-sync", envelope)).status_code == 403
    assert answer.json()["lianhu"] == "password"
    assert not SyncItem.objects.exists()


def test_whatever_is_sent_the_answer_is_json_and_never_a_crash(world: World):
    phone = Phone(world.east_worker)
    good = json.dumps(phone.envelope(visit(world.east_household)))
    bodies = {
        b"\xff\xfe": 400,
        b"[" * 100_000: 400,
        b'{"a":' * 40_000: 400,
        b"NaN": 400,
        b"1e999": 400,
        b"9" * 5000: 400,
        b"[]": 400,
        b'"x"': 400,
        b"null": 400,
        good.replace("sync", "other").encode(): 400,
        good.replace('"nonce"', '"once"').encode(): 400,
        good.replace(phone.device, "x").encode(): 400,
        json.dumps(phone.envelope(*[{}] * 51)).encode(): 400,
        b" " * (256 * 1024 + 1): 413,
    }
    for body, status in bodies.items():
        response = phone.post("field-sync", body)
        assert response.status_code == status, (body[:40], response.content)
        assert response.json()["lianhu"] == "error"
    assert phone.client.post("/field/sync/", {"a": "b"}).status_code == 415
    assert phone.client.get("/field/sync/").status_code == 405
    assert phone.client.get("/field/sync/").json()["lianhu"] == "error"
    strange = phone.post("field-sync", phone.envelope(None, 7, [], {}, {"id": "x"}, {"id": str(uuid.uuid4())}))
    assert {one["state"] for one in strange.json()["results"]} == {"refused"}
    assert phone.post("field-resolve", {"lianhu": "resolve", "nonce": "n", "id": str(uuid.uuid4()), "choice": "mine"})
    for data in ({}, [], {"lianhu": "resolve"}, {"lianhu": "resolve", "nonce": "n", "id": 7, "choice": "x"}):
        assert phone.post("field-resolve", data).status_code == 400
    assert not SyncItem.objects.exists()
