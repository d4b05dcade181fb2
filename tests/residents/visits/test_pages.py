"""The pages of visits: two taps store one, nothing foreign is seen, no list asks more when it grows."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grids.common.clock import now, stopped_at, today
from grids.common.retention import start_of
from residents.contacts.choices import AssignmentEnd, ContactRole
from residents.contacts.models import ContactAssignment
from residents.contacts.services import end_assignment
from residents.visits import services
from residents.visits.choices import Outcome
from residents.visits.doors import due_households
from residents.visits.models import Encounter, HouseholdNeed
from residents.visits.querysets import in_sight, to_visit
from tests.residents.contacts.neighbourhood import load_up, more_households
from tests.world import World

NOTE = "老人想在卫生间装一个扶手"


def browser(world: World, account: str) -> Client:
    client = Client()
    client.force_login(world.users[account], backend="grids.access.backends.GridBackend")
    return client


def address(name: str, *args: int) -> str:
    return reverse(f"residents:{name}", args=args)


def answers(world: World, url: str, accounts: str) -> dict[str, int]:
    return {account: browser(world, account).get(url).status_code for account in accounts.split()}


def queries_of(client: Client, url: str) -> int:
    """How many questions the page asks the database, once everything is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def log(world: World, household=None, **changes) -> Encounter:
    values = {"actor": world.east_worker, "client_id": uuid.uuid4(), **changes}
    return services.log_visit(household or world.east_household, **values)


# ------------------------------------------------------------------ who opens what
def test_who_opens_the_form_at_the_door(world: World):
    url = address("encounter-log", world.east_household.pk)
    accounts = "east_worker liaison joint_member secretary auditor mentor west_worker stranger foreign_worker"
    assert answers(world, url, accounts) == {
        "east_worker": 200,
        "liaison": 200,
        "joint_member": 200,
        "secretary": 403,
        "auditor": 403,
        "mentor": 403,
        "west_worker": 404,
        "stranger": 404,
        "foreign_worker": 404,
    }
    other = address("encounter-log", world.east_other_household.pk)
    assert answers(world, other, "east_worker joint_member") == {"east_worker": 200, "joint_member": 404}


def test_who_reads_a_visit_and_who_corrects_it(world: World):
    visit = log(world)
    page, form = address("encounter-detail", visit.pk), address("encounter-correct", visit.pk)
    accounts = "east_worker leader secretary auditor joint_member liaison west_worker foreign_auditor"
    read = {"east_worker": 200, "leader": 200, "secretary": 200, "auditor": 200}
    nothing = {"joint_member": 404, "liaison": 404, "west_worker": 404, "foreign_auditor": 404}
    assert answers(world, page, accounts) == {**read, **nothing}
    assert answers(world, form, accounts) == {**read, **nothing, "leader": 403, "auditor": 403}


def test_who_opens_the_list(world: World):
    assert answers(world, address("encounter-list"), "secretary east_worker auditor liaison joint_member") == {
        "secretary": 200,
        "east_worker": 200,
        "auditor": 200,
        "liaison": 403,
        "joint_member": 403,
    }


def test_my_households_are_the_members_own(world: World):
    assert answers(world, address("contact-mine"), "joint_member secretary east_worker stranger") == {
        "joint_member": 200,
        "secretary": 403,
        "east_worker": 403,
        "stranger": 403,
    }
    assignment = world.member.assignments.get()
    card = address("contact-card", assignment.pk)
    assert answers(world, card, "joint_member secretary east_worker stranger foreign_secretary") == {
        "joint_member": 200,
        "secretary": 404,
        "east_worker": 404,
        "stranger": 404,
        "foreign_secretary": 404,
    }
    foreign = address("contact-card", world.foreign_member.assignments.get().pk)
    assert browser(world, "joint_member").get(foreign).status_code == 404
    end_assignment(assignment, actor=world.secretary, reason=AssignmentEnd.REBALANCED)
    assert browser(world, "joint_member").get(card).status_code == 404
    assert browser(world, "joint_member").get(address("encounter-log", world.east_household.pk)).status_code == 404


