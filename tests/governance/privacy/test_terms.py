"""Each term by itself: on its last day a row stays, a day later it goes; a dry run counts it and leaves it (P38)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from governance.privacy import services
from governance.privacy.purposes import purpose_of
from grids.common.clock import today
from grids.common.retention import RetentionRule, months_before, retention_rules, start_of
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.liaison.models import DoorNotice, DoorTick
from residents.offline.models import SyncItem
from residents.rentals.models import RentalFile
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto
from tests.world import SINCE, World


def days(name: str) -> date:
    return today() - timedelta(days=settings.KEEP[name])


def months(name: str) -> date:
    return months_before(today(), settings.KEEP[name])


def moment(day: date) -> Any:
    return start_of(day) + timedelta(hours=9)


# ------------------------------------------------------------------ one row whose time runs from the day
def door_notice(world: World, day: date) -> DoorNotice:
    notice = DoorNotice.objects.get(pk=world.east_doornotice.pk)
    DoorNotice.objects.filter(pk=notice.pk).update(made_at=moment(day - timedelta(days=7)), until_on=day)
    DoorTick.objects.get_or_create(notice=notice, household=world.east_household, by=world.liaison)
    return notice


def withdrawn_notice(world: World, day: date) -> DoorNotice:
    notice = DoorNotice.objects.get(pk=world.east_doornotice.pk)
    DoorNotice.objects.filter(pk=notice.pk).update(made_at=moment(day - timedelta(days=7)), withdrawn_at=moment(day))
    return notice


def visit_photo(world: World, day: date) -> EncounterPhoto:
    visit = Encounter.objects.create(
        household=world.east_household, visitor=world.east_worker, occurred_at=moment(day), recorded_at=moment(day)
    )
    return EncounterPhoto.objects.create(
        encounter=visit, slot=1, sha256=f"{visit.pk:064}", content=b"x", width=1, height=1, taken_by=world.east_worker
    )


def ended_plan(world: World, day: date) -> CareLevelPlan:
    return CareLevelPlan.objects.create(
        household=world.east_household,
        level="B",
        reason="行动不便",
        starts_on=day - timedelta(days=90),
        review_on=day,
        ended_on=day,
        end_reason="changed",
    )


def unreviewed_plan(world: World, day: date) -> CareLevelPlan:
    plan = CareLevelPlan.objects.get(pk=world.east_careplan.pk)
    CareLevelPlan.objects.filter(pk=plan.pk).update(starts_on=day - timedelta(days=200), review_on=day)
    return plan


def read_message(world: World, day: date) -> Notification:
    message = Notification.objects.get(pk=world.east_message.pk)
    Notification.objects.filter(pk=message.pk).update(created_at=moment(day), read_at=moment(day))
    return message


def unread_message(world: World, day: date) -> Notification:
    message = Notification.objects.get(pk=world.east_message.pk)
    Notification.objects.filter(pk=message.pk).update(created_at=moment(day))
    return message


def waiting_item(world: World, day: date) -> SyncItem:
    item = SyncItem.objects.get(pk=world.east_held.pk)
    SyncItem.objects.filter(pk=item.pk).update(received_at=moment(day), made_at=moment(day))
    return item


def conflicting_item(world: World, day: date) -> SyncItem:
    item = SyncItem.objects.get(pk=world.east_conflict.pk)
    SyncItem.objects.filter(pk=item.pk).update(received_at=moment(day), made_at=moment(day))
    return item


def settled_item(world: World, day: date) -> SyncItem:
    item = SyncItem.objects.get(pk=world.east_held.pk)
    SyncItem.objects.filter(pk=item.pk).update(
        state="applied", payload="", received_at=moment(day), made_at=moment(day), decided_at=moment(day)
    )
    return item


def closed_file(world: World, day: date) -> RentalFile:
    file = RentalFile.objects.get(pk=world.east_rental.pk)
    RentalFile.objects.filter(pk=file.pk).update(status="ended", opened_on=SINCE - timedelta(days=9999), closed_on=day)
    return file


def is_gone(row: Any) -> bool:
    return not type(row)._base_manager.filter(pk=row.pk).exists()


def is_ended(plan: Any) -> bool:
    return CareLevelPlan.objects.get(pk=plan.pk).end_reason == "expired"


def is_put_aside(item: Any) -> bool:
    now = SyncItem.objects.get(pk=item.pk)
    return (now.state, now.payload) == ("dismissed", "")


def is_answered(item: Any) -> bool:
    return SyncItem.objects.get(pk=item.pk).result == ""


def is_nobodys(file: Any) -> bool:
    now = RentalFile.objects.get(pk=file.pk)
    return (now.landlord_name, now.landlord_phone) == ("•••", "")


@dataclass(frozen=True)
class Term:
    """``make(world, day)`` is a row whose time began on ``day``; ``last()`` the earliest day that is still kept."""

    rule: str
    make: Callable[[World, date], Any]
    last: Callable[[], date]
    done: Callable[[Any], bool] = is_gone


TERMS = {
    "door notice": Term("residents.door_notices", door_notice, lambda: days("door_notices_days")),
    "withdrawn notice": Term("residents.door_notices", withdrawn_notice, lambda: days("door_notices_days")),
    "visit photo": Term("residents.visit_photos", visit_photo, lambda: months("visit_photos_months")),
    "ended plan": Term("residents.care_plans_ended", ended_plan, lambda: months("care_plans_months")),
    "unreviewed plan": Term("residents.care_plans", unreviewed_plan, today, is_ended),
    "read message": Term("grids.notifications", read_message, lambda: days("read_messages_days")),
    "unread message": Term("grids.notifications", unread_message, lambda: days("messages_days")),
    "held record": Term("residents.sync_waiting", waiting_item, lambda: days("held_records_days"), is_put_aside),
    "conflict": Term("residents.sync_waiting", conflicting_item, lambda: days("held_records_days"), is_put_aside),
    "answer": Term("residents.sync_answers", settled_item, lambda: days("record_answers_days"), is_answered),
    "landlord": Term("residents.landlords", closed_file, lambda: months("landlords_months"), is_nobodys),
}
PARAMETERS = [pytest.param(term, id=name) for name, term in TERMS.items()]


def rule_of(term: Term) -> RetentionRule:
    found = retention_rules.get(term.rule)
    assert found is not None
    return found


@pytest.mark.parametrize("term", PARAMETERS)
def test_a_row_goes_the_day_after_its_term(world: World, term: Term) -> None:
    rule = rule_of(term)
    row = term.make(world, term.last())
    assert services.apply_rule(rule, on=today()).touched == 0
    assert not term.done(row), "its last day is today"

    row = term.make(world, term.last() - timedelta(days=1))
    tried = services.apply_rule(rule, on=today(), dry=True)
    assert (tried.due, tried.touched) == (1, 0)
    assert not term.done(row), "a dry run touches nothing"

    assert services.apply_rule(rule, on=today()).touched == 1
    assert term.done(row)
    assert services.apply_rule(rule, on=today()).due == 0, "nothing is due twice"


@pytest.mark.parametrize(
    "name", ["door notice", "visit photo", "ended plan", "unreviewed plan", "held record", "answer"]
)
def test_a_hold_keeps_it(world: World, name: str) -> None:
    term = TERMS[name]
    row = term.make(world, term.last() - timedelta(days=1))
    services.place_hold(world.east_person, actor=world.secretary, reason="案件审理中")
    run = services.apply_rule(rule_of(term), on=today())
    assert (run.due, run.held, run.touched) == (1, 1, 0)
    assert not term.done(row)


def test_a_record_that_nobody_decided_tells_its_sender(world: World) -> None:
    item = waiting_item(world, days("held_records_days") - timedelta(days=1))
    services.apply_rule(rule_of(TERMS["held record"]), on=today())
    item.refresh_from_db()
    assert item.answer["message"] == "365 天内无人处理。"
    assert Notification.objects.filter(user=item.account, kind="offline.put_aside").count() == 1
    assert AuditEntry.objects.get(act="syncitem.dismiss").changes == {"state": ["held", "dismissed"]}


def test_a_deployment_sets_other_terms_and_the_pages_name_them(world: World, settings: Any) -> None:
    row = visit_photo(world, months_before(today(), 13))
    rule = rule_of(TERMS["visit photo"])
    assert services.survey(rule, today()).due == 0
    settings.KEEP = {**settings.KEEP, "visit_photos_months": 12, "read_messages_days": 20}
    assert services.apply_rule(rule, on=today()).touched == 1
    assert is_gone(row)
    with translation.override("en"):
        assert str(rule.keeps) == "12 months after the visit"
        assert str(purpose_of(Notification).keeps) == "20 days after it was read, 365 days at the longest"
