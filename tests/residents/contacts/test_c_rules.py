"""Each rule of domain.md 3.4 by its name, C1 to C16: what it allows beside what it refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from grids.access.services import change_account
from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused
from grids.common.workdays import after_working_days
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from grids.tree.models import Grid
from grids.tree.services import move_grid
from residents.contacts import services
from residents.contacts.balancing import Why
from residents.contacts.choices import VACANCY_DAYS, AssignmentEnd, AssignmentStatus, ContactRole, MemberKind
from residents.contacts.conflicts import conflict_sources
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.querysets import uncovered
from residents.contacts.rules import Nearness, contact_due, feasible
from residents.contacts.services.balancing import apply_balance
from residents.contacts.services.cards import card_of
from residents.contacts.standing import lines_of, standing_of
from residents.rentals.models import RentalFile
from residents.roster.models import Household, Person, Residency
from residents.roster.services import close_household, end_residency, move_household, record_death
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World


@pytest.fixture
def other(world: World) -> ContactMember:
    return more_members(world, 1)[0]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="grids.access.backends.GridBackend")
    return client


def primaries(household: Household, day: date) -> list[int]:
    return list(household.contact_assignments.primary().on(day).values_list("member_id", flat=True))


def test_c1_a_member_is_an_adult_party_member_who_agreed(world: World):
    (home,) = more_households(world, 1)
    adult = home.residencies.get().person
    with pytest.raises(Refused):
        services.register_member(adult, world.community, actor=world.secretary, consented_on=None)
    with pytest.raises(Refused):
        services.register_member(
            adult, world.community, actor=world.secretary, consented_on=today(), kind=MemberKind.MASS
        )
    Person.objects.filter(pk=adult.pk).update(birth_date=today() - timedelta(days=17 * 365))
    adult.refresh_from_db()
    with pytest.raises(Refused):
        services.register_member(adult, world.community, actor=world.secretary, consented_on=today())
    Person.objects.filter(pk=adult.pk).update(birth_date=date(1970, 1, 1))
    adult.refresh_from_db()
    assert services.register_member(adult, world.community, actor=world.secretary, consented_on=today()).is_serving


def test_c2_fifteen_households_and_up_to_twenty_by_a_reason_with_a_last_day(world: World, other: ContactMember):
    doors = more_households(world, 21)
    load_up(other, doors[:15])
    with pytest.raises(Refused):
        services.assign(doors[15], other, actor=world.secretary)
    until = today() + timedelta(days=30)
    for door in doors[15:20]:
        services.assign(door, other, actor=world.secretary, exception_reason="人手不够", exception_until=until)
    with pytest.raises(Refused, match="20"):
        services.assign(doors[20], other, actor=world.secretary, exception_reason="人手不够", exception_until=until)


def test_c3_one_primary_contact(world: World, other: ContactMember):
    with pytest.raises(Conflict):
        services.assign(world.east_household, other, actor=world.secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactAssignment.objects.create(household=world.east_household, member=other, slot=1)


def test_c4_one_backup_who_is_somebody_else_and_an_exemption_is_listed_with_its_last_day(
    world: World, other: ContactMember
):
    home = world.east_household
    with pytest.raises(Refused):
        services.assign(home, world.member, ContactRole.BACKUP, actor=world.secretary)
    services.assign(home, other, ContactRole.BACKUP, actor=world.secretary)
    with pytest.raises(Conflict):
        services.assign(home, more_members(world, 1, building="8幢")[0], ContactRole.BACKUP, actor=world.secretary)
    until = today() + timedelta(days=40)
    services.exempt_member(other, actor=world.secretary, reason="illness", until=until)
    services.exempt_member(world.member, actor=world.secretary, reason="age")
    page = client_of(world.secretary).get(reverse("residents:contactmember-list"))
    shown = {row.record.pk: row.get_cell_value("exempt_until") for row in page.context["table"].rows}
    assert shown[other.pk] == f"{until:%Y-%m-%d}"
    assert shown[world.member.pk] in {"without end", "长期"}
    lines = {line.member.pk: line.exemption for line in lines_of(standing_of(world.community))}
    assert lines[other.pk].until == until


def test_c5_nobody_contacts_his_own_household(world: World, other: ContactMember):
    own = Household.objects.get(residencies__person=other.person)
    with pytest.raises(Refused):
        services.assign(own, other, actor=world.secretary)
    assert all(
        (move.member_id, move.household_id) != (other.pk, own.pk)
        for move in standing_of(world.community).proposal().moves
    )


def test_c5_who_moves_in_with_a_household_that_he_contacts_stops_that_day(
    world: World, other: ContactMember, django_capture_on_commit_callbacks
):
    home, person = world.east_household, world.member.person
    services.assign(home, other, ContactRole.BACKUP, actor=world.secretary)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        end_residency(person.residencies.active().get(), actor=world.secretary, reason="moved_out", on=today())
        Residency.objects.create(person=person, household=home, relation="10", starts_on=today())
    assert primaries(home, today()) == [other.pk], "the backup stands in"
    assert ContactHandover.objects.open().get(household=home).reason == AssignmentEnd.MEMBER_MOVED


def test_c5_the_night_finds_who_moved_in_on_another_way(world: World, other: ContactMember):
    home = world.west_household
    services.assign(home, other, actor=world.secretary)
    other.person.residencies.active().update(household=home, is_head=False, relation="10")
    assert services.watch()["moved_in"] == 1
    assert primaries(home, today()) == []
    assert services.watch()["moved_in"] == 0
    assert ContactMember.objects.serving().filter(pk=other.pk).exists()


def test_c6_never_another_community_and_the_nearest_first(world: World):
    with pytest.raises(Refused):
        services.assign(world.west_household, world.foreign_member, actor=world.secretary)
    (near,), (_far,) = more_members(world, 1, building="6幢"), more_members(world, 1, building="7幢")
    doors = more_households(world, 10, building="6幢")
    moves = {move.household_id: move for move in standing_of(world.community).proposal().moves}
    given = [moves[door.pk] for door in doors if door.pk in moves]
    assert sum(move.near == Nearness.BUILDING for move in given) >= 5
    assert {move.member_id for move in given if move.near == Nearness.BUILDING} == {near.pk}


def test_c6_a_grid_that_moves_to_another_community_leaves_its_contacts_behind(world: World):
    """Nobody counts as covered by somebody who may not open his door any more."""
    home, member = world.east_household, world.member
    load_up(member, [world.west_household])
    Grid.objects.filter(pk=world.east_grid.pk).update(name_zh="划来的网格")
    moved = move_grid(world.east_grid, world.next_community, actor=None, version=world.east_grid.version, reason="调整")
    assert not home.contact_assignments.serving().exists()
    ended = home.contact_assignments.get(member=member)
    assert (ended.end_reason, ended.ends_on) == (AssignmentEnd.MOVED, today())
    assert home in uncovered(Household.objects.under(moved))
    assert world.west_household.contact_assignments.serving().filter(member=member).exists(), "he stays where he is"
    assert Notification.objects.filter(user=member.user_id, kind="contacts.ended").exists()


def test_c7_a_conflict_of_interest_rules_out_the_pair_also_on_the_balancing_board(world: World, other: ContactMember):
    doors = more_households(world, 12)
    RentalFile.objects.create(dwelling=doors[3].dwelling, number="R-9", landlord_name=other.person.name)
    with pytest.raises(Refused):
        services.propose(doors[3], other, actor=world.secretary)
    # A present pair in conflict is to be given up; a new one is not proposed.
    load_up(other, [doors[0]])
    world_pair = (doors[0].pk, other.pk)

    def dispute(pairs):
        asked = {(home.pk, member.pk) for home, member in pairs}
        return dict.fromkeys(asked & {world_pair, (doors[5].pk, world.member.pk)}, "争议中")

    conflict_sources.append(dispute)
    try:
        standing = standing_of(world.community)
        moves = {move.household_id: move for move in standing.proposal().moves}
        assert moves[doors[0].pk].why is Why.NOT_HIS
        assert moves[doors[3].pk].member_id != other.pk
        assert moves[doors[5].pk].member_id != world.member.pk
        assert standing_of(world.community).fingerprint == standing.fingerprint
        page = client_of(world.secretary).get(reverse("residents:contact-balance", args=[world.community.pk]))
        told = {(one["door"], one["is_present"]) for one in page.context["conflicts"]}
        assert len(told) == len(standing.settled[2]) >= 1
        assert (str(page.context["conflicts"][0]["why"]), page.context["conflicts"][0]["is_present"]) == (
            "争议中",
            True,
        )
    finally:
        conflict_sources.remove(dispute)
    assert standing_of(world.community).fingerprint != standing.fingerprint


def test_c8_a_balance_asks_and_the_answer_of_five_working_days_decides(world: World, other: ContactMember):
    doors = more_households(world, 10)
    fingerprint = standing_of(world.community).fingerprint
    asked = apply_balance(world.community, fingerprint, actor=world.secretary)
    proposals = list(ContactAssignment.objects.proposed().order_by("pk"))
    assert {row.respond_by for row in proposals} == {asked.respond_by} == {after_working_days(now(), 5)}
    assert not any(primaries(door, today()) for door in doors)
    services.refuse(proposals[0], actor=world.secretary)
    services.accept(proposals[1], actor=world.secretary)
    with stopped_at(asked.respond_by + timedelta(seconds=1)):
        assert services.watch()["lapsed"] == len(proposals) - 2
    again = {move.household_id for move in standing_of(world.community).proposal().moves}
    assert proposals[0].household_id in again
    assert proposals[2].household_id in again
    assert proposals[1].household_id not in again


def test_c9_a_balance_leaves_no_day_without_a_contact(world: World):
    doors = more_households(world, 17)
    busy, _free = more_members(world, 2)
    load_up(busy, doors[:15])
    load_up(busy, doors[15:], exception_reason="例外", exception_until=today() - timedelta(days=1))
    asked = apply_balance(world.community, standing_of(world.community).fingerprint, actor=world.secretary)
    assert asked.changes >= 2
    for handover in ContactHandover.objects.open().filter(from_assignment__member=busy):
        home = handover.household
        assert primaries(home, today()) == [busy.pk]
        proposal = home.contact_assignments.proposed().get()
        with stopped_at(now() + timedelta(days=1)):
            new = services.accept(proposal, actor=world.secretary)
            assert primaries(home, today()) == [new.member_id]
        old = handover.from_assignment
        old.refresh_from_db()
        assert (old.ends_on, old.end_reason) == (new.starts_on, AssignmentEnd.REBALANCED)


@pytest.mark.parametrize("event", ["death", "account", "suspension"])
def test_c10_the_backup_stands_in_at_once_without_waiting_for_the_night(world: World, other: ContactMember, event: str):
    home = world.east_household
    services.assign(home, other, ContactRole.BACKUP, actor=world.secretary)
    Notification.objects.all().delete()
    if event == "death":
        record_death(world.member.person, actor=world.east_worker, on=today())
    elif event == "account":
        change_account(world.member.user, actor=world.users["district_office"], is_active=False)
    else:
        services.suspend_member(world.member, actor=world.secretary)
    acting = home.contact_assignments.serving().primary().get()
    assert (acting.member, acting.acting, acting.starts_on) == (other, True, today())
    if event == "suspension":
        return  # C13: the household is covered, nobody has to be found
    task = ContactHandover.objects.open().get(household=home)
    assert task.due_at == after_working_days(task.opened_at, 3)
    assert Notification.objects.filter(user=world.secretary, kind="contacts.successor").exists()
    assert services.watch()["died" if event == "death" else "blocked"] == 0, "the night finds nothing left to do"


def test_c10_who_hands_over_and_is_suddenly_gone_leaves_three_days(world: World):
    home = world.east_household
    row = services.open_handover(home.contact_assignments.serving().get(), actor=world.secretary, reason="member_wish")
    told = Notification.objects.filter(kind="contacts.successor")
    before, number = row.due_at, told.count()
    services.vacate_member(world.member)
    row.refresh_from_db()
    assert row.due_at < before
    assert row.due_at <= after_working_days(now(), VACANCY_DAYS)
    assert told.count() > number, "the secretary hears the new day"


def test_c10_other_changes_of_an_account_leave_the_contact(world: World):
    change_account(world.member.user, actor=world.users["district_office"], display_name="孙同志")
    assert primaries(world.east_household, today()) == [world.member.pk]


def test_c11_a_household_that_closes_has_no_contact_and_a_new_one_its_deadline(world: World):
    (home,) = more_households(world, 1)
    Household.objects.filter(pk=home.pk).update(opened_on=today())
    page = client_of(world.secretary).get(reverse("residents:contact-uncovered"))
    row = next(row for row in page.context["table"].rows if row.record.pk == home.pk)
    assert contact_due(today(), successor_due_at=None, on=today()) > today() + timedelta(days=10)
    assert row.get_cell_value("due") == f"{contact_due(today(), successor_due_at=None, on=today()):%Y-%m-%d}"
    assert contact_due(today() - timedelta(days=90), successor_due_at=None, on=today()) is None
    assert contact_due(date(2026, 1, 1), successor_due_at=now(), on=today()) == today()
    close_household(world.east_household, actor=world.secretary, reason="moved_out", on=today())
    assert primaries(world.east_household, today()) == []


@pytest.mark.parametrize("to", ["west_grid", "next_grid"])
def test_c11_a_household_keeps_its_contact_within_the_community_and_nowhere_else(world: World, to: str):
    home, contact = world.east_household, world.member
    move_household(
        home,
        actor=None,
        version=home.version,
        grid=world.grids[to],
        building="9幢",
        unit="1单元",
        room="101",
        on=today(),
    )
    stays = to == "west_grid"
    assert primaries(home, today()) == ([contact.pk] if stays else [])
    ended = home.contact_assignments.filter(end_reason=AssignmentEnd.MOVED, ends_on=today())
    assert ended.exists() is not stays
    assert uncovered(Household.objects.filter(pk=home.pk)).exists() is not stays


def test_c12_who_moves_away_hands_over_from_that_moment(world: World, django_capture_on_commit_callbacks):
    ContactMember.objects.filter(pk=world.member.pk).update(branch="")
    residency = world.member.person.residencies.active().get()
    with django_capture_on_commit_callbacks(execute=True):
        end_residency(residency, actor=world.secretary, reason="moved_out", on=today())
    world.member.refresh_from_db()
    assert world.member.leaving_since == today()
    row = world.east_household.contact_assignments.serving().get()
    assert (row.member, row.status) == (world.member, AssignmentStatus.HANDOVER)
    assert ContactHandover.objects.open().get(household=world.east_household).reason == AssignmentEnd.MEMBER_MOVED


def test_c12_who_moves_within_the_community_stays(world: World, django_capture_on_commit_callbacks):
    ContactMember.objects.filter(pk=world.member.pk).update(branch="")
    (home,), person = more_households(world, 1), world.member.person
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        end_residency(person.residencies.active().get(), actor=world.secretary, reason="moved_out", on=today())
        Residency.objects.create(person=person, household=home, relation="20", starts_on=today())
    world.member.refresh_from_db()
    assert world.member.leaving_since is None


def test_c13_while_the_contact_is_away_the_backup_covers_and_he_comes_back(world: World, other: ContactMember):
    home = world.east_household
    services.assign(home, other, ContactRole.BACKUP, actor=world.secretary)
    services.suspend_member(world.member, actor=world.secretary, back_on=today() + timedelta(days=45))
    assert primaries(home, today()) == [other.pk]
    with stopped_at(now() + timedelta(days=45)):
        services.resume_member(world.member, actor=world.secretary)
        assert primaries(home, today()) == [world.member.pk]


def test_c14_sanjiabang_and_the_same_proposal_every_time(world: World):
    assert feasible(1904, 169)
    assert "127" in str(feasible(1904, 126).reason)
    assert "380" in str(feasible(1904, 381).reason)
    more_members(world, 3)
    more_households(world, 25)
    first, second = (standing_of(world.community) for _one in range(2))
    assert first.proposal() == second.proposal()
    assert first.fingerprint == second.fingerprint


def test_c15_the_household_is_told_name_and_phone_and_nothing_else(world: World):
    home, person = world.east_household, world.member.person
    person.phone = "13900000001"
    person.save()
    secretary = client_of(world.secretary)
    address = reverse("residents:contact-paper", args=[home.pk])
    assert address in secretary.get(reverse("residents:household-detail", args=[home.pk])).content.decode()
    page = secretary.get(address).content.decode()
    assert person.name in page
    assert person.phone not in page, "he has not agreed"
    assert not AuditEntry.objects.filter(act="person.reveal").exists()
    services.show_phone(world.member, actor=world.secretary, since=today())
    page = secretary.get(address).content.decode()
    assert person.phone in page
    sheet = page[page.index("sheet-paper") : page.index("</article>")]
    assert world.east_person.name not in sheet
    entry = AuditEntry.objects.get(act="person.reveal")
    assert (entry.actor, person.phone in str(entry.changes)) == (world.secretary, False)
    with pytest.raises(Refused):
        card_of(home, actor=world.users["auditor"])
    with pytest.raises(Refused):
        card_of(world.west_household, actor=world.secretary)  # nobody contacts it yet


def test_c15_everybody_concerned_is_told(world: World, other: ContactMember):
    Notification.objects.all().delete()
    services.propose(more_households(world, 1)[0], world.member, actor=world.secretary)
    assert Notification.objects.filter(user=world.member.user, kind="contacts.proposal").count() == 1


def test_c16_who_contacted_the_household_on_a_day(world: World, other: ContactMember):
    row = world.east_household.contact_assignments.get()
    services.change_contact(row, other, actor=world.secretary, reason=AssignmentEnd.MEMBER_WISH)
    assert primaries(world.east_household, today() - timedelta(days=1)) == [world.member.pk]
    assert primaries(world.east_household, today()) == [other.pk]
    page = client_of(world.secretary).get(
        reverse("residents:contact-history", args=[world.east_household.pk]), {"on": str(today() - timedelta(days=1))}
    )
    assert world.member.person.name in page.content.decode()
    assert AuditEntry.objects.filter(act="contact.change").exists()
