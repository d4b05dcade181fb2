"""The pages of the double report: who sees what, the way from the board to the confirmation, and constant questions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.common.clock import today
from residents.roster.choices import Relation
from residents.roster.models import Person, Residency
from residents.volunteers import services
from residents.volunteers.choices import CallState, ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ReportSkill, ServiceCall, ServiceClaim
from tests.residents.volunteers.helping import OFFER, accepted, done, entered, post, wish
from tests.world import SINCE, World

FORM = {"employer": "市自来水公司", "skills": ["legal"], "hours_a_month": 3}


def browser(world: World, account: str = "") -> Client:
    client = Client()
    if account:
        client.force_login(world.users[account], backend="grids.access.backends.GridBackend")
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"residents:{name}", args=args)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def queries_of(client: Client, url: str) -> int:
    """How many questions the page asks the database, once everything is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# ------------------------------------------------------------------ reporting
def test_the_desk_enters_a_report_from_the_persons_page(world: World):
    client = browser(world, "desk_worker")
    assert address("partymemberreport-find") in words(client.get(address("partymemberreport-list")))
    url = address("partymemberreport-create", world.west_person.pk)
    assert url in words(client.get(address("person-detail", world.west_person.pk)))
    assert url in words(client.get(address("partymemberreport-find")))
    assert client.post(url, {**FORM, "consented_on": today()}).status_code == 302
    report = PartyMemberReport.objects.get()
    assert (report.person, report.grid, report.entered_by) == (world.west_person, world.community, world.desk_worker)
    again = client.post(url, {**FORM, "consented_on": today()})
    assert again.status_code == 409
    assert url not in words(client.get(address("partymemberreport-find")))


def test_a_consent_of_tomorrow_is_refused_on_the_form(world: World):
    client = browser(world, "desk_worker")
    url = address("partymemberreport-create", world.west_person.pk)
    response = client.post(url, {**FORM, "consented_on": today() + timedelta(days=1)})
    assert response.context["form"].errors["consented_on"] == ["这一天晚于今天。"]
    assert "市自来水公司" in words(response)


def test_the_secretary_accepts_with_one_page(world: World):
    report = entered(world)
    client = browser(world, "secretary")
    assert "张" not in words(client.get(report.get_absolute_url()))
    url = address("partymemberreport-accept", report.pk)
    assert url in words(client.get(report.get_absolute_url()))
    assert "市自来水公司" in words(client.get(url))
    assert client.post(url).status_code == 302
    report.refresh_from_db()
    assert report.state == ReportState.ACCEPTED


def test_an_account_finds_its_community_and_reports_itself(world: World):
    client = browser(world, "stranger")
    url = address("service-report", world.community.code)
    assert url in words(client.get(address("service-mine"), {"q": "丁香"}))
    assert url not in words(client.get(address("service-mine"), {"q": "没有"}))
    assert client.post(url, FORM).status_code == 200  # without consent
    assert client.post(url, {**FORM, "agrees": "on"}).status_code == 302
    report = PartyMemberReport.objects.get(user=world.stranger)
    assert "待受理" in words(client.get(address("service-mine")))
    assert client.get(address("service-report", world.east_grid.code)).status_code == 404
    desk = browser(world, "desk_worker")
    assert "关联报到" in words(desk.get(report.get_absolute_url()))
    # The person is offered where the account is called like him.
    world.stranger.display_name = world.west_person.name
    world.stranger.save()
    connect = address("partymemberreport-connect", world.west_person.pk, report.pk)
    assert connect in words(desk.get(address("person-detail", world.west_person.pk)))
    assert connect not in words(desk.get(address("person-detail", world.east_person.pk)))
    assert desk.post(connect).status_code == 302
    report.refresh_from_db()
    assert report.person == world.west_person


def test_whoever_has_reported_here_finds_that_and_no_form(world: World):
    url, client = address("service-report", world.community.code), browser(world, "stranger")
    assert "employer" in client.get(url).context["form"].fields
    assert client.post(url, {**FORM, "agrees": "on"}).status_code == 302
    page = words(client.get(url))
    assert f"你已于{today().year}年{today().month}月{today().day}日向丁香社区报到" in page
    assert address("service-mine") in page
    assert "待受理" in page
    assert 'name="employer"' not in page
    assert client.post(url, {**FORM, "agrees": "on"}).status_code == 409
    # Withdrawn, he may report anew.
    services.withdraw(PartyMemberReport.objects.get(), actor=world.stranger)
    assert 'name="employer"' in words(client.get(url))


