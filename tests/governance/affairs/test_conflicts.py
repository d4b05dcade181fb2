"""C7: the two sides of an open dispute are not each other's contact, whoever proposes, assigns, or balances."""

import pytest
from django.test import Client
from django.urls import reverse

from governance.affairs.conflicts import in_dispute
from governance.affairs.models import Affair
from grids.common.clock import now
from grids.common.errors import Refused
from residents.contacts import services
from residents.contacts.balancing import Why
from residents.contacts.candidates import candidates_for
from residents.contacts.choices import ContactRole
from residents.contacts.conflicts import conflicts
from residents.contacts.models import ContactMember
from residents.contacts.standing import standing_of
from residents.roster.models import Household
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import World

QUARREL = "楼上漏水，两家在楼道里争吵"


def dispute(household: Household, name: str, **more) -> Affair:
    values = {"number": f"AF-C{Affair.objects.count()}", "text": QUARREL, "category": "family", "state": "handling"}
    return Affair.objects.create(
        grid=household.grid, household=household, source="visit", reporter_name=name, **{**values, **more}
    )


@pytest.fixture
def doors(world: World) -> list[Household]:
    return more_households(world, 6)


@pytest.fixture
def members(world: World) -> list[ContactMember]:
    return more_members(world, 2)


def home_of(member: ContactMember) -> Household:
    return Household.objects.with_place().get(residencies__person=member.person)


def head_of(household: Household) -> str:
    return household.residencies.get().person.name


def reason(household: Household, member: ContactMember) -> str:
    return conflicts([(household, member)]).get((household.pk, member.pk), "")


def test_both_ways_round_and_for_whoever_lives_with_the_member(doors, members):
    first, second = members
    affair = dispute(doors[0], first.person.name)
    assert "纠纷" in reason(doors[0], first)
    assert "漏水" not in reason(doors[0], first)
    assert reason(doors[0], second) == reason(doors[1], first) == ""
    dispute(home_of(second), head_of(doors[2]))
    assert reason(doors[2], second)
    assert not reason(doors[2], first)
    Affair.objects.filter(pk=affair.pk).update(state="closed", closed_at=now())
    assert not reason(doors[0], first)


@pytest.mark.parametrize(("category", "text"), [("official", "路灯坏了"), ("family", "想找人帮忙换锁")])
def test_what_nobody_quarrels_about_is_no_dispute(doors, members, category, text):
    dispute(doors[0], members[0].person.name, category=category, text=text)
    assert not reason(doors[0], members[0])


def test_who_passes_a_quarrel_on_is_no_side(world, doors):
    """The member reports what his household quarrels about: he is its spokesman."""
    dispute(world.member_household, "", reporter=world.joint_member, agent=world.joint_member)
    assert not reason(world.member_household, world.member)


def test_not_proposed_not_assigned_and_said_why_on_the_form_and_the_board(world, doors, members):
    first, _second = members
    dispute(doors[0], first.person.name)
    for act in (services.propose, services.assign):
        with pytest.raises(Refused, match="纠纷"):
            act(doors[0], first, actor=world.secretary)
    refused = {one.member: one.decision for one in candidates_for(doors[0], ContactRole.PRIMARY).refused}
    assert "纠纷" in str(refused[first].reason)
    # A contact from before the dispute is to be given up; nobody is offered the other side.
    load_up(first, [doors[0]])
    standing = standing_of(world.community)
    moves = {move.household_id: move for move in standing.proposal().moves}
    assert moves[doors[0].pk].why is Why.NOT_HIS
    assert moves[doors[0].pk].member_id != first.pk
    client = Client()
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    page = client.get(reverse("residents:contact-balance", args=[world.community.pk]))
    assert "纠纷" in page.content.decode()


def test_the_questions_do_not_grow_with_the_pairs(doors, members, django_assert_num_queries):
    dispute(doors[0], members[0].person.name)
    pairs = [(door, member) for door in doors for member in members]
    with django_assert_num_queries(4):
        in_dispute(pairs)
    with django_assert_num_queries(2):
        in_dispute([pairs[-1]])
