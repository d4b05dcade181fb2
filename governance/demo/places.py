"""What stands in the demo's grids: compounds, organisations, places, service points, and a small fishing fleet.

Everything is invented and the same every time; it is written through the services of the rooms. Credit codes are of
the area 990101, which was never given to a place, with their right check characters.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum.cn import uscc

from governance.demo.names import FEMALE, MALE, Registry
from governance.demo.territory import COMPOUNDS, DINGSHAN, GARDENS, SANJIABANG
from grids.common.clock import now, today
from grids.places import services
from grids.places.choices import (
    CompoundKind,
    HolidayPolicy,
    OrganisationKind,
    PlaceKind,
    ServicePointKind,
    VesselStatus,
)
from grids.places.models import Building, Vessel
from grids.tree.models import Grid
from residents.roster.choices import CrewRole
from residents.roster.crew import join_crew
from residents.roster.models import Residency

VESSEL_GRID = f"{SANJIABANG}901"
FLEET = 14
ABOARD = (3, 6)
# Phones of staff and residents count from 1; those of contacts begin far above.
FIRST_PHONE = 8_000_000
WEEKDAYS, ALL_WEEK = "1-5 09:00-12:00 14:00-17:30; 6 09:00-12:00", "1-7 08:30-20:30"
# In each comprehensive grid of Dingshan: what stands at the corner.
CORNER = [
    ("便利店", PlaceKind.SHOP),
    ("小吃店", PlaceKind.RESTAURANT),
    ("药店", PlaceKind.HEALTH),
    ("理发店", PlaceKind.SHOP),
]
# organisation (name, kind), place (name, kind); by the number of the exclusive grid
LANDMARKS: dict[str, list[tuple[tuple[str, OrganisationKind] | None, tuple[str, PlaceKind] | None]]] = {
    "901": [
        (("丁山小学", OrganisationKind.INSTITUTION), ("丁山小学", PlaceKind.SCHOOL)),
        (("丁山幼儿园", OrganisationKind.INSTITUTION), ("丁山幼儿园", PlaceKind.KINDERGARTEN)),
    ],
    "902": [
        (("江畔商务管理有限公司", OrganisationKind.PROPERTY), ("江畔商务楼", PlaceKind.OTHER)),
        (("望江软件有限公司", OrganisationKind.ENTERPRISE), None),
        (("挹江门会计事务所有限公司", OrganisationKind.ENTERPRISE), None),
        (("绣球广告设计有限公司", OrganisationKind.ENTERPRISE), None),
        (("江畔酒店有限公司", OrganisationKind.ENTERPRISE), ("江畔酒店", PlaceKind.LODGING)),
    ],
    "903": [
        (("丁山农贸市场经营有限公司", OrganisationKind.ENTERPRISE), ("丁山农贸市场", PlaceKind.MARKET)),
        (None, ("市场西侧熟食区", PlaceKind.MARKET)),
    ],
    "904": [(("滨江医院", OrganisationKind.INSTITUTION), ("滨江医院", PlaceKind.HEALTH))],
}


@dataclass
class Draft:
    """Draws names, codes and phones for this module alone, so that nobody else's people change."""

    random: Random
    registry: Registry = field(init=False)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.registry = Registry(self.random, _phones=FIRST_PHONE)

    def credit_code(self, kind: OrganisationKind) -> str:
        self.numbers += 1
        kind_digits = {OrganisationKind.INSTITUTION: "12", OrganisationKind.SOLE_TRADER: "92"}.get(kind, "91")
        body = f"{kind_digits}990101MA{self.numbers:07d}"
        return body + uscc.calc_check_digit(body)

    def contact(self) -> dict[str, str]:
        sex = self.random.choice([MALE, FEMALE])
        name = self.registry.surname() + self.registry.given_name(sex)
        return {"contact_name": name, "contact_phone": self.registry.phone()}


def load_places(*, seed: int) -> dict[str, int]:
    """Write everything; returns what was made, by name."""
    draft = Draft(Random(f"{seed}:places"))
    community, other = Grid.objects.get(code=DINGSHAN), Grid.objects.get(code=SANJIABANG)
    compounds = _compounds(DINGSHAN, [name for name, _count in COMPOUNDS], draft)
    compounds += _compounds(SANJIABANG, [name for name, _count in GARDENS], draft)
    organisations, places = _landmarks(draft)
    corner_organisations, corner_places = _corners(draft)
    points = _points(community, other, draft)
    vessels, crew = _fleet(draft)
    return {
        "compounds": compounds,
        "organisations": organisations + corner_organisations,
        "places": places + corner_places,
        "service points": points,
        "vessels": vessels,
        "crew": crew,
    }


def _compounds(code: str, names: list[str], draft: Draft) -> int:
    """The compound of each comprehensive grid, with all of the grid's buildings in it."""
    for number, name in enumerate(names, start=1):
        grid = Grid.objects.get(code=f"{code}{number:03d}")
        old = number % 3 == 0
        compound = services.add_compound(
            grid,
            actor=None,
            name=name,
            kind=CompoundKind.OLD if old else CompoundKind.ESTATE,
            address=f"{name}门前路{number}号",
            property_company="" if old else f"{name}物业服务有限公司",
            built_in=draft.random.randint(1985, 2018),
        )
        for building in Building.objects.under(grid).order_by("pk"):
            services.change_building(
                building,
                actor=None,
                version=building.version,
                compound=compound,
                floors=draft.random.choice([6, 7, 11]),
            )
    return len(names)


