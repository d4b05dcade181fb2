"""The liaison's board in a pocket: ticks and requests for help without network, and where each of them is."""

import pytest
from playwright.sync_api import expect

from residents.liaison.models import DoorTick
from residents.visits.models import VisitTask
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import (
    back_in_reach,
    expect_saved,
    out_of_reach,
    states,
    take_along,
    until_sent,
    wait_until,
)
from tests.world import World


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


def test_doors_are_ticked_and_helped_without_network(town: World, pocket):
    page = take_along(pocket(town.liaison))
    out_of_reach(page)
    page.goto("/")
    expect(page.locator(".notice-card")).to_contain_text("周六上午停水")
    expect(page.locator("[data-reach-words]")).to_have_text("已通知 0 户，共 3 户")
    first = page.locator(".door-cell").filter(has_text="101")
    first.locator(".door-tick").tap()
    expect_saved(page)
    expect(first.locator(".door-tick")).to_have_attribute("aria-pressed", "true")
    expect(first.locator(".field-mark")).to_have_text("已存手机")
    expect(page.locator("[data-reach-words]")).to_have_text("已通知 1 户，共 3 户")
    other = page.locator(".door-cell").filter(has_text="102")
    before = page.locator(".field-toast").get_attribute("data-item")
    other.locator(".door-tick").tap()
    wait_until(lambda: page.locator(".field-toast").get_attribute("data-item") not in (before, None))
    page.get_by_role("button", name="撤销").tap()
    expect(other.locator(".door-tick")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".field-toast")).to_contain_text("已撤回")
    page.wait_for_timeout(300)  # the record before it may still be taken back, and is not offered over these words
    expect(page.locator(".field-toast")).to_contain_text("已撤回")
    other.locator(".door-help").tap()
    page.get_by_role("button", name="请人帮助").tap()
    expect(page.locator(".door-cell").filter(has_text="102").locator(".door-helped")).to_be_visible()
    assert not DoorTick.objects.exists()
    assert states(page) == ["phone", "phone"]
    page.goto("/field/outbox/")
    expect(page.locator(".field-record")).to_have_count(2)

    back_in_reach(page)
    until_sent(page)
    assert DoorTick.objects.get().household == town.east_household
    assert VisitTask.objects.get(household=town.east_other_household).source == "liaison"

    # With network the same taps take the same way; the page shows them as sent.
    page.goto("/doors/")
    page.wait_for_selector("html[data-field=ready]")
    other = page.locator(".door-cell").filter(has_text="102")
    expect(other.locator(".door-helped")).to_be_visible()
    other.locator(".door-tick").tap()
    expect_saved(page)
    until_sent(page)
    expect(other.locator(".field-mark")).to_have_text("已到办公室")
    assert DoorTick.objects.count() == 2
    page.reload()
    expect(page.locator("[data-reach-words]")).to_have_text("已通知 2 户，共 3 户")
