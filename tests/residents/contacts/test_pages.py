"""The pages of contact: who opens them, what they do, what they show to whom."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.access.choices import Permission
from grids.common.clock import today
from residents.contacts.choices import AssignmentEnd, ContactRole, MemberKind, PartyStatus
from residents.contacts.models import ContactAssignment, ContactMember
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World


def browser(world: World, account: str) -> Client:
    client = Client()
    client.force_login(world.users[account], backend="grids.access.backends.GridBackend")
    return client


def address(name: str, *args: int) -> str:
    return reverse(f"residents:{name}", args=args)


def queries_of(client: Client, url: str) -> int:
    """How many questions the page asks the database, once everything is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def answers(world: World, url: str, accounts: str) -> dict[str, int]:
    return {account: browser(world, account).get(url).status_code for account in accounts.split()}


# ------------------------------------------------------------------ who opens what
@pytest.mark.parametrize("name", ["contactmember-list", "contact-uncovered"])
def test_lists_open_for_those_who_see_contacts(world: World, name: str):
    assert answers(
        world, address(name), "secretary east_worker leader liaison auditor street_desk mentor stranger"
    ) == {
        "secretary": 200,
        "east_worker": 200,
        "leader": 200,
        "liaison": 200,
        "auditor": 200,
        "street_desk": 200,
        "mentor": 200,
        "stranger": 403,
    }


def test_only_the_secretary_opens_the_form_and_nobody_a_foreign_household(world: World):
    assert answers(
        world,
        address("contact-assign", world.west_household.pk),
        "secretary west_worker auditor joint_member east_worker stranger foreign_secretary",
    ) == {
        "secretary": 200,
        "west_worker": 403,
        "auditor": 403,
        "joint_member": 404,
        "east_worker": 404,
        "stranger": 404,
        "foreign_secretary": 404,
    }


@pytest.mark.parametrize("name", ["contact-change", "contact-end"])
def test_changing_and_ending_is_the_secretarys(world: World, name: str):
    url = address(name, world.member.assignments.get().pk)
    assert answers(world, url, "secretary east_worker west_worker joint_member foreign_secretary") == {
        "secretary": 200,
        "east_worker": 403,
        "west_worker": 404,
        "joint_member": 404,
        "foreign_secretary": 404,
    }
    foreign = address(name, world.foreign_member.assignments.get().pk)
    assert browser(world, "secretary").get(foreign).status_code == 404


def test_a_member_is_seen_where_he_serves(world: World):
    url = address("contactmember-detail", world.member.pk)
    assert answers(world, url, "secretary east_worker west_worker auditor joint_member foreign_auditor") == {
        "secretary": 200,
        "east_worker": 200,  # he contacts a household of the east grid
        "west_worker": 404,
        "auditor": 200,
        "joint_member": 404,
        "foreign_auditor": 404,
    }


def test_names_are_masked_for_the_auditor(world: World):
    for url in (
        address("contactmember-list"),
        address("contactmember-detail", world.member.pk),
        address("household-detail", world.east_household.pk),
    ):
        assert "孙党员" in browser(world, "secretary").get(url).content.decode()
        masked = browser(world, "auditor").get(url).content.decode()
        assert "孙党员" not in masked
        assert "孙**" in masked


# ------------------------------------------------------------------ what they do
def test_the_secretary_assigns_from_the_household_page(world: World):
    secretary = browser(world, "secretary")
    page = secretary.get(address("household-detail", world.west_household.pk)).content.decode()
    assert address("contact-assign", world.west_household.pk) in page
    answer = secretary.post(
        address("contact-assign", world.west_household.pk), {"member": world.member.pk, "role": "primary"}
    )
    assert answer.status_code == 302
    assert "孙党员" in secretary.get(answer.url).content.decode()
    again = secretary.post(
        address("contact-assign", world.west_household.pk), {"member": world.member.pk, "role": "primary"}
    )
    assert again.status_code == 409


def test_a_refusal_keeps_what_was_chosen_and_says_why(world: World):
    load_up(world.member, more_households(world, 14))
    url = address("contact-assign", world.west_household.pk)
    secretary = browser(world, "secretary")
    refused = secretary.post(url, {"member": world.member.pk, "role": "primary"})
    assert refused.status_code == 200
    assert "15" in str(refused.context["form"].non_field_errors())
    assert f'value="{world.member.pk}" checked' in refused.content.decode()
    accepted = secretary.post(
        url,
        {
            "member": world.member.pk,
            "role": "primary",
            "exception_reason": "同一单元，就近联系",
            "exception_until": today(),
        },
    )
    assert accepted.status_code == 302


