"""F2: a new household at the door, from home, within 5 taps and 35 keys besides the name (ux.md 6)."""

import re
from datetime import date

import pytest

from residents.roster.choices import Sex
from residents.roster.models import Person
from tests.residents.roster.people import numbers
from tests.world import World, build_world

TAPS, KEYS = 5, 35


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that the live server sees it."""
    return build_world()


class Hand:
    """A thumb that counts: taps, and keys with the "next" key between two fields."""

    def __init__(self, page) -> None:
        self.page = page
        self.taps = 0
        self.keys = 0

    def tap(self, locator) -> None:
        locator.tap()
        self.taps += 1

    def type(self, text: str, *, counted: bool = True) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text) if counted else 0

    def next(self) -> None:
        self.page.keyboard.press("Tab")
        self.keys += 1

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.name || ''")


def test_a_household_at_the_door(town: World, phone):
    page = phone(town.east_worker)
    page.goto("/households/add/")
    page.fill("input[name=building]", "1幢")
    page.fill("input[name=unit]", "1单元")
    page.fill("input[name=room]", "701")
    page.fill("input[name=name]", "前一户")
    page.locator("select[name=grid]").select_option(str(town.east_micro.pk))
    page.locator("button[type=submit]", has_text="新增住户").tap()
    page.wait_for_url(re.compile(r"/households/\d+/$"))

    page.goto("/")
    number = numbers(1)[0]
    hand = Hand(page)
    hand.tap(page.locator("nav a:visible", has_text="住户").first)
    page.wait_for_url("**/households/")
    hand.tap(page.locator("main a", has_text="新增住户").first)
    page.wait_for_url("**/households/add/")
    assert page.input_value("input[name=building]") == "1幢"
    assert hand.focused() == "room"
    hand.type("702")
    hand.next()
    assert hand.focused() == "name"
    hand.type("门口新户", counted=False)
    hand.next()
    assert hand.focused() == "id_number"
    hand.type(number)
    hand.next()
    assert hand.focused() == "phone"
    hand.type("13900000702")
    hand.tap(page.locator("button[type=submit]", has_text="新增住户"))
    page.wait_for_url(re.compile(r"/households/\d+/$"))

    assert hand.taps <= TAPS
    assert hand.keys <= KEYS
    person = Person.objects.get(name="门口新户")
    assert (person.birth_date, person.sex, person.phone_tail) == (date(1950, 1, 1), Sex.FEMALE, "0702")
    household = person.residencies.get().household
    assert household.dwelling.door == "1幢1单元702"

    # The same number once more: it is said at once, with the way to the person.
    page.goto("/households/add/")
    page.fill("input[name=room]", "703")
    page.fill("input[name=name]", "同一人")
    page.fill("input[name=id_number]", number)
    page.locator("button[type=submit]", has_text="新增住户").tap()
    page.wait_for_selector(".error-summary, [role=alert]")
    assert page.locator(f"a[href='/households/{household.pk}/']").count() >= 1
    assert page.input_value("input[name=name]") == "同一人"
    assert not Person.objects.filter(name="同一人").exists()