def test_whom_the_desk_entered_finds_that_too(world: World):
    """A joint-family member's account is known; the desk entered his report without it."""
    entered(world, "member", account=None)
    client = browser(world, "joint_member")
    assert 'name="employer"' not in words(client.get(address("service-report", world.community.code)))
    mine = words(client.get(address("service-mine"), {"q": "丁香"}))
    assert "这份报到由社区代录" in mine
    assert address("service-report", world.community.code) not in mine
    assert address("partymemberreport-withdraw", PartyMemberReport.objects.get().pk) not in mine


def test_names_and_employers_are_masked_and_not_searched_by_those_who_read_none(world: World):
    entered(world)
    for account, shown in [("secretary", True), ("auditor", False), ("street_desk", False)]:
        client = browser(world, account)
        listed = client.get(address("partymemberreport-list"))
        for text in (words(listed), words(client.get(PartyMemberReport.objects.get().get_absolute_url()))):
            assert ("李四" in text) == shown
            assert ("市自来水公司" in text) == shown
        for query in ({"q": "李四"}, {"q": "自来水"}, {"employer": "自来水"}):
            rows = client.get(address("partymemberreport-list"), query).context["table"].paginated_rows
            assert len(list(rows)) == shown, query


def test_the_list_is_narrowed_by_state_skill_and_unit(world: World):
    entered(world)
    accepted(world, "east_other", None, employer="第二中学", skills=["tutoring"])
    client = browser(world, "secretary")

    def found(**query: str) -> list[str]:
        table = client.get(address("partymemberreport-list"), query).context["table"]
        return sorted(row.record.person.name for row in table.paginated_rows)

    assert found() == ["李四", "钱二"]
    assert found(state="reported") == ["李四"]
    assert found(skill="tutoring") == ["钱二"]
    assert found(skill="hazards") == ["李四"]
    assert found(employer="中学") == ["钱二"]
    assert found(grid=world.community.code) == ["李四", "钱二"]


def test_even_one_row_leaves_only_after_an_approval(world: World):
    """Every row says of somebody that he is a party member (C4)."""
    entered(world)
    answer = browser(world, "secretary").get(address("partymemberreport-list"), {"export": "csv"})
    assert answer.status_code == 302
    assert reverse("grids:export-ask") in answer["Location"]


# ------------------------------------------------------------------ wishes and claims
def published(world: World) -> tuple[ServiceCall, str]:
    """A wish of the east household through the page, and the code of its slip."""
    client = browser(world, "desk_worker")
    url = address("servicecall-wish", world.east_household.pk)
    assert url in words(client.get(address("household-detail", world.east_household.pk)))
    form = {"title": "换灯泡", "text": "够不着", "hours": "1", "until_on": today() + timedelta(days=9)}
    assert client.post(url, form).status_code == 200  # without consent
    answer = client.post(url, {**form, "agrees": "on"})
    call = ServiceCall.objects.get()
    assert answer["Location"] == address("servicecall-slip", call.pk)
    slip = client.get(answer["Location"])
    (code,) = re.findall(r'class="sheet-code">\s*([A-Z2-9]{5} [A-Z2-9]{5})\s*<', slip.content.decode())
    assert slip["Cache-Control"] == "no-store"
    assert code not in words(client.get(answer["Location"]))  # shown once
    return call, code


