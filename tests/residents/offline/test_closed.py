"""An account that was closed, or whose last post ended, gets a clear answer, and nothing on its phone is lost."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from grids.team.services import end_post
from residents.offline.accounts import account_mark
from residents.offline.choices import HeldReason, ItemState
from residents.offline.models import SyncItem
from residents.offline.services import read_sealed
from residents.visits.models import Encounter
from tests.browser import send_now
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.phone import Phone, visit
from tests.residents.offline.pockets import expect_saved, open_door, out_of_reach, take_along
from tests.world import World


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


def close(user) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


def asked(phone: Phone, *items) -> list[tuple[int, str, str]]:
    """What the three addresses answer that a phone asks by itself."""
    answers = [
        phone.client.get(reverse("residents:field-pack")),
        phone.post("field-sync", phone.envelope(*items)),
        phone.client.get(reverse("residents:field-standing")),
    ]
    return [(one.status_code, one.json()["lianhu"], one.json().get("why", "")) for one in answers]


def test_a_closed_account_is_told_so_and_nothing_is_taken(world: World):
    phone = Phone(world.east_worker)
    close(world.east_worker)
    assert asked(phone, visit(world.east_household)) == [(403, "closed", "account")] * 3
    assert not SyncItem.objects.exists()
    assert not Encounter.objects.exists()


def test_a_session_that_ended_in_another_way_is_asked_to_log_in(world: World):
    phone = Phone(world.east_worker)
    world.east_worker.set_password("Another-pass-2026")
    close(world.east_worker)
    world.east_worker.save(update_fields=["password"])
    assert asked(phone) == [(401, "login", "")] * 3
    assert asked(Phone(None)) == [(401, "login", "")] * 3


def test_an_account_whose_posts_ended_gets_no_list_and_brings_what_it_recorded(world: World):
    phone, one = Phone(world.east_worker), visit(world.east_household)
    end_post(world.east_post, actor=world.secretary, reason="调走")
    assert asked(phone, one) == [(403, "closed", "work"), (200, "sync", ""), (200, "standing", "")]
    held = SyncItem.objects.get(client_id=one["id"])
    assert (held.state, held.reason) == (ItemState.HELD, HeldReason.RIGHT_ENDED)


def test_the_pages_of_such_an_account_keep_the_scripts_on_its_own_phone_only(world: World):
    client = Phone(world.auditor).client
    assert "field-frame" not in client.get("/").content.decode()
    client.cookies["field"] = account_mark(world.east_worker)
    assert "field-frame" not in client.get("/").content.decode()
    client.cookies["field"] = account_mark(world.auditor)
    assert "field-frame" in client.get("/").content.decode()
    stranger = Phone(None).client
    assert reverse("residents:field-shell") not in stranger.get("/login/").content.decode()
    stranger.cookies["field"] = account_mark(world.east_worker)
    assert reverse("residents:field-shell") in stranger.get("/login/").content.decode()


def saved_offline(page, household):
    take_along(page)
    out_of_reach(page)
    page.goto("/")
    open_door(page, household)
    page.locator("button[name=all_well]").tap()
    expect_saved(page)
    return page


def test_a_closed_account_hands_over_a_sealed_file_from_its_phone(town: World, pocket):
    page = saved_offline(pocket(town.east_worker, refusals=(403, 401)), town.east_household)
    close(town.east_worker)
    page.context.set_offline(False)
    send_now(page)
    expect(page.locator(".office-line")).to_contain_text("不再负责上门")
    expect(page.locator("main")).not_to_contain_text("1单元101")
    # Nothing of it can be read on this phone any more.
    assert page.evaluate("(async () => (await lianhuField.vault.meta.names()).join())()").count("key:") == 0
    page.goto("/")
    page.wait_for_url("**/login/**")
    page.get_by_role("link", name="还没上传的记录").tap()
    page.wait_for_selector("html[data-field=ready]")
    page.get_by_role("link", name="上传箱").tap()
    expect(page.get_by_role("button", name="现在上传")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("button", name="密封").tap()
    assert json.loads(download.value.path().read_text())["lianhu"] == "sealed"
    assert read_sealed(download.value.path().read_bytes(), actor=town.secretary).states == {"held": 1}
    held = SyncItem.objects.get()
    assert (held.account, held.reason) == (town.east_worker, HeldReason.RIGHT_ENDED)


def test_a_post_that_ended_sends_what_is_left_and_says_so(town: World, pocket):
    page = saved_offline(pocket(town.east_worker, refusals=(403,)), town.east_household)
    end_post(town.east_post, actor=town.secretary, reason="调走")
    page.context.set_offline(False)
    page.goto("/")
    expect(page.locator(".field-toast")).to_contain_text("都已到办公室")
    assert SyncItem.objects.get().state == ItemState.HELD
    page.goto("/")
    expect(page.locator("#field-frame")).to_have_count(0)
