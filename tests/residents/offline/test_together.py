"""Fifty sendings of one item at once are one item, and all get the same answer."""

import uuid

import pytest

from grids.access.models import User
from grids.common.clock import now
from residents.offline import rules, services
from residents.offline.models import SyncItem
from residents.offline.rules import DeviceClock
from residents.visits.models import Encounter
from tests.harness import errors_among, run_together
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.phone import visit
from tests.world import World

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that several connections see it."""
    return unsent_world()


def send(town: World, raw: dict) -> dict:
    """Each hand has an account object of its own, as each request has."""
    return services.receive(
        rules.read_entry(raw),
        actor=User.objects.get(pk=town.east_worker.pk),
        device=uuid.uuid4(),
        device_clock=DeviceClock(now(), now()),
    )


def test_fifty_sendings_of_one_item_are_one_item_with_one_answer(town: World):
    raw = visit(town.east_household)
    outcomes = run_together(50, lambda _n: send(town, raw))
    assert errors_among(outcomes) == []
    assert {outcome.value["state"] for outcome in outcomes} == {"applied"}
    assert all(outcome.value == outcomes[0].value for outcome in outcomes)
    assert SyncItem.objects.count() == Encounter.objects.count() == 1


def test_of_fifty_contents_under_one_id_one_is_taken(town: World):
    raw = visit(town.east_household)
    outcomes = run_together(50, lambda n: send(town, {**raw, "payload": raw["payload"] | {"note": f"第{n}句话"}}))
    assert errors_among(outcomes) == []
    assert sorted(outcome.value["state"] for outcome in outcomes) == ["applied"] + ["refused"] * 49
    assert Encounter.objects.count() == 1