def _landmarks(draft: Draft) -> tuple[int, int]:
    organisations = places = 0
    for number, listed in LANDMARKS.items():
        grid = Grid.objects.get(code=f"{DINGSHAN}{number}")
        for of, at in listed:
            runs = None
            if of:
                name, kind = of
                code = draft.credit_code(kind)
                runs = services.add_organisation(
                    grid, actor=None, name=name, kind=kind, credit_code=code, address="丁山路", **draft.contact()
                )
                organisations += 1
            if at:
                name, place_kind = at
                services.add_place(
                    grid, actor=None, name=name, kind=place_kind, organisation=runs, address="丁山路", **draft.contact()
                )
                places += 1
    return organisations, places


def _corners(draft: Draft) -> tuple[int, int]:
    """Two shops in each comprehensive grid of Dingshan, each with its sole trader."""
    made = 0
    for number, (compound, _count) in enumerate(COMPOUNDS, start=1):
        grid = Grid.objects.get(code=f"{DINGSHAN}{number:03d}")
        for what, kind in (CORNER[number % 4], CORNER[(number + 1) % 4]):
            name, contact = f"{compound}{what}", draft.contact()
            trader = services.add_organisation(
                grid,
                actor=None,
                name=name,
                kind=OrganisationKind.SOLE_TRADER,
                credit_code=draft.credit_code(OrganisationKind.SOLE_TRADER),
                address=f"{compound}门口",
                **contact,
            )
            services.add_place(
                grid, actor=None, name=name, kind=kind, organisation=trader, address=f"{compound}门口", **contact
            )
            made += 1
    # One of them moved away: what is closed stays to be read.
    services.close_place(trader.places.get(), actor=None, version=1, reason="店主回乡，门店停业")
    return made, made


def _points(community: Grid, other: Grid, draft: Draft) -> int:
    offered = "社保卡申领\n老年优待证\n居住证明\n代办跑腿"
    for grid in (community, other):
        services.add_service_point(
            grid,
            actor=None,
            name=f"{grid.name_zh}党群服务中心",
            kind=ServicePointKind.CENTRE,
            address=f"{grid.name_zh}中心广场1号",
            opening_hours=WEEKDAYS,
            holiday_policy=HolidayPolicy.OFFICE,
            services=offered,
            phone=draft.registry.phone(),
        )
    for number, (compound, _count) in enumerate(COMPOUNDS[::2], start=1):
        services.add_service_point(
            Grid.objects.get(code=f"{DINGSHAN}{number * 2 - 1:03d}"),
            actor=None,
            name=f"{compound}微网格党群服务站",
            kind=ServicePointKind.STATION,
            host_space="居家养老服务站" if number % 2 else "物业用房",
            address=f"{compound}架空层",
            opening_hours=ALL_WEEK if number % 2 else "1,3,5 09:00-11:30",
            holiday_policy=HolidayPolicy.OPEN if number % 2 else HolidayPolicy.CLOSED,
            services="便民打印\n矛盾调解\n爱心歇脚",
        )
    services.add_service_point(
        other,
        actor=None,
        name="湘家荡码头流动服务点",
        kind=ServicePointKind.MOBILE,
        address="湘家荡码头",
        opening_hours="2,4 14:00-17:00",
        services="渔民体检\n渔船证件代办",
    )
    return 3 + len(COMPOUNDS[::2])


def _fleet(draft: Draft) -> tuple[int, int]:
    """The boats of the lake, most in port, with grown-up residents of the community on board."""
    grid = Grid.objects.get(code=VESSEL_GRID)
    states = [VesselStatus.IN_PORT, VesselStatus.IN_PORT, VesselStatus.AT_SEA, VesselStatus.IN_PORT]
    sailors = _sailors()
    aboard = 0
    for number in range(1, FLEET + 1):
        vessel = services.add_vessel(
            grid,
            actor=None,
            name=f"浙嘉渔{10000 + number * 7}",
            registration_no=f"浙渔{330402000 + number}",
            berth=f"{'东' if number % 2 else '西'}{(number + 1) // 2}",
            home_port="湘家荡码头",
            radio=f"频道{8 + number % 4}",
            phone=draft.registry.phone(),
        )
        since = today() - timedelta(days=draft.random.randint(60, 600))
        for place in range(draft.random.randint(*ABOARD)):
            role = CrewRole.CREW if place else CrewRole.CAPTAIN
            join_crew(vessel, next(sailors).person, actor=None, role=role, starts_on=since)
            aboard += 1
        _say_where(vessel, states[number % 4] if number < FLEET - 1 else _rare(number))
    return FLEET, aboard


def _rare(number: int) -> VesselStatus:
    return VesselStatus.LAID_UP if number == FLEET else VesselStatus.FISHING_BAN


def _say_where(vessel: Vessel, status: VesselStatus) -> None:
    if status is not VesselStatus.IN_PORT:
        services.set_vessel_status(vessel, status, actor=None, since=now())


def _sailors() -> Any:
    """Residents of Sanjiabang between 20 and 60, in the order of the roster."""
    day = date(2026, 1, 1)
    rows = Residency.objects.active().filter(
        household__dwelling__grid__code__startswith=SANJIABANG,
        person__birth_date__gt=day - timedelta(days=60 * 365),
        person__birth_date__lt=day - timedelta(days=20 * 365),
    )
    return iter(rows.select_related("person").order_by("pk")[: FLEET * (ABOARD[1] + 1)])
