"""A small town with numbers known beforehand, for the tests of this room."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from governance.affairs.choices import AffairState, Category, Tier
from governance.affairs.models import Affair
from governance.indicators.rules import Frame, Period
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Dwelling, Household, Person
from tests.world import SINCE, World

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
AS_OF = datetime(2026, 11, 22, 4, tzinfo=UTC)
# Zhaiziping: 254 affairs, all closed (domain.md M28, M29).
SPLIT = {Tier.GRID: 180, Tier.COMMUNITY: 61, Tier.STREET: 11, Tier.DISTRICT: 2}


def frame_of(user: Any, grid: Any, period: Period = QUARTER) -> Frame:
    return Frame(user, grid, period, AS_OF)


def affair(number: int, grid: Any, **values: Any) -> Affair:
    """An affair accepted in the quarter and closed; ``values`` change that."""
    at = datetime(2026, 7, 2, 1, tzinfo=UTC) + timedelta(hours=7 * number)
    closed = values.get("state", AffairState.CLOSED) == AffairState.CLOSED
    settled = values.get("state", AffairState.CLOSED) in AffairState.settled()
    return Affair(
        **{
            "number": f"AF-{grid.code[:12]}-{number:05d}",
            "text": f"路灯不亮，第{number}盏",
            "grid": grid,
            "source": "desk",
            "state": AffairState.CLOSED,
            "category": list(Category.decided())[number % 3],
            "tier": Tier.GRID,
            "reported_at": at,
            "accepted_at": at,
            "verified_at": at + timedelta(days=3) if settled else None,
            "closed_at": at + timedelta(days=4) if closed else None,
            "rating": (5, 4, 3, 5, 2)[number % 5] if closed else None,
        }
        | values
    )


def demo_quarter(world: World) -> None:
    """254 closed affairs, spread over both grids and one on the community itself."""
    tiers = [tier for tier, count in SPLIT.items() for _one in range(count)]
    places = [world.east_micro, world.west_grid, world.east_grid]
    rows = [affair(number, places[number % 3], tier=tier) for number, tier in enumerate(tiers)]
    rows[0].grid = world.community
    Affair.objects.bulk_create(rows)


def households(world: World, grid: Any, count: int, *, first: int = 1) -> list[Household]:
    """Households behind doors of their own in the world's first unit."""
    unit = world.east_household.dwelling.unit
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(grid=grid, unit=unit, room=f"X{number}", sort_key=f"x{number:06d}")
        for number in range(first, first + count)
    )
    return Household.objects.bulk_create(Household(dwelling=dwelling, opened_on=SINCE) for dwelling in dwellings)


def members(world: World, count: int) -> list[ContactMember]:
    people = Person.objects.bulk_create(Person(name=f"党员{number}") for number in range(count))
    return ContactMember.objects.bulk_create(
        ContactMember(grid=world.community, person=person, consented_on=SINCE, starts_on=SINCE) for person in people
    )


def share_out(homes: list[Household], serving: list[ContactMember]) -> None:
    """Every household gets a primary contact, the loads differ by one at most."""
    ContactAssignment.objects.bulk_create(
        ContactAssignment(
            household=home, member=serving[place % len(serving)], slot=place // len(serving) + 1, starts_on=SINCE
        )
        for place, home in enumerate(homes)
    )
