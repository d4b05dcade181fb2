"""F8, counted in Chromium: a clean roster is in with 3 clicks, a wrong one with 6; without script one more."""

import pytest

from grids.jobs.worker import run_pending
from residents.importing.models import RosterImport
from residents.roster.models import Person
from tests.residents.importing.files import HEADINGS, upload, workbook
from tests.residents.importing.test_life import family
from tests.world import World, build_world

COUNTER = """
document.addEventListener("click", (event) => {
  if (!event.isTrusted) return;
  sessionStorage.setItem("clicks", String(Number(sessionStorage.getItem("clicks") || 0) + 1));
}, true);
"""
FILE = "input[type=file]"


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that the live server sees it."""
    return build_world()


def clicks(page) -> int:
    return int(page.evaluate("sessionStorage.getItem('clicks')"))


def choose(page, content: bytes) -> None:
    """One click on the field, then the file in the system's own dialogue."""
    with page.expect_file_chooser() as chooser:
        page.locator(FILE).click()
    with page.expect_navigation(url="**/jobs/**"):
        chooser.value.set_files({"name": "花名册.xlsx", "mimeType": "application/octet-stream", "buffer": content})


def work(page) -> None:
    """The worker does what waits; the page of progress leads on by itself."""
    run_pending()
    page.wait_for_url("**/imports/*/")


def clean() -> bytes:
    return workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=4))


def test_a_clean_roster_is_in_with_three_clicks(town, desk):
    page = desk(town.secretary)
    page.add_init_script(COUNTER)
    page.goto("/")
    page.locator(".sidemenu a", has_text="导入").click()
    page.wait_for_url("**/imports/new/")
    choose(page, clean())
    work(page)
    page.locator("button", has_text="确认导入").click()
    page.wait_for_url("**/jobs/**")
    work(page)

    assert page.locator("h1", has_text="导入结果").is_visible()
    assert Person.objects.filter(name="乙一").exists()
    assert clicks(page) == 3


def test_a_wrong_roster_takes_six(town, desk):
    rows = family("101", ["甲一", "甲二"])
    rows[1][2] = "138"
    page = desk(town.secretary)
    page.add_init_script(COUNTER)
    page.goto("/")
    page.locator(".sidemenu a", has_text="导入").click()
    choose(page, workbook(rows))
    work(page)
    with page.expect_download() as download:
        page.locator("a", has_text="下载标红表").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.locator("a", has_text="上传改好的文件").click()
    choose(page, clean())
    work(page)
    page.locator("button", has_text="确认导入").click()
    page.wait_for_url("**/jobs/**")
    work(page)

    assert Person.objects.filter(name="甲二").exists()
    assert clicks(page) == 6


def test_cells_are_pasted_anywhere_on_the_page(town, desk):
    page = desk(town.secretary)
    page.goto("/imports/new/")
    text = "\n".join("\t".join(row) for row in [HEADINGS, *family("101", ["甲一"])])
    with page.expect_navigation(url="**/jobs/**"):
        page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
            }""",
            text,
        )
    work(page)
    assert RosterImport.objects.latest("pk").new_rows == 1


def test_a_dropped_file_is_sent_at_once(town, desk):
    page = desk(town.secretary)
    page.goto("/imports/new/")
    with page.expect_navigation(url="**/jobs/**"):
        page.evaluate(
            """bytes => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], "花名册.xlsx"));
              document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
            }""",
            list(clean()),
        )
    work(page)
    assert RosterImport.objects.latest("pk").new_rows == 3


def test_a_giant_is_not_even_sent(town, desk):
    page = desk(town.secretary)
    page.goto("/imports/new/")
    assert not page.locator("[data-import-too-big]").is_visible()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(31 * 1024 * 1024)], "花名册.xlsx"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator("[data-import-too-big]").is_visible()
    assert page.url.endswith("/imports/new/")


def test_without_script_there_is_a_button(town, visit_as):
    page = visit_as(town.secretary, java_script_enabled=False)
    page.goto("/imports/new/")
    page.locator(FILE).set_input_files(
        {"name": "花名册.xlsx", "mimeType": "application/octet-stream", "buffer": clean()}
    )
    page.locator("button", has_text="读取文件").click()
    page.wait_for_url("**/jobs/**")
    run_pending()
    page.goto(RosterImport.objects.latest("pk").get_absolute_url())
    page.locator("button", has_text="确认导入").click()
    run_pending()
    assert Person.objects.filter(name="乙一").exists()


def test_the_pages_fit_on_a_phone(town, phone):
    page = phone(town.secretary)
    page.goto("/imports/new/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    rows = family("101", ["甲一", "甲二"])
    rows[1][1] = "123"
    choose(page, workbook(rows))
    work(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def planted() -> tuple[bytes, str]:
    """A workbook whose cell C3 is wrong, and what belongs there."""
    rows = family("101", ["甲一", "甲二"])
    right, rows[1][2] = rows[1][2], "138"
    return workbook(rows), right


def test_a_wrong_cell_is_corrected_on_the_phone(town, phone):
    content, right = planted()
    page = phone(town.secretary)
    page.goto("/imports/new/")
    choose(page, content)
    work(page)
    page.locator("a", has_text="在网页上改正").click()
    page.wait_for_url("**/wrong/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("C3 联系电话").fill("1380")
    page.locator("button", has_text="保存并核对").click()
    page.wait_for_url("**/jobs/**")
    run_pending()
    page.wait_for_url("**/wrong/")
    assert page.get_by_label("C3 联系电话").input_value() == "1380"
    assert page.get_by_text("原表中为：138", exact=True).is_visible()
    page.get_by_label("C3 联系电话").fill(right)
    page.locator("button", has_text="保存并核对").click()
    page.wait_for_url("**/jobs/**")
    work(page)
    assert page.locator("button", has_text="确认导入").is_visible()


def test_a_wrong_cell_is_corrected_without_script(town, visit_as):
    content, right = planted()
    one = upload(town, content)
    page = visit_as(town.secretary, java_script_enabled=False)
    page.goto(f"/imports/{one.pk}/wrong/")
    page.get_by_label("C3 联系电话").fill(right)
    page.locator("summary").filter(has_text="本行的其他单元格").click()
    page.get_by_label("A3 姓名").fill("甲二改")
    page.locator("button", has_text="保存并核对").click()
    page.wait_for_url("**/jobs/**")
    run_pending()
    page.goto(one.get_absolute_url())
    page.locator("button", has_text="确认导入").click()
    run_pending()
    assert Person.objects.get(name="甲二改").phone == right
