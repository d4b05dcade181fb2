"""The phone in the stairwell (issue 4, acceptance 2, 3, 6): without network, counted, and everything arrives once."""

import time

import pytest
from playwright.sync_api import expect

from residents.visits.models import Encounter
from residents.visits.services import raise_task
from tests.browser import send_now
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import (
    Counted,
    back_in_reach,
    doors,
    expect_saved,
    open_door,
    out_of_reach,
    states,
    take_along,
    unsent,
    until_sent,
    wait_until,
)
from tests.world import World


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world before anybody visited anybody, committed, so that the live server sees it."""
    return unsent_world()


@pytest.mark.parametrize("care", ["off", "on"])
@pytest.mark.parametrize("account", ["east_worker", "joint_member"])
def test_two_taps_without_network_and_no_key(town: World, pocket, live_server, account: str, care: str):
    page = pocket(town.users[account])
    page.context.add_cookies([{"name": "care", "value": care, "url": live_server.url}])
    take_along(page)
    out_of_reach(page)
    page.goto("/")
    counted = Counted(page.context)
    page.goto("/")
    expect(doors(page).first).to_be_visible()
    assert page.locator("html").get_attribute("data-care") == care
    started = time.monotonic()
    doors(page).first.tap()
    big = page.locator("button[name=all_well]")
    expect(big).to_be_in_viewport()
    assert big.bounding_box()["height"] >= 60
    big.tap()
    expect_saved(page)
    took = time.monotonic() - started
    assert (counted.taps, counted.keys) == (2, 0)
    assert took < 8, f"{took:.1f} s"
    assert Encounter.objects.count() == 0

    back_in_reach(page)
    until_sent(page)
    visit = Encounter.objects.get()
    assert (visit.visitor, visit.outcome) == (town.users[account], "met")


def test_by_keyboard_alone(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    counted = Counted(page.context)
    page.goto("/")
    expect(doors(page).first).to_be_visible()

    def tab_to(selector: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("(chosen) => document.activeElement.matches(chosen)", selector):
                return
        raise AssertionError(f"{selector} is not reached with the keyboard")

    tab_to(".door-button")
    page.keyboard.press("Enter")
    expect(page.locator("button[name=all_well]")).to_be_visible()
    tab_to("button[name=all_well]")
    page.keyboard.press("Enter")
    expect_saved(page)
    assert counted.taps == 0
    back_in_reach(page)
    until_sent(page)
    assert Encounter.objects.count() == 1


def test_a_day_without_network_survives_the_browser_and_arrives_once(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    context = page.context
    out_of_reach(page)
    page.goto("/")
    for number, home in enumerate(("east", "east_other", "member"), start=1):
        open_door(page, town.households[home])
        page.locator("button[name=all_well]").tap()
        # The toast of the visit before may still stand there.
        wait_until(lambda number=number: unsent(page) == number)
        expect_saved(page)
    page.close()
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".office-line")).to_contain_text("还有 3 条")
    expect(page.locator(".door-card.is-visited")).to_have_count(3)
    page.goto("/field/outbox/")
    expect(page.locator(".field-record[data-state=phone]")).to_have_count(3)
    back_in_reach(page)
    until_sent(page)
    send_now(page)
    expect(page.locator(".field-record[data-state=office]")).to_have_count(3)
    assert sorted(Encounter.objects.values_list("household_id", flat=True)) == sorted(
        town.households[home].pk for home in ("east", "east_other", "member")
    )


def test_with_network_it_goes_through_the_outbox_too(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    open_door(page, town.east_household)
    page.locator("button[name=all_well]").tap()
    expect_saved(page)
    assert Encounter.objects.count() == 0, "it can still be taken back"
    expect(page.locator(".door-card.is-visited")).to_have_count(1)
    wait_until(lambda: Encounter.objects.count() == 1)
    wait_until(lambda: states(page) == ["office"])
    expect(page.locator(".field-toast")).to_be_hidden()


def test_undo_takes_it_back_and_keeps_what_was_typed(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    open_door(page, town.east_household)
    page.locator("textarea[name=note]").fill("要一部轮椅")
    page.get_by_role("button", name="保存走访").tap()
    expect_saved(page)
    page.get_by_role("button", name="撤销").tap()
    expect(page.locator(".field-toast")).to_contain_text("已撤销")
    assert states(page) == ["draft"]
    open_door(page, town.east_household)
    expect(page.locator("textarea[name=note]")).to_have_value("要一部轮椅")
    back_in_reach(page)
    until_sent(page)
    assert Encounter.objects.count() == 0


def test_a_call_without_network_keeps_its_reason_and_arrives_where_somebody_is_owed(town: World, pocket):
    home = town.east_other_household  # everybody there is away
    raise_task(home, "dispute", actor=town.secretary, source="staff")
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto("/")
    open_door(page, home)
    expect(page.locator("[name=kind]")).to_have_value("five_must")
    page.locator("form.visit-form details summary").tap()
    page.locator("label.choice-tile", has_text="电话").tap()
    page.locator("[name=remote_reason]").select_option("away")
    page.get_by_role("button", name="保存走访").tap()
    expect_saved(page)
    back_in_reach(page)
    until_sent(page)
    call = Encounter.objects.get()
    assert (call.channel, call.kind, call.remote_reason) == ("phone", "five_must", "away")
    assert call.household_away
    assert home.visit_tasks.get().encounter == call


def test_half_typed_is_not_lost(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    page.goto(f"/households/{town.east_household.pk}/visit/")
    page.wait_for_selector("form[data-field-bound]")
    page.locator("textarea[name=note]").type("楼道灯坏了")
    wait_until(lambda: states(page) == ["draft"])
    out_of_reach(page)
    page.goto(f"/households/{town.east_household.pk}/visit/")
    expect(page.locator("textarea[name=note]")).to_have_value("楼道灯坏了")


def test_numbers_of_persons_are_not_kept(town: World, pocket):
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto(f"/households/{town.east_household.pk}/visit/")
    page.locator("textarea[name=note]").fill("身份证 99010119490412001X，电话 138 0000 0101")
    page.get_by_role("button", name="保存走访").tap()
    expect(page.locator("[data-field-problem]")).to_contain_text("去掉身份证号")
    assert states(page) == []


def test_a_photo_is_made_small_and_comes_with_its_visit(town: World, pocket, tmp_path):
    from PIL import Image

    from residents.offline.models import PhotoUpload

    picture = tmp_path / "large.jpg"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(picture, quality=92)
    page = take_along(pocket(town.east_worker))
    out_of_reach(page)
    page.goto(f"/households/{town.east_household.pk}/visit/")
    page.locator("input[type=file]").set_input_files(picture)
    page.locator("button[name=all_well]").tap()
    expect_saved(page)
    back_in_reach(page)
    until_sent(page)
    assert Encounter.objects.count() == 1
    photo = PhotoUpload.objects.get(account=town.east_worker)
    assert photo.size <= 400 * 1024
    assert states(page) == ["office"]