@pytest.mark.parametrize("member", ["", "nobody", "99999999", "foreign"])
def test_who_is_not_on_the_list_cannot_be_sent(world: World, member: str):
    value = world.foreign_member.pk if member == "foreign" else member
    answer = browser(world, "secretary").post(
        address("contact-assign", world.west_household.pk), {"member": value, "role": "primary"}
    )
    assert answer.status_code == 200
    assert "member" in answer.context["form"].errors
    assert not world.west_household.contact_assignments.exists()


def test_candidates_come_nearest_first_and_say_why_not(world: World):
    next_door, far_away = more_members(world, 1, building="1幢")[0], more_members(world, 1, building="9幢")[0]
    full = more_members(world, 1, building="2幢")[0]
    load_up(full, more_households(world, 15))
    page = browser(world, "secretary").get(address("contact-assign", world.east_other_household.pk))
    candidates = page.context["candidates"]
    assert [one.member for one in candidates.free] == [next_door, world.member, far_away]
    assert [one.member for one in candidates.full] == [full]
    own = browser(world, "secretary").get(address("contact-assign", world.member_household.pk)).context["candidates"]
    assert [one.member for one in own.refused] == [world.member]


def test_the_backup_is_asked_for_in_the_address(world: World):
    (other,) = more_members(world, 1)
    secretary = browser(world, "secretary")
    url = address("contact-assign", world.east_household.pk)
    page = secretary.get(url + "?role=backup")
    assert [one.member for one in page.context["candidates"].free] == [other]
    assert secretary.post(url, {"member": other.pk, "role": "backup"}).status_code == 302
    assert world.east_household.contact_assignments.get(role=ContactRole.BACKUP).member == other


def test_handing_over_and_ending(world: World):
    (other,) = more_members(world, 1)
    secretary = browser(world, "secretary")
    old = world.member.assignments.get()
    url = address("contact-change", old.pk)
    assert other in [one.member for one in secretary.get(url).context["candidates"].free]
    assert secretary.post(url, {"member": other.pk}).status_code == 200  # no reason yet
    answer = secretary.post(url, {"member": other.pk, "reason": AssignmentEnd.HOUSEHOLD_WISH})
    assert answer.status_code == 302
    assert secretary.post(url, {"member": other.pk, "reason": AssignmentEnd.HOUSEHOLD_WISH}).status_code == 409
    new = other.assignments.get()
    page = secretary.get(answer.url).content.decode()
    assert "孙党员" in page  # among the earlier contacts
    end = address("contact-end", new.pk)
    assert secretary.post(end, {"reason": AssignmentEnd.MISTAKE}).status_code == 302
    assert not ContactAssignment.objects.serving().filter(household=world.east_household).exists()
    assert secretary.post(end, {"reason": AssignmentEnd.MISTAKE}).status_code == 409


def test_registering_a_person_found_in_the_roster(world: World):
    secretary = browser(world, "secretary")
    found = secretary.get(address("contactmember-find"), {"q": "李四"}).content.decode()
    url = address("contactmember-create", world.west_person.pk)
    assert url in found
    assert "孙党员" not in secretary.get(address("contactmember-find")).content.decode()
    form = {
        "grid": world.community.pk,
        "kind": MemberKind.PARTY,
        "party_status": PartyStatus.NONE,
        "branch": "",
        "consented_on": today().isoformat(),
        "user": "",
    }
    assert secretary.post(url, form).status_code == 200  # not a party member
    assert secretary.post(url, {**form, "party_status": PartyStatus.FORMAL, "user": "no-such"}).status_code == 200
    answer = secretary.post(url, {**form, "party_status": PartyStatus.FORMAL, "user": "stranger"})
    assert answer.status_code == 302
    member = ContactMember.objects.get(person=world.west_person)
    assert member.user == world.stranger
    assert secretary.get(answer.url).status_code == 200
    assert browser(world, "stranger").get(address("contact-mine")).status_code == 200


def test_registering_is_the_secretarys(world: World):
    assert answers(world, address("contactmember-find"), "secretary east_worker auditor") == {
        "secretary": 200,
        "east_worker": 403,
        "auditor": 403,
    }
    own = address("contactmember-create", world.west_person.pk)
    assert answers(world, own, "secretary west_worker east_worker foreign_secretary") == {
        "secretary": 200,
        "west_worker": 403,
        "east_worker": 404,
        "foreign_secretary": 404,
    }


