"""The flows of field work within their budgets (ux.md 6), counted by the browser itself on a 360 x 740 touch screen.

Each is walked with a thumb, with a thumb in care mode, and with the keyboard alone. F1 is counted without network, in
tests/residents/offline/test_phone.py.
"""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from grids.common.clock import today
from residents.offline.models import SyncItem
from residents.roster.models import Household, Person
from tests.browser import PHONE
from tests.governance.affairs.cast import Road
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.pockets import READY, Counted, until_sent, wait_until
from tests.residents.roster.people import numbers
from tests.world import World

pytestmark = pytest.mark.once
WAYS = ("thumb", "care", "keyboard")
NOTE = """async ([household, note]) => {
  const account = await lianhuField.pack.current();
  await lianhuField.items.add(account, { kind: "door.note", payload: { household, base: 0, note }, words: {} });
}"""


class Walker:
    """Somebody at a phone who presses things with a thumb or with the keyboard; ``counted`` is what the browser saw."""

    def __init__(self, page: Page, way: str) -> None:
        self.page, self.way = page, way
        self.counted = Counted(page.context)
        self.named = 0

    def begin(self, path: str = "/") -> None:
        self.page.goto(path)
        self.counted.taps = self.counted.keys = self.named = 0

    def press(self, target: Locator) -> None:
        if self.way != "keyboard":
            target.tap()
            return
        self.reach(target)
        self.page.keyboard.press("Space" if target.get_attribute("type") == "radio" else "Enter")

    def choose(self, radio: Locator) -> None:
        """The tile of a radio button; a keyboard comes to the group and goes on with the arrows."""
        if self.way != "keyboard":
            self.page.locator(f"label[for={radio.get_attribute('id')}]").tap()
            return
        self.reach(self.page.locator(f"[name={radio.get_attribute('name')}]:checked").or_(radio).first)
        if self.page.locator(f"[name={radio.get_attribute('name')}]:checked").count() == 0:
            self.page.keyboard.press("Space")
        for _ in range(20):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("the arrows never come to the choice")

    def reach(self, target: Locator) -> None:
        element = target.element_handle()
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(one) => document.activeElement === one", element):
                expect(target).to_be_in_viewport()
                return
        raise AssertionError(f"{target} is not reached with the keyboard")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def name(self, text: str) -> None:
        """A name is not counted: how long it is lies with its bearer."""
        self.type(text)
        self.named += len(text)

    def next_field(self, name: str) -> None:
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.name") == name

    def expect_within(self, *, taps: int, keys: int) -> None:
        """A keyboard walks on keys, so only a thumb has a budget of them."""
        if self.way == "keyboard":
            assert self.counted.taps == 0
            return
        assert self.counted.taps <= taps, f"{self.counted.taps} taps"
        assert self.counted.keys - self.named <= keys, f"{self.counted.keys - self.named} keys"


@pytest.fixture
def town(transactional_db: None) -> World:
    return unsent_world()


@pytest.fixture(params=WAYS)
def walker(request: Any, visit_as: Any, live_server: Any):
    """``walker(user)`` opens the portal for somebody who goes one of the ways."""

    def of(user: Any) -> Walker:
        page = visit_as(user, **PHONE | {"viewport": {"width": 360, "height": 740}})
        care = "on" if request.param == "care" else "off"
        page.context.add_cookies([{"name": "care", "value": care, "url": live_server.url}])
        return Walker(page, request.param)

    return of


def test_f2_a_household_at_the_door(town: World, walker):
    one = walker(town.east_worker)
    # The stairs in which the last household was entered are proposed for the next one.
    one.begin("/households/add/")
    for field, value in (("building", "1幢"), ("unit", "1单元"), ("room", "701"), ("name", "前一户")):
        one.page.fill(f"input[name={field}]", value)
    one.page.locator("select[name=grid]").select_option(str(town.east_micro.pk))
    one.page.get_by_role("button", name="新增住户").tap()
    one.page.wait_for_url(re.compile(r"/households/\d+/$"))

    one.begin()
    one.press(one.page.locator("nav a:visible", has_text="住户").first)
    one.page.wait_for_url("**/households/")
    one.press(one.page.locator("main a", has_text="新增住户").first)
    one.page.wait_for_url("**/households/add/")
    one.type("702")
    one.next_field("name")
    one.name("门口新户")
    one.next_field("id_number")
    one.type(numbers(1)[0])
    one.next_field("phone")
    one.type("13900000702")
    one.press(one.page.get_by_role("button", name="新增住户"))
    one.page.wait_for_url(re.compile(r"/households/\d+/$"))

    one.expect_within(taps=5, keys=35)
    person = Person.objects.get(name="门口新户")
    assert person.birth_date == date(1950, 1, 1)
    assert person.residencies.get().household.dwelling.door == "1幢1单元702"


def test_f11_two_conflicts_of_a_phone(town: World, walker):
    one = walker(town.east_worker)
    homes = [town.households["east"], town.households["east_other"]]
    one.page.goto("/")
    one.page.wait_for_selector(READY)
    for home in homes:
        one.page.evaluate(NOTE, [home.pk, "请敲门"])
        Household.objects.filter(pk=home.pk).update(note="门铃坏了", version=7)
    until_sent(one.page)

    one.begin()
    banner = one.page.locator("[data-field=needs]")
    expect(banner).to_contain_text("2")
    one.press(banner)
    one.page.wait_for_url("**/field/conflicts/")
    for _home in homes:
        one.press(one.page.get_by_role("button", name="用我的").locator("visible=true"))
        one.page.wait_for_timeout(300)
    # Two for each, though the banner is pressed but once.
    one.expect_within(taps=4, keys=0)
    wait_until(lambda: not SyncItem.objects.conflicts().exists())
    assert set(Household.objects.filter(pk__in=[home.pk for home in homes]).values_list("note", flat=True)) == {
        "请敲门"
    }


def test_f12_a_member_of_staff_moves_to_another_grid_and_hands_over(town: World, walker):
    affair = Road(town).to("handling")
    one = walker(town.secretary)
    one.begin()
    one.press(one.page.locator("main").get_by_role("link", name="人员岗位").first)
    one.page.wait_for_url("**/posts/")
    one.press(one.page.locator("main").get_by_role("link", name="王东"))
    one.press(one.page.get_by_role("link", name="调整", exact=True).first)
    one.page.wait_for_url("**/move/")
    expect(one.page.locator("main")).to_contain_text("将不再看到 3 户")
    expect(one.page.locator("input[name=items]")).to_be_checked()
    one.choose(one.page.locator(f"input[name=to_grid][value='{town.west_grid.pk}']"))
    one.press(one.page.locator("main button[type=submit]"))
    one.page.wait_for_url(re.compile(r"/moves/\d+/$"))
    one.expect_within(taps=5, keys=0)

    other = walker(town.security_admin)
    other.begin()
    other.press(other.page.locator("main").get_by_role("link", name="王东 调往第二网格"))
    other.page.wait_for_url(re.compile(r"/moves/\d+/$"))
    expect(other.page.locator("main")).to_contain_text("将不再看到 3 户")
    other.press(other.page.get_by_role("button", name="同意", exact=True))
    expect(other.page.get_by_role("status").first).to_be_visible()
    other.expect_within(taps=2, keys=0)
    affair.refresh_from_db()
    assert affair.handler == town.leader
    assert town.east_staff.posts.get(starts_on__gt=today()).grid == town.west_grid
