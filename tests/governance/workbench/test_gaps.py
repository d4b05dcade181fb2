"""Where help is needed: gaps by grid and kind, down to the doors, without a list of persons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.workbench.gaps import Gap, gaps_of
from grids.common.clock import now
from grids.team.models import Post
from residents.contacts.services import accept, propose, refuse
from residents.visits.models import Encounter, VisitTask
from residents.visits.rules import SUBSTANCE_CHARACTERS
from tests.governance.indicators.quarter import households
from tests.strictness import triggers_off

PAGE = "governance:gaps"


@pytest.fixture
def numbers(world):
    def counted(name="secretary"):
        rows = gaps_of(world.fresh(name), now=now())
        return {row.grid.code[-3:]: {gap.value: number for gap, number in row.numbers} for row in rows}

    return counted


def test_each_kind_counts_its_doors(world, numbers):
    VisitTask.objects.all().delete()
    assert numbers()["001"]["visits"] == 3  # the one visit that there was had no substance (V2)
    with triggers_off(connection):
        Encounter.objects.update(note_length=SUBSTANCE_CHARACTERS)
    assert numbers() == {
        "001": {"visits": 2, "tasks": 0, "uncovered": 2, "proposals": 0},
        "002": {"visits": 1, "tasks": 0, "uncovered": 1, "proposals": 0},
    }
    VisitTask.objects.create(
        household=world.west_household,
        trigger="hardship",
        source="staff",
        raised_at=now() - timedelta(days=3),
        due_at=now() - timedelta(days=2),
    )
    with triggers_off(connection):
        Encounter.objects.update(occurred_at=now() - timedelta(days=181))
    assert numbers()["002"]["tasks"] == 1
    assert numbers()["001"]["visits"] == 3


def test_a_proposal_counts_while_it_waits_and_not_after_its_answer(world, numbers):
    first = propose(world.west_household, world.member, actor=world.secretary)
    assert numbers()["002"]["proposals"] == 1
    refuse(first, actor=world.joint_member)
    assert numbers()["002"]["proposals"] == 0
    accept(propose(world.west_household, world.member, actor=world.secretary), actor=world.joint_member)
    assert numbers()["002"]["proposals"] == 0


def test_a_number_opens_exactly_its_doors(client, world):
    client.force_login(world.secretary)
    url = reverse(PAGE)
    for gap in (Gap.VISITS, Gap.UNCOVERED):
        chosen = client.get(url, {"grid": world.west_grid.code, "kind": gap.value}).context["chosen"]
        assert [home["head"] for home in chosen["doors"]] == ["李四"]
    assert client.get(url, {"grid": world.foreign_grid.code, "kind": "visits"}).status_code == 404
    assert client.get(url, {"grid": world.west_grid.code, "kind": "persons"}).status_code == 404


def test_nobody_is_ranked_and_a_vacant_grid_is_named(client, world):
    client.force_login(world.secretary)
    page = client.get(reverse(PAGE)).content.decode()
    assert "王东" not in page.partition("<main")[2]
    assert "冯西" not in page.partition("<main")[2]
    assert "这个网格没有网格员" not in page
    Post.objects.filter(pk__in=Post.objects.filter(staff=world.staff["west_worker"]).values("pk")).update(
        ends_on="2026-01-01"
    )
    assert "这个网格没有网格员" in client.get(reverse(PAGE)).content.decode()
    assert reverse(PAGE) in client.get("/").content.decode()


def test_queries_do_not_grow(client, world):
    def cost():
        client.force_login(world.fresh("secretary"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(PAGE), {"grid": world.east_grid.code, "kind": "visits"}).status_code == 200
        return len(asked)

    before = cost()
    households(world, world.east_micro, 40)
    assert cost() <= before
    assert cost() <= 15
