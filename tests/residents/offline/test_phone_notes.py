"""A note on a door from the phone: kept without network, read on the list at once, at the office exactly once."""

import pytest
from playwright.sync_api import expect

from residents.roster.models import Household
from residents.roster.services.correcting import change_household
from tests.browser import send_now
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import (
    back_in_reach,
    expect_saved,
    open_door,
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


def write(page, text: str) -> None:
    page.get_by_text("门口提示", exact=True).first.tap()
    page.locator(".door-note-form input[name=note]").fill(text)
    page.get_by_role("button", name="保存提示").tap()


def test_notes_that_are_too_long_together_are_asked_about_again(town: World, pocket):
    home = town.east_household
    page = take_along(pocket(town.east_worker))
    save = """async ([household, note]) => {
      const account = await lianhuField.pack.current();
      await lianhuField.items.add(account, { kind: "door.note", payload: { household, base: 0, note }, words: {} });
    }"""
    page.evaluate(save, [home.pk, "有狗" * 60])
    Household.objects.filter(pk=home.pk).update(version=7, note="门铃坏了" * 30)
    until_sent(page)
    out_of_reach(page)
    page.goto("/field/conflicts/")
    page.get_by_role("button", name="都保留").locator("visible=true").tap()
    expect(page.locator("[data-field-conflict]")).to_contain_text("都确认好了")
    back_in_reach(page)
    until_sent(page)
    expect(page.locator("[data-field-conflict]")).to_contain_text("合起来太长")
    expect(page.get_by_role("button", name="都保留").locator("visible=true")).to_have_count(0)
    page.get_by_role("button", name="用我的").locator("visible=true").tap()
    wait_until(lambda: Household.objects.get(pk=home.pk).note == "有狗" * 60)


def test_a_note_without_network_and_one_that_somebody_else_changed(town: World, pocket):
    home = town.east_household
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    open_door(page, home)
    write(page, "住着钉子户")
    expect(page.locator("[data-field-problem]")).to_contain_text("再按一次保存")
    assert states(page) == []
    write_again = page.locator(".door-note-form input[name=note]")
    write_again.fill("请敲门，有狗")
    page.get_by_role("button", name="保存提示").tap()
    expect_saved(page)
    expect(page.locator("[data-note-line]")).to_contain_text("请敲门，有狗")
    page.goto("/")
    expect(page.locator(".door-card").filter(has_text="1单元101")).to_contain_text("请敲门，有狗")
    back_in_reach(page)
    until_sent(page)
    assert Household.objects.get(pk=home.pk).note == "请敲门，有狗"

    # With network the server's own form takes the same way; what a colleague wrote meanwhile is shown beside it.
    page.goto(f"/households/{home.pk}/visit/")
    page.wait_for_selector(".door-note-form[data-field-bound]")
    present = Household.objects.get(pk=home.pk)
    change_household(present, actor=town.leader, version=present.version, note="狗送走了")
    write(page, "晚上在家")
    expect_saved(page)
    send_now(page)
    assert states(page)[0] == "needs"
    page.goto("/field/conflicts/")
    expect(page.locator(".merge-table")).to_contain_text("狗送走了")
    page.get_by_role("button", name="都保留").tap()
    page.wait_for_url("**/field/outbox/")
    assert Household.objects.get(pk=home.pk).note == "狗送走了；晚上在家"
