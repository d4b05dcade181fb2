"""What the services of visits allow and refuse, and that nothing written is ever changed."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from residents.contacts.choices import AssignmentEnd
from residents.contacts.services import end_assignment
from residents.roster.models import Household
from residents.visits import bulk, services
from residents.visits.choices import Channel, EncounterKind, Outcome
from residents.visits.models import Encounter, HouseholdNeed
from residents.visits.querysets import with_last_routine, with_last_visit
from residents.visits.rules import Visit, is_effective
from tests.world import World

NOTE = "老人想在卫生间装一个扶手"


def log(world: World, **changes) -> Encounter:
    values = {"actor": world.east_worker, "client_id": uuid.uuid4(), **changes}
    return services.log_visit(values.pop("household", world.east_household), **values)


@pytest.mark.parametrize(
    ("account", "may"),
    [
        ("east_worker", True),
        ("leader", True),
        ("desk_worker", True),
        ("liaison", True),
        ("joint_member", True),
        ("secretary", False),
        ("west_worker", False),
        ("auditor", False),
        ("street_desk", False),
        ("mentor", False),
        ("stranger", False),
        ("foreign_worker", False),
    ],
)
def test_who_logs_a_visit(world: World, account: str, may: bool):
    if may:
        assert log(world, actor=world.users[account]).visitor == world.users[account]
    else:
        with pytest.raises(Refused):
            log(world, actor=world.users[account])
        assert not Encounter.objects.exists()


def test_a_contact_logs_visits_to_his_own_households_only_and_only_while_he_is_the_contact(world: World):
    with pytest.raises(Refused):
        log(world, household=world.east_other_household, actor=world.joint_member)
    log(world, actor=world.joint_member)
    end_assignment(world.member.assignments.get(), actor=world.secretary, reason=AssignmentEnd.REBALANCED)
    with pytest.raises(Refused):
        log(world, actor=world.joint_member)


def test_a_visit_keeps_its_needs_and_writes_the_trail_without_the_note(world: World):
    visit = log(world, note=NOTE, needs=["卫生间扶手", "  "], person=world.east_person)
    assert (visit.kind, visit.channel, visit.outcome) == (EncounterKind.ROUTINE, Channel.FACE, Outcome.MET)
    assert (visit.note_length, visit.has_needs) == (len(NOTE), True)
    need = HouseholdNeed.objects.get()
    assert (need.household, need.text) == (world.east_household, "卫生间扶手")
    entry = AuditEntry.objects.get(act="visit.log")
    assert entry.grid == world.east_micro
    assert NOTE not in str(entry.changes)


def test_only_somebody_of_the_household_was_met_there(world: World):
    with pytest.raises(Refused):
        log(world, person=world.west_person)


def test_a_household_that_moved_away_is_not_visited(world: World):
    Household.objects.filter(pk=world.east_household.pk).update(status="closed", closed_on=today())
    with pytest.raises(Refused):
        log(world)


def test_the_same_sending_twice_is_one_visit(world: World):
    send = partial(log, world, client_id=uuid.uuid4(), note=NOTE, needs=["扶手"])
    first = send()
    with stopped_at(now() + timedelta(hours=1)):
        assert send() == first
    assert Encounter.objects.count() == HouseholdNeed.objects.count() == 1
    assert AuditEntry.objects.filter(act="visit.log").count() == 1


@pytest.mark.parametrize("change", [{"note": "别的内容"}, {"outcome": Outcome.NOT_HOME}, {"needs": ["扶手"]}])
def test_other_content_under_the_same_id_is_refused(world: World, change: dict):
    client_id = uuid.uuid4()
    log(world, client_id=client_id)
    with pytest.raises(Conflict):
        log(world, client_id=client_id, **change)
    with pytest.raises(Conflict):
        log(world, client_id=client_id, actor=world.leader)
    with pytest.raises(Conflict):
        log(world, client_id=client_id, household=world.east_other_household)
    assert Encounter.objects.count() == 1


def test_a_visit_of_the_day_before_needs_a_reason(world: World):
    yesterday = now() - timedelta(hours=26)
    with pytest.raises(ValidationError):
        log(world, occurred_at=yesterday)
    visit = log(world, occurred_at=yesterday, late_reason="手机没电")
    assert visit.late_reason == "手机没电"
    assert visit.recorded_at - visit.occurred_at >= timedelta(hours=26)


# ------------------------------------------------------------------ corrections
def test_a_correction_is_a_new_version_and_the_old_one_stays(world: World):
    first = log(world, note="家中平安", needs=["扶手"])
    second = services.correct_visit(
        first, actor=world.east_worker, reason="写错了", note=NOTE, outcome=Outcome.CHANGED, needs=["修灯"]
    )
    assert list(Encounter.objects.current()) == [second]
    assert (second.replaces, second.visitor, second.has_needs) == (first, world.east_worker, True)
    assert second.occurred_at == first.occurred_at
    first.refresh_from_db()
    assert first.note == "家中平安"
    assert sorted(HouseholdNeed.objects.values_list("text", flat=True)) == ["修灯", "扶手"]
    assert AuditEntry.objects.get(act="visit.correct").reason == "写错了"


@pytest.mark.parametrize(
    ("account", "may"), [("east_worker", True), ("secretary", True), ("leader", False), ("joint_member", False)]
)
def test_only_the_visitor_or_the_secretary_corrects(world: World, account: str, may: bool):
    visit = log(world)
    correct = partial(services.correct_visit, visit, actor=world.users[account], reason="写错了", note=NOTE)
    if may:
        assert correct().visitor == world.east_worker
    else:
        with pytest.raises(Refused):
            correct()


def test_only_the_newest_version_is_corrected_and_a_reason_is_needed(world: World):
    first = log(world)
    with pytest.raises(ValidationError):
        services.correct_visit(first, actor=world.east_worker, reason=" ", note=NOTE)
    second = services.correct_visit(first, actor=world.east_worker, reason="写错了", note=NOTE)
    with pytest.raises(Conflict):
        services.correct_visit(first, actor=world.east_worker, reason="又写错了", note="另一句话")
    third = services.correct_visit(second, actor=world.secretary, reason="核对过", outcome=Outcome.MET_RELATIVE)
    assert services.versions_of(second) == [first, second, third]
    assert Encounter.objects.current().get() == third


def test_a_correction_may_not_move_a_visit_further_back_than_it_could_have_been_entered(world: World):
    visit = log(world)
    with pytest.raises(ValidationError):
        services.correct_visit(
            visit, actor=world.east_worker, reason="时间错", occurred_at=visit.occurred_at - timedelta(hours=60)
        )
    with stopped_at(now() + timedelta(days=9)):
        assert services.correct_visit(visit, actor=world.east_worker, reason="补充", note=NOTE)


def test_the_same_correction_twice_is_one_version(world: World):
    visit = log(world)
    send = partial(
        services.correct_visit, visit, actor=world.east_worker, reason="补充", note=NOTE, client_id=uuid.uuid4()
    )
    assert send() == send()
    assert Encounter.objects.count() == 2


# ------------------------------------------------------------------ what the database refuses
@pytest.mark.parametrize("table", ["residents_encounter", "residents_householdneed"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_delete_a_visit(world: World, table: str, statement: str):
    log(world, needs=["扶手"])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))
    assert Encounter.objects.count() == HouseholdNeed.objects.count() == 1


def test_the_database_refuses_a_visit_of_tomorrow(world: World):
    with pytest.raises(DatabaseError), transaction.atomic():
        Encounter.objects.create(
            household=world.east_household, visitor=world.east_worker, occurred_at=now() + timedelta(days=1)
        )


# ------------------------------------------------------------------ questions
def test_the_last_visit_is_the_newest_that_met_somebody(world: World):
    start = now() - timedelta(days=40)
    for days, outcome in ((0, Outcome.MET), (10, Outcome.MET_RELATIVE), (20, Outcome.NOT_HOME)):
        with stopped_at(start + timedelta(days=days)):
            log(world, outcome=outcome, invited=True)
    shown = with_last_routine(with_last_visit(Household.objects.filter(pk=world.east_household.pk))).get()
    assert shown.last_visited_at == start + timedelta(days=10)
    assert shown.last_routine_at == start + timedelta(days=10), "that nobody was at home disturbed nobody"
    never = with_last_visit(Household.objects.filter(pk=world.west_household.pk)).get()
    assert never.last_visited_at is None


def test_the_rule_and_the_query_agree_on_what_is_effective(world: World):
    cases = [
        Visit(kind=kind, channel=channel, outcome=outcome, note=note, needs=needs, invited=True)
        for kind in (EncounterKind.ROUTINE, EncounterKind.CARE, EncounterKind.CONTACT)
        for channel in Channel
        for outcome in Outcome
        for note in ("", "九个字的一句话没有", "十个字的一句话正好够了")
        for needs in ((), ("扶手",))
        if not (kind == EncounterKind.CONTACT and channel == Channel.FACE)
        if outcome != Outcome.PROBLEM or note or needs
    ]
    moment = now()
    rows = bulk.log_in_bulk(
        [bulk.Entry(world.east_household, world.east_worker, case, moment, uuid.uuid4()) for case in cases], actor=None
    )
    effective = set(Encounter.objects.effective().values_list("pk", flat=True))
    assert effective == {row.pk for row, case in zip(rows, cases, strict=True) if is_effective(case)}
    assert 0 < len(effective) < len(rows)


def test_a_bulk_of_visits_keeps_the_rules_all_or_none(world: World):
    moment = now()
    good = bulk.Entry(world.east_household, world.east_worker, Visit(needs=("扶手",)), moment, uuid.uuid4())
    bad = bulk.Entry(
        world.east_household, world.east_worker, Visit(occurred_at=moment - timedelta(days=9)), moment, uuid.uuid4()
    )
    with pytest.raises(ValidationError):
        bulk.log_in_bulk([good, bad], actor=None)
    assert not Encounter.objects.exists()
    bulk.log_in_bulk([good], actor=None)
    assert HouseholdNeed.objects.get().encounter.visitor == world.east_worker
    assert AuditEntry.objects.filter(act="visit.log").count() == 1


def test_who_reads_which_visits(world: World):
    mine, others = log(world, actor=world.joint_member), log(world, invited=True)
    liaisons = log(world, actor=world.liaison, invited=True)
    everything = {mine, others, liaisons}
    for account, visible in {
        "east_worker": everything,
        "secretary": everything,
        "auditor": everything,
        "joint_member": {mine},
        "liaison": {liaisons},
        "west_worker": set(),
        "stranger": set(),
        "foreign_auditor": set(),
        "district_office": set(),
    }.items():
        assert set(Encounter.objects.visible_to(world.fresh(account))) == visible, account
    end_assignment(world.member.assignments.get(), actor=world.secretary, reason=AssignmentEnd.REBALANCED)
    assert not Encounter.objects.visible_to(world.fresh("joint_member")).exists()
