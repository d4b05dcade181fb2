"""F9 in real Chromium: a pinned ledger in two clicks, a new one in five, counted as pointer events."""

import io

import pytest
from openpyxl import load_workbook

from grids.exporting.ledgers import save_ledger
from grids.exporting.models import Export

COUNTER = """
addEventListener("pointerdown", () => {
  sessionStorage.setItem("clicks", String(Number(sessionStorage.getItem("clicks") ?? 0) + 1));
}, true);
"""


def clicks(page) -> int:
    return int(page.evaluate("sessionStorage.getItem('clicks')"))


@pytest.fixture
def secretary(world, desk):
    def open_home():
        page = desk(world.secretary)
        page.add_init_script(COUNTER)
        page.goto("/")
        return page

    return open_home


def test_a_pinned_ledger_takes_two_clicks(secretary, world):
    save_ledger(actor=world.secretary, title="户籍月报", address="/households/", pinned=True)
    page = secretary()
    page.get_by_role("link", name="户籍月报").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出").click()
    rows = [row[0] for row in load_workbook(io.BytesIO(coming.value.path().read_bytes())).active.values]
    assert rows[0] == "户籍月报"
    assert clicks(page) == 2
    assert Export.objects.get(owner=world.secretary).reason == "报送台账"


def test_a_new_one_takes_five(secretary, world):
    page = secretary()
    page.get_by_role("link", name="台账", exact=True).click()
    page.get_by_role("link", name="住户底册").click()
    page.get_by_text("第一网格", exact=True).click()
    page.get_by_text("报送台账", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出", exact=True).click()
    rows = [row[0] for row in load_workbook(io.BytesIO(coming.value.path().read_bytes())).active.values]
    assert rows[0] == "第一网格住户底册"
    assert clicks(page) == 5
