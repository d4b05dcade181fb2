"""The life of a contact: asked, accepted, handed over, stood in for, suspended, gone (domain.md 3.4, C1-C16)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.contacts import services
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole, HandoverState, WishState
from residents.contacts.conflicts import conflict_sources
from residents.contacts.handover import HandoverPart, handover_parts
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember, ContactWish
from residents.contacts.querysets import contact_todos, proposals_to_answer
from residents.rentals.models import RentalFile
from residents.roster.services import close_household, record_death
from tests.residents.contacts.neighbourhood import load_up, more_members
from tests.world import World

WISH = AssignmentEnd.HOUSEHOLD_WISH


def told(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def primary_on(household, day) -> list[int]:
    return list(household.contact_assignments.primary().on(day).values_list("member_id", flat=True))


@pytest.fixture
def other(world: World) -> ContactMember:
    return more_members(world, 1)[0]


def with_account(member: ContactMember, user) -> ContactMember:
    ContactMember.objects.filter(pk=member.pk).update(user=user)
    member.refresh_from_db()
    return member


# ------------------------------------------------------------------ asked and answered (C8)
def test_a_member_is_asked_and_serves_once_he_accepts(world: World):
    home = world.west_household
    proposal = services.propose(home, world.member, actor=world.secretary)
    assert (proposal.status, proposal.slot, proposal.accepted_at) == (AssignmentStatus.PROPOSED, None, None)
    assert proposal in proposals_to_answer(world.fresh("joint_member"))
    assert told(world.joint_member) == ["contacts.proposal"]
    assert primary_on(home, today()) == []
    accepted = services.accept(proposal, actor=world.fresh("joint_member"))
    assert (accepted.pk, accepted.status, accepted.slot) == (proposal.pk, AssignmentStatus.ACTIVE, 2)
    assert primary_on(home, today()) == [world.member.pk]
    assert told(world.secretary) == ["contacts.accepted"]
    assert not proposals_to_answer(world.fresh("joint_member")).exists()


@pytest.mark.parametrize("account", ["east_worker", "auditor", "foreign_secretary", "stranger"])
def test_nobody_answers_for_the_member_but_the_secretary(world: World, account: str):
    proposal = services.propose(world.west_household, world.member, actor=world.secretary)
    for answer in (services.accept, services.refuse):
        with pytest.raises(Refused):
            answer(proposal, actor=world.users[account])
    assert services.accept(proposal, actor=world.secretary).status == AssignmentStatus.ACTIVE


def test_whoever_declines_is_not_asked_why_and_somebody_else_can_be_asked(world: World, other: ContactMember):
    proposal = services.propose(world.west_household, world.member, actor=world.secretary)
    with pytest.raises(Conflict):
        services.propose(world.west_household, other, actor=world.secretary)
    services.refuse(proposal, actor=world.fresh("joint_member"))
    assert told(world.secretary) == ["contacts.declined"]
    with pytest.raises(Conflict):
        services.accept(proposal, actor=world.secretary)
    assert services.propose(world.west_household, other, actor=world.secretary)


def test_a_proposal_lapses_after_five_working_days_and_not_before(world: World):
    proposal = services.propose(world.west_household, world.member, actor=world.secretary)
    with stopped_at(proposal.respond_by - timedelta(minutes=1)):
        services.watch()
        proposal.refresh_from_db()
        assert proposal.status == AssignmentStatus.PROPOSED
    with stopped_at(proposal.respond_by + timedelta(minutes=1)):
        with pytest.raises(Conflict):
            services.accept(proposal, actor=world.secretary)
        assert services.watch()["lapsed"] == 1
        assert services.watch()["lapsed"] == 0
    proposal.refresh_from_db()
    assert proposal.status == AssignmentStatus.LAPSED
    assert told(world.secretary) == ["contacts.lapsed"]


def test_what_changed_since_the_proposal_counts_when_it_is_accepted(world: World):
    from tests.residents.contacts.neighbourhood import more_households

    proposal = services.propose(world.west_household, world.member, actor=world.secretary)
    load_up(world.member, more_households(world, 14))
    with pytest.raises(Refused, match="15"):
        services.accept(proposal, actor=world.fresh("joint_member"))
    proposal.refresh_from_db()
    assert proposal.status == AssignmentStatus.PROPOSED


def test_the_database_lets_nobody_serve_who_did_not_accept(world: World):
    values = {"household": world.west_household, "member": world.member}
    wrong = [
        {"status": "active", "slot": 2, "accepted_at": None},
        {"status": "proposed", "respond_by": now()},  # accepted by default
        {"status": "proposed", "accepted_at": None},  # no time to answer
        {"status": "proposed", "accepted_at": None, "respond_by": now(), "slot": 2},
        {"status": "active", "role": "backup", "acting": True},
        {"status": "suspended"},
        {"status": "active", "slot": 2, "suspended_on": today()},
        {"status": "ended", "ends_on": today(), "suspended_on": today() - timedelta(days=1)},
    ]
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactAssignment.objects.create(**values, **changes)


# ------------------------------------------------------------------ handed over (C9)
def test_the_old_contact_serves_until_the_new_one_accepts_and_the_sheet_is_kept(world: World, other: ContactMember):
    passed: list[tuple[int, int]] = []
    part = HandoverPart(
        "test",
        "未了",
        lambda household: ["要一部轮椅"],
        lambda household, old, new: passed.append((old.pk, new.pk)),
    )
    handover_parts.register(part)
    try:
        home, old = world.east_household, world.member.assignments.get()
        handover = services.open_handover(
            old, actor=world.secretary, reason=AssignmentEnd.MEMBER_MOVED, note="钥匙在物业"
        )
        old.refresh_from_db()
        assert old.status == AssignmentStatus.HANDOVER
        assert handover in contact_todos(world.fresh("secretary"))
        proposal = services.propose(home, other, actor=world.secretary)
        assert primary_on(home, today()) == [world.member.pk]
        new = services.accept(proposal, actor=world.secretary)
    finally:
        handover_parts.remove("test")
    old.refresh_from_db()
    handover.refresh_from_db()
    assert (old.status, old.ends_on, old.end_reason) == (AssignmentStatus.ENDED, today(), AssignmentEnd.MEMBER_MOVED)
    assert (new.starts_on, new.replaces_id) == (old.ends_on, old.pk)
    assert (handover.state, handover.to_assignment_id) == (HandoverState.DONE, new.pk)
    assert {"key": "test", "title": "未了", "lines": ["要一部轮椅"]} in handover.sheet
    assert passed == [(world.member.pk, other.pk)]
    assert not contact_todos(world.fresh("secretary")).exists()
    assert told(world.joint_member) == ["contacts.handover", "contacts.ended"]


def test_a_hand_over_is_cancelled_and_the_proposal_withdrawn(world: World, other: ContactMember):
    old = world.member.assignments.get()
    handover = services.open_handover(old, actor=world.secretary, reason=WISH)
    proposal = services.propose(world.east_household, other, actor=world.secretary)
    with pytest.raises(Conflict):
        services.open_handover(old, actor=world.secretary, reason=WISH)
    with pytest.raises(Refused):
        services.cancel_handover(handover, actor=world.east_worker)
    services.cancel_handover(handover, actor=world.secretary)
    old.refresh_from_db()
    proposal.refresh_from_db()
    assert (old.status, proposal.status) == (AssignmentStatus.ACTIVE, AssignmentStatus.WITHDRAWN)
    with pytest.raises(Conflict):
        services.cancel_handover(handover, actor=world.secretary)


def test_a_part_that_fails_leaves_everything_as_it_was(world: World, other: ContactMember):
    def fail(household, old, new):
        raise RuntimeError

    handover_parts.register(HandoverPart("test", "x", lambda household: [], fail))
    try:
        with pytest.raises(RuntimeError):
            services.change_contact(world.member.assignments.get(), other, actor=world.secretary, reason=WISH)
    finally:
        handover_parts.remove("test")
    assert primary_on(world.east_household, today()) == [world.member.pk]
    assert not ContactHandover.objects.exists()


def test_a_wish_is_recorded_once_a_quarter_without_a_reason_and_met_by_the_next_contact(
    world: World, other: ContactMember
):
    home = world.east_household
    with pytest.raises(Refused):
        services.record_wish(home, actor=world.auditor)
    wish = services.record_wish(home, actor=world.fresh("east_worker"))
    assert told(world.secretary) == ["contacts.wish"]
    assert world.member.assignments.get().status == AssignmentStatus.HANDOVER
    with pytest.raises(Conflict):
        services.record_wish(home, actor=world.secretary)
    services.assign(home, other, actor=world.secretary)
    wish.refresh_from_db()
    assert (wish.state, wish.handover.state) == (WishState.MET, HandoverState.DONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactWish.objects.create(household=home, quarter=wish.quarter)


def test_a_wish_that_is_taken_back_leaves_the_contact(world: World):
    wish = services.record_wish(world.east_household, actor=world.secretary)
    assert services.close_wish(wish, actor=world.secretary).state == WishState.CLOSED
    assert world.member.assignments.get().status == AssignmentStatus.ACTIVE


# ------------------------------------------------------------------ the backup stands in (C10, C13)
def backed(world: World, other: ContactMember) -> ContactAssignment:
    return services.assign(world.east_household, other, ContactRole.BACKUP, actor=world.secretary)


def test_when_the_contact_dies_the_backup_stands_in_and_the_secretary_has_three_days(
    world: World, other: ContactMember
):
    with_account(other, world.stranger)
    backed(world, other)
    record_death(world.member_person, actor=world.fresh("secretary"), on=today())
    acting = world.east_household.contact_assignments.serving().get()
    assert (acting.member_id, acting.role, acting.acting, acting.slot) == (other.pk, "primary", True, None)
    handover = contact_todos(world.fresh("secretary")).get()
    assert handover.reason == AssignmentEnd.VACANCY
    assert timedelta(days=2) < handover.due_at - now() < timedelta(days=8)
    assert "contacts.acting" in told(world.stranger)
    assert ContactMember.objects.get(pk=world.member.pk).ends_on == today()
    with pytest.raises(Refused):
        services.cancel_handover(handover, actor=world.secretary)
    assert services.watch()["died"] == 0


def test_a_blocked_account_is_a_vacancy_and_gets_no_household_until_it_works_again(world: World, other: ContactMember):
    world.joint_member.is_active = False
    world.joint_member.save()
    assert services.watch()["blocked"] == 1
    assert services.watch()["blocked"] == 0
    assert not world.member.assignments.serving().exists()
    with pytest.raises(Refused):
        services.assign(world.west_household, world.member, actor=world.secretary)
    services.assign(world.east_household, other, actor=world.secretary)
    assert not contact_todos(world.fresh("secretary")).exists()


def test_the_stand_in_gives_way_to_the_successor_and_is_the_backup_again(world: World, other: ContactMember):
    backed(world, other)
    (third,) = more_members(world, 1, building="9幢")
    services.vacate_member(world.member, actor=world.secretary)
    services.assign(world.east_household, third, actor=world.secretary)
    serving = {row.role: row.member_id for row in world.east_household.contact_assignments.serving()}
    assert serving == {"primary": third.pk, "backup": other.pk}
    assert primary_on(world.east_household, today()) == [third.pk]


def test_a_long_absence_is_covered_and_he_comes_back(world: World, other: ContactMember):
    backed(world, other)
    home, since = world.east_household, world.member.assignments.get().starts_on
    with pytest.raises(ValidationError):
        services.suspend_member(world.member, actor=world.secretary, back_on=today())
    left = today() - timedelta(days=40)
    services.suspend_member(world.member, actor=world.secretary, back_on=today() + timedelta(days=40))
    assert primary_on(home, today()) == [other.pk]
    assert primary_on(home, left) == [world.member.pk]
    assert not contact_todos(world.fresh("secretary")).exists()
    with pytest.raises(Refused):
        services.assign(world.west_household, world.member, actor=world.secretary)
    with stopped_at(now() + timedelta(days=40)):
        assert services.watch()["back"] == 1
        back = today()
        services.resume_member(world.member, actor=world.secretary)
        assert {row.role: row.member_id for row in home.contact_assignments.serving()} == {
            "primary": world.member.pk,
            "backup": other.pk,
        }
    for day, member in [(since, world.member), (back - timedelta(days=1), other), (back, world.member)]:
        assert primary_on(home, day) == [member.pk]


def test_without_a_backup_an_absence_is_the_secretarys_to_do(world: World, other: ContactMember):
    services.suspend_member(world.member, actor=world.secretary)
    assert contact_todos(world.fresh("secretary")).get().reason == AssignmentEnd.SUSPENDED
    services.assign(world.east_household, other, actor=world.secretary)
    services.resume_member(world.member, actor=world.secretary)
    assert primary_on(world.east_household, today()) == [other.pk]
    assert world.member.assignments.serving().count() == 0


# ------------------------------------------------------------------ leaving (C11, C12)
def test_whoever_leaves_hands_over_each_household_and_then_stops_by_himself(world: World, other: ContactMember):
    services.begin_leaving(world.member, actor=world.secretary, reason=AssignmentEnd.TERM_ENDED)
    assert world.member.assignments.get().status == AssignmentStatus.HANDOVER
    with pytest.raises(Refused):
        services.assign(world.west_household, world.member, actor=world.secretary)
    services.assign(world.east_household, other, actor=world.secretary)
    member = ContactMember.objects.get(pk=world.member.pk)
    assert (member.ends_on, member.user_id) == (today(), None)
    assert world.member.assignments.get().end_reason == AssignmentEnd.TERM_ENDED


def test_whoever_no_longer_lives_in_the_community_hands_over(world: World):
    world.member_person.residencies.update(ends_on=today())
    assert services.watch()["gone"] == 1
    assert services.watch()["gone"] == 0
    assert ContactMember.objects.get(pk=world.member.pk).leaving_since == today()
    assert contact_todos(world.fresh("secretary")).get().reason == AssignmentEnd.MEMBER_MOVED


def test_a_household_that_closes_closes_what_was_under_way(world: World, other: ContactMember):
    services.record_wish(world.east_household, actor=world.secretary)
    proposal = services.propose(world.east_household, other, actor=world.secretary)
    close_household(world.east_household, actor=world.secretary, reason="moved_out")
    proposal.refresh_from_db()
    assert proposal.status == AssignmentStatus.WITHDRAWN
    assert ContactHandover.objects.get().state == HandoverState.CANCELLED
    assert ContactWish.objects.get().state == WishState.CLOSED


# ------------------------------------------------------------------ conflict of interest (C7), phone (C15)
def test_landlord_and_tenant_are_not_each_others_contact(world: World):
    RentalFile.objects.create(
        dwelling=world.west_household.dwelling, number="R-1", landlord_name=world.member_person.name
    )
    for act in (services.assign, services.propose):
        with pytest.raises(Refused):
            act(world.west_household, world.member, actor=world.secretary)


def test_upper_rooms_add_conflicts(world: World, other: ContactMember):
    def dispute(pairs):
        return {(home.pk, member.pk): "争议中" for home, member in pairs if member.pk == world.member.pk}

    conflict_sources.append(dispute)
    try:
        with pytest.raises(Refused, match="争议中"):
            services.assign(world.west_household, world.member, actor=world.secretary)
        assert services.assign(world.west_household, other, actor=world.secretary)
    finally:
        conflict_sources.remove(dispute)


def test_the_phone_is_shown_by_consent_only_and_no_reason_of_an_absence_is_kept(world: World):
    with pytest.raises(ValidationError):
        services.show_phone(world.member, actor=world.secretary, since=today() + timedelta(days=1))
    assert services.show_phone(world.member, actor=world.secretary, since=today()).phone_shown_since == today()
    services.suspend_member(world.member, actor=world.secretary)
    entry = AuditEntry.objects.get(act="contactmember.suspend")
    assert (set(entry.changes), entry.reason) == ({"suspended_on", "back_on"}, "")
