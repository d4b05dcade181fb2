"""From home: a normal visit in two taps on a narrow phone, and a figure down to its masked rows."""

from governance.indicators.rules import Figure
from residents.visits.models import Encounter
from tests.browser import send_now
from tests.governance.indicators.quarter import affair
from tests.residents.offline.pockets import expect_saved


def test_a_normal_visit_takes_two_taps_from_home(phone, world):
    page = phone(world.east_worker, width=360, height=740)
    page.goto("/")
    door = page.locator(".home-doors .door-card").first
    door.locator("a.door-button").tap()
    page.wait_for_url("**/visit/**")
    page.locator("button.all-well").tap()
    page.wait_for_url("**/")
    expect_saved(page)
    send_now(page)
    assert Encounter.objects.filter(visitor=world.east_worker).count() == 2  # one of them is the world's own


def test_the_auditor_opens_a_figure_down_to_its_masked_rows(desk, world):
    page = desk(world.auditor)
    page.goto("/")
    card = page.locator(".reading", has_text=str(Figure(1, 4))).first
    card.locator(".reading-counts a").nth(1).click()
    page.wait_for_url("**/denominator/**")
    assert page.locator("table.table tbody tr").count() == 4
    assert "赵*" in page.content()
    assert "赵一" not in page.content()


def test_no_page_of_reports_is_wider_than_the_phone(phone, world):
    affair(1, world.east_grid).save()
    page = phone(world.secretary, width=360, height=740)
    for address in (
        "/",
        "/reports/",
        "/reports/affairs/",
        "/reports/contacts/",
        "/reports/visits/",
        "/indicators/I05/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
