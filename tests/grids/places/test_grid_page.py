"""The nine numbers of the grid page (M05), each equal to the list that it leads to, for every reader and level."""

from datetime import timedelta

import pytest

from grids.common.clock import today
from grids.places.services import add_organisation, add_place, close_place
from residents.roster.choices import CareBasis, CareKind
from residents.roster.models import CareTag
from tests.grids.places.test_services import code

pytestmark = pytest.mark.django_db
NINE = {
    "roster-households",
    "roster-persons",
    "buildings",
    "roster-care",
    "places",
    "schools",
    "markets",
    "enterprises",
    "affairs-open",
}
WITHOUT_ROSTER = {"roster-households", "roster-persons", "roster-care"}
CAST = {
    "secretary": NINE,
    "desk_worker": NINE,
    "leader": NINE,
    "east_worker": NINE,
    "west_worker": NINE,
    "mentor": NINE,
    "street_desk": NINE,
    "auditor": NINE,
    "district_office": NINE - WITHOUT_ROSTER,
    "liaison": NINE,
    "foreign_secretary": NINE,
}
# Whose posts carry a care duty: for all others the care groups are a number without a way in.
CARING = {"secretary", "desk_worker", "leader", "east_worker", "west_worker", "foreign_secretary"}
LEVELS = [
    *("district", "street", "community", "east_grid", "east_micro", "west_grid", "west_micro", "next_grid"),
    *("foreign_community", "foreign_grid"),
]


@pytest.fixture
def busy(world):
    """Something of every kind in both grids and in a micro-grid, something closed, and a care tag."""
    for number, grid in enumerate((world.east_grid, world.east_micro, world.west_grid, world.foreign_grid)):
        for kind in ("market", "kindergarten", "shop"):
            add_place(grid, actor=None, name=f"{kind}{number}", kind=kind)
        for place, kind in enumerate(("enterprise", "sole_trader", "social")):
            values = {"credit_code": code(number * 10 + place)} if kind != "social" else {}
            add_organisation(grid, actor=None, name=f"{kind}{number}", kind=kind, **values)
        gone = add_place(grid, actor=None, name="已关的市场", kind="market")
        close_place(gone, actor=None, version=1, reason="停业")
    for person in (world.east_person, world.west_person):
        CareTag.objects.create(
            person=person,
            kind=CareKind.values[0],
            basis=CareBasis.STATUTORY,
            source_document="街道名单",
            review_on=today() + timedelta(days=90),
        )
    return world


@pytest.mark.parametrize("who", CAST)
def test_every_number_equals_the_list_that_it_leads_to(busy, client, who):
    client.force_login(busy.fresh(who))
    opened = followed = 0
    for name in LEVELS:
        response = client.get(getattr(busy, name).get_absolute_url())
        if response.status_code == 404:
            continue
        opened += 1
        counters = {entry["key"]: entry["context"] for entry in response.context["panels"].get("counter", [])}
        assert set(counters) & NINE == CAST[who], name
        for key, tile in counters.items():
            if key == "roster-care":
                assert bool(tile.get("url")) is (who in CARING), (name, key)
            if not tile.get("url") or not isinstance(tile["value"], int):
                continue
            listed = client.get(tile["url"])
            assert listed.status_code == 200, (name, key, tile["url"])
            assert listed.context["table"].paginator.count == tile["value"], (name, key, tile["url"])
            followed += 1
    assert opened
    assert followed >= 6 * opened


def test_the_numbers_are_those_of_the_set_up(busy, client):
    client.force_login(busy.fresh("secretary"))
    response = client.get(busy.community.get_absolute_url())
    counters = {entry["key"]: entry["context"]["value"] for entry in response.context["panels"]["counter"]}
    assert {key: counters[key] for key in NINE} == {
        "roster-households": 4,
        "roster-persons": 4,
        "buildings": 2,
        "roster-care": 2,
        "places": 10,
        "schools": 4,
        "markets": 3,
        "enterprises": 6,
        "affairs-open": 1,
    }


@pytest.mark.parametrize("who", ["secretary", "auditor"])
def test_the_nine_numbers_are_seen_on_a_phone_without_scrolling(busy, phone, transactional_db, who):
    page = phone(busy.users[who])
    page.goto(busy.community.get_absolute_url())
    bottom = page.evaluate("document.querySelector('.bottombar').getBoundingClientRect().top")
    for label in ("住户", "居民", "楼栋", "关爱对象", "场所", "学校", "市场", "企业", "在办事项"):
        tile = page.locator(".tiles-compact .tile", has=page.get_by_text(label, exact=True))
        box = tile.bounding_box()
        assert box is not None, label
        assert box["y"] + box["height"] <= bottom, label
