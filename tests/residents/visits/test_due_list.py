"""The list of doors to go to: what each filter leaves on it, for whom, and with how many questions."""

from dataclasses import astuple
from datetime import timedelta

import pytest

from grids.common.clock import now, stopped_at, today
from residents.roster.models import Household
from residents.visits import services
from residents.visits.choices import Outcome
from residents.visits.doors import due_doors, for_cards, to_go
from residents.visits.models import CareLevelPlan
from residents.visits.querysets import is_due, to_visit, with_due
from tests.residents.contacts.neighbourhood import more_households
from tests.residents.visits.test_pages import address, browser, log, queries_of
from tests.world import World

DATES = ("last_counted_at", "next_due_at")
NOTE = "老人想在卫生间装一个扶手"


def doors(world: World, account: str = "east_worker", **query) -> set[int]:
    page = browser(world, account).get(address("encounter-due"), {"per_page": 100, **query})
    assert page.status_code == 200
    return {row.record.pk for row in page.context["table"].rows}


def keys(*households) -> set[int]:
    return {household.pk for household in households}


@pytest.fixture
def town(world: World) -> dict:
    """Doors in every state, all of the east grid but ``west``."""
    CareLevelPlan.objects.all().delete()
    fresh, soon, later, tried, cared = more_households(world, 5)
    for household, age in ((fresh, 5), (soon, 175), (later, 155)):
        with stopped_at(now() - timedelta(days=age)):
            log(world, household=household, note=NOTE)
    for age in (30, 20, 10):
        with stopped_at(now() - timedelta(days=age)):
            log(world, household=tried, outcome=Outcome.NOT_HOME)
    with stopped_at(now() - timedelta(days=40)):
        log(world, household=cared, note=NOTE)
    services.set_care_level(
        cared, actor=world.secretary, level="B", reason="行动不便", review_on=today() + timedelta(days=60)
    )
    return {"fresh": fresh, "soon": soon, "later": later, "tried": tried, "cared": cared}


def test_without_a_filter_stand_those_who_are_due_now(world: World, town: dict) -> None:
    never = (world.east_household, world.east_other_household, world.member_household)
    assert doors(world) == keys(*never, town["tried"], town["cared"])


def test_the_days_ahead_add_those_who_come_due_then(world: World, town: dict) -> None:
    due = doors(world)
    assert doors(world, due="week") == due | keys(town["soon"])
    assert doors(world, due="month") == due | keys(town["soon"], town["later"])
    assert doors(world, due="all") == due | keys(town["soon"], town["later"], town["fresh"])


def test_my_day_finds_the_same_doors_by_the_rules_as_the_list_by_the_database(world: World, town: dict) -> None:
    with stopped_at(now() - timedelta(days=6)):
        log(
            world, household=world.member_household, outcome=Outcome.REFUSED
        )  # disturbed lately, and cared for by nobody
    worker = world.fresh("east_worker")
    found = set()
    for days in (0, 1, 7, 30, 200):
        moment = now() + timedelta(days=days)
        for ahead in (timedelta(0), timedelta(days=7)):
            known = to_go(for_cards(to_visit(Household.objects.active(), worker)), now=moment)
            known = with_due(known, at=moment).filter(is_due(moment + ahead))
            doors_then = due_doors(worker, now=moment, ahead=ahead)
            values = known.values_list("pk", "dwelling__grid__code", "dwelling__sort_key", *DATES)
            assert {astuple(door) for door in doors_then} == set(values), (days, ahead)
            found |= {door.pk for door in doors_then}
    assert found == keys(world.east_household, world.east_other_household, world.member_household, *town.values())
    assert town["tried"].pk not in {
        door.pk for door in due_doors(worker, now=now(), ahead=timedelta(0), but=[town["tried"].pk])
    }


def test_a_door_tried_today_waits_until_tomorrow(world: World, town: dict) -> None:
    log(world, household=town["cared"], outcome=Outcome.NOT_HOME)
    assert town["cared"].pk not in doors(world)
    assert town["cared"].pk in doors(world, due="week")


def test_kinds_narrow_the_list(world: World, town: dict) -> None:
    never = (world.east_household, world.east_other_household, world.member_household, town["tried"])
    assert doors(world, what="never", due="all") == keys(*never)
    assert doors(world, what="call", due="all") == keys(town["tried"])
    assert doors(world, what="care", due="all") == keys(town["cared"])


def test_care_is_asked_about_by_those_with_a_care_duty_only(world: World, town: dict) -> None:
    assert doors(world, level="B", due="all") == keys(town["cared"])
    assert doors(world, level="A", due="all") == set()
    everything = doors(world, "liaison", due="all")
    assert town["cared"].pk in everything
    for query in ({"level": "B"}, {"level": "A"}):
        assert doors(world, "liaison", due="all", **query) == everything, "the address finds nothing out"
    page = browser(world, "liaison").get(address("encounter-due"), {"due": "all", "what": "care"})
    assert not set(page.context["filterset"].form.fields) & {"level"}
    assert "care_level" not in page.context["table"].columns.names()
    assert "行动不便" not in page.content.decode()


def test_the_place_narrows_the_list_and_a_foreign_one_shows_nothing(world: World, town: dict) -> None:
    assert doors(world, "desk_worker", due="all", grid=world.west_grid.code) == keys(world.west_household)
    everything = doors(world, "desk_worker", due="all")
    assert keys(world.west_household, world.east_household) <= everything
    building = world.east_household.dwelling.unit.building_id
    assert world.west_household.pk not in doors(world, "desk_worker", due="all", building=building)
    assert world.east_household.pk in doors(world, "desk_worker", due="all", building=building)
    foreign = world.foreign_household.dwelling.unit.building_id
    assert doors(world, "desk_worker", due="all", building=foreign) == set()
    for absurd in ("-1", str(2**70)):
        assert doors(world, "desk_worker", due="all", building=absurd) == set()
    assert not doors(world, "east_worker", due="all") & keys(world.west_household, world.foreign_household)


def test_a_longer_list_asks_no_more_questions(world: World) -> None:
    client, url = browser(world, "east_worker"), f"{address('encounter-due')}?due=all&per_page=100"
    more_households(world, 2)
    before = queries_of(client, url)
    more_households(world, 9)
    assert queries_of(client, url) == before
