"""The demo's affairs on paper: what happened where, who did which step when (domain.md 3.1, 6.4, M28)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from governance.affairs.choices import AffairState, Category, Rating, Tier, Urgency, VerifyMethod
from governance.demo.names import DATA
from governance.worktime.choices import Unit
from governance.worktime.rules import deadline
from grids.access.models import User

RATINGS = {Rating.VERY_SATISFIED: 58, Rating.SATISFIED: 33, Rating.FAIRLY_SATISFIED: 9}
METHODS = {VerifyMethod.ON_SITE: 5, VerifyMethod.PHONE: 4, VerifyMethod.DOCUMENT: 1}
CATEGORY_WEIGHTS = {Category.OFFICIAL: 30, Category.COLLABORATIVE: 44, Category.FAMILY: 26}
# Working hours that each step takes, from and to; handling depends on who leads.
STEP_HOURS = {
    "accept": (0.2, 3.2),
    "classify": (0.1, 1.6),
    "dispatch": (0.1, 1.2),
    "take": (0.1, 3.4),
    "verify": (0.5, 6.5),
    "evaluate": (0.5, 16),
}
HANDLING_HOURS = {Tier.GRID: (1, 14), Tier.COMMUNITY: (6, 36), Tier.STREET: (12, 50), Tier.DISTRICT: (60, 110)}
COMPLEX_HOURS = (70, 130)
LATE_SHARE, LATE_FACTOR = 0.04, 2.2
NAMES = ["accept", "classify", "dispatch", "take", "submit", "verify", "evaluate"]
# How many steps an affair in a state has behind it.
STEPS_TO = {
    AffairState.REPORTED: 0,
    AffairState.ACCEPTED: 1,
    AffairState.CLASSIFIED: 2,
    AffairState.ASSIGNED: 3,
    AffairState.HANDLING: 4,
    AffairState.SUBMITTED: 5,
    AffairState.VERIFIED: 6,
    AffairState.CLOSED: 7,
}


@dataclass(frozen=True)
class Template:
    """One kind of story: what is reported, and how it ends."""

    category: Category
    rule: int
    urgency: Urgency
    tiers: tuple[Tier, ...]
    text: str
    result: str
    outcome: str

    def place_in(self, building: str) -> str:
        return self.text.replace("{at}", building)


@cache
def templates() -> tuple[Template, ...]:
    """The stories of data/affairs.csv."""
    with (DATA / "affairs.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            Template(
                category=Category(row["category"]),
                rule=int(row["rule"]),
                urgency=Urgency(row["urgency"]),
                tiers=tuple(Tier[word.upper()] for word in row["tiers"].split()),
                text=row["text"],
                result=row["result"],
                outcome=row["outcome"],
            )
            for row in csv.DictReader(rows)
        )


class Deck:
    """Stories drawn like cards: each one that fits is told before any is told again."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._left: dict[tuple[Tier, Category], list[Template]] = {}

    def draw(self, tier: Tier) -> Template:
        """A story that this tier leads, the categories in their usual shares."""
        fitting = [one for one in templates() if tier in one.tiers]
        here = [one for one in Category.decided() if any(template.category == one for template in fitting)]
        wanted = self.random.choices(here, weights=[CATEGORY_WEIGHTS[one] for one in here])[0]
        left = self._left.setdefault((tier, wanted), [])
        if not left:
            left.extend(one for one in fitting if one.category == wanted)
            self.random.shuffle(left)
        return left.pop()


@dataclass(frozen=True)
class Cast:
    """Who does what in one affair. Nobody stands in two places that the rules keep apart (3.1.6)."""

    reporter: User
    desk: User
    dispatcher: User
    handler: User
    verifier: User

    def of(self, name: str) -> User:
        return {
            "accept": self.desk,
            "classify": self.desk,
            "dispatch": self.dispatcher,
            "take": self.handler,
            "submit": self.handler,
            "verify": self.verifier,
            # The reporter says how it went.
            "evaluate": self.reporter,
        }[name]


@dataclass(frozen=True)
class StepPlan:
    """One step of the path."""

    name: str
    actor: User
    at: datetime
    payload: dict[str, Any]


@dataclass
class AffairPlan:
    """One affair: where, what, by whom, and the steps that it has behind it."""

    template: Template
    tier: Tier
    grid: Any
    lead_grid: Any
    household: Any
    cast: Cast
    reported_at: datetime
    building: str
    reporter_name: str = ""
    steps: list[StepPlan] = field(default_factory=list)

    @property
    def reporter(self) -> User:
        return self.cast.reporter

    @property
    def text(self) -> str:
        return self.template.place_in(self.building)


def moments(reported_at: datetime, template: Template, tier: Tier, random: Random) -> Iterator[datetime]:
    """When each of the seven steps is taken, in working time."""
    at = reported_at
    late = LATE_FACTOR if random.random() < LATE_SHARE else 1
    for name in NAMES:
        if name == "submit":
            shortest, longest = COMPLEX_HOURS if template.urgency == Urgency.U4 else HANDLING_HOURS[tier]
            if template.urgency == Urgency.U2:
                shortest, longest = shortest / 2, longest / 2
            hours = random.uniform(shortest, longest) * late
        else:
            hours = random.uniform(*STEP_HOURS[name])
            if template.urgency == Urgency.U2 and name in {"accept", "classify", "dispatch", "take"}:
                hours /= 5
        at = deadline(at, round(hours, 2), Unit.WH)
        yield at


def steps_of(plan: AffairPlan, times: list[datetime], random: Random, *, rules: dict[tuple[str, int], Any]) -> None:
    """Fill in the plan's steps, one for each of ``times``."""
    template = plan.template
    payloads: dict[str, dict[str, Any]] = {
        "classify": {
            "category": template.category,
            "tier": plan.tier,
            "urgency": template.urgency,
            "rule": rules[template.category, template.rule],
        },
        "dispatch": {"lead_grid": plan.lead_grid},
        "submit": {"result": template.result, "outcome": template.outcome},
        "verify": {"verify_method": random.choices(list(METHODS), weights=list(METHODS.values()))[0]},
        "evaluate": {"rating": random.choices(list(RATINGS), weights=list(RATINGS.values()))[0]},
    }
    plan.steps = [
        StepPlan(name, plan.cast.of(name), at, payloads.get(name, {})) for name, at in zip(NAMES, times, strict=False)
    ]


def in_daytime(day: datetime, random: Random) -> datetime:
    """A moment of the day between eight in the morning and seven in the evening."""
    return day.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(minutes=random.randrange(11 * 60))


def overdue_after(now: datetime) -> timedelta:
    """How long ago a step was taken that a grid is surely late with now: three working days, in whole days."""
    days = 3
    while deadline(now - timedelta(days=days), 24, Unit.WH) > now:
        days += 1
    return timedelta(days=days)


def quarter_before(now: datetime) -> tuple[datetime, datetime]:
    """The newest full quarter, as [from, to), that ended before anything that is on the way now was reported."""
    day = (now - overdue_after(now) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = day.replace(month=(day.month - 1) // 3 * 3 + 1)
    start = (end - timedelta(days=1)).replace(day=1)
    return start.replace(month=start.month - 2), end
