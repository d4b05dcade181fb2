"""Erasure: refused while the data is needed, else nothing personal is left and no figure moves (P39)."""

from datetime import date, timedelta

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from governance.affairs.models import Affair
from governance.privacy import services
from governance.privacy.models import SubjectRequest
from governance.privacy.reports import rows_about
from governance.privacy.services.erasing import EMPTY_PERSON
from grids.common.clock import now, today
from grids.common.errors import Refused
from grids.common.privacy import own_models
from grids.trail.models import AuditEntry
from residents.contacts.models import ContactMember
from residents.roster.models import CareTag, Person, PersonMerge, Residency
from residents.roster.services import end_residency
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, HouseholdNeed, NeedAnswer, VisitTask
from tests.privacy.scanner import Scanner
from tests.world import World

NOTE = "赵一说电话是13800000101，最近血压高"


@pytest.fixture
def asked(world: World) -> SubjectRequest:
    """The request of somebody who moved away last month, with visits, needs and a closed affair behind him."""
    person, household = world.east_person, world.east_household
    visit = Encounter.objects.create(household=household, person=person, visitor=world.east_worker, note=NOTE)
    HouseholdNeed.objects.create(encounter=visit, household=household, text="赵一要一部轮椅")
    Encounter.objects.create(household=household, visitor=world.east_worker, note="楼道灯坏了，已报修")
    Affair.objects.filter(pk=world.east_affair.pk).update(
        household=household,
        state="closed",
        category="official",
        closed_at=now(),
        text="赵一家门口的路灯坏了，请打13800000101",
        reporter_name="赵一",
    )
    affair = Affair.objects.get(pk=world.east_affair.pk)
    affair.reporter_phone = person.phone
    affair.save(update_fields=["reporter_phone"])
    PersonMerge.objects.create(
        kept=person, absorbed=world.west_person, snapshot=f'{{"phone": "{person.phone}"}}', undone_at=now()
    )
    residency = Residency.objects.get(person=person)
    end_residency(residency, actor=world.secretary, reason="moved_out", on=today())
    return world.east_erase_request


def erase(world: World, asked: SubjectRequest) -> None:
    services.erase_person(asked, actor=world.secretary, version=asked.version, reason="已按你的申请删除")


# ------------------------------------------------------------------ refused
def test_whoever_lives_here_is_kept(world: World) -> None:
    with pytest.raises(Refused, match="现住"):
        erase(world, world.east_erase_request)
    assert Person.objects.get(pk=world.east_person.pk).name == "赵一"


def test_only_the_secretary_erases(world: World, asked: SubjectRequest) -> None:
    for name in ("desk_worker", "east_worker", "foreign_secretary"):
        with pytest.raises(Refused):
            services.erase_person(asked, actor=world.users[name], version=1, reason="已按申请删除")
    erase(world, asked)


def test_an_open_affair_keeps_the_data(world: World, asked: SubjectRequest) -> None:
    Affair.objects.filter(pk=world.east_affair.pk).update(state="handling", closed_at=None)
    with pytest.raises(Refused):
        erase(world, asked)


def test_a_hold_keeps_the_data_until_it_is_lifted(world: World, asked: SubjectRequest) -> None:
    hold = services.place_hold(world.east_person, actor=world.secretary, reason="（2026）民初12号")
    with pytest.raises(Refused):
        erase(world, asked)
    services.lift_hold(hold, actor=world.secretary, reason="案件已经审结")
    erase(world, asked)


def test_care_by_law_keeps_the_data_and_care_by_consent_does_not(world: World, asked: SubjectRequest) -> None:
    tag = CareTag.objects.create(
        person=world.east_person,
        kind="destitute",
        basis="statutory",
        source_document="特困名册",
        starts_on=date(2026, 1, 1),
        review_on=date(2099, 1, 1),
    )
    with pytest.raises(Refused):
        erase(world, asked)
    CareTag.objects.filter(pk=tag.pk).update(ended_on=today(), end_reason="reviewed")
    erase(world, asked)
    assert CareTag.objects.get(pk=tag.pk).source_document == "•••"


def test_a_serving_member_is_kept(world: World, asked: SubjectRequest) -> None:
    ContactMember.objects.create(
        grid=world.community, person=world.east_person, consented_on=today(), starts_on=today()
    )
    with pytest.raises(Refused):
        erase(world, asked)


# ------------------------------------------------------------------ done
def figures() -> dict[str, int]:
    """What reports count."""
    return {
        **{model._meta.label: model._base_manager.count() for model in (Person, Residency, Encounter, HouseholdNeed)},
        "affairs": Affair.objects.count(),
        "effective visits": Encounter.objects.effective().count(),
        "moved out": Residency.objects.filter(end_reason="moved_out").count(),
    }


def test_nothing_personal_is_left_and_no_figure_moves(world: World, asked: SubjectRequest) -> None:
    person, before = Person.objects.get(pk=world.east_person.pk), figures()
    numbers = [person.id_number, person.phone]
    erase(world, asked)
    after = Person.objects.get(pk=person.pk)
    assert after.erased_at is not None
    assert {name: getattr(after, name) for name in EMPTY_PERSON} == EMPTY_PERSON
    assert figures() == before
    notes = set(Encounter.objects.values_list("note", flat=True))
    assert NOTE not in notes
    assert "楼道灯坏了，已报修" in notes, "a note that does not speak of him stays"
    affair = Affair.objects.get(pk=world.east_affair.pk)
    assert (affair.reporter_name, affair.reporter_phone) == ("", "")
    assert affair.text == "•••家门口的路灯坏了，请打•••"
    assert not Person.objects.with_id_number(numbers[0]).exists()
    dump = serializers.serialize("json", [row for model in own_models() for row in model._base_manager.all()])
    assert Scanner(numbers).find(dump.encode()) == set(), "decrypted, too, there is nothing"
    assert "赵一" not in dump
    assert asked.state == "granted"


