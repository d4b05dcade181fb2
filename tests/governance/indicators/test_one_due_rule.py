"""One rule says when a visit is due (V4): the indicator, the gaps, my day and the list of doors cannot disagree."""

import random
import uuid
from datetime import UTC, datetime, time, timedelta

import pytest

from governance.indicators.choices import Part
from governance.indicators.querysets import EXCLUDED, FIGURES
from governance.indicators.rules import Frame, Period
from governance.workbench.choices import Kind
from governance.workbench.day_querysets import stops_of
from governance.workbench.gaps import Gap, doors_behind
from grids.common.clock import now, today
from residents.roster.models import Household
from residents.visits import bulk
from residents.visits.doors import for_cards, to_go
from residents.visits.models import CareLevelPlan, Encounter, VisitTask
from residents.visits.querysets import is_due, to_visit
from residents.visits.rules import Visit
from tests.residents.contacts.neighbourhood import more_households
from tests.world import SINCE, World

pytestmark = pytest.mark.django_db
NOTE = "老人想在卫生间装一个扶手"


@pytest.fixture
def quarter(world: World) -> World:
    """Sixty households with and without a care level, moved in and visited at all distances from now."""
    VisitTask.objects.all().delete()
    chance, entries = random.Random(5), []
    for number, household in enumerate(more_households(world, 60)):
        household.opened_on = today() - timedelta(days=chance.choice([3, 20, 60, 400]))
        household.save()
        if level := ["", "A", "B", "C"][number % 4]:
            CareLevelPlan.objects.create(
                household=household, level=level, starts_on=SINCE, review_on=today() + timedelta(days=99)
            )
        for days in chance.sample([1, 5, 8, 29, 31, 89, 91, 179, 181, 300], number % 3):
            at = now() - timedelta(days=days)
            visit = Visit("care", note=NOTE, occurred_at=at)
            entries.append(bulk.Entry(household, world.east_worker, visit, at, uuid.uuid4()))
    bulk.log_in_bulk(entries, actor=None)
    return world


def test_indicator_gaps_my_day_and_the_list_of_doors_name_the_same_households(quarter: World):
    moment, worker = now(), quarter.fresh("east_worker")
    frame = Frame(quarter.secretary, quarter.east_grid, Period(today(), today()), moment)
    missing = set(FIGURES["I29"][Part.MISSING](frame).values_list("pk", flat=True))
    lately = Encounter.objects.filter(occurred_at__gte=moment - timedelta(days=1)).values("household")
    living = Household.objects.covered_by_duty().under(quarter.east_grid).exclude(pk__in=lately)
    missing -= set(lately.values_list("household", flat=True))  # nobody goes there twice on one day
    behind = doors_behind(quarter.secretary, Gap.VISITS, now=moment).filter(pk__in=living)
    assert missing == set(behind.values_list("pk", flat=True))
    doors = to_go(for_cards(to_visit(living, worker)), now=moment).filter(is_due(moment))
    assert missing == set(doors.values_list("pk", flat=True))
    stops = {stop.pk for stop in stops_of(worker, now=moment) if stop.kind == Kind.VISIT}
    assert missing == stops & set(for_cards(living).filter(is_due(moment)).values_list("pk", flat=True))
    assert 10 < len(missing) < 50
    parts = [FIGURES["I29"][part](frame).filter(pk__in=living) for part in (Part.NUMERATOR, Part.MISSING)]
    assert sum(rows.count() for rows in (*parts, EXCLUDED["I29"](frame).filter(pk__in=living))) == living.count()


def test_a_past_period_is_asked_as_it_stood_then(quarter: World):
    """The care level, the visits and the grace of that day, whatever came later."""
    household = quarter.east_household
    CareLevelPlan.objects.filter(household=household).delete()
    Household.objects.filter(pk=household.pk).update(opened_on=today() - timedelta(days=900))
    begun, ended = today() - timedelta(days=120), today() - timedelta(days=60)
    CareLevelPlan.objects.create(
        household=household,
        level="A",
        starts_on=begun,
        ended_on=ended,
        end_reason="ended",
        review_on=today() + timedelta(days=99),
    )
    at = datetime.combine(today() - timedelta(days=130), time(4), UTC)
    bulk.log_in_bulk(
        [bulk.Entry(household, quarter.east_worker, Visit("care", note=NOTE, occurred_at=at), at, uuid.uuid4())],
        actor=None,
    )

    def is_missing(days_ago: int) -> bool:
        day = today() - timedelta(days=days_ago)
        frame = Frame(quarter.secretary, quarter.east_grid, Period(day, day), now())
        return FIGURES["I29"][Part.MISSING](frame).filter(pk=household.pk).exists()

    assert [is_missing(days) for days in (131, 125, 100, 50, 0)] == [True, False, True, False, False]
