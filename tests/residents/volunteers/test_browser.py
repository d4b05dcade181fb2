"""The double report on a phone of 360 x 740: report, claim, done, and the household's word, each with the thumb."""

import pytest
from playwright.sync_api import expect

from residents.volunteers import services
from residents.volunteers.choices import ClaimState
from residents.volunteers.models import PartyMemberReport, ServiceClaim
from tests.residents.volunteers.helping import wish
from tests.world import World, build_world

SMALL = 44


@pytest.fixture
def town(transactional_db: None) -> World:
    return build_world()


def tap(page, role: str, name: str) -> None:
    """Tap what is large enough for a thumb, on a page that is not wider than the screen."""
    target = page.get_by_role(role, name=name, exact=True).first
    assert target.bounding_box()["height"] >= SMALL, name
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    with page.expect_navigation():
        target.tap()


def test_from_the_report_to_the_word_of_the_household(town: World, phone):
    page = phone(town.stranger, width=360, height=740)
    page.goto("/service/")
    page.get_by_label("社区名称").fill("丁香")
    tap(page, "button", "查找")
    with page.expect_navigation():
        page.locator(".stairs-list a").first.tap()
    page.get_by_label("工作单位").fill("市自来水公司")
    page.locator(".choice-tile, label").filter(has_text="法律").first.tap()
    page.get_by_label("每月可服务").fill("3")
    page.get_by_label("我同意").check()
    tap(page, "button", "到社区报到")
    expect(page.get_by_text("待受理").first).to_be_visible()
    page.goto(f"/service/report/{town.community.code}/")
    expect(page.locator("input[name=employer]")).to_have_count(0)
    tap(page, "link", "打开我的报到服务")

    report = services.connect(PartyMemberReport.objects.get(), town.west_person, actor=town.desk_worker)
    services.accept(report, actor=town.secretary)
    call, code = wish(town)
    page.goto("/service/")
    tap(page, "link", "看看可以认领什么")
    tap(page, "link", f"认领 {call.title}")
    tap(page, "button", "我来做")
    expect(page.locator("main")).to_contain_text("1幢1单元101")
    page.goto("/service/")
    tap(page, "link", "已完成")
    tap(page, "button", "已完成")
    assert ServiceClaim.objects.get().state == ClaimState.DONE

    household = phone(None, width=360, height=740)
    household.goto("/service/confirm/")
    household.get_by_label("确认码").fill(code.lower())
    tap(household, "button", "下一步")
    tap(household, "button", "是的，已完成")
    expect(household.locator("main")).to_contain_text("谢谢，已确认")
    assert ServiceClaim.objects.get().state == ClaimState.CONFIRMED
    page.goto("/service/")
    expect(page.locator(".tiles-small")).to_contain_text("1")
