"""Whether the register and the plain model agree on every day of every grid (see ``life``)."""

from collections import Counter
from datetime import timedelta

from django.db.models import F

from residents.roster.choices import HouseholdStatus
from residents.roster.models import Absence, Headship, Household, Residency, Stay
from residents.roster.population import population, population_change, population_changes
from tests.long import part_of
from tests.residents.roster.life import FIRST, GRIDS, Life
from tests.residents.roster.plain_model import DAYS, Model

EVENTS = part_of(2_500, usual=1_000)
ABOVE = ("east_grid", "west_grid", "community", "next_community", "street", "district")


def days_of(rows, life: Life):
    """The rows (first day, day after, *what) as (day, what)."""
    for starts_on, ends_on, *what in rows:
        first = max(0, (starts_on - FIRST).days)
        last = DAYS if ends_on is None else min(DAYS, (ends_on - FIRST).days)
        for day in range(first, last):
            yield day, what


def agree_on_populations(world, life: Life) -> None:
    under = {name: [name] for name in GRIDS}
    for above in ABOVE:
        under[above] = [name for name in GRIDS if world.grids[name].code.startswith(world.grids[above].prefix)]
    counted = []
    for day in range(DAYS):
        by_grid = Counter(life.model.at[day][household] for household in life.model.lives[day].values())
        counted.append({name: sum(by_grid[one] for one in below) for name, below in under.items()})
    for name in under:
        for day in range(0, DAYS, 3):
            assert population(world.grids[name], life.on(day)) == counted[day][name]
    for day in range(0, DAYS - 20, 7):
        start, end = day, day + life.random.randint(1, 20)
        changes = population_changes([world.grids[name] for name in under], life.on(start), life.on(end))
        for name in under:
            change = changes[world.grids[name].pk]
            assert (change.start, change.end) == (counted[start][name], counted[end][name])
            assert change.end == change.start + change.came - change.left
    whole = population_change(world.district, FIRST - timedelta(days=1), life.on(DAYS - 1))
    assert whole.start == 0
    came, went = seen_from_outside(life.model)
    assert (whole.arrivals, whole.departures) == (came, went)


def seen_from_outside(model: Model) -> tuple[Counter, Counter]:
    """Who came from outside and went there, by reason; whoever came and went on one day was never there."""
    came, went = Counter(), Counter()
    before: dict[int, int] = {}
    for day in range(DAYS):
        now = model.lives[day]
        back = {
            person for person in now.keys() & before.keys() if {(person, day)} <= model.came.keys() & model.went.keys()
        }
        came.update(model.came[person, day].value for person in (now.keys() - before.keys()) | back)
        went.update(model.went[person, day].value for person in (before.keys() - now.keys()) | back)
        before = now
    return came, went


def live_and_compare(world, seed: int) -> None:
    """A quarter of the 10,000 events, and whether register and model agree afterwards on every day."""
    # The people of the small world are no part of the story.
    Headship.objects.all().delete()
    Stay.objects.all().delete()
    Absence.objects.all().delete()
    Residency.objects.all().delete()
    life = Life(world, seed)
    life.run(EVENTS)
    model = life.model
    names = {grid.pk: name for name, grid in life.grids.items()}

    lives = [{} for _ in range(DAYS)]
    for day, (person, household) in days_of(
        Residency.objects.values_list("starts_on", "ends_on", "person", "household"), life
    ):
        assert person not in lives[day], "two homes"
        lives[day][person] = household
    heads = [{} for _ in range(DAYS)]
    for day, (household, person) in days_of(
        Headship.objects.values_list("starts_on", "ends_on", "household", "residency__person"), life
    ):
        assert household not in heads[day], "two heads"
        heads[day][household] = person
    places = [{} for _ in range(DAYS)]
    for day, (household, grid) in days_of(
        Stay.objects.values_list("starts_on", "ends_on", "household", "dwelling__grid"), life
    ):
        assert household not in places[day], "two doors"
        places[day][household] = names[grid]
    for day in range(DAYS):
        assert lives[day] == model.lives[day]
        assert heads[day] == model.head[day]
        assert places[day] == model.at[day]

    # The present says the same as its last day.
    present = Residency.objects.active()
    assert dict(present.values_list("person", "household")) == model.lives[-1]
    assert dict(present.filter(is_head=True).values_list("household", "person")) == model.head[-1]
    open_now = Household.objects.filter(status=HouseholdStatus.ACTIVE, residencies__isnull=False).distinct()
    assert {one.pk: names[one.dwelling.grid_id] for one in open_now.select_related("dwelling")} == model.at[-1]

    assert not Household.objects.exclude(scope_grid=F("dwelling__grid")).exists()

    agree_on_populations(world, life)
    assert min(life.happened.values()) > EVENTS // 60
    assert life.refused > 0
    assert life.refused_births > 5
    assert life.followed > 5
