"""When a household is due (V2 to V4): the SQL says what a slow model says, day by day and on both engines."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids.common.clock import now, stopped_at, today
from grids.common.workdays import after_working_days
from residents.roster.choices import CareKind
from residents.roster.models import Absence, CareTag, Household, Residency, VesselCrew
from residents.visits import bulk, rules, services
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason
from residents.visits.models import CareLevelPlan, Encounter
from residents.visits.querysets import attempts_before, is_away, with_attempts, with_due
from residents.visits.rules import Visit
from tests.residents.contacts.neighbourhood import more_households
from tests.world import SINCE, World

pytestmark = pytest.mark.django_db
LONG_NOTE = "老人想在卫生间装一个扶手"


def known(household: Household) -> Household:
    return with_attempts(with_due(Household.objects.filter(pk=household.pk))).get()


def tag(world: World, person, kind: str, **changes) -> CareTag:
    values = {
        "basis": "statutory",
        "source_document": "街道名单2026",
        "starts_on": SINCE,
        "review_on": date(2099, 1, 1),
    }
    return CareTag.objects.create(person=person, kind=kind, **{**values, **changes})


# ------------------------------------------------------------------ a slow model, day by day
@dataclass
class Model:
    """Lives through the days one after the other and remembers no more than a person would."""

    opened_on: date
    level: str = ""
    counted: list[datetime] = field(default_factory=list)

    def due_on(self, day: date) -> bool:
        """Whether at the end of ``day`` somebody should have been there."""
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=now().tzinfo)
        before = [moment for moment in self.counted if moment < end]
        if not before:
            return rules.first_due(self.opened_on, today=today()) < end
        days = {"A": 7, "B": 30, "C": 90, "": 180}[self.level]
        return max(before) + timedelta(days=days) < end


CASES = st.lists(
    st.tuples(
        st.integers(0, 400),  # days ago
        st.sampled_from(EncounterKind.values),
        st.sampled_from(Channel.values),
        st.sampled_from(Outcome.values),
        st.sampled_from(["", "好", LONG_NOTE]),
        st.sampled_from(["", *RemoteReason.values]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cases=CASES,
    level=st.sampled_from(["", "A", "B", "C"]),
    opened=st.integers(0, 500),
    away=st.booleans(),
)
def test_the_next_due_date_is_that_of_a_slow_model(world: World, cases, level, opened, away):
    with transaction.atomic():
        CareLevelPlan.objects.all().delete()
        CareTag.objects.all().delete()
        household, moment = world.east_household, now()
        model = Model(today() - timedelta(days=opened), level)
        Household.objects.filter(pk=household.pk).update(opened_on=model.opened_on)
        if level:
            CareLevelPlan.objects.create(household=household, level=level, starts_on=SINCE, review_on=date(2099, 1, 1))
        if away:
            residency = Residency.objects.get(household=household)
            Absence.objects.create(residency=residency, kind="work", starts_on=date(2020, 1, 1))
        entries = []
        for days, kind, channel, outcome, note, reason in cases:
            if (kind == EncounterKind.CONTACT and channel == Channel.FACE) or (outcome == Outcome.PROBLEM and not note):
                continue
            at = moment - timedelta(days=days)
            visit = Visit(kind, channel, outcome, note, occurred_at=at, invited=True, remote_reason=reason)
            entries.append(bulk.Entry(household, world.east_worker, visit, at, uuid.uuid4()))
            met = outcome not in (Outcome.NOT_HOME, Outcome.REFUSED)
            said = outcome == Outcome.CHANGED or note == LONG_NOTE
            at_door = channel == Channel.FACE and kind != EncounterKind.CONTACT and said
            called = channel != Channel.FACE and away and reason in (RemoteReason.AWAY, RemoteReason.AT_SEA)
            if met and (at_door or called):
                model.counted.append(at)
        bulk.log_in_bulk(entries, actor=None)
        shown = known(household)
        assert shown.care_level == level
        last = max(model.counted, default=None)
        assert shown.last_counted_at == last
        assert shown.next_due_at == rules.next_due(last, level=level, opened_on=model.opened_on, today=today())
        for ahead in range(0, 200, 7):
            day = today() + timedelta(days=ahead)
            end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=now().tzinfo)
            assert (shown.next_due_at < end) is model.due_on(day), day
        transaction.set_rollback(True)


@pytest.mark.parametrize("days", range(0, 75, 3))
def test_the_grace_after_moving_in_is_ten_working_days(world: World, days: int):
    opened_on = today() - timedelta(days=days)
    Household.objects.filter(pk=world.west_household.pk).update(opened_on=opened_on)
    due = known(world.west_household).next_due_at
    assert due == rules.first_due(opened_on, today=today())
    midnight = datetime.combine(opened_on, datetime.min.time(), tzinfo=now().tzinfo)
    if days <= 60:
        assert due == after_working_days(midnight, 10)
    assert (due < now()) or days < 30


def test_one_query_however_many_households(world: World, django_assert_num_queries):
    more_households(world, 12)
    with django_assert_num_queries(1):
        assert all(one.next_due_at for one in with_attempts(with_due(Household.objects.active())))


# ------------------------------------------------------------------ care levels
@pytest.mark.parametrize("kind", CareKind.values)
def test_the_table_suggests_the_level_of_each_care_group(world: World, kind: str):
    CareLevelPlan.objects.all().delete()
    CareTag.objects.all().delete()
    tag(world, world.east_person, kind, **({"basis": "statutory"}))
    assert known(world.east_household).care_level == rules.SUGGESTED_LEVEL.get(kind, "")
    assert rules.suggested_level([kind]) == rules.SUGGESTED_LEVEL.get(kind, "")


def test_the_highest_suggestion_of_present_members_counts_and_a_plan_stands_above_it(world: World):
    CareLevelPlan.objects.all().delete()
    CareTag.objects.all().delete()
    tag(world, world.east_person, "advanced_age")
    assert known(world.east_household).care_level == "C"
    living = tag(world, world.east_person, "living_alone")
    assert known(world.east_household).care_level == "B"
    plan = services.set_care_level(
        world.east_household,
        actor=world.east_worker,
        level="A",
        reason="独自一人，行动不便",
        review_on=today() + timedelta(days=90),
    )
    assert known(world.east_household).care_level == "A"
    services.end_care_level(plan, actor=world.east_worker, version=plan.version)
    living.ended_on, living.end_reason = today(), "reviewed"
    living.save()
    assert known(world.east_household).care_level == "C"
    Residency.objects.filter(person=world.east_person).update(ends_on=today(), end_reason="moved_out")
    assert known(world.east_household).care_level == "", "he lives elsewhere now"


# ------------------------------------------------------------------ attempts and the rule of three
def attempt(world: World, at: datetime, **changes) -> Encounter:
    values = {"outcome": Outcome.NOT_HOME, **changes}
    with stopped_at(at):
        return services.log_visit(world.east_household, actor=world.east_worker, client_id=uuid.uuid4(), **values)


def test_three_attempts_on_different_days_offer_the_phone_and_the_call_is_no_effective_visit(world: World):
    noon = now().replace(hour=4, minute=0) - timedelta(days=9)
    attempt(world, noon)
    attempt(world, noon + timedelta(hours=1))
    assert known(world.east_household).attempts == 1, "twice on one day is one day"
    attempt(world, noon + timedelta(days=1))
    early = attempt(world, noon + timedelta(days=2), outcome=Outcome.MET, channel=Channel.PHONE, note=LONG_NOTE)
    assert attempts_before(early) == 2
    assert known(world.east_household).attempts == 0, "reached, whichever way"
    for day in (3, 4, 5):
        attempt(world, noon + timedelta(days=day))
    assert known(world.east_household).attempts == 3
    call = attempt(
        world,
        noon + timedelta(days=6),
        outcome=Outcome.MET,
        channel=Channel.PHONE,
        note=LONG_NOTE,
        remote_reason=RemoteReason.NOT_HOME,
    )
    assert call.kind == EncounterKind.CONTACT
    assert attempts_before(call) == 3
    assert rules.is_reached_remotely(Visit(channel=Channel.PHONE), attempts=3)
    assert not Encounter.objects.effective().exists()
    assert not Encounter.objects.covering().exists()
    assert known(world.east_household).attempts == 0


# ------------------------------------------------------------------ contact from afar
@pytest.mark.parametrize(
    ("who", "reason", "counts"),
    [
        ("nobody", RemoteReason.AWAY, False),
        ("away", RemoteReason.AWAY, True),
        ("away", RemoteReason.AT_SEA, True),
        ("away", RemoteReason.WISHED, False),
        ("away", "", False),
        ("back", RemoteReason.AWAY, False),
        ("at_sea", RemoteReason.AT_SEA, True),
        ("in_port", RemoteReason.AT_SEA, False),
        ("one_of_two", RemoteReason.AWAY, False),
    ],
)
def test_a_call_counts_for_coverage_only_where_everybody_is_away_and_with_its_reason(world, who, reason, counts):
    household, person = world.east_household, world.east_person
    residency = Residency.objects.get(household=household)
    if who in ("away", "back", "one_of_two"):
        ended = today() - timedelta(days=1) if who == "back" else None
        Absence.objects.create(residency=residency, kind="work", starts_on=SINCE, ended_on=ended)
    if who in ("at_sea", "in_port"):
        vessel = world.events["east_vessel"]
        type(vessel).objects.filter(pk=vessel.pk).update(status=who)
        VesselCrew.objects.create(vessel=vessel, person=person)
    if who == "one_of_two":
        Residency.objects.filter(household=world.member_household).update(
            household=household, is_head=False, relation="20"
        )
    assert is_away(household, today()) is (who in ("away", "at_sea"))
    call = services.log_visit(
        household, actor=world.east_worker, client_id=uuid.uuid4(), channel=Channel.PHONE, remote_reason=reason
    )
    assert Encounter.objects.covering().exists() is counts
    assert not Encounter.objects.effective().exists()
    assert Encounter.objects.current().met().get() == call, "it always counts for contact"
    assert (known(household).last_counted_at is not None) is counts
