"""The five-minute tour of the README, walked word for word against the demo.

Every button pressed and every word looked for here must stand in that person's part of the README in bold.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from governance.demo.accounts import PASSWORD
from governance.demo.loading import load
from governance.demo.progress import Progress

README = Path(__file__).resolve().parents[2] / "README.md"


class Tour:
    """Walks a page as one person of the README; ``says`` refuses words that the README does not have in bold."""

    def __init__(self, page: Page, part: str) -> None:
        text = README.read_text(encoding="utf-8")
        self.text = text.split(f"<!-- tour: {part} -->")[1].split("<!-- tour:")[0]
        self.page = page
        self.body = page.locator("main")

    def says(self, words: str) -> str:
        bold = set(re.findall(r"\*\*(.+?)\*\*", self.text.replace("\n", " ")))
        assert words in bold, f"the README does not say **{words}** in this part of the tour"
        return words

    def log_in(self, username: str) -> None:
        assert f"`{username}`" in self.text
        self.page.goto("/")
        self.page.get_by_label("登录名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.sees_title("工作台")

    def sees_title(self, words: str) -> None:
        expect(self.page).to_have_title(re.compile(f"^{words}"))

    def press(self, words: str, within: Locator | None = None) -> None:
        """The first visible link or button that says exactly this."""
        self.says(words)
        place = within or self.body
        named = place.get_by_role("link", name=words, exact=True).or_(
            place.get_by_role("button", name=words, exact=True)
        )
        named.locator("visible=true").first.click()

    def menu(self, words: str) -> None:
        self.press(words, self.page.get_by_role("navigation"))

    def sees(self, words: str) -> None:
        expect(self.body.get_by_text(self.says(words)).locator("visible=true").first).to_be_visible()


@pytest.fixture
def demo(transactional_db, diversion_rules) -> None:
    load(progress=Progress(quiet=True))


def test_the_tour_of_the_readme(demo, desk, phone):
    affair = the_secretary(desk())
    the_grid_member(phone(), affair)
    the_auditor(desk())


def the_secretary(page: Page) -> str:
    tour = Tour(page, "secretary")
    for words in ("登录名", "密码", "登录"):
        tour.says(words)
    tour.log_in("shuji")
    tour.sees("超期事项")

    tour.sees("还没有联系人的住户")
    tour.press("丁山花园10号楼3单元401")
    page.locator("main label").first.click()
    tour.press("分配")
    tour.sees_title("丁山花园10号楼3单元401")
    tour.sees("第一联系人")

    tour.menu("工作台")
    tour.sees("待受理")
    tour.press("去受理")
    tour.sees_title("我的事项")
    page.locator("main tbody tr").first.get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("垃圾分类亭投放点满溢")
    affair = page.url
    tour.press("受理")
    tour.press("受理")

    tour.press("分流")
    expect(page.get_by_label(tour.says("共事"))).to_be_checked()
    tour.says("垃圾分类")
    expect(page.locator("main")).to_contain_text("条：垃圾分类")
    page.get_by_label(tour.says("牵头")).select_option(label=tour.says("网格"))
    tour.press("分流")

    tour.press("派单")
    expect(page.get_by_label("主办单位")).to_contain_text(tour.says("丁山第一网格"))
    tour.press("派单")
    tour.sees("待接单")
    return affair


def the_grid_member(page: Page, affair: str) -> None:
    tour = Tour(page, "grid member")
    tour.log_in("wangge")
    tour.sees("接下来要走访的住户")
    tour.says("记走访")
    page.get_by_role("link", name=re.compile("^记走访")).first.tap()
    tour.press("一切正常，保存")
    expect(page.get_by_role("status").first).to_be_visible()

    tour.sees_title("工作台")
    tour.sees("待接的单")
    tour.press("全部待接")
    page.get_by_role("link", name=re.compile("垃圾分类亭投放点满溢")).first.tap()
    expect(page).to_have_url(affair)
    tour.press("接单")
    tour.press("接单")

    tour.press("办结")
    page.get_by_label(tour.says("办理情况")).fill("请保洁加清一次，投放时段有人引导。")
    page.get_by_label(tour.says("已解决")).check()
    tour.press("办结")
    tour.sees("待核查")

    tour.menu("上报")
    page.get_by_label(tour.says("什么事")).fill("楼下快递柜前堆了纸箱，推车过不去。")
    page.get_by_label(tour.says("在哪里")).select_option(index=2)
    tour.press("上报")
    tour.sees_title("已收到你的上报")
    expect(page.locator("main")).to_contain_text(tour.says("查询码"))


def the_auditor(page: Page) -> None:
    tour = Tour(page, "auditor")
    tour.log_in("ducha")
    tour.sees("上季度")
    for name, figure in (
        ("办结率", "100.0%"),
        (tour.says("网格办结率"), "70.9%"),
        (tour.says("社区内办结率"), "94.9%"),
    ):
        assert figure == "100.0%" or figure in tour.text
        card = page.get_by_role("article").filter(has=page.get_by_role("heading", name=name, exact=True))
        expect(card).to_contain_text(figure)
    tour.press("180")
    expect(page.locator("main")).to_contain_text("共 180 件事项")
    tour.sees("家事，内容不显示")

    tour.menu("工作台")
    card = page.get_by_role("article").filter(has_text=tour.says("联户覆盖率"))
    tour.says("其余")
    card.get_by_role("link", name=re.compile("^其余")).click()
    expect(page.locator("main tbody tr").first).to_contain_text("***")
    expect(page.locator("main").get_by_role("link", name="分配")).to_have_count(0)

    tour.menu("统计报表")
    page.get_by_role("link", name=re.compile(f"^{tour.says('事项分类与层级')}")).click()
    tour.press("上季度")
    total = page.locator("main table").first.get_by_role("row").filter(has_text="合计").last
    for words in ("180", "61", "11", "2"):
        assert re.search(rf"\b{words}\b", tour.text)
        expect(total.get_by_text(words, exact=True).first).to_be_visible()
