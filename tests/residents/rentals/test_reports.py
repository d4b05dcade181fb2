"""The figures of rental housing, and that they cost the same for four thousand files."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.common.clock import now, stopped_at, today
from residents.rentals import services
from residents.rentals.choices import Colour
from residents.rentals.models import RentalCheck, RentalFile
from residents.rentals.reports import Share, colour_distribution, figures, file_coverage, on_cycle
from residents.rentals.services.rows import next_file_number
from residents.roster.choices import DwellingUse
from residents.roster.models import Dwelling
from tests.residents.rentals.inspecting import check, open_one, recheck
from tests.world import World

CHANGQING = 4270


def let(world: World, count: int, *, start: int = 0) -> list[Dwelling]:
    """So many let dwellings in the east micro-grid."""
    unit = world.east_household.dwelling.unit
    return Dwelling.objects.bulk_create(
        Dwelling(grid=world.east_micro, unit=unit, room=f"R{number}", use=DwellingUse.LET, sort_key=f"{number:06d}")
        for number in range(start, start + count)
    )


def file_all(dwellings: list[Dwelling]) -> None:
    numbers = next_file_number(dwellings[0].grid.code, count=len(dwellings))
    colours = [*Colour.values, ""]
    files = RentalFile.objects.bulk_create(
        RentalFile(
            dwelling=dwelling,
            number=number,
            landlord_name="房东",
            colour=colours[place % 4],
            colour_since=today() if colours[place % 4] else None,
            next_check_on=today() + timedelta(days=place % 40 - 10),
        )
        for place, (dwelling, number) in enumerate(zip(dwellings, numbers, strict=True))
    )
    RentalCheck.objects.bulk_create(RentalCheck(file=file, due_on=file.next_check_on) for file in files)


def test_changqing_4270_files_are_100_per_cent(world: World, django_assert_num_queries):
    """Domain 6.6 and M42: every let dwelling has its file; one without makes it less."""
    services.end_file(world.east_rental, actor=world.east_worker, version=world.east_rental.version)
    dwellings = let(world, CHANGQING)
    file_all(dwellings)
    here = Dwelling.objects.under(world.east_grid)
    with django_assert_num_queries(1):
        coverage = file_coverage(here)
    assert coverage == Share(CHANGQING, CHANGQING)
    assert coverage.value == 1.0
    with django_assert_num_queries(1):
        colours = colour_distribution(RentalFile.objects.under(world.east_grid))
    assert sum(colours.values()) == CHANGQING
    assert colours["red"] == 1068
    let(world, 1, start=CHANGQING)
    assert file_coverage(here) == Share(CHANGQING, CHANGQING + 1)
    client = Client()
    client.force_login(world.east_worker, backend="grids.access.backends.GridBackend")
    shown = client.get(reverse("residents:rentalfile-list")).context
    assert f"{CHANGQING:,}" in shown["count_words"].replace("，", ",")
    assert client.get(reverse("residents:rentalfile-missing")).context["page"].paginator.count == 1


@pytest.mark.parametrize(
    "address",
    ["rentalfile-list", "rentalfile-missing", "rentalfile-detail", "rentalcheck-detail", "rentalchecklist-list"],
)
def test_no_page_asks_more_when_there_is_more(world: World, address: str):
    client = Client()
    client.force_login(world.east_worker, backend="grids.access.backends.GridBackend")
    named = {"rentalfile-detail": world.east_rental.pk, "rentalcheck-detail": world.east_rentalcheck.pk}
    url = reverse(f"residents:{address}", args=[named[address]] if address in named else [])

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    file_all(let(world, 2))
    let(world, 1, start=100)
    check(world.east_rental, world.east_worker, open_codes="X1 E2")
    before = queries()
    file_all(let(world, 12, start=10))
    let(world, 5, start=200)
    for days, codes in enumerate(("X1 E2 E3 F1 F2", "X1", "X1 E1 E2")):
        with stopped_at(now() + timedelta(hours=days + 1)):
            done = check(world.east_rental, world.leader, open_codes=codes)
            services.issue_notice(done, actor=world.leader)
    assert queries() <= before + 1  # the notice that the file has now


def test_a_grids_tile_counts_what_its_list_shows(world: World):
    let_files = let(world, 8)
    file_all(let_files)
    numbers = figures(world.east_grid, today=today())
    rows = RentalFile.objects.kept().under(world.east_grid)
    assert numbers["files"] == rows.count() == 9
    assert numbers["red"] == rows.filter(colour="red").count()
    assert numbers["overdue"] == rows.overdue(on=today()).count() > 0


def test_checks_in_time_by_the_colour_before(world: World):
    """I39: first check in time, re-check of the red one late, re-check of the yellow one in time, one still waiting."""
    begin = now() - timedelta(days=60)
    with stopped_at(begin):
        file = open_one(world)
        first_day = today()
    with stopped_at(begin + timedelta(days=3)):
        check(file, world.east_worker, open_codes="X1 E2")
    with stopped_at(begin + timedelta(days=14)):
        recheck(file, world.east_worker, open_codes="E2", photos="X1")
    with stopped_at(begin + timedelta(days=44)):
        recheck(file, world.east_worker)
    shares = on_cycle(
        RentalCheck.objects.filter(file=file), since=first_day, until=today() + timedelta(days=90), today=today()
    )
    assert shares[""] == Share(1, 1)
    assert shares["red"] == Share(0, 1)
    assert shares["yellow"] == Share(1, 1)
    assert shares["green"] == Share(0, 0)
    assert shares["green"].value is None
    assert shares["all"] == Share(2, 3)
    # What is due and not made counts as late; a dwelling that stands empty waits.
    with stopped_at(now() + timedelta(days=120)):
        overdue = on_cycle(
            RentalCheck.objects.filter(file=file), since=first_day, until=date(2100, 1, 1), today=today()
        )
        assert overdue["green"] == Share(0, 1)
        file.refresh_from_db()
        services.mark_vacant(file, actor=world.east_worker, version=file.version)
        waiting = on_cycle(
            RentalCheck.objects.filter(file=file), since=first_day, until=date(2100, 1, 1), today=today()
        )
        assert waiting["green"] == Share(0, 0)


def test_the_report_is_one_query(world: World, django_assert_num_queries):
    with django_assert_num_queries(1):
        on_cycle(RentalCheck.objects.all(), since=date(2020, 1, 1), until=date(2030, 1, 1), today=today())
    with django_assert_num_queries(1):
        figures(world.community, today=today())