# ------------------------------------------------------------------ two taps
def test_two_taps_store_a_routine_visit_and_lead_back(world: World):
    worker = browser(world, "east_worker")
    home = address("household-detail", world.east_household.pk)
    page = worker.get(address("encounter-log", world.east_household.pk), {"next": home})
    form = page.context["form"]
    sent = {"client_id": str(form["client_id"].value()), "next": home, "outcome": Outcome.NOT_HOME, "all_well": "1"}
    answer = worker.post(address("encounter-log", world.east_household.pk), sent)
    assert (answer.status_code, answer.url) == (302, home)
    visit = Encounter.objects.get()
    assert (visit.outcome, visit.kind, visit.channel) == (Outcome.MET, "routine", "face")
    again = worker.post(address("encounter-log", world.east_household.pk), sent)
    assert again.status_code == 302
    assert Encounter.objects.count() == 1
    assert str(visit.visitor) in worker.get(home).content.decode()


def test_another_content_under_the_same_id_is_a_conflict_page(world: World):
    worker = browser(world, "east_worker")
    url, client_id = address("encounter-log", world.east_household.pk), str(uuid.uuid4())
    assert worker.post(url, {"client_id": client_id}).status_code == 302
    assert worker.post(url, {"client_id": client_id, "note": "别的"}).status_code == 409


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_out_of_the_portal(world: World, target: str):
    answer = browser(world, "east_worker").post(
        address("encounter-log", world.east_household.pk), {"next": target, "all_well": "1"}
    )
    assert answer.url == reverse("home")


def test_needs_lead_to_the_visit_where_they_are_reported(world: World):
    answer = browser(world, "east_worker").post(
        address("encounter-log", world.east_household.pk),
        {"needs": "卫生间扶手\n\n楼道灯不亮", "outcome": Outcome.MET, "person": world.east_person.pk},
    )
    visit = Encounter.objects.get()
    assert answer.url == address("encounter-detail", visit.pk)
    assert visit.person == world.east_person
    page = browser(world, "east_worker").get(answer.url).content.decode()
    for need in HouseholdNeed.objects.all():
        assert need.text in page
        assert f"household={world.east_household.pk}&amp;need={need.pk}" in page


def test_wording_is_questioned_once_and_nothing_is_lost(world: World):
    worker = browser(world, "east_worker")
    url = address("encounter-log", world.east_household.pk)
    sent = {"note": "老人有高血压，想装扶手", "outcome": Outcome.MET}
    questioned = worker.post(url, sent)
    assert questioned.status_code == 200
    assert "高血压" in str(questioned.context["form"].errors["note"])
    assert "老人有高血压，想装扶手" in questioned.content.decode()
    assert not Encounter.objects.exists()
    assert worker.post(url, {**sent, "wording_checked": "on"}).status_code == 302
    assert Encounter.objects.get().note == sent["note"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"outcome": "fine"}, "outcome"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": "2020-01-01T10:00"}, "occurred_at"),
        ({"person": "99999999"}, "person"),
        ({"note": "字" * 2001}, "note"),
        ({"needs": "一\n二\n三\n四\n五\n六"}, "needs"),
        ({"client_id": "no-uuid"}, "client_id"),
        ({"kind": "contact"}, "channel"),
    ],
)
def test_bad_input_comes_back_with_its_reason(world: World, sent: dict[str, str], field: str):
    answer = browser(world, "east_worker").post(address("encounter-log", world.east_household.pk), sent)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Encounter.objects.exists()


def test_a_visit_of_yesterday_with_its_reason(world: World):
    yesterday = timezone.localtime(now() - timedelta(hours=25))
    sent = {"occurred_at": f"{yesterday:%Y-%m-%dT%H:%M}", "outcome": Outcome.MET}
    worker, url = browser(world, "east_worker"), address("encounter-log", world.east_household.pk)
    assert "late_reason" in worker.post(url, sent).context["form"].errors
    assert worker.post(url, {**sent, "late_reason": "手机没电"}).status_code == 302


