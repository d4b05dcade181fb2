"""The frame in a real browser: nothing is cut on a phone, menus obey the keyboard, a form is sent once."""

import pytest

# The list under test is the one of test_lists.
pytestmark = [pytest.mark.urls("tests.grids.common.test_lists")]

CUT = """() => [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((element) => !element.closest('.table-wrap'))
    .map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("care", ["off", "on"])
def test_nothing_is_cut_on_a_narrow_phone(phone, world, live_server, theme, care):
    page = phone(world.secretary, width=360)
    page.context.add_cookies(
        [
            {"name": "theme", "value": theme, "url": live_server.url},
            {"name": "care", "value": care, "url": live_server.url},
        ]
    )
    page.goto("/tested/?level=4")
    assert page.evaluate(CUT) == []
    page.click(".sheet summary")
    assert page.evaluate(CUT) == []


def test_a_table_is_cards_on_a_phone_and_a_table_on_a_desk(phone, desk, world):
    small, large = phone(world.secretary), desk(world.secretary)
    for page in (small, large):
        page.goto("/tested/")
    assert small.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "flex"
    assert large.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "table-row"
    # On a card only what the table names as worth it; the desk shows everything.
    assert not small.locator('td[data-label="Depth"]').first.is_visible()
    assert large.locator('td[data-label="Depth"]').first.is_visible()


def test_keyboard_reaches_search_and_leaves_menus(desk, world):
    page = desk(world.secretary)
    page.goto("/tested/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("/")
    assert page.input_value("main [name=q]") == "/"
    page.click(".topbar .menu summary")
    assert page.locator(".topbar .menu-panel").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".topbar .menu-panel").is_visible()


def test_care_view_is_one_tap_and_brings_back_to_the_page(phone, world):
    page = phone(world.secretary)
    page.goto("/tested/?q=第一")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.click("[action*='/preferences/care/on/'] button")
    page.wait_for_selector("html[data-care=on]")
    assert page.input_value("main [name=q]") == "第一"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22 > before


def test_empty_filters_stay_out_of_the_address(desk, world):
    page = desk(world.secretary)
    page.goto("/tested/")
    page.fill("main [name=q]", "第一")
    page.press("main [name=q]", "Enter")
    page.wait_for_url("**/tested/?q=*")
    assert "root=" not in page.url
    assert "valid_from" not in page.url


def test_a_form_is_sent_once(desk, world):
    page = desk()
    page.goto("/login/")
    page.evaluate(
        """() => {
            const form = document.querySelector('form[action="/login/"]');
            window.stopped = [];
            document.addEventListener('submit', (event) => {
                window.stopped.push(event.defaultPrevented);
                event.preventDefault();
            });
            form.requestSubmit(); form.requestSubmit();
        }"""
    )
    assert page.evaluate("window.stopped") == [False, True]
    assert page.locator('form[action="/login/"] button[type=submit]').get_attribute("aria-busy") == "true"


def test_lists_and_menus_work_without_script(visit_as, world):
    page = visit_as(world.secretary, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto("/tested/?sort=-code")
    first = page.locator("tbody th").first.inner_text()
    page.click(".menu-start summary")
    page.click(".menu-start a >> nth=1")
    page.wait_for_url("**sort=code*")
    assert page.locator("tbody th").first.inner_text() != first
