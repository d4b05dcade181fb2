"""What the services of contact allow and refuse, and what they leave in the trail."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from residents.contacts import services
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole, PartyStatus
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import uncovered, with_contact
from residents.roster.choices import EndReason
from residents.roster.models import Household
from residents.roster.services import close_household
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World

REASON = AssignmentEnd.HOUSEHOLD_WISH


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


# ------------------------------------------------------------------ members
def register(world: World, person: str = "west", **changes):
    values = {"actor": world.secretary, "consented_on": today(), "branch": "第二党支部", **changes}
    return services.register_member(world.persons[person], world.community, **values)


def test_registering_gives_the_account_its_role_and_writes_the_trail(world: World):
    member = register(world, user=world.stranger)
    assert RoleGrant.objects.get(user=world.stranger).role == Role.JOINT_FAMILY
    assert world.fresh("stranger").has_perm(Permission.SERVE_HOUSEHOLDS, world.west_grid)
    assert not world.fresh("stranger").has_perm(Permission.VIEW_ROSTER, world.west_grid)
    assert member.user == world.stranger
    assert acts()[-3:] == ["contactmember.register", "contactmember.link", "role.grant"]


def test_only_the_secretary_registers(world: World):
    for actor in (world.east_worker, world.auditor, world.joint_member, world.foreign_secretary):
        with pytest.raises(Refused):
            register(world, actor=actor)
    assert register(world)


def test_nobody_is_registered_twice(world: World):
    register(world)
    with pytest.raises(Conflict, match="李四"):
        register(world)


@pytest.mark.parametrize(
    "changes",
    [{"consented_on": None}, {"party_status": PartyStatus.NONE}, {"consented_on": date(2100, 1, 1)}],
)
def test_registration_keeps_the_rules(world: World, changes):
    with pytest.raises(Refused):
        register(world, **changes)
    assert ContactMember.objects.count() == 2


def test_members_belong_to_a_community_and_live_there_or_serve_through_its_branch(world: World):
    with pytest.raises(Refused):
        services.register_member(world.persons["west"], world.east_grid, actor=world.secretary, consented_on=today())
    with pytest.raises(Refused):
        register(world, "foreign", branch="")
    assert register(world, "west", branch="")


def test_an_account_serves_one_membership(world: World):
    with pytest.raises(Conflict):
        register(world, user=world.joint_member)
    assert ContactMember.objects.filter(person=world.persons["west"]).count() == 0


def test_ending_a_member_ends_his_contacts_and_his_role_the_same_day(world: World):
    services.end_member(world.member, actor=world.secretary, reason="搬去女儿家")
    member = ContactMember.objects.get(pk=world.member.pk)
    assert member.ends_on == today()
    assert member.user is None
    assert not member.assignments.serving().exists()
    assert not world.fresh("joint_member").has_perm(Permission.SERVE_HOUSEHOLDS, world.east_grid)
    assert world.east_household in uncovered(Household.objects.all())
    with pytest.raises(Conflict):
        services.end_member(world.member, actor=world.secretary, reason="再次")


def test_ending_a_member_needs_the_power_and_a_reason(world: World):
    with pytest.raises(Refused):
        services.end_member(world.member, actor=world.desk_worker, reason="搬家")
    with pytest.raises(ValidationError):
        services.end_member(world.member, actor=world.secretary, reason=" ")
    assert world.member.assignments.serving().exists()


# ------------------------------------------------------------------ assignments
def test_assigning_covers_the_household_and_writes_the_trail(world: World):
    assert world.west_household in uncovered(Household.objects.all())
    assignment = services.assign(world.west_household, world.member, ContactRole.PRIMARY, actor=world.secretary)
    assert assignment.slot == 2
    assert assignment.starts_on == today()
    assert world.west_household not in uncovered(Household.objects.all())
    shown = with_contact(Household.objects.filter(pk=world.west_household.pk)).get()
    assert shown.contact_name == "孙党员"
    entry = AuditEntry.objects.get(act="contact.assign")
    assert entry.grid == world.west_micro
    assert entry.changes["member"] == [None, world.member.pk]


@pytest.mark.parametrize(
    "account", ["east_worker", "leader", "desk_worker", "auditor", "street_desk", "joint_member", "foreign_secretary"]
)
def test_only_the_secretary_of_the_household_assigns(world: World, account: str):
    with pytest.raises(Refused):
        services.assign(world.west_household, world.member, actor=world.users[account])
    assert services.assign(world.west_household, world.member, actor=world.secretary)


def test_a_household_has_one_primary_and_one_backup_contact_who_are_two_persons(world: World):
    other, third = more_members(world, 2)
    with pytest.raises(Conflict, match="孙党员"):
        services.assign(world.east_household, other, actor=world.secretary)
    with pytest.raises(Refused):
        services.assign(world.east_household, world.member, ContactRole.BACKUP, actor=world.secretary)
    backup = services.assign(world.east_household, other, ContactRole.BACKUP, actor=world.secretary)
    assert backup.slot is None
    with pytest.raises(Conflict):
        services.assign(world.east_household, third, ContactRole.BACKUP, actor=world.secretary)


def test_nobody_contacts_his_own_household_nor_one_of_another_community(world: World):
    with pytest.raises(Refused, match="孙党员"):
        services.assign(world.member_household, world.member, actor=world.secretary)
    next_door = more_households(world, 1, micro="next_grid")[0]
    with pytest.raises(Refused):
        services.assign(next_door, world.member, actor=None)


def test_the_sixteenth_household_needs_a_reason_and_the_twenty_first_is_refused(world: World):
    load_up(world.member, more_households(world, 14))
    sixteenth, *more = more_households(world, 6, building="7幢")
    with pytest.raises(Refused, match="15"):
        services.assign(sixteenth, world.member, actor=world.secretary)
    assignment = services.assign(
        sixteenth, world.member, actor=world.secretary, exception_reason="同一单元", exception_until=today()
    )
    assert (assignment.slot, assignment.exception_reason) == (16, "同一单元")
    for household in more[:4]:
        services.assign(
            household, world.member, actor=world.secretary, exception_reason="同一单元", exception_until=today()
        )
    with pytest.raises(Refused, match="20"):
        services.assign(
            more[4], world.member, actor=world.secretary, exception_reason="同一单元", exception_until=today()
        )


def test_a_reason_that_was_not_needed_is_not_kept(world: World):
    assignment = services.assign(world.west_household, world.member, actor=world.secretary, exception_reason="多余")
    assert assignment.exception_reason == ""


def test_the_database_keeps_the_band_by_itself(world: World):
    doors = more_households(world, 2)
    for slot, reason in ((16, ""), (0, ""), (21, "例外"), (None, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactAssignment.objects.create(
                household=doors[0],
                member=world.member,
                slot=slot,
                exception_reason=reason,
                exception_until=today() if reason else None,
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactAssignment.objects.create(household=doors[0], member=world.member, slot=16, exception_reason="例外")
    assert ContactAssignment.objects.create(
        household=doors[0], member=world.member, slot=16, exception_reason="例外", exception_until=today()
    )


def test_an_ended_contact_frees_its_place_and_ends_once(world: World):
    assignment = world.member.assignments.get()
    with pytest.raises(Refused):
        services.end_assignment(assignment, actor=world.east_worker, reason=REASON)
    with pytest.raises(ValidationError):
        services.end_assignment(assignment, actor=world.secretary, reason="whatever")
    services.end_assignment(assignment, actor=world.secretary, reason=REASON)
    with pytest.raises(Conflict):
        services.end_assignment(assignment, actor=world.secretary, reason=REASON)
    again = services.assign(world.west_household, world.member, actor=world.secretary)
    assert again.slot == 1
    assert acts().count("contact.end") == 1


def test_a_contact_does_not_end_before_it_began(world: World):
    assignment = world.member.assignments.get()
    with pytest.raises(ValidationError):
        services.end_assignment(
            assignment, actor=world.secretary, reason=REASON, on=assignment.starts_on - timedelta(days=1)
        )


def test_a_hand_over_leaves_no_gap_and_no_overlap(world: World):
    (other,) = more_members(world, 1)
    old = world.member.assignments.get()
    new = services.change_contact(old, other, actor=world.secretary, reason=REASON)
    old.refresh_from_db()
    assert old.status == AssignmentStatus.ENDED
    assert new.starts_on == old.ends_on == today()
    history = ContactAssignment.objects.filter(household=world.east_household).primary()
    for day in (today() - timedelta(days=1), today(), today() + timedelta(days=1)):
        assert history.on(day).count() == 1
    assert history.on(today()).get() == new
    # The visit that was owed there goes along.
    made = ["contact.end", "contact.change", "contact.handover", "visittask.pass_on", "contact.handover_done"]
    assert acts()[-5:] == made


def test_a_refused_hand_over_changes_nothing(world: World):
    (other,) = more_members(world, 1)
    load_up(other, more_households(world, 15))
    old = world.member.assignments.get()
    with pytest.raises(Refused):
        services.change_contact(old, other, actor=world.secretary, reason=REASON)
    with pytest.raises(Refused):
        services.change_contact(old, world.member, actor=world.secretary, reason=REASON)
    old.refresh_from_db()
    assert old.status == AssignmentStatus.ACTIVE
    assert "contact.end" not in acts()


def test_the_backup_contact_may_step_up(world: World):
    (other,) = more_members(world, 1)
    services.assign(world.east_household, other, ContactRole.BACKUP, actor=world.secretary)
    new = services.change_contact(world.member.assignments.get(), other, actor=world.secretary, reason=REASON)
    assert new.role == ContactRole.PRIMARY
    assert list(world.east_household.contact_assignments.serving()) == [new]


def test_a_household_that_moved_away_has_no_contact_and_gets_none(world: World):
    household = world.east_household
    close_household(household, actor=world.secretary, reason=EndReason.MOVED_OUT)
    assert household.contact_assignments.get().end_reason == AssignmentEnd.MOVED
    assert "contact.end" in acts()
    with pytest.raises(Refused):
        services.assign(household, world.member, actor=world.secretary)


def test_a_household_that_closed_before_its_contact_began_ends_him_the_day_he_began(world: World):
    assignment = world.member.assignments.get()
    services.end_on_closing(world.east_household, actor=world.secretary, on=assignment.starts_on - timedelta(days=5))
    assignment.refresh_from_db()
    assert assignment.ends_on == assignment.starts_on


def test_a_new_contact_does_not_begin_before_the_last_one_ended(world: World):
    (other,) = more_members(world, 1)
    services.end_assignment(world.member.assignments.get(), actor=world.secretary, reason=REASON)
    for wrong in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(ValidationError):
            services.assign(world.east_household, other, actor=world.secretary, on=wrong)
    assert services.assign(world.east_household, other, actor=world.secretary, on=today())