def test_from_the_wish_to_the_confirmed_hours(world: World):
    report = accepted(world)
    call, code = published(world)
    member = browser(world, "stranger")
    board = words(member.get(address("servicecall-board")))
    claim_url = address("servicecall-claim", call.pk)
    assert claim_url in board
    assert "赵一" not in board
    assert "101" not in board
    assert "一幢" not in board  # nor the staircase
    assert "第一网格" in board
    assert member.get(call.get_absolute_url()).status_code == 404  # nothing of it before it is claimed
    assert member.post(claim_url).status_code == 302
    page = words(member.get(call.get_absolute_url()))
    assert "1幢1单元101" in page
    assert "赵一" in page
    assert member.post(claim_url).status_code == 409
    claim = ServiceClaim.objects.get()
    form = {"done_on": today(), "hours": "1.5"}
    assert member.post(address("serviceclaim-finish", claim.pk), {**form, "hours": "1.3"}).status_code == 200
    assert member.post(address("serviceclaim-finish", claim.pk), form).status_code == 302
    assert address("serviceclaim-confirm", claim.pk) in words(browser(world, "joint_member").get(reverse("home")))
    public = browser(world)
    url = address("service-confirm")
    assert "没有待确认的事项" in words(public.post(url, {"code": "ABCDE 23456"}))
    asked = words(public.post(url, {"code": code.lower()}))
    assert "换灯泡" in asked
    assert "李四" not in asked
    assert "赵一" not in asked
    assert "谢谢，已确认" in words(public.post(url, {"code": code, "answer": "yes"}))
    claim.refresh_from_db()
    assert claim.state == ClaimState.CONFIRMED
    assert "没有待确认的事项" in words(public.post(url, {"code": code, "answer": "yes"}))
    assert "1.5" in words(member.get(address("service-mine")))
    assert member.get(call.get_absolute_url()).status_code == 404  # where he lives is hidden again
    paper = words(member.get(address("partymemberreport-certificate", report.pk)))
    assert "换灯泡" in paper
    assert "1.5" in paper


def test_the_contact_confirms_or_says_that_it_was_not_done(world: World):
    report = accepted(world)
    call, _code = wish(world)
    contact = browser(world, "joint_member")
    claim = done(services.claim(call, report, actor=world.stranger), world.stranger)
    refuse = address("serviceclaim-refuse", claim.pk)
    assert refuse in words(contact.get(address("serviceclaim-confirm", claim.pk)))
    assert contact.post(refuse, {"reason": "还没有来"}).status_code == 302
    call.refresh_from_db()
    assert call.state == CallState.OPEN
    claim = done(services.claim(call, report, actor=world.stranger), world.stranger)
    assert contact.post(address("serviceclaim-confirm", claim.pk)).status_code == 302
    claim.refresh_from_db()
    assert claim.state == ClaimState.CONFIRMED
    # Not a household of his: it does not exist for him.
    other = done(services.claim(wish(world, "east_other")[0], report, actor=world.stranger), world.stranger)
    assert contact.get(address("serviceclaim-confirm", other.pk)).status_code == 404


def test_the_desk_claims_for_a_member_without_an_account(world: World):
    report, call = accepted(world, account=None), post(world)
    accepted(world, "east_other", None)
    entered(world, "member", None)  # waits still: he is no choice
    client = browser(world, "desk_worker")
    url = address("servicecall-assign", call.pk)
    assert url in words(client.get(call.get_absolute_url()))
    assert len(client.get(url).context["form"].fields["report"].queryset) == 2
    assert client.post(url, {"report": report.pk}).status_code == 302
    claim = call.claims.get()
    assert client.post(address("serviceclaim-finish", claim.pk), {"done_on": today(), "hours": "2"}).status_code == 302
    assert client.get(address("serviceclaim-confirm", claim.pk)).status_code == 403
    secretary = browser(world, "secretary")
    assert address("serviceclaim-confirm", claim.pk) in words(secretary.get(reverse("home")))
    assert secretary.post(address("serviceclaim-confirm", claim.pk)).status_code == 302


def test_a_post_is_published_by_the_desk_for_its_own_community(world: World):
    client = browser(world, "desk_worker")
    url = address("servicecall-create")
    form = {"title": "清扫", "text": "带手套", "hours": "2", "until_on": today() + timedelta(days=3)}
    assert client.post(url, {**form, "grid": world.foreign_grid.pk}).status_code == 200
    assert client.post(url, {**form, "grid": world.community.pk}).status_code == 302
    call = ServiceCall.objects.get()
    assert call.code_index is None
    new_code = address("servicecall-code", call.pk)
    assert client.get(new_code).status_code == 403  # a post has none
    assert new_code not in words(client.get(call.get_absolute_url()))


def test_the_home_pages_say_what_waits(world: World):
    report = entered(world)
    assert report.get_absolute_url() in words(browser(world, "secretary").get(reverse("home")))
    assert report.get_absolute_url() not in words(browser(world, "desk_worker").get(reverse("home")))
    services.accept(report, actor=world.secretary)
    call = post(world)
    home = browser(world, "stranger")
    assert address("servicecall-claim", call.pk) in words(home.get(reverse("home")))
    services.claim(call, report, actor=world.stranger)
    assert call.get_absolute_url() in words(home.get(reverse("home")))