def test_ending_a_member_and_connecting_an_account(world: World):
    (member,) = more_members(world, 1)
    secretary = browser(world, "secretary")
    link = address("contactmember-link", member.pk)
    assert secretary.get(link).status_code == 200
    assert secretary.post(link, {"user": "joint_member"}).status_code == 409  # belongs to another member
    assert secretary.post(link, {"user": "stranger"}).status_code == 302
    assert world.fresh("stranger").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    end = address("contactmember-end", member.pk)
    assert answers(world, end, "secretary desk_worker foreign_secretary") == {
        "secretary": 200,
        "desk_worker": 403,
        "foreign_secretary": 404,
    }
    assert secretary.post(end, {"reason": ""}).status_code == 200
    assert secretary.post(end, {"reason": "身体原因"}).status_code == 302
    assert not world.fresh("stranger").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    assert secretary.get(address("contactmember-detail", member.pk)).status_code == 200
    assert member.person.name not in secretary.get(address("contactmember-list")).content.decode()


# ------------------------------------------------------------------ lists
def test_the_uncovered_list_holds_who_has_no_primary_contact(world: World):
    page = browser(world, "secretary").get(address("contact-uncovered"))
    doors = [row.record for row in page.context["table"].rows]
    assert doors == [world.east_other_household, world.member_household, world.west_household]
    narrowed = browser(world, "secretary").get(address("contact-uncovered"), {"grid": world.west_grid.code})
    assert [row.record for row in narrowed.context["table"].rows] == [world.west_household]
    assert address("contact-assign", world.west_household.pk) in page.content.decode()
    foreign = browser(world, "secretary").get(address("contact-uncovered"), {"grid": world.foreign_grid.code})
    assert list(foreign.context["table"].rows) == []


def test_members_are_found_by_name_branch_and_load(world: World):
    members = more_members(world, 2)
    load_up(members[0], more_households(world, 15))
    secretary = browser(world, "secretary")

    def found(**query: str) -> set[ContactMember]:
        table = secretary.get(address("contactmember-list"), query).context["table"]
        return {row.record for row in table.rows}

    assert found() == {world.member, *members}
    assert found(band="full") == {members[0]}
    assert found(band="none") == {members[1]}
    assert found(band="below") == {world.member}
    assert found(q="第一党支部") == set(members)
    assert found(serving="no") == set()


def test_lists_are_exported_as_they_are_seen(world: World):
    body = browser(world, "auditor").get(address("contactmember-list"), {"export": "csv"}).getvalue().decode()
    assert "孙**" in body
    assert "孙党员" not in body
    uncovered = browser(world, "secretary").get(address("contact-uncovered"), {"export": "csv"}).getvalue().decode()
    assert "<a" not in uncovered


@pytest.mark.parametrize("name", ["contactmember-list", "contact-uncovered", "contactmember-find"])
def test_a_longer_list_asks_no_more_questions(world: World, name: str):
    client = browser(world, "secretary")
    more_members(world, 2)
    before = queries_of(client, address(name))
    load_up(world.member, more_households(world, 10))
    more_members(world, 6, building="7幢")
    assert queries_of(client, address(name)) == before


def test_the_form_and_the_household_page_ask_a_constant_number_of_questions(world: World):
    client = browser(world, "secretary")
    more_members(world, 1)
    urls = [
        address("contact-assign", world.west_household.pk),
        address("household-detail", world.east_household.pk),
        address("contactmember-detail", world.member.pk),
    ]
    before = [queries_of(client, url) for url in urls]
    more_members(world, 8, building="7幢")
    load_up(world.member, more_households(world, 10))
    assert [queries_of(client, url) for url in urls] == before


def test_panels_show_coverage_and_membership(world: World):
    grid = browser(world, "secretary").get(world.community.get_absolute_url()).content.decode()
    assert "25.0%" in grid  # one of four households
    person = browser(world, "secretary").get(address("person-detail", world.member_person.pk)).content.decode()
    assert address("contactmember-detail", world.member.pk) in person
    other = browser(world, "secretary").get(address("person-detail", world.west_person.pk)).content.decode()
    assert address("contactmember-create", world.west_person.pk) in other


def test_somebody_is_found_by_the_last_digits_of_the_phone(world):
    client = Client()
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    page = client.get(reverse("residents:contactmember-find") + "?q=0101")
    assert [row.record for row in page.context["table"].paginated_rows] == [world.east_person]
