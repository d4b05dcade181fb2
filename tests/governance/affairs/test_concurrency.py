"""Fifty people press the same button at the same moment: one wins, the others are told who (promises P46)."""

import pytest
from django.test import Client
from django.urls import reverse

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair, AffairStep
from governance.affairs.services import transition
from grids.common.errors import Conflict
from tests.governance.affairs.cast import Road
from tests.harness import errors_among, run_together
from tests.long import part_of
from tests.world import build_world

pytestmark = pytest.mark.concurrency
HANDS = 50
ROUNDS = part_of(20, usual=5)


@pytest.mark.long
def test_fifty_takes_have_one_winner_in_every_round(transactional_db):
    road = Road(build_world())
    people = ["east_worker", "leader", "secretary", "desk_worker"]
    for _round in range(ROUNDS):
        affair = road.to("assigned")

        def act(number, affair=affair):
            actor = road.world.fresh(people[number % len(people)])
            return transition(affair, "take", actor=actor, version=affair.version).handler_id

        outcomes = run_together(HANDS, act)
        assert errors_among(outcomes, Conflict) == []
        winners = [outcome for outcome in outcomes if outcome.succeeded]
        assert len(winners) == 1
        assert AffairStep.objects.filter(affair=affair, transition="take").count() == 1
        stored = Affair.objects.get(pk=affair.pk)
        assert (stored.state, stored.handler_id) == (AffairState.HANDLING, winners[0].value)
        told = {str(outcome.error) for outcome in outcomes if outcome.error}
        assert all(stored.handler.display_name in words and "接单" in words for words in told)


def test_through_the_page_the_losers_get_409_and_nobody_an_error(transactional_db):
    road = Road(build_world())
    affair = road.to("assigned")
    url = reverse("governance:affair-take", args=[affair.pk])

    def act(number):
        client = Client()
        client.force_login(road.world.fresh(["east_worker", "leader"][number % 2]))
        return client.post(url, {"version": affair.version}).status_code

    outcomes = run_together(HANDS, act)
    assert errors_among(outcomes) == []
    codes = [outcome.value for outcome in outcomes]
    assert codes.count(302) == 1
    assert codes.count(409) == HANDS - 1
    assert AffairStep.objects.filter(affair=affair, transition="take").count() == 1