def test_a_second_routine_visit_within_two_weeks_needs_an_invitation(world: World):
    url = address("encounter-log", world.east_household.pk)
    worker, liaison = browser(world, "east_worker"), browser(world, "liaison")
    with stopped_at(now() - timedelta(days=15)):
        log(world)
    assert not worker.get(url).context["too_soon"]
    assert "应住户邀请" not in worker.get(url).content.decode()
    log(world)
    page = liaison.get(url)
    assert "王东" in page.context["too_soon"], "who was there, whoever asks"
    assert "应住户邀请" in page.content.decode()
    refused = liaison.post(url, {"all_well": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["invited"])
    assert "王东" in refused.content.decode()
    assert liaison.post(url, {"all_well": "1", "invited": "on"}).status_code == 302
    assert Encounter.objects.filter(invited=True).count() == 1


def test_a_liaison_reads_the_name_and_the_member_his_households(world: World):
    url = address("encounter-log", world.east_household.pk)
    for account in ("liaison", "joint_member"):
        assert "赵一" in browser(world, account).get(url).content.decode()
    card = address("contact-card", world.member.assignments.get().pk)
    assert "赵一" in browser(world, "joint_member").get(card).content.decode()


# ------------------------------------------------------------------ corrections
def correction(page, **changes) -> dict[str, str]:
    form = page.context["form"]
    names = ("client_id", "outcome", "channel", "kind", "note", "needs", "late_reason")
    sent = {name: form[name].value() or "" for name in names}
    moment = timezone.localtime(form.initial["occurred_at"])
    return {**sent, "occurred_at": f"{moment:%Y-%m-%dT%H:%M}", **changes}


def test_correcting_keeps_the_moment_and_shows_both_versions(world: World):
    visit = log(world, note="家中平安")
    worker, url = browser(world, "east_worker"), address("encounter-correct", visit.pk)
    page = worker.get(url)
    assert "reason" in worker.post(url, correction(page)).context["form"].errors
    answer = worker.post(url, correction(page, reason="写漏了", note=NOTE))
    newest = Encounter.objects.current().get()
    assert (answer.status_code, answer.url) == (302, address("encounter-detail", newest.pk))
    assert (newest.note, newest.occurred_at) == (NOTE, visit.occurred_at)
    assert "写漏了" in worker.get(answer.url).content.decode()
    assert address("encounter-detail", newest.pk) in worker.get(address("encounter-detail", visit.pk)).content.decode()


def test_the_later_of_two_correctors_gets_a_conflict_page(world: World):
    visit = log(world)
    worker, secretary = browser(world, "east_worker"), browser(world, "secretary")
    url = address("encounter-correct", visit.pk)
    first, second = worker.get(url), secretary.get(url)
    assert worker.post(url, correction(first, reason="写漏了", note=NOTE)).status_code == 302
    assert secretary.post(url, correction(second, reason="核对", note="另一句")).status_code == 409
    assert secretary.get(url).status_code == 409
    assert Encounter.objects.count() == 2


# ------------------------------------------------------------------ lists and panels
def test_the_list_narrows_masks_and_leaves_replaced_versions_out(world: World):
    visit = log(world, note=NOTE)
    services.correct_visit(visit, actor=world.east_worker, reason="补充", outcome=Outcome.CHANGED)
    log(world, household=world.west_household, actor=world.west_worker, outcome=Outcome.NOT_HOME)
    secretary = browser(world, "secretary")

    def found(**query: str) -> set[str]:
        table = secretary.get(address("encounter-list"), query).context["table"]
        return {row.record.outcome for row in table.rows}

    assert found() == {Outcome.CHANGED, Outcome.NOT_HOME}
    assert found(outcome="not_home") == {Outcome.NOT_HOME}
    assert found(effective="yes") == {Outcome.CHANGED}
    assert found(effective="no") == {Outcome.NOT_HOME}
    assert found(q="冯西") == {Outcome.NOT_HOME}
    assert found(grid=world.east_grid.code) == {Outcome.CHANGED}
    assert found(household=str(world.west_household.pk)) == {Outcome.NOT_HOME}
    assert found(period_after="2999-01-01") == set()
    assert {
        row.record.visitor for row in browser(world, "east_worker").get(address("encounter-list")).context["table"].rows
    } == {world.east_worker}
    masked = browser(world, "auditor").get(address("encounter-list"), {"export": "csv"}).getvalue().decode()
    assert "***" in masked
    assert "101" not in masked.replace("2026", "")


def test_a_longer_list_asks_no_more_questions(world: World):
    doors = more_households(world, 8)
    client = browser(world, "secretary")
    for door in doors[:2]:
        log(world, household=door)
    before = queries_of(client, address("encounter-list"))
    for door in doors[2:]:
        log(world, household=door, note=NOTE, needs=["扶手"])
    assert queries_of(client, address("encounter-list")) == before


def test_the_members_pages_ask_a_constant_number_of_questions(world: World):
    doors = more_households(world, 10)
    load_up(world.member, doors[:2])
    client = browser(world, "joint_member")
    log(world, actor=world.joint_member)
    card = address("contact-card", world.member.assignments.first().pk)
    before = queries_of(client, address("contact-mine")), queries_of(client, card)
    load_up(world.member, doors[2:])
    for door in doors[:4]:
        log(world, household=door, actor=world.joint_member, needs=["扶手"])
        log(world, actor=world.joint_member, invited=True)
    assert (queries_of(client, address("contact-mine")), queries_of(client, card)) == before


def test_the_household_page_shows_who_came_and_what_is_needed(world: World):
    log(world, note=NOTE, needs=["卫生间扶手"])
    home = address("household-detail", world.east_household.pk)
    form = address("encounter-log", world.east_household.pk)
    worker = browser(world, "east_worker").get(home).content.decode()
    assert form in worker
    assert "卫生间扶手" in worker
    assert "need=" in worker
    secretary = browser(world, "secretary").get(home).content.decode()
    assert form not in secretary
    assert "王东" in secretary
    liaison = browser(world, "liaison").get(home).content.decode()
    assert form in liaison
    assert NOTE not in liaison


def test_the_grid_page_counts_visits_and_the_person_page_names_them(world: World):
    log(world, note=NOTE, person=world.east_person)
    log(world, invited=True)
    for minutes in (-10, 10):  # about the midnight at which the figure and the list begin
        with stopped_at(start_of(today() - timedelta(days=30)) + timedelta(minutes=minutes)):
            log(world, invited=True)
    page = browser(world, "secretary").get(world.east_grid.get_absolute_url())
    entry = next(one for one in page.context["panels"]["counter"] if one["key"] == "visits")
    assert (entry["context"]["value"], "1" in str(entry["context"]["note"])) == ("3", True)
    assert browser(world, "secretary").get(entry["context"]["url"]).context["table"].paginator.count == 3
    person = browser(world, "secretary").get(address("person-detail", world.east_person.pk)).content.decode()
    assert "王东" in person


# ------------------------------------------------------------------ the doors of the day
def test_doors_that_wait_longest_come_up_in_the_order_of_the_stairs(world: World):
    doors = more_households(world, 4)
    start = now() - timedelta(days=200)
    with stopped_at(start):
        log(world, household=doors[2], note=NOTE)
    with stopped_at(start + timedelta(days=100)):
        log(world, household=doors[0], note=NOTE)
    with stopped_at(now() - timedelta(days=5)):
        log(world, household=doors[1])  # too soon for another routine visit
    with stopped_at(now() - timedelta(minutes=1)):
        log(world, household=world.east_other_household, outcome=Outcome.NOT_HOME)  # tried today
    worker = world.fresh("east_worker")
    assert due_households(worker, limit=3) == [world.east_household, world.member_household, doors[3]]
    assert due_households(worker, limit=4) == [world.east_household, world.member_household, doors[2], doors[3]]
    everything = due_households(worker)
    assert doors[1] not in everything
    assert world.east_other_household not in everything
    assert world.west_household not in everything
    assert due_households(world.fresh("joint_member")) == [world.east_household]
    assert due_households(world.fresh("auditor")) == []


def test_the_doors_of_the_day_are_one_query(world: World, django_assert_max_num_queries):
    more_households(world, 15)
    worker = world.fresh("east_worker")
    with django_assert_max_num_queries(2):  # the user's grants, the doors
        assert len(due_households(worker)) == 12


def test_who_has_which_households_in_sight(world: World):
    everything = type(world.east_household).objects.all()
    east = {world.east_household, world.east_other_household, world.member_household}
    for account, seen, visited in (
        ("east_worker", east, east),
        ("liaison", east, east),
        ("joint_member", {world.east_household}, {world.east_household}),
        ("auditor", {*east, world.west_household}, set()),
        ("stranger", set(), set()),
    ):
        assert set(in_sight(everything, world.fresh(account))) == seen, account
        assert set(to_visit(everything, world.fresh(account))) == visited, account


def test_a_backup_contact_sees_his_household_apart(world: World):
    ContactAssignment.objects.create(
        household=world.west_household, member=world.member, role=ContactRole.BACKUP, starts_on=today()
    )
    page = browser(world, "joint_member").get(address("contact-mine"))
    groups = [[card.pk for card in cards] for _heading, cards in page.context["groups"]]
    assert groups == [[world.east_household.pk], [], [world.west_household.pk]]
    assert page.context["number"] == 1
