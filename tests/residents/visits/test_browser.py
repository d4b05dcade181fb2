"""F1: two taps from home store a visit on a narrow phone, without one key, with thumbs in mind."""

import pytest

from residents.visits.models import Encounter
from tests.browser import send_now
from tests.residents.visits.quiet import quiet_world
from tests.world import World

THUMB = 44


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that the live server sees it."""
    return quiet_world()


def heights(page, selector: str) -> list[float]:
    return [box["height"] for element in page.locator(f"{selector}:visible").all() if (box := element.bounding_box())]


@pytest.mark.parametrize(("account", "start"), [("east_worker", "/"), ("joint_member", "/contacts/mine/")])
def test_two_taps_store_a_visit(town: World, phone, account: str, start: str):
    page = phone(town.users[account], width=360, height=740)
    page.goto(start)
    button = page.locator(".door-button").first
    assert button.bounding_box()["height"] >= THUMB
    button.tap()
    big = page.locator("button[name=all_well]")
    box = big.bounding_box()
    assert box["height"] >= 60
    assert box["y"] + box["height"] < 740 - 60, "the big button is in sight, above the bottom bar"
    assert min(heights(page, ".choice-tile")) >= THUMB
    big.tap()
    page.wait_for_url("**/")
    send_now(page)
    visit = Encounter.objects.get()
    assert (visit.visitor, visit.outcome) == (town.users[account], "met")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_it_works_without_script(town: World, visit_as):
    page = visit_as(town.east_worker, java_script_enabled=False)
    page.goto(f"/households/{town.east_household.pk}/visit/")
    page.locator("label", has_text="不在家").click()
    page.locator("button[type=submit]", has_text="保存走访").click()
    assert Encounter.objects.get().outcome == "not_home"
