"""Two records of one person, both with a contact of the household or both serving as one: one goes on, one ends."""

import html

import pytest
from django.core.exceptions import ValidationError

from grids.access.choices import Permission, Role
from grids.access.services import grant_role
from grids.common.clock import today
from grids.common.errors import Refused
from grids.notifications.models import Notification
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole, HandoverState
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.services import assign, propose
from residents.roster.choices import HouseholdStatus, Relation
from residents.roster.services import add_person, merge_households
from residents.roster.services.merging import undo_merge
from residents.visits.models import VisitTask
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.residents.roster.doubles import SINCE, everything, merge, pair

__all__ = ["pair"]  # a fixture

MERGED = AssignmentEnd.MERGED


def serving(household, role=ContactRole.PRIMARY):
    return ContactAssignment.objects.serving().filter(household=household, role=role).first()


# ------------------------------------------------------------------ both homes have a contact
@pytest.fixture
def contacted(world, pair):
    """Both records live alone, each in a household with a contact of its own: the members, the households."""
    members = more_members(world, 2)
    homes = [person.residencies.get().household for person in pair]
    for member, home in zip(members, homes, strict=True):
        load_up(member, [home])
    return members, homes


@pytest.mark.parametrize("home", ["kept", "absorbed"])
@pytest.mark.parametrize("contact", ["kept", "absorbed"])
def test_one_contact_goes_on_and_the_other_ends_that_day(world, pair, contacted, home, contact):
    members, homes = contacted
    before = everything()
    done = merge(*pair, world, home=home, choices={"contact": contact})
    lives, left = homes if home == "kept" else reversed(homes)
    chosen, other = members if contact == "kept" else reversed(members)
    assert serving(lives).member == chosen
    assert serving(left) is None
    ended = ContactAssignment.objects.filter(status=AssignmentStatus.ENDED, end_reason=MERGED)
    assert {row.ends_on for row in ended} == {today()}
    assert other.pk in {row.member_id for row in ended}
    assert ended.count() == (1 if home == contact else 2)
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_whoever_merges_has_to_choose_the_contact(world, pair, contacted):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        merge(*pair, world)
    assert set(caught.value.message_dict) == {"contact"}
    assert everything() == before


def test_a_household_where_others_stay_keeps_its_contact(world, pair, contacted):
    members, homes = contacted
    husband = add_person(homes[1], actor=world.east_worker, relation=Relation.SPOUSE, name="郑夫", starts_on=SINCE)
    merge(*pair, world, new_head=husband)
    assert [serving(home).member for home in homes] == members


def test_only_who_assigns_contacts_puts_another_one_in_place(world, pair, contacted):
    assert not world.desk_worker.has_perm(Permission.ASSIGN_CONTACTS, world.community)
    with pytest.raises(Refused):
        merge(*pair, world, actor=world.desk_worker, choices={"contact": "absorbed"})


