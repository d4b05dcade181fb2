"""The home page of every role: what waits stands first, nothing foreign, and always the same number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.affairs.choices import AffairState, Category
from governance.affairs.models import Affair
from governance.privacy.models import LegalHold
from governance.workbench.reports import Home
from governance.workbench.rules import due_before
from grids.access.choices import Permission, Role
from grids.access.querysets import scope_of
from grids.access.services import grant_role
from grids.common.clock import now
from grids.exporting.models import Export
from grids.team.models import Post
from residents.contacts.models import ContactAssignment, ContactHandover
from residents.visits.models import Encounter
from tests.askings import ask_members
from tests.governance.indicators.quarter import affair, households

HOME = "/"
QUERY_LIMIT = 15
# Whoever approves exports sees those that wait and the ledgers that he pinned.
FOR_APPROVERS = 3


@pytest.fixture
def open_home(client, world):
    """``open_home("secretary")`` answers with the home page of this account; nothing has been reported yet."""
    LegalHold.objects.all().delete()
    Export.objects.all().delete()
    Affair.objects.all().delete()

    def opened(name):
        client.force_login(world.fresh(name))
        answer = client.get(HOME)
        assert answer.status_code == 200
        return answer

    return opened


def cards(answer):
    """``{section: {card: count}}`` of a home page."""
    return {section.key: {card.key: card.count for card in section.cards} for section in answer.context["sections"]}


def open_affair(number, world, state, **values):
    early = state in (AffairState.REPORTED, AffairState.ACCEPTED)
    late_in_path = state in (AffairState.ASSIGNED, AffairState.HANDLING, AffairState.SUBMITTED, AffairState.VERIFIED)
    options = {
        "state": state,
        "rating": None,
        "category": Category.UNCLASSIFIED if early else Category.OFFICIAL,
        "tier": None if early else 2,
        "due_at": now() + timedelta(hours=5),
        "lead_grid": world.east_grid if late_in_path else None,
    }
    if state == AffairState.REPORTED:
        options["accepted_at"] = None
    return affair(number, values.pop("grid", world.east_grid), **{**options, **values})


def test_the_secretary_sees_what_waits_for_the_desk(world, open_home):
    states = [AffairState.REPORTED, AffairState.ACCEPTED, AffairState.CLASSIFIED, AffairState.SUBMITTED]
    for place, state in enumerate(states):
        Affair.objects.bulk_create(open_affair(10 * place + one, world, state) for one in range(place + 1))
    Affair.objects.bulk_create([open_affair(90, world, AffairState.REPORTED, grid=world.foreign_grid)])
    found = cards(open_home("secretary"))
    assert set(found) == {"desk"}
    assert {key: found["desk"][key] for key in ("reported", "accepted", "classified", "submitted")} == {
        "reported": 1,
        "accepted": 2,
        "classified": 3,
        "submitted": 4,
    }


def test_overdue_affairs_come_first_and_only_those_in_scope(world, open_home):
    late = now() - timedelta(days=3)
    open_affair(1, world, AffairState.REPORTED, due_at=late, text="东边的路灯不亮").save()
    open_affair(2, world, AffairState.REPORTED, grid=world.foreign_grid, due_at=late, text="外区的路灯不亮").save()
    answer = open_home("secretary")
    assert answer.context["sections"][0].cards[0].key == "overdue"
    assert answer.context["sections"][0].cards[0].count == 1
    page = answer.content.decode()
    assert "东边的路灯不亮" in page
    assert "外区的路灯不亮" not in page


def test_uncovered_households_and_loads_outside_the_band(world, open_home):
    found = cards(open_home("secretary"))["desk"]
    assert found["uncovered"] == 3  # of the four households of the community one has a contact
    assert found["band"] == 1  # the only member contacts one household
    foreign = cards(open_home("foreign_secretary"))["desk"]
    assert foreign["uncovered"] == 1


def test_grids_without_one_full_two_part(world, open_home):
    assert cards(open_home("secretary"))["desk"]["staff"] == 2
    for role, count in ((Role.FULL_TIME, 0), (Role.PART_TIME, 2)):
        for number in range(count):
            staff = world.staff["mentor" if number else "leader"]
            Post.objects.create(grid=world.east_grid, role=role, staff=staff, starts_on="2025-01-01")
    assert cards(open_home("secretary"))["desk"]["staff"] == 1


def test_the_grid_member_sees_orders_and_doors_one_tap_from_the_visit(world, open_home):
    open_affair(1, world, AffairState.ASSIGNED, text="东网格的单子").save()
    open_affair(2, world, AffairState.HANDLING, handler=world.east_worker).save()
    open_affair(3, world, AffairState.ASSIGNED, lead_grid=world.west_grid, text="西网格的单子").save()
    answer = open_home("east_worker")
    found = cards(answer)["field"]
    assert (found["assigned"], found["handling"]) == (1, 1)
    page = answer.content.decode()
    assert "东网格的单子" in page
    assert "西网格的单子" not in page
    assert reverse("residents:encounter-log", args=[world.households["east_other"].pk]) in page
    assert reverse("residents:encounter-log", args=[world.west_household.pk]) not in page


def test_a_door_leaves_the_list_after_its_visit(world, open_home):
    assert "钱二" in open_home("east_worker").content.decode()
    Encounter.objects.create(household=world.households["east_other"], visitor=world.east_worker)
    assert "钱二" not in open_home("east_worker").content.decode()


def test_the_joint_family_member_with_other_work_sees_his_own_households_with_names(world, open_home):
    grant_role(world.joint_member, Role.MENTOR, world.west_grid, actor=None, source="test")
    page = open_home("joint_member").content.decode()
    assert "赵一" in page
    assert "钱二" not in page
    assert reverse("residents:encounter-log", args=[world.east_household.pk]) in page
    (own,) = ContactAssignment.objects.of_user(world.joint_member)
    assert reverse("residents:contact-card", args=[own.pk]) in page
    ContactAssignment.objects.all().delete()
    assert "赵一" not in open_home("joint_member").content.decode()


def test_the_auditor_sees_six_figures_and_the_late_streets(world, open_home):
    open_affair(1, world, AffairState.REPORTED, due_at=now() - timedelta(days=30)).save()
    open_affair(2, world, AffairState.REPORTED, due_at=now() - timedelta(minutes=5)).save()
    open_affair(3, world, AffairState.REPORTED, grid=world.foreign_grid, due_at=now() - timedelta(days=30)).save()
    section = open_home("auditor").context["sections"][0]
    assert [reading.card.id for reading in section.extra["readings"]] == ["I05", "I16", "I18", "I19", "I26", "I27"]
    assert [(row["name"], row["overdue"], row["red"]) for row in section.extra["streets"]] == [("望江街道", 2, 1)]


def test_a_family_affair_keeps_its_words_on_the_desk_of_the_street(world, open_home):
    open_affair(
        1,
        world,
        AffairState.SUBMITTED,
        category=Category.FAMILY,
        text="夫妻争吵，请人劝说",
        due_at=now() - timedelta(days=1),
    ).save()
    assert "夫妻争吵" not in open_home("street_desk").content.decode()
    assert "夫妻争吵" in open_home("secretary").content.decode()


def test_no_post_no_data_but_somebody_to_ask(world, open_home):
    answer = open_home("stranger")
    assert answer.context["sections"] == []
    assert "赵一" not in answer.content.decode()
    assert not answer.context["has_role"]


def test_an_empty_desk_says_so(world, open_home):
    homes = households(world, world.foreign_grid, 4)
    ContactAssignment.objects.bulk_create(
        ContactAssignment(household=home, member=world.foreign_member, slot=place + 2, starts_on="2025-01-01")
        for place, home in enumerate([*homes, world.households["foreign_member"]])
    )
    for number in range(2):
        staff = world.staff[("foreign_secretary", "foreign_auditor")[number]]
        Post.objects.create(grid=world.foreign_grid, role=Role.PART_TIME, staff=staff, starts_on="2025-01-01")
    assert cards(open_home("foreign_secretary")) == {"desk": {}}


@pytest.mark.parametrize(
    "name",
    [
        "secretary",
        "desk_worker",
        "street_desk",
        "east_worker",
        "liaison",
        "joint_member",
        "auditor",
        "district_office",
        "stranger",
    ],
)
def test_queries_stay_few_and_do_not_grow(world, client, name):
    def cost():
        client.force_login(world.fresh(name))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(HOME).status_code == 200
        return len(asked)

    states = AffairState.open()
    Affair.objects.bulk_create(
        open_affair(number, world, states[number % len(states)], handler=world.east_worker) for number in range(14)
    )
    households(world, world.east_micro, 4)
    before = cost()
    late = now() - timedelta(days=1)
    Affair.objects.bulk_create(
        open_affair(number, world, states[number % len(states)], handler=world.east_worker, due_at=late)
        for number in range(100, 160)
    )
    households(world, world.east_micro, 40, first=100)
    assert cost() <= max(before + 2, before)
    approves = scope_of(world.fresh(name), Permission.APPROVE_EXPORTS)
    assert cost() <= QUERY_LIMIT + (FOR_APPROVERS if approves else 0)


def test_several_roles_have_several_parts_the_urgent_one_first(world, open_home):
    grant_role(world.joint_member, Role.SECRETARY, world.community, actor=None, source="test")
    open_affair(1, world, AffairState.REPORTED, due_at=now() - timedelta(days=1)).save()
    assert [section.key for section in open_home("joint_member").context["sections"]] == ["desk", "contact"]


@pytest.mark.parametrize(
    ("moment", "days", "bound"),
    [
        # Friday the 20th of November 2026, 18:00, ends the fifth working day after the weekend before.
        ("2026-11-20T19:00", 5, "2026-11-16"),
        ("2026-11-20T17:00", 5, "2026-11-13"),
        # Monday at noon: two working days after Wednesday.
        ("2026-11-23T12:00", 2, "2026-11-19"),
        # After the National Day holiday, with its adjusted working days.
        ("2026-10-08T19:00", 2, "2026-09-30"),
    ],
)
def test_how_far_back_a_light_turns(moment, days, bound):
    at = timezone.make_aware(datetime.fromisoformat(moment))
    assert timezone.localtime(due_before(at, days)).date().isoformat() == bound
    assert due_before(at, days).tzinfo is not None
    assert due_before(at, days) < at.astimezone(UTC)


def test_a_member_is_asked_and_a_secretary_looks_for_a_successor(world):
    ask_members(world)
    ContactHandover.objects.filter(pk=world.east_handover.pk).update(
        state="open", closed_at=None, reason="moved", due_at=now() + timedelta(days=2)
    )
    own = {card.key: card for section in Home(world.joint_member, now=now()).sections for card in section.cards}
    assert [row.title for row in own["asked"].rows] == ["1幢1单元102"]
    assert own["asked"].rows[0].url == reverse("residents:contact-proposal", args=[world.east_proposal.pk])
    desk = {card.key: card for section in Home(world.secretary, now=now()).sections for card in section.cards}
    assert [row.url for row in desk["successors"].rows] == [world.east_handover.get_absolute_url()]
    for other in (world.west_worker, world.foreign_secretary, world.auditor):
        cards = {card.key for section in Home(other, now=now()).sections for card in section.cards}
        assert not cards & {"asked", "successors"}
