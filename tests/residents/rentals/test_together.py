"""Many inspectors at one door."""

import pytest

from grids.common.errors import Conflict
from residents.rentals import services
from residents.rentals.models import CheckFinding, RentalFile
from tests.harness import errors_among, run_together
from tests.residents.rentals.inspecting import given, planned
from tests.world import build_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
HANDS = 50


def test_of_fifty_inspectors_exactly_one_records_the_planned_check():
    world = build_world()
    row = planned(world.east_rental)
    answers = [given(world.east_rental, open_codes=codes) for codes in ("X1", "X1 E2")]

    def inspect(number: int):
        mine = type(row).objects.get(pk=row.pk)
        actor = world.fresh("east_worker" if number % 2 else "leader")
        return services.record_check(mine, actor=actor, version=1, answers=answers[number % 2])

    outcomes = run_together(HANDS, inspect)
    assert errors_among(outcomes, Conflict) == []
    winners = [outcome.number for outcome in outcomes if outcome.succeeded]
    assert len(winners) == 1
    file = RentalFile.objects.get(pk=world.east_rental.pk)
    assert file.checks.done().count() == 2
    assert file.checks.planned().count() == 1
    assert CheckFinding.objects.filter(rental_check=row).count() == 18
    assert file.checks.get(pk=row.pk).open_items == 1 + winners[0] % 2


def test_of_many_who_open_a_file_exactly_one_does_and_numbers_have_no_gap():
    world = build_world()
    homes = [world.east_household, world.member_household]

    def begin(number: int):
        dwelling = type(homes[0].dwelling).objects.get(pk=homes[number % 2].dwelling_id)
        return services.open_file(dwelling, actor=world.fresh("east_worker"), landlord_name="王房东").number

    outcomes = run_together(12, begin)
    assert errors_among(outcomes, Conflict) == []
    numbers = sorted(outcome.value for outcome in outcomes if outcome.succeeded)
    assert numbers == ["RF-990106001001-00002", "RF-990106001001-00003"]
