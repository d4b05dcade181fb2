"""A member in service, a wish, a post: what the tests of the double report stand on."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from grids.common.clock import today
from residents.volunteers import services
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from tests.world import World

OFFER: dict[str, Any] = {"employer": "市自来水公司", "skills": ["convenience", "hazards"], "hours_a_month": 4}


def entered(world: World, person: str = "west", account: str | None = "stranger", **values: Any) -> PartyMemberReport:
    """The desk enters that ``<person>_person`` reports; he waits to be accepted."""
    return services.register(
        world.persons[person],
        world.community,
        actor=world.desk_worker,
        **{**OFFER, "consented_on": today(), "user": world.users[account] if account else None, **values},
    )


def accepted(world: World, person: str = "west", account: str | None = "stranger", **values: Any) -> PartyMemberReport:
    """The same, accepted by the secretary."""
    return services.accept(entered(world, person, account, **values), actor=world.secretary)


def wish(world: World, home: str = "east", **values: Any) -> tuple[ServiceCall, str]:
    """The wish of ``<home>_household`` on the board, with its code."""
    words = {"title": "换一个灯泡", "text": "楼道里的灯泡坏了，够不着。", "hours": Decimal("1"), "skill": "convenience"}
    until = today() + timedelta(days=14)
    household = world.households[home]
    return services.publish(
        household.dwelling.grid,
        actor=world.desk_worker,
        household=household,
        agrees=True,
        **{**words, "until_on": until, **values},
    )


def post(world: World, grid: str = "community", **values: Any) -> ServiceCall:
    words = {"title": "周六清扫小花园", "text": "带手套，上午九点。", "hours": Decimal("2")}
    until = today() + timedelta(days=14)
    call, code = services.publish(world.grids[grid], actor=world.desk_worker, **{**words, "until_on": until, **values})
    assert code == ""
    return call


def done(claim: ServiceClaim, actor: Any, on: date | None = None, hours: str = "1.5") -> ServiceClaim:
    return services.finish(claim, actor=actor, done_on=on or today(), hours=Decimal(hours))