def test_the_page_asks_the_database_no_more_for_a_long_life(
    client: Client, world: World, asked: SubjectRequest
) -> None:
    """Two records of him, two of all that speaks of him: a question per row would fail the page (tests/rowwise.py)."""
    person, home, other = world.east_person, world.east_household, world.west_household
    Residency.objects.create(
        person=person,
        household=other,
        relation="97",
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
        end_reason="moved_inside",
    )
    for number, household in enumerate((home, home, other, other)):
        visit = Encounter.objects.create(
            household=household, person=person, visitor=world.east_worker, note=NOTE, late_reason="赵一住院"
        )
        need = HouseholdNeed.objects.create(encounter=visit, household=household, text="赵一要一部轮椅")
        NeedAnswer.objects.create(need=need, text="已给赵一送去", answered_by=world.east_worker)
        EncounterPhoto.objects.create(
            encounter=visit, slot=1, sha256=f"{number:064}", content=b"-", width=1, height=1, taken_by=world.east_worker
        )
        CareLevelPlan.objects.create(
            household=household,
            level="C",
            reason="赵一要人帮忙",
            review_on=date(2027, 1, 1),
            starts_on=date(2026, 1, 1),
            ended_on=date(2026, 2, 1 + number),
            end_reason="changed",
        )
        VisitTask.objects.create(
            household=household,
            trigger="hardship",
            source="contact",
            state="cancelled",
            cancelled_at=now(),
            cancel_reason="赵一已搬走",
            note="赵一来电",
            due_at=now() + timedelta(days=1),
        )
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    address = reverse("governance:subjectrequest-erase", args=[asked.pk])
    answer = client.post(address, {"version": asked.version, "reason": "已按你的申请删除", "sure": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert Person.objects.get(pk=person.pk).erased_at is not None


def test_the_trail_speaks_of_him_by_key_alone(world: World, asked: SubjectRequest) -> None:
    erase(world, asked)
    [entry] = AuditEntry.objects.filter(act="person.erase")
    assert (entry.object_id, entry.actor) == (str(world.east_person.pk), world.secretary)
    assert "赵一" not in str(list(AuditEntry.objects.values()))


def test_references_stay_whole(world: World, asked: SubjectRequest) -> None:
    erase(world, asked)
    connection.check_constraints()
    residency = Residency.objects.get(person=world.east_person)
    assert residency.household_id == world.east_household.pk
    assert list(rows_about(Person.objects.get(pk=world.east_person.pk)))


def test_what_was_refused_halfway_changes_nothing(world: World, asked: SubjectRequest, monkeypatch) -> None:
    def broken(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr("governance.privacy.services.erasing.close", broken)
    with pytest.raises(RuntimeError):
        erase(world, asked)
    assert Person.objects.get(pk=world.east_person.pk).name == "赵一"
    assert Encounter.objects.filter(note=NOTE).exists()


# ------------------------------------------------------------------ the database lets exactly this through
def update_note(visit: Encounter, **values) -> None:
    with transaction.atomic():
        Encounter.objects.filter(pk=visit.pk).update(**values)


def test_a_note_is_emptied_only_when_its_time_is_over(world: World) -> None:
    moment = now()
    old = Encounter.objects.create(
        household=world.west_household,
        visitor=world.west_worker,
        note="三年前的话",
        occurred_at=moment - timedelta(days=3 * 366),
    )
    young = Encounter.objects.create(
        household=world.west_household,
        visitor=world.west_worker,
        note="去年的话",
        occurred_at=moment - timedelta(days=400),
    )
    for visit, values in (
        (young, {"note": ""}),
        (old, {"note": "改成别的"}),
        (old, {"note": "", "outcome": "refused"}),
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            update_note(visit, **values)
    update_note(old, note="")
    assert Encounter.objects.get(pk=old.pk).note == ""
    assert Encounter.objects.get(pk=young.pk).note == "去年的话"


def test_with_the_note_no_other_column_may_change(world: World) -> None:
    """Every column of the table, those that came later too."""
    old = Encounter.objects.create(
        household=world.west_household,
        visitor=world.west_worker,
        note="三年前的话",
        occurred_at=now() - timedelta(days=3 * 366),
        recorded_at=now() - timedelta(days=3 * 366 - 1),
    )
    for field in Encounter._meta.concrete_fields:
        if field.name == "note":
            continue
        table, column = connection.ops.quote_name(Encounter._meta.db_table), connection.ops.quote_name(field.column)
        other = {"BooleanField": "NOT " + column}.get(field.get_internal_type())
        if other is None:
            value = Encounter.objects.filter(pk=old.pk).values_list(field.attname, flat=True).get()
            other = changed_value(field, value, world)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET note = '', {column} = {other} WHERE id = {old.pk}")
    update_note(old, note="")


def changed_value(field: models.Field, value, world: World) -> str:
    """Another value of the column, as SQL."""
    if isinstance(field, models.DateTimeField):
        return "'2001-01-01 00:00:00+00:00'" if connection.vendor == "postgresql" else "'2001-01-01 00:00:00'"
    if isinstance(field, models.UUIDField):
        return "'00000000-0000-4000-8000-000000000001'"
    if field.is_relation or isinstance(field, models.IntegerField):
        return {"household": str(world.east_household.pk), "visitor": str(world.east_worker.pk)}.get(
            field.name, str(world.east_person.pk) if field.name == "person" else "987654"
        )
    return "'x'"
