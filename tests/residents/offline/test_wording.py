"""What does not belong into a note is said before the outbox keeps it, with or without network (V7)."""

import pytest
from playwright.sync_api import expect

from residents.visits.models import Encounter
from residents.visits.rules import wording_warnings
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import expect_saved, open_door, out_of_reach, take_along, unsent
from tests.world import World

NOTE = "老人有糖尿病，需要人帮忙量血糖"


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


@pytest.mark.parametrize("network", ["with", "without"])
def test_the_words_of_the_portal_are_asked_about_once_and_block_nothing(town: World, pocket, network: str):
    page = take_along(pocket(town.east_worker))
    if network == "without":
        out_of_reach(page)
    page.goto("/")
    open_door(page, town.east_household)
    note = page.locator("textarea[name=note]")
    note.fill(NOTE)
    expect(page.locator(".wording-hint").first).to_contain_text("糖尿病")
    save = page.locator(".visit-form .form-actions button[type=submit]")
    save.tap()
    problem = page.locator("[data-field-problem]")
    expect(problem).to_contain_text("糖尿病")
    assert unsent(page) == 0
    assert not Encounter.objects.exists()
    assert wording_warnings(NOTE), "the same list as the portal's own"
    note.fill(NOTE.replace("有糖尿病", "精神病"))
    save.tap()
    expect(problem).to_contain_text("精神病")
    assert unsent(page) == 0, "other words are asked about anew"
    save.tap()
    expect_saved(page)
