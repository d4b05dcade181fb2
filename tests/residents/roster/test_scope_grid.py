"""The grid of a household is the grid of its dwelling, whichever way the row is written; lists go along its index."""

from datetime import datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db.models import F

from grids.common.bulk import COPY_FROM, write_new
from grids.common.pagination import CappedPaginator
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.schedule import enqueue_due
from grids.jobs.worker import run_pending
from residents.roster.models import Dwelling, Household
from residents.roster.services import move_household
from tests.world import SINCE, World

pytestmark = pytest.mark.django_db


def apart() -> list[int]:
    return list(Household.objects.exclude(scope_grid=F("dwelling__grid")).values_list("pk", flat=True))


def test_saving_one_or_many_keeps_it(world: World) -> None:
    unit, grid = world.households["east"].dwelling.unit, world.grids["west_grid"]
    doors = write_new(Dwelling, [Dwelling(grid=grid, unit=unit, room=f"9{n:04d}") for n in range(COPY_FROM)])
    quickly = write_new(Household, [Household(dwelling=door, opened_on=SINCE) for door in doors])  # COPY on PostgreSQL
    plainly = Household.objects.bulk_create(Household(dwelling=door, opened_on=SINCE) for door in doors)
    single = Household.objects.create(dwelling=world.households["east"].dwelling, opened_on=SINCE)
    assert {one.scope_grid_id for one in (*quickly, *plainly)} == {grid.pk}
    assert single.scope_grid_id == world.households["east"].dwelling.grid_id
    assert apart() == []


def test_a_household_that_moves_is_found_in_the_new_grid_only(world: World) -> None:
    home, target = world.households["east"], world.grids["west_grid"]
    left = home.dwelling.grid
    assert left != target
    move_household(
        home,
        actor=world.users["secretary"],
        version=home.version,
        grid=target,
        building="7号楼",
        unit="1单元",
        room="101",
    )
    assert apart() == []
    fresh = Household.objects.get(pk=home.pk)
    assert fresh.grid == fresh.scope_grid == target
    assert Household.objects.under(target).filter(pk=home.pk).exists()
    assert not Household.objects.filter(scope_grid=left, pk=home.pk).exists()


def test_households_of_before_are_filled_in(world: World) -> None:
    Household.objects.update(scope_grid=world.grids["district"])
    assert len(apart()) == Household.objects.count() > 1
    import_module("residents.migrations.0028_grid_of_households").fill(apps, None)
    assert apart() == []


def test_counting_a_list_asks_no_dwelling(world: World, django_assert_num_queries) -> None:
    rows = Household.objects.under(world.grids["district"]).active().in_reading_order()
    number = rows.count()
    with django_assert_num_queries(1) as asked:
        assert CappedPaginator(rows, 20).count == number > 1
    assert "residents_dwelling" not in asked[0]["sql"]


@pytest.mark.expected_errors("grids.jobs")
def test_a_copy_that_went_apart_is_told_in_the_night(world: World) -> None:
    def night() -> Job:
        Job.objects.all().delete()
        enqueue_due(datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
        run_pending()
        return Job.objects.get(kind="residents.check_households")

    assert night().state == JobState.DONE
    home = world.households["east"]
    Household.objects.filter(pk=home.pk).update(scope_grid=world.grids["district"])
    told = night()
    assert told.state == JobState.FAILED
    assert str(home.pk) in told.message
