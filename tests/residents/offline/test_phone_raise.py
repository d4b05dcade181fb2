"""Somebody must go there at once (M20), told without network: kept on the phone, told at the office exactly once."""

import pytest
from playwright.sync_api import expect

from grids.notifications.models import Notification
from residents.visits.models import VisitTask
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.phone import Phone, item
from tests.residents.offline.pockets import back_in_reach, expect_saved, open_door, out_of_reach, take_along, until_sent
from tests.world import World


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


def test_a_dispute_is_told_without_network(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    open_door(page, town.east_household)
    page.get_by_role("link", name="发起必到").tap()
    page.get_by_role("button", name="发起必到").tap()
    expect(page.locator("[data-field-problem]")).to_contain_text("请从列表中选择")
    page.locator("label.choice-tile", has_text="矛盾纠纷").tap()
    page.locator("textarea[name=note]").fill("楼上漏水吵起来了")
    page.get_by_role("button", name="发起必到").tap()
    expect_saved(page)
    page.goto("/field/outbox/")
    expect(page.locator(".field-record")).to_contain_text("有人必须上门 · 楼上漏水吵起来了")
    assert not VisitTask.objects.exists()
    back_in_reach(page)
    until_sent(page)
    task = VisitTask.objects.get()
    assert (task.household, task.trigger, task.source) == (town.east_household, "dispute", "staff")
    assert (task.note, task.raised_by, task.times) == ("楼上漏水吵起来了", town.east_worker, 1)
    assert Notification.objects.filter(kind="visits.task_dispute", user=town.joint_member).count() == 1


def test_a_liaison_says_that_it_must_be_and_not_what_it_is_about(world: World):
    told = item("task.raise", {"household": world.east_household.pk, "trigger": "dispute", "note": "他家欠了钱"})
    assert Phone(world.liaison).sync(told)[0]["state"] == "applied"
    task = VisitTask.objects.get(household=world.east_household)
    assert (task.source, task.note) == ("liaison", "")
