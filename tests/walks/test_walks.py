"""The four walks from the doorstep to the auditor's report, in a browser, through the buttons that people press."""

import pytest
from playwright.sync_api import Page, expect

from governance.affairs.models import Affair
from residents.contacts.models import ContactAssignment
from residents.visits.models import Encounter
from tests.browser import send_now

pytestmark = pytest.mark.both


def press(page: Page, name: str) -> None:
    """The one button or link of the page's body that says exactly ``name``."""
    body = page.locator("main")
    named = body.get_by_role("link", name=name, exact=True).or_(body.get_by_role("button", name=name, exact=True))
    named.locator("visible=true").click()


def test_the_secretary_assigns_a_contact(desk, world):
    home = world.households["east_other"]
    page = desk(world.secretary)
    page.goto("/")
    page.get_by_role("link", name="1幢1单元102").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("分配第一联系人")
    page.get_by_text("孙党员").click()
    press(page, "分配")
    expect(page.locator("main")).to_contain_text("孙党员")
    assignment = ContactAssignment.objects.serving().get(household=home)
    assert assignment.member_id == world.member.pk
    assert assignment.assigned_by_id == world.secretary.pk


def test_the_grid_member_logs_a_visit_in_two_taps(phone, world):
    taps, before = 0, Encounter.objects.count()
    page = phone(world.east_worker, width=360)
    page.goto("/")
    page.get_by_role("link", name="记走访 1幢1单元102").tap()
    taps += 1
    page.get_by_role("button", name="一切正常，保存").tap()
    taps += 1
    expect(page.get_by_role("status").filter(has_text="已保存在手机")).to_be_visible()
    send_now(page)
    assert taps == 2
    assert Encounter.objects.count() == before + 1
    visit = Encounter.objects.latest("pk")
    assert (visit.household_id, visit.visitor_id, visit.outcome) == (
        world.households["east_other"].pk,
        world.east_worker.pk,
        "met",
    )


def test_an_affair_goes_from_report_to_closing_through_six_people(desk, phone, world):
    reporter = phone(world.joint_member)
    reporter.goto("/")
    reporter.get_by_role("link", name="上报", exact=True).locator("visible=true").tap()
    reporter.get_by_label("什么事").fill("单元门口停车太乱，婴儿车推不过去。")
    reporter.get_by_label("哪一户").select_option(label="1幢1单元101")
    press(reporter, "上报")
    press(reporter, "打开这件事项")
    address = reporter.url

    clerk = desk(world.desk_worker)
    clerk.goto(address)
    press(clerk, "受理")
    press(clerk, "受理")

    secretary = desk(world.secretary)
    secretary.goto(address)
    press(secretary, "分流")
    expect(secretary.locator("main")).to_contain_text("停车管理")
    secretary.get_by_label("牵头").select_option(label="网格")
    press(secretary, "分流")

    street = desk(world.street_desk)
    street.goto(address)
    press(street, "派单")
    street.get_by_label("主办单位").select_option(label="第一网格")
    press(street, "派单")

    worker = phone(world.east_worker)
    worker.goto(address)
    press(worker, "接单")
    press(worker, "接单")
    press(worker, "办结")
    worker.get_by_label("办理情况").fill("与车主商量后划出通道，早晚有人引导。")
    worker.get_by_label("达成公约").check()
    press(worker, "办结")
    # Whoever handled it finds no way to verify it.
    expect(worker.get_by_role("link", name="核查通过")).to_have_count(0)

    leader = desk(world.leader)
    leader.goto(address)
    press(leader, "核查通过")
    leader.get_by_label("现场核查").check()
    press(leader, "核查通过")

    reporter.goto(address)
    press(reporter, "评价结案")
    reporter.get_by_label("非常满意").check()
    press(reporter, "评价结案")
    expect(reporter.locator("main")).to_contain_text("已结案")

    affair = Affair.objects.latest("pk")
    assert affair.state == "closed"
    assert affair.rating == 5
    people = list(affair.steps.order_by("sequence").values_list("transition", "actor__username"))
    assert people == [
        ("report", "joint_member"),
        ("accept", "desk_worker"),
        ("classify", "secretary"),
        ("dispatch", "street_desk"),
        ("take", "east_worker"),
        ("submit", "east_worker"),
        ("verify", "leader"),
        ("evaluate", "joint_member"),
    ]
    assert len({username for _step, username in people}) == 6


def test_the_auditor_opens_a_figure_down_to_its_masked_rows(desk, world):
    page = desk(world.auditor)
    page.goto("/")
    card = page.locator("main").get_by_role("article").filter(has_text="联户覆盖率")
    expect(card).to_contain_text("25.0%")
    card.get_by_role("link", name="其余 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("联户覆盖率：其余")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    expect(page.locator("main")).to_contain_text("1幢1单元***")
    expect(page.locator("main")).to_contain_text("钱*")
    for hidden in ("钱二", "1单元102", "99010119560713002"):
        expect(page.locator("main")).not_to_contain_text(hidden)
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("***")
    expect(page.locator("main")).not_to_contain_text("钱二")
