"""The demo's affairs in Dingshan: a closed quarter of 254, a living set in every state (domain.md 6.4, M28, M29)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from governance.affairs.bulk import load_affairs as write_affairs
from governance.affairs.choices import AffairState, Category, Source, Tier
from governance.affairs.models import ClassificationRule
from governance.demo.affair_plans import (
    STEPS_TO,
    AffairPlan,
    Cast,
    Deck,
    in_daytime,
    moments,
    overdue_after,
    quarter_before,
    steps_of,
)
from governance.demo.team import Team
from governance.demo.territory import GULOU, YIJIANGMEN, CommunityPlan, GridPlan, MicroGridPlan
from grids.access.choices import Role
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household, Residency

# The quarter of M28 and M29: 254 affairs by the tier that led them.
QUARTER = {Tier.GRID: 180, Tier.COMMUNITY: 61, Tier.STREET: 11, Tier.DISTRICT: 2}
# What is on the way now: of each state how many are in time, and how many overdue.
LIVING = {
    AffairState.REPORTED: (4, 2),
    AffairState.ACCEPTED: (3, 1),
    AffairState.CLASSIFIED: (3, 1),
    AffairState.ASSIGNED: (6, 2),
    AffairState.HANDLING: (7, 3),
    AffairState.SUBMITTED: (5, 1),
    AffairState.VERIFIED: (4, 0),
}
# Closed between that quarter and now, where the time was long enough for whole paths.
CLOSED_SINCE, DAYS_NEEDED = 24, 20
# Who brings an affair in, of twenty: on their rounds grid members find what nobody complains of; residents go to the
# desk of the community, to the liaison of their stairs, or to the member who contacts them.
SOURCES = {Source.GRID_MEMBER: 8, Source.LIAISON: 5, Source.DESK: 5, Source.JOINT_FAMILY: 2}
FIRST_GRID = 1
JOINT_FAMILY_ACCOUNT = "lianhu"


class Affairs:
    """Plans affairs of one community; the seed and the moment ``now`` (local time) decide everything."""

    def __init__(self, plan: CommunityPlan, team: Team, *, seed: int, now: datetime) -> None:
        self.plan, self.team, self.seed, self.now = plan, team, seed, now
        self.grids = {grid.code: grid for grid in Grid.objects.filter(code__startswith=plan.code)}
        self.grids |= {grid.code: grid for grid in Grid.objects.filter(code__in=[GULOU, YIJIANGMEN])}
        self.rules = {(rule.category, rule.number): rule for rule in ClassificationRule.objects.all()}
        self.homes: dict[str, list[Household]] = {}
        for household in Household.objects.under(self.grids[plan.code]).active().with_place().in_reading_order():
            self.homes.setdefault(household.grid.code, []).append(household)
        heads = Residency.objects.active().filter(is_head=True, household__dwelling__grid__code__startswith=plan.code)
        self.heads = dict(heads.values_list("household", "person__name"))
        self.member = team.users[JOINT_FAMILY_ACCOUNT]
        served = Household.objects.filter(pk__in=ContactAssignment.objects.of_user(self.member).values("household"))
        self.served = list(served.with_place().in_reading_order())

    def _begin(self, name: str) -> None:
        """Each set has its own chance: how the quarter fell out on this day does not change what is on the way."""
        self.random = Random(f"{self.seed}:affairs {name}")
        self.deck = Deck(self.random)
        # Who brought it in is drawn by itself: stories and days do not depend on it.
        self.bringers = Random(f"{self.seed}:sources {name}")

    # -------------------------------------------------------------- the quarter
    def quarter(self) -> Iterator[AffairPlan]:
        """254 affairs, reported and closed inside one quarter."""
        self._begin("quarter")
        start, end = quarter_before(self.now)
        for tier, count in QUARTER.items():
            for _number in range(count):
                yield self._closed_between(start, end, tier)

    def since(self) -> Iterator[AffairPlan]:
        """A few that were closed between that quarter and now."""
        self._begin("since")
        _start, end = quarter_before(self.now)
        tiers = [Tier.GRID, Tier.GRID, Tier.GRID, Tier.COMMUNITY]
        for number in range(closed_since(self.now)):
            yield self._closed_between(end, self.now, tiers[number % len(tiers)])

    def _closed_between(self, start: datetime, end: datetime, tier: Tier) -> AffairPlan:
        """An affair whose whole path lies inside [start, end); a path that does not fit is drawn anew."""
        days = (end - start).days
        while True:
            reported_at = in_daytime(start + timedelta(days=self.random.randrange(days)), self.random)
            affair = self._affair(tier, reported_at)
            times = list(moments(reported_at, affair.template, tier, self.random))
            if times[-1] < end:
                steps_of(affair, times, self.random, rules=self.rules)
                return affair

    # -------------------------------------------------------------- on the way
    def living(self) -> Iterator[AffairPlan]:
        """Affairs in every state of the path, some of them overdue; every third in the tour's grid."""
        self._begin("living")
        number = 0
        for state, (in_time, overdue) in LIVING.items():
            for place in range(in_time + overdue):
                number += 1
                late = place >= in_time
                tier = Tier.COMMUNITY if number % 3 == 0 and not late else Tier.GRID
                grid = self.plan.grids[FIRST_GRID - 1] if number % 3 == 1 else None
                yield self._on_the_way(state, tier, number, grid=grid, late=late)

    def _on_the_way(
        self, state: AffairState, tier: Tier, number: int, *, grid: GridPlan | None, late: bool
    ) -> AffairPlan:
        count = STEPS_TO[state]
        since_last = overdue_after(self.now) if late else timedelta(minutes=12 + number * 3 % 45)
        last = _working_moment(self.now) - since_last
        times = [last - timedelta(minutes=(count - place) * 25 + number % 7) for place in range(count + 1)]
        affair = self._affair(tier, times[0], grid=grid)
        steps_of(affair, times[1:], self.random, rules=self.rules)
        return affair

    # -------------------------------------------------------------- one affair
    def _affair(self, tier: Tier, reported_at: datetime, *, grid: GridPlan | None = None) -> AffairPlan:
        template = self.deck.draw(tier)
        where = grid or self.random.choice([one for one in self.plan.grids if one.micro_grids])
        micro_grid = self.random.choice(where.micro_grids)
        household = self._household(template.category, self._code(where, micro_grid))
        source = self._source(where)
        if source == Source.JOINT_FAMILY:
            household = self.bringers.choice(self.served)
            micro_grid = next(one for one in where.micro_grids if self._code(where, one) == household.grid.code)
        elif source == Source.LIAISON:
            micro_grid = where.micro_grids[0]
            household = household and self.bringers.choice(self.homes[self._code(where, micro_grid)])
        code = self._code(where, micro_grid)
        return AffairPlan(
            template=template,
            tier=tier,
            grid=self.grids[code],
            lead_grid=self.grids[self._lead_code(tier, where)],
            household=household,
            cast=self._cast(tier, where, source),
            reported_at=reported_at,
            building=micro_grid.name,
            reporter_name=self._resident(household, code) if source == Source.DESK else "",
        )

    def _code(self, where: GridPlan, micro_grid: MicroGridPlan) -> str:
        return f"{self.plan.code}{where.number:03d}{micro_grid.number:02d}"

    def _source(self, where: GridPlan) -> Source:
        """Where liaison and member have no account, it is the desk that writes down what residents tell."""
        source = self.bringers.choices(list(SOURCES), weights=list(SOURCES.values()))[0]
        with_account = where.number == FIRST_GRID or source == Source.GRID_MEMBER
        return source if with_account else Source.DESK

    def _resident(self, household: Household | None, code: str) -> str:
        """The name of the head of the household, or of one of the stairwell."""
        home = household or self.bringers.choice(self.homes[code])
        return self.heads[home.pk]

    def _household(self, category: Category, code: str) -> Household | None:
        """A family affair is about a household; of the others every fourth."""
        if category != Category.FAMILY and self.random.random() > 0.25:
            return None
        return self.random.choice(self.homes[code])

    def _lead_code(self, tier: Tier, where: GridPlan) -> str:
        return {
            Tier.GRID: f"{self.plan.code}{where.number:03d}",
            Tier.COMMUNITY: self.plan.code,
            Tier.STREET: YIJIANGMEN,
            Tier.DISTRICT: GULOU,
        }[tier]

    def _cast(self, tier: Tier, where: GridPlan, source: Source) -> Cast:
        code = f"{self.plan.code}{where.number:03d}"
        full_time = self.team.of(Role.FULL_TIME, code)
        part_time = self.team.of(Role.PART_TIME, code)
        leaders = self.team.of(Role.GRID_LEADER, code)
        secretary = self.team.of(Role.SECRETARY, self.plan.code)
        desk, *workers = self.team.of(Role.COMMUNITY_WORKER, self.plan.code)
        street, street_handler = self.team.of(Role.STREET_DESK, YIJIANGMEN)
        district, district_handler = self.team.of(Role.DISTRICT_OFFICE, GULOU)
        dispatcher, handler = {
            Tier.GRID: (desk, full_time[0]),
            Tier.COMMUNITY: (self.random.choice([desk, *secretary]), self.random.choice(workers)),
            Tier.STREET: (street, street_handler),
            Tier.DISTRICT: (district, district_handler),
        }[tier]
        verifier = self.random.choice([*leaders, *leaders, *secretary])
        bringers = {
            Source.GRID_MEMBER: part_time,
            Source.LIAISON: self.team.of(Role.LIAISON, f"{code}01"),
            Source.JOINT_FAMILY: [self.member],
            Source.DESK: [desk, *workers],
        }[source]
        reporter = self.bringers.choice([one for one in bringers if one not in (handler, verifier)])
        return Cast(reporter=reporter, desk=desk, dispatcher=dispatcher, handler=handler, verifier=verifier)


def closed_since(now: datetime) -> int:
    """How many affairs were closed between the quarter and ``now``."""
    _start, end = quarter_before(now)
    return CLOSED_SINCE if (now - end).days >= DAYS_NEEDED else 0


def _working_moment(moment: datetime) -> datetime:
    """``moment`` itself by day, else about six in the evening before it."""
    if moment.hour < 8:
        moment -= timedelta(days=1)
    return moment if 8 <= moment.hour < 20 else moment.replace(hour=18, minute=moment.minute)


def load_affairs(plan: CommunityPlan, team: Team, *, seed: int, now: datetime) -> dict[str, int]:
    """Write all affairs of the demo; returns how many of each set."""
    affairs = Affairs(plan, team, seed=seed, now=now)
    sets: dict[str, list[Any]] = {
        "affairs of a closed quarter": list(affairs.quarter()),
        "affairs closed since": list(affairs.since()),
        "affairs on the way": list(affairs.living()),
    }
    everything = sorted((one for group in sets.values() for one in group), key=lambda one: one.reported_at)
    write_affairs(everything)
    return {name: len(group) for name, group in sets.items()}
