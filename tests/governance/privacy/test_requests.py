"""Requests about personal data: who may take them down, by when they are answered, and what a copy holds (P39)."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.privacy import rules, services
from governance.privacy.choices import DisclosingAct, RequestKind, RequestState
from governance.privacy.models import SubjectRequest
from governance.privacy.reports import data_copy
from grids.common.clock import stopped_at
from grids.common.errors import Refused, StaleVersion
from grids.trail.models import AuditEntry
from residents.roster.choices import CareKind
from residents.roster.models import CareTag, ConsentRecord
from residents.visits.models import HouseholdNeed
from tests.world import World

PLAIN = {"kind": "copy", "channel": "counter", "identity_check": "document"}


@pytest.fixture(autouse=True)
def no_requests_yet(world: World) -> None:
    SubjectRequest.objects.all().delete()


def register(world: World, person=None, **more) -> SubjectRequest:
    return services.register_request(person or world.east_person, actor=world.secretary, **{**PLAIN, **more})


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name], backend="grids.access.backends.GridBackend")
    return client


# ------------------------------------------------------------------ the clock
@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 23)),  # three plain weeks
        (date(2026, 9, 28), date(2026, 10, 23)),  # the holiday of 1 to 7 October; 10 October is worked
    ],
)
def test_the_answer_is_due_after_fifteen_working_days(received, due):
    assert rules.answer_by(received) == due


def test_a_request_that_waited_in_the_letter_box_keeps_its_day(world):
    with stopped_at(timezone.make_aware(datetime(2026, 3, 9, 10))):
        asked = register(world, received_on=date(2026, 3, 2))
        assert asked.due_on == date(2026, 3, 23)
        with pytest.raises(ValidationError):
            register(world, kind="erase", received_on=date(2026, 3, 10))


# ------------------------------------------------------------------ who
def test_the_secretary_takes_requests_down_and_others_do_not(world):
    assert register(world).state == RequestState.OPEN
    for name in ("desk_worker", "east_worker", "auditor", "foreign_secretary", "stranger"):
        with pytest.raises(Refused):
            services.register_request(world.west_person, actor=world.users[name], **PLAIN)
    [entry] = AuditEntry.objects.filter(act="subjectrequest.register")
    assert (entry.actor, entry.changes) == (world.secretary, {"kind": ["", "copy"]})


def test_the_same_wish_is_open_once(world):
    register(world)
    with pytest.raises(ValidationError):
        register(world)
    register(world, kind="correct", wish="名字写错了")


def test_a_correction_says_what_is_wrong(world):
    with pytest.raises(ValidationError) as problem:
        register(world, kind="correct")
    assert set(problem.value.error_dict) == {"wish"}


def test_nobody_shows_a_document_by_phone(world):
    with pytest.raises(ValidationError) as problem:
        register(world, channel="phone")
    assert set(problem.value.error_dict) == {"identity_check"}
    assert register(world, channel="phone", identity_check="known").pk


# ------------------------------------------------------------------ the answer
def test_a_copy_must_exist_before_it_was_handed_over(world):
    asked = register(world)
    with pytest.raises(ValidationError):
        services.answer(asked, actor=world.secretary, version=1, state="granted", reason="副本已交本人")
    services.make_copy(asked, actor=world.secretary, form="print")
    services.answer(asked, actor=world.secretary, version=1, state="granted", reason="副本已交本人")
    assert (asked.state, asked.answered_by) == ("granted", world.secretary)
    with pytest.raises(Refused):
        services.answer(asked, actor=world.secretary, version=2, state="refused", reason="再来一次看看")


def test_erasure_is_not_granted_with_words(world):
    asked = register(world, kind="erase")
    with pytest.raises(ValidationError):
        services.answer(asked, actor=world.secretary, version=1, state="granted", reason="已经删除了")
    services.answer(asked, actor=world.secretary, version=1, state="refused", reason="现住本社区，须保留底册")
    assert asked.state == RequestState.REFUSED


def test_of_two_answers_the_first_counts(world):
    asked, same = register(world, kind="correct", wish="名字写错了"), None
    same = SubjectRequest.objects.get(pk=asked.pk)
    services.answer(asked, actor=world.secretary, version=1, state="granted", reason="已经更正过了")
    with pytest.raises((StaleVersion, Refused)):
        services.answer(same, actor=world.secretary, version=1, state="refused", reason="不予更正这件事")
    assert SubjectRequest.objects.get(pk=asked.pk).state == RequestState.GRANTED


def test_what_was_said_is_encrypted_and_stays_out_of_the_trail(world):
    asked = register(world, kind="correct", wish="我其实叫赵壹")
    services.answer(asked, actor=world.secretary, version=1, state="granted", reason="姓名已改为赵壹")
    assert SubjectRequest.objects.get(pk=asked.pk).wish == "我其实叫赵壹"
    assert "赵壹" not in str(list(AuditEntry.objects.values()))


# ------------------------------------------------------------------ the copy
@pytest.fixture
def rich_person(world):
    """A person with something in every table that points at him."""
    person = world.persons["member"]
    consent = ConsentRecord.objects.create(
        person=person,
        purpose="care_tag",
        way="written",
        notice_version="1",
        witness="见证人乙",
        recorded_by=world.leader,
    )
    CareTag.objects.create(
        person=person,
        kind=CareKind.SERIOUS_ILLNESS,
        basis="consent",
        consent=consent,
        starts_on=date(2026, 1, 1),
        review_on=date(2099, 1, 1),
    )
    return person


def test_the_copy_holds_everything_of_every_room(world, rich_person):
    copy = data_copy(rich_person)
    tables = {section.key: section for section in copy.sections}
    assert {"residents.Person", "residents.Residency", "residents.CareTag", "residents.ConsentRecord"} <= set(tables)
    assert {"residents.ContactMember", "residents.ContactAssignment"} <= set(tables)
    text = json.dumps(
        [vars(one) for section in copy.sections for row in section.rows for one in row], ensure_ascii=False
    )
    for value in (rich_person.name, rich_person.id_number, rich_person.phone, "见证人乙", "孙党员"):
        assert value in text
    assert world.east_person.id_number not in text
    assert all(section.purpose.title and section.purpose.recipients for section in copy.sections)


def test_the_copy_holds_visits_and_affairs_that_speak_of_him(world):
    person = world.east_person
    HouseholdNeed.objects.create(encounter=world.east_visit, household=world.east_household, text="要一部轮椅")
    tables = {section.key: section for section in data_copy(person).sections}
    assert "governance.Affair" not in tables or tables["governance.Affair"].rows
    world.east_affair.household = world.east_household
    world.east_affair.save(update_fields=["household"])
    tables = {section.key: section for section in data_copy(person).sections}
    assert person.name in str(tables["governance.Affair"].rows)


def test_making_the_copy_is_a_disclosure_that_the_person_can_see(world, rich_person):
    asked = register(world, rich_person)
    address = reverse("governance:subjectrequest-copy", args=[asked.pk])
    client = client_of(world, "secretary")
    assert rich_person.id_number not in client.get(address).content.decode()
    assert not AuditEntry.objects.filter(act=DisclosingAct.COPY).exists()
    page = client.post(address, {"form": "print", "sure": "on"})
    assert rich_person.id_number in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(act=DisclosingAct.COPY, object_id=str(rich_person.pk)).count() == 1
    assert "周书记" in {one.name for one in data_copy(rich_person).seen_by}


def test_the_copy_as_files(world, rich_person):
    asked = register(world, rich_person)
    client, address = client_of(world, "secretary"), reverse("governance:subjectrequest-copy", args=[asked.pk])
    content = json.loads(client.post(address, {"form": "json", "sure": "on"}).content)
    assert rich_person.id_number in str(content["tables"])
    workbook = client.post(address, {"form": "xlsx", "sure": "on"})
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert rich_person.id_number in strings
    assert rich_person.name not in workbook["Content-Disposition"]


def test_the_copy_is_for_those_who_answer(world, rich_person):
    asked = register(world, rich_person)
    address = reverse("governance:subjectrequest-copy", args=[asked.pk])
    for name in ("desk_worker", "east_worker", "auditor", "foreign_secretary"):
        answer = client_of(world, name).post(address, {"form": "json", "sure": "on"})
        assert answer.status_code == 404
    assert client_of(world, "secretary").post(address, {"form": "json"}).status_code == 200, "the box was not ticked"
    assert not AuditEntry.objects.filter(act=DisclosingAct.COPY).exists()


# ------------------------------------------------------------------ pages
def test_the_way_of_a_correction(world):
    client = client_of(world, "secretary")
    create = reverse("governance:subjectrequest-create", args=[world.east_person.pk])
    answer = client.post(create, {**PLAIN, "kind": "correct", "wish": "姓名少了一个字"})
    page = client.get(answer.url).content.decode()
    assert reverse("residents:person-update", args=[world.east_person.pk]) in page
    pk = SubjectRequest.objects.get().pk
    close = reverse("governance:subjectrequest-answer", args=[pk])
    assert client.post(close, {"version": 1, "state": "granted", "reason": "已按户口簿更正"}).status_code == 302
    assert SubjectRequest.objects.get().state == RequestState.GRANTED


def test_the_list_counts_down_and_asks_the_database_as_often_for_many(world, django_assert_max_num_queries):
    client, address = client_of(world, "secretary"), reverse("governance:subjectrequest-list")
    register(world, kind=RequestKind.ERASE)
    client.get(address)

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = queries()
    for person in (world.east_person, world.west_person, world.persons["member"], world.persons["east_other"]):
        for kind in ("copy", "erase"):
            if not person.subject_requests.filter(kind=kind).exists():
                register(world, person, kind=kind)
    assert queries() == few


def test_an_overdue_request_says_so(world):
    asked = register(world)
    SubjectRequest.objects.filter(pk=asked.pk).update(
        received_on=asked.received_on - timedelta(days=60), due_on=asked.received_on - timedelta(days=5)
    )
    page = client_of(world, "secretary").get(reverse("governance:subjectrequest-list") + "?progress=overdue")
    assert "已超 5 天" in page.content.decode()