def test_the_page_shows_both_contacts(world, pair, contacted, client):
    members, homes = contacted
    kept, absorbed = pair
    client.force_login(world.secretary)
    url = f"/persons/{kept.pk}/merge/{absorbed.pk}/"
    page = html.unescape(client.get(url).content.decode())
    assert "本户联户人" in page
    for member in members:
        assert f"{member.person.name}，自{SINCE.replace(month=1):%Y-%m-%d}起" in page
    data = {"version": kept.version, "absorbed_version": absorbed.version, "home": "kept", "reason": ""}
    data |= dict.fromkeys(("pick_phone", "pick_id_number", "pick_sex"), "kept")
    answer = client.post(url, data)
    assert "pick_contact" in answer.context["form"].errors
    answer = client.post(url, data | {"pick_contact": "absorbed"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert serving(homes[0]).member == members[1]


@pytest.mark.parametrize("goes_along", [False, True])
def test_a_household_that_joins_another_one_brings_its_contact_or_not(world, pair, contacted, goes_along):
    members, (into, joining) = contacted
    relations = {row.pk: Relation.SIBLING.value for row in joining.residencies.active()}
    keys = ["contact"] if goes_along else []
    merge_households(joining, into, actor=world.secretary, relations=relations, going_along=keys)
    assert serving(joining) is None
    assert serving(into).member == members[goes_along]
    ended = ContactAssignment.objects.filter(end_reason=AssignmentEnd.JOINED)
    assert {(row.member, row.ends_on) for row in ended} == {
        (member, today()) for member in members if goes_along or member == members[1]
    }


def test_a_contact_may_go_along_to_a_household_that_has_none(world, pair, contacted, client):
    members, (joining, into) = contacted
    ContactAssignment.objects.filter(household=into).delete()
    client.force_login(world.secretary)
    address = f"/households/{joining.pk}/merge/"
    page = client.get(address)
    assert f"{members[0].person.name}，本户现任联户人" in html.unescape(page.content.decode())
    residency = joining.residencies.get()
    data = {"grid": world.east_micro.pk, "building": "9", "unit": "1", "room": "302", "on": f"{today():%Y-%m-%d}"}
    data |= {f"relation_{residency.pk}": Relation.SIBLING.value, "contact": "own"}
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert serving(into).member == members[0]


# ------------------------------------------------------------------ both serve
@pytest.fixture
def serving_twice(world, pair):
    """Both records serve as joint-family member: one with three households and an account, the other with two."""
    homes = more_households(world, 5)
    members = [
        ContactMember.objects.create(
            grid=world.community, person=person, consented_on=SINCE, starts_on=SINCE, branch="第一党支部"
        )
        for person in pair
    ]
    load_up(members[0], homes[:3])
    load_up(members[1], homes[3:])
    account = world.stranger
    ContactMember.objects.filter(pk=members[0].pk).update(user=account)
    members[0].refresh_from_db()
    grant_role(account, Role.JOINT_FAMILY, world.community, actor=None, source=members[0].source)
    return members, homes


@pytest.mark.parametrize("side", ["kept", "absorbed"])
def test_one_membership_goes_on_with_all_households(world, pair, serving_twice, side):
    members, homes = serving_twice
    stays, goes = members if side == "kept" else reversed(members)
    before = everything()
    done = merge(*pair, world, choices={"membership": side})
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.person, stays.ends_on) == (pair[0], None)
    assert (goes.person, goes.ends_on) == (pair[0], today())
    assert {serving(home).member for home in homes} == {stays}
    assert {row.end_reason for row in goes.assignments.all()} == {MERGED}
    handed = ContactHandover.objects.filter(from_assignment__member=goes)
    assert {row.state for row in handed} == {HandoverState.DONE}
    # The account follows the person.
    assert stays.user == world.stranger
    assert world.fresh("stranger").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    undo_merge(done, actor=world.secretary)
    assert everything() == before
    assert world.fresh("stranger").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    again = Notification.objects.filter(user=world.stranger, kind="contacts.again").count()
    assert again == (0 if side == "kept" else 3)


def test_the_second_account_loses_the_role_and_gets_it_back(world, pair, serving_twice):
    members, _homes = serving_twice
    second = world.auditor
    ContactMember.objects.filter(pk=members[1].pk).update(user=second)
    grant_role(second, Role.JOINT_FAMILY, world.community, actor=None, source=members[1].source)
    before = everything()
    done = merge(*pair, world, choices={"membership": "kept"})
    assert not world.fresh("auditor").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    undo_merge(done, actor=world.secretary)
    assert world.fresh("auditor").has_perm(Permission.SERVE_HOUSEHOLDS, world.community)
    assert everything() == before


def test_beyond_the_band_the_backup_stands_in(world, pair, serving_twice):
    members, homes = serving_twice
    full = more_households(world, 11, building="12幢")
    load_up(members[0], full)
    backup = more_members(world, 1, building="13幢")[0]
    for home in homes[3:]:
        ContactAssignment.objects.create(household=home, member=backup, role=ContactRole.BACKUP, starts_on=SINCE)
    before = everything()
    done = merge(*pair, world, choices={"membership": "kept"})
    # The fifteenth fits; for the sixteenth household the backup contact acts, and the secretary has a to-do.
    assert serving(homes[3]).member == members[0]
    acting = serving(homes[4])
    assert (acting.member, acting.acting) == (backup, True)
    assert ContactHandover.objects.open().get(household=homes[4]).reason == AssignmentEnd.VACANCY
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_one_is_backup_where_the_other_is_primary_and_both_are_asked(world, pair, serving_twice):
    members, homes = serving_twice
    assign(homes[0], members[1], ContactRole.BACKUP, actor=world.secretary)
    free = more_households(world, 1, building="12幢")[0]
    propose(free, members[1], actor=world.secretary)
    VisitTask.objects.all().delete()
    before = everything()
    done = merge(*pair, world, choices={"membership": "kept"})
    assert serving(homes[0]).member == members[0]
    assert serving(homes[0], ContactRole.BACKUP) is None
    assert not ContactAssignment.objects.proposed().exists()
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_whoever_merges_has_to_choose_the_membership_and_must_assign(world, pair, serving_twice):
    with pytest.raises(ValidationError) as caught:
        merge(*pair, world)
    assert set(caught.value.message_dict) == {"membership"}
    with pytest.raises(Refused):
        merge(*pair, world, actor=world.desk_worker, choices={"membership": "kept"})


def test_nobody_contacts_his_own_household_after_a_merge(world, pair):
    """C5: the other record of the member lived in a household that he contacts."""
    kept, absorbed = pair
    home = kept.residencies.get().household
    member = ContactMember.objects.create(grid=world.community, person=absorbed, consented_on=SINCE, starts_on=SINCE)
    load_up(member, [home])
    before = everything()
    done = merge(*pair, world)
    assert serving(home) is None
    assert ContactHandover.objects.open().get(household=home)
    assert home.status == HouseholdStatus.ACTIVE
    undo_merge(done, actor=world.secretary)
    assert everything() == before


def test_what_was_decided_since_is_not_lost(world, pair, contacted):
    members, homes = contacted
    done = merge(*pair, world, choices={"contact": "kept"})
    ContactAssignment.objects.filter(pk=serving(homes[0]).pk).update(
        status=AssignmentStatus.ENDED, ends_on=today(), end_reason=AssignmentEnd.MISTAKE
    )
    # That row was not changed by the merge: it stays ended, and the rest comes back.
    undo_merge(done, actor=world.secretary)
    assert serving(homes[0]) is None
    assert serving(homes[1]).member == members[1]