def test_a_joint_family_member_who_reported_keeps_his_four_buttons(world: World):
    accepted(world, "member", "joint_member")
    page = words(browser(world, "joint_member").get(reverse("home")))
    assert reverse("governance:member-pass") in page
    assert page.count('class="four"') == 1


def test_the_grid_page_counts_members_and_claims(world: World):
    report = accepted(world)
    services.claim(post(world), report, actor=world.stranger)
    services.confirm(
        done(services.claim(post(world), report, actor=world.stranger), world.stranger), actor=world.desk_worker
    )
    page = words(browser(world, "secretary").get(world.community.get_absolute_url()))
    assert "认领 2 项，其中已确认 1 项" in page


def test_the_grid_page_leads_to_the_members_it_counts(world: World):
    entered(world)  # waits, and is not counted
    accepted(world, "east_other", None)
    client = browser(world, "secretary")
    page = words(client.get(world.community.get_absolute_url()))
    [tile] = [tile for tile in page.split("<a ") if "报到党员" in tile and 'class="tile"' in tile]
    assert 'tile-value">1<' in tile
    [url] = re.findall('href="([^"]+)"', tile)
    assert client.get(url.replace("&amp;", "&")).context["count_words"].startswith("共 1 ")


# ------------------------------------------------------------------ constant questions
def more(world: World, count: int, start: int) -> None:
    """Reports, wishes and claims in every state, of persons of the west household; each claim is the stranger's too."""
    for number in range(start, start + count):
        person = Person.objects.create(name=f"党员{number}", birth_date=SINCE, party_member=True)
        Residency.objects.create(
            person=person, household=world.west_household, relation=Relation.OTHER_RELATIVE, starts_on=SINCE
        )
        report = accepted_row(world, person)
        for call in (post(world), wish(world)[0]):
            claim = services.claim(call, report, actor=world.desk_worker)
            if number % 2:
                done(claim, world.desk_worker)
        own = PartyMemberReport.objects.get(user=world.stranger)
        done(services.claim(wish(world)[0], own, actor=world.stranger), world.stranger)
        services.claim(post(world), own, actor=world.stranger)
        post(world)
        candidate = Person.objects.create(name=f"候选{number}", birth_date=SINCE)
        Residency.objects.create(
            person=candidate, household=world.west_household, relation=Relation.OTHER_RELATIVE, starts_on=SINCE
        )


def accepted_row(world: World, person: Person) -> PartyMemberReport:
    report = PartyMemberReport.objects.create(
        grid=world.community,
        person=person,
        state="accepted",
        employer=OFFER["employer"],
        hours_a_month=2,
        consented_on=SINCE,
        entered_by=world.desk_worker,
    )
    ReportSkill.objects.create(report=report, skill="legal")
    return report


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("secretary", "partymemberreport-list"),
        ("desk_worker", "partymemberreport-find"),
        ("auditor", "partymemberreport-list"),
        ("secretary", "servicecall-list"),
        ("stranger", "service-mine"),
        ("stranger", "servicecall-board"),
    ],
)
def test_a_longer_list_asks_no_more_questions(world: World, account: str, name: str):
    accepted(world)
    more(world, 2, 0)
    client = browser(world, account)
    before = queries_of(client, address(name))
    more(world, 6, 2)
    assert queries_of(client, address(name)) == before


@pytest.mark.parametrize("account", ["secretary", "stranger", "joint_member"])
def test_the_home_page_asks_no_more_questions(world: World, account: str):
    accepted(world)
    more(world, 2, 0)
    client = browser(world, account)
    before = queries_of(client, reverse("home"))
    more(world, 6, 2)
    assert queries_of(client, reverse("home")) == before


def test_the_pages_of_one_thing_ask_a_constant_number_of_questions(world: World):
    report = accepted(world)
    more(world, 2, 0)
    client = browser(world, "secretary")
    urls = [
        report.get_absolute_url(),
        address("partymemberreport-certificate", report.pk),
        address("household-detail", world.east_household.pk),
        address("person-detail", world.west_person.pk),
        world.community.get_absolute_url(),
    ]
    before = [queries_of(client, url) for url in urls]
    more(world, 4, 2)
    assert [queries_of(client, url) for url in urls] == before
