"""C16: who contacted whom on a day stays what the portal said on that day, and no rule is ever broken."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.common.clock import stopped_at, today
from grids.common.errors import Conflict, Refused
from residents.contacts import services
from residents.contacts.choices import AssignmentEnd, AssignmentStatus, ContactRole
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember, ContactWish
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.roster.services import close_household
from tests.long import part_of
from tests.residents.contacts.neighbourhood import more_households, more_members
from tests.world import World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

START = timezone.make_aware(datetime(2026, 3, 2, 9))
HOMES, MEMBERS = 4, 4
State = dict[int, tuple[int, ...]]


class Community:
    """A few doors and members, and everything that can happen to them."""

    def __init__(self, world: World) -> None:
        self.world, self.actor = world, world.secretary
        self.homes = more_households(world, HOMES, building="8幢")
        self.members = more_members(world, MEMBERS, building="9幢")
        for home, member in zip(self.homes, self.members, strict=True):
            services.assign(home, member, actor=self.actor)

    def acts(self) -> list[Callable[[Household, ContactMember], Any]]:
        """Each takes a door and a member; what does not fit the moment does nothing or is refused."""
        by, wish = self.actor, AssignmentEnd.HOUSEHOLD_WISH
        return [
            lambda home, member: services.assign(home, member, actor=by),
            lambda home, member: services.assign(home, member, ContactRole.BACKUP, actor=by),
            lambda home, member: services.propose(home, member, actor=by),
            lambda home, member: [services.accept(row, actor=by) for row in self.asked(home)],
            lambda home, member: [services.refuse(row, actor=by) for row in self.asked(home)],
            lambda home, member: [services.withdraw(row, actor=by) for row in self.asked(home)],
            lambda home, member: [services.change_contact(row, member, actor=by, reason=wish) for row in at(home)],
            lambda home, member: [services.open_handover(row, actor=by, reason=wish) for row in at(home)],
            lambda home, member: [services.ask_successor(row, member, actor=by, reason=wish) for row in at(home)],
            lambda home, member: [services.cancel_handover(row, actor=by) for row in self.handovers(home)],
            lambda home, member: [services.end_assignment(row, actor=by, reason=wish) for row in at(home)],
            lambda home, member: services.record_wish(home, actor=by),
            lambda home, member: [services.close_wish(row, actor=by) for row in self.wishes(home)],
            lambda home, member: services.suspend_member(member, actor=by),
            lambda home, member: services.resume_member(member, actor=by),
            lambda home, member: services.begin_leaving(member, actor=by),
            lambda home, member: services.stay(member, actor=by),
            lambda home, member: services.vacate_member(member, actor=by),
            lambda home, member: services.end_member(member, actor=by, reason="搬家"),
            lambda home, member: close_household(home, actor=by, reason="moved_out"),
        ]

    def asked(self, home: Household) -> list[ContactAssignment]:
        return list(ContactAssignment.objects.filter(household=home, status=AssignmentStatus.PROPOSED))

    def handovers(self, home: Household) -> list[ContactHandover]:
        return list(ContactHandover.objects.open().filter(household=home))

    def wishes(self, home: Household) -> list[ContactWish]:
        return list(ContactWish.objects.open().filter(household=home))

    def do(self, number: int, home: int, member: int) -> None:
        act = self.acts()[number]
        door = Household.objects.get(pk=self.homes[home].pk)
        whom = ContactMember.objects.get(pk=self.members[member].pk)
        try:
            with transaction.atomic():
                act(door, whom)
        except (Refused, Conflict, ValidationError):
            return

    def state(self) -> State:
        """Who serves at each door at this moment, the primary contact first."""
        rows = ContactAssignment.objects.serving().filter(household__in=self.homes)
        return by_door(rows)

    def history(self, day: date) -> State:
        return by_door(ContactAssignment.objects.on(day).filter(household__in=self.homes))


def at(home: Household) -> list[ContactAssignment]:
    return list(home.contact_assignments.serving().primary())


def by_door(rows: Any) -> State:
    found: State = {}
    ordered = rows.order_by("household_id", "-role", "member_id")
    for household, member in ordered.values_list("household_id", "member_id"):
        found[household] = (*found.get(household, ()), member)
    return found


def broken(community: Community) -> list[str]:
    """What may hold at no moment (C1, C4, C9): in words, or nothing."""
    rows = list(ContactAssignment.objects.serving().filter(household__in=community.homes).select_related("member"))
    slots = Counter((row.household_id, row.role) for row in rows)
    persons = Counter((row.household_id, row.member_id) for row in rows)
    closed = set(Household.objects.exclude(status=HouseholdStatus.ACTIVE).values_list("pk", flat=True))
    problems = [f"{slot} is taken {count} times" for slot, count in slots.items() if count > 1]
    problems += [f"{pair} serves twice" for pair, count in persons.items() if count > 1]
    problems += [f"{row.household_id} is closed and served" for row in rows if row.household_id in closed]
    problems += [f"{row.member_id} left and serves" for row in rows if not row.member.is_serving]
    problems += [f"{row.member_id} is suspended and serves" for row in rows if row.member.suspended_on is not None]
    return problems


MOVES = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 19), st.integers(0, HOMES - 1), st.integers(0, MEMBERS - 1)),
    min_size=5,
    max_size=40,
)


@pytest.fixture(scope="module")
def community(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), transaction.atomic():
        with stopped_at(START):
            found = Community(build_world())
        yield found
        transaction.set_rollback(True)


@pytest.mark.long
@settings(max_examples=part_of(50, usual=20))
@given(moves=MOVES)
def test_what_a_day_showed_is_what_its_history_says(
    community: Community, moves: list[tuple[int, int, int, int]]
) -> None:
    """After every act the rules hold; on every day since then the past reads as it was when it was the present."""
    shown: dict[date, State] = {}
    moment = START
    with transaction.atomic():
        for days, number, home, member in moves:
            for _ in range(days):
                with stopped_at(moment):
                    shown[today()] = community.state()
                moment += timedelta(days=1)
                with stopped_at(moment.replace(hour=0, minute=20)):
                    services.watch()
            with stopped_at(moment):
                community.do(number, home, member)
                assert broken(community) == []
        with stopped_at(moment):
            shown[today()] = community.state()
        for day, state in shown.items():
            assert community.history(day) == state, day
        transaction.set_rollback(True)


def test_the_acts_do_happen(community: Community) -> None:
    """Guards the test above: it would pass if every act were refused."""
    done = set()
    with transaction.atomic():
        for number in range(len(community.acts())):
            with transaction.atomic(), stopped_at(START + timedelta(days=1)):
                before = list(ContactAssignment.objects.values_list("pk", "status", "version").order_by("pk"))
                community.do(number, 0, 0 if number >= 13 else 1)
                after = list(ContactAssignment.objects.values_list("pk", "status", "version").order_by("pk"))
                if before != after:
                    done.add(number)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert done >= {1, 6, 7, 8, 10, 13, 15, 17, 18, 19}
