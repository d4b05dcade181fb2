"""Sanjiabang (domain.md 6.2, M18-M20), step by step in a browser, on the days of the script.

169 members take 1,904 households; Shen passes on Fu's two needs and hears that both are solved; a dispute on a holiday
evening is met in time; the briefing of 5 November invites 169 and carries nine items over.
"""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from governance.affairs.models import Affair
from governance.meetings import services as meetings
from governance.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_role
from grids.common import clock
from grids.places.models import Building, Unit
from residents.contacts.choices import AssignmentStatus
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.choices import Relation
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.visits.models import HouseholdNeed, VisitTask
from tests.residents.visits.quiet import quiet_world
from tests.world import SINCE, World

pytestmark = pytest.mark.once
HOUSEHOLDS, MEMBERS, TOO_FEW, PRESENT, CARRIED = 1904, 169, 126, 160, 9
NEEDS = {
    "门口的水井被堵住了，下雨天水排不出去": "路面已清理，水井已疏通。",
    "货车夜里太吵，睡不好觉": "同车队谈好绕行，窗上装了隔音板。",
}


class Calendar:
    """The portal's clock for every thread of the test; ``at`` turns it to a day and an hour."""

    def __init__(self) -> None:
        self.at(date(2026, 9, 28), 9)

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        self.moment = timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))

    def get(self) -> datetime:
        return self.moment


@pytest.fixture
def calendar(monkeypatch: Any) -> Calendar:
    shown = Calendar()
    monkeypatch.setattr(clock, "_frozen", shown)
    return shown


@pytest.fixture
def sanjiabang(transactional_db: None, calendar: Calendar) -> World:
    """A community of 1,904 households in 68 buildings, the first members registered, nobody contacted yet."""
    world = quiet_world()
    for rows in (AgendaItem, Attendance, Meeting, MeetingSeries):
        rows.objects.filter(**owned(rows, world)).delete()
    ContactAssignment.objects.filter(member=world.member).delete()
    grid = world.east_micro
    wanted = HOUSEHOLDS - Household.objects.under(world.community).covered_by_duty().count()
    buildings = Building.objects.bulk_create(Building(grid=grid, name=f"{n}号楼", order=n) for n in range(1, 69))
    units = Unit.objects.bulk_create(Unit(building=building, name="1单元") for building in buildings)
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(grid=grid, unit=units[n // 28], room=f"{n % 28 + 1:03d}", floor=n % 28 // 4 + 1, sort_key=f"{n:08d}")
        for n in range(wanted)
    )
    homes = Household.objects.bulk_create(Household(dwelling=one, opened_on=SINCE) for one in dwellings)
    settle(homes[5], "傅根林")
    world.events["fu"] = homes[5]
    world.events["homes"] = homes
    register(world, TOO_FEW - 1)
    return world


def owned(rows: Any, world: World) -> dict[str, Any]:
    return {"grid": world.community} if hasattr(rows, "grid") else {"meeting__grid": world.community}


def settle(home: Household, name: str) -> Person:
    person = Person.objects.create(name=name, birth_date=date(1951, 3, 4))
    Residency.objects.create(person=person, household=home, relation=Relation.HEAD, is_head=True, starts_on=SINCE)
    return person


def register(world: World, count: int) -> None:
    """So many further members, each behind a door of his own, eleven doors apart."""
    known = ContactMember.objects.filter(grid=world.community).count()
    for number in range(known, known + count):
        person = settle(world.events["homes"][number * 11], f"党员{number}")
        ContactMember.objects.create(grid=world.community, person=person, consented_on=SINCE, starts_on=SINCE)


def press(page: Page, name: str) -> None:
    body = page.locator("main")
    named = body.get_by_role("link", name=name, exact=True).or_(body.get_by_role("button", name=name, exact=True))
    named.locator("visible=true").first.click()


def send(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def test_sanjiabang(sanjiabang: World, calendar: Calendar, desk, visit_as):
    world = sanjiabang
    secretary = desk(world.secretary)

    @cache
    def phone(user: User) -> Page:
        """A phone without scripts: every record goes straight to the portal, under the portal's clock."""
        return visit_as(user, java_script_enabled=False, viewport={"width": 360, "height": 740}, has_touch=True)

    desk = cache(desk)

    shen = the_board(world, secretary)
    member = phone(shen)
    affairs = two_needs(world, member, shen)
    for affair, outcome in zip(affairs, NEEDS.values(), strict=True):
        solved(world, desk, phone, member, affair, outcome)
    shen_is_informed(member, affairs)
    a_holiday_evening(world, calendar, phone, member)
    the_briefing(world, calendar, desk, secretary, member)


def the_board(world: World, page: Page) -> User:
    """126 are too few; 169 take all households, eleven or twelve each. Returns the account of Shen, who has twelve."""
    board = f"/contacts/board/{world.community.pk}/"
    page.goto(board)
    expect(page.locator("main")).to_contain_text("至少需要 127 名联户党员")
    register(world, MEMBERS - TOO_FEW)
    page.goto(board)
    expect(page.locator("main")).not_to_contain_text("至少需要")
    press(page, "生成均衡方案")
    expect(page.locator("main")).to_contain_text(f"{HOUSEHOLDS}")
    press(page, "采用方案并征求党员意见")
    page.wait_for_url(f"**{board}")
    all_accept(world)
    page.goto(board)
    tile = page.locator(".tile").filter(has_text="未联户")
    expect(tile).to_contain_text("0")
    serving = ContactAssignment.objects.serving().primary().filter(member__grid=world.community)
    loads = Counter(Counter(serving.values_list("member", flat=True)).values())
    assert loads == {12: 45, 11: 124}
    fu = serving.get(household=world.fu)
    twelve = ContactMember.objects.with_load().filter(grid=world.community, load=12).exclude(pk=world.member.pk).first()
    # Shen contacts Fu: whoever has twelve takes Fu's name with him, should the plan have given Fu to somebody else.
    if ContactMember.objects.with_load().get(pk=fu.member_id).load == 12 and fu.member_id != world.member.pk:
        twelve = fu.member
    else:
        Person.objects.filter(name="傅根林").update(name="邻居")
        world.events["fu"] = serving.filter(member=twelve, household__residencies=None).first().household
        settle(world.fu, "傅根林")
    Person.objects.filter(pk=twelve.person_id).update(name="沈珍寿")
    user = User.objects.create(username="shen", display_name="沈珍寿")
    ContactMember.objects.filter(pk=twelve.pk).update(user=user)
    grant_role(user, Role.JOINT_FAMILY, world.community, actor=None, source=twelve.source)
    return user


def all_accept(world: World) -> None:
    """The members agree to what they were asked: the rows as they are after so many answers."""
    asked = list(ContactAssignment.objects.proposed().filter(member__grid=world.community).order_by("member", "pk"))
    assert len(asked) == HOUSEHOLDS
    slots: Counter[int] = Counter()
    for row in asked:
        slots[row.member_id] += 1
        row.status, row.slot, row.accepted_at = AssignmentStatus.ACTIVE, slots[row.member_id], clock.now()
    ContactAssignment.objects.bulk_update(asked, ["status", "slot", "accepted_at"], batch_size=500)


def two_needs(world: World, page: Page, shen: User) -> list[Affair]:
    """He sees his twelve households, visits Fu and passes both needs on."""
    page.goto("/contacts/mine/")
    expect(page.locator("main .door-card")).to_have_count(12)
    page.locator(".door-card").filter(has_text="傅根林").get_by_role("link").first.click()
    press(page, "记走访")
    page.get_by_text("有问题").click()
    page.get_by_label("备注").fill("老傅说了两件事，答应替他去问。")
    page.get_by_label("住户有什么诉求").fill("\n".join(NEEDS))
    press(page, "保存走访")
    for words in NEEDS:
        need = HouseholdNeed.objects.get(text=words)
        page.goto(f"/contacts/mine/{ContactAssignment.objects.serving().get(household=world.fu).pk}/")
        page.locator(".todo > li").filter(has_text=words).get_by_role("link", name="上报事项").click()
        press(page, "上报")
        affair = Affair.objects.get(need=need)
        assert (affair.source, affair.agent, affair.household) == ("joint_family", shen, world.fu)
    return list(Affair.objects.filter(agent=shen).order_by("pk"))


def solved(world: World, desk: Any, phone: Any, shen: Page, affair: Affair, outcome: str) -> None:
    """Accepted, classified, dispatched, taken, done, verified, and rated by the one who passed it on."""
    address = affair.get_absolute_url()

    def by(page: Page, *acts: str) -> Page:
        page.goto(address)
        for act in acts:
            press(page, act)
        return page

    def done(page: Page, act: str) -> None:
        """The last press of somebody's part: the affair's own page comes back."""
        press(page, act)
        page.wait_for_url(f"**{address}")

    done(by(desk(world.desk_worker), "受理"), "受理")
    page = by(desk(world.secretary), "分流")
    page.get_by_label("共事").check()
    page.get_by_label("牵头").select_option(label="网格")
    done(page, "分流")
    page = by(desk(world.street_desk), "派单")
    page.get_by_label("主办单位").select_option(label="第一网格")
    done(page, "派单")
    page = by(phone(world.east_worker), "接单", "接单", "办结")
    page.get_by_label("办理情况").fill(outcome)
    page.get_by_label("已解决").check()
    done(page, "办结")
    page = by(desk(world.leader), "核查通过")
    page.get_by_label("现场核查").check()
    done(page, "核查通过")
    by(shen, "评价结案")
    shen.get_by_label("非常满意").check()
    done(shen, "评价结案")
    affair.refresh_from_db()
    assert affair.state == "closed"


def shen_is_informed(page: Page, affairs: list[Affair]) -> None:
    page.goto("/messages/")
    expect(page.locator("main tbody tr").first).to_be_visible()
    page.goto("/member/news/")
    for outcome in NEEDS.values():
        expect(page.locator("main")).to_contain_text(outcome)
    assert len(affairs) == len(NEEDS)


def a_holiday_evening(world: World, calendar: Calendar, phone: Any, shen: Page) -> None:
    """Told on 30 September at 20:00; the clock runs through National Day; he is there at 19:30."""
    calendar.at(date(2026, 9, 30), 20)
    worker = phone(world.east_worker)
    worker.goto(f"/households/{world.fu.pk}/must-arrive/")
    worker.get_by_text("矛盾纠纷").click()
    worker.get_by_role("button", name="发起必到").first.click()
    expect(worker.get_by_role("status").first).to_be_visible()
    task = VisitTask.objects.get(household=world.fu)
    assert timezone.localtime(task.due_at) == timezone.make_aware(datetime(2026, 10, 1, 20))

    calendar.at(date(2026, 10, 1), 19, 30)
    shen.goto("/")
    card = shen.locator("#card-contact-owed")
    expect(card).to_contain_text("矛盾纠纷")
    card.locator(".todo a").first.click()
    shen.get_by_label("备注").fill("两家坐下来谈过了，各让一步。")
    press(shen, "保存走访")
    task.refresh_from_db()
    assert task.state == "arrived"
    assert task.arrived_at < task.due_at
    shen.goto(f"/must-arrive/{task.pk}/")
    expect(shen.locator("main")).to_contain_text("按时到场")


def the_briefing(world: World, calendar: Calendar, desk: Any, secretary: Page, shen: Page) -> None:
    calendar.at(date(2026, 10, 9), 3)
    meetings.plan_ahead(date(2026, 10, 9), grids=[world.community])
    meeting = Meeting.objects.get(grid=world.community, month=date(2026, 11, 1))
    assert meeting.planned_on == date(2026, 11, 5)

    calendar.at(date(2026, 11, 3), 10)
    shen.goto("/meetings/mine/")
    press(shen, "提一个问题")
    shen.locator("textarea[name=text]").fill("楼道里的电动车充电怎么办")
    send(shen)
    expect(shen.locator("main")).to_contain_text("电动车")
    clerk = desk(world.desk_worker)
    for number in range(2, CARRIED + 1):
        clerk.goto(f"/meetings/{meeting.pk}/items/")
        clerk.locator("textarea[name=text]").fill(f"第{number}个问题")
        send(clerk)
        clerk.wait_for_url(f"**/meetings/{meeting.pk}/")

    calendar.at(date(2026, 11, 5), 14, 30)
    secretary.goto(f"/meetings/{meeting.pk}/")
    expect(secretary.locator("main")).to_contain_text(f"{MEMBERS}")
    press(secretary, "开始汇报会")
    send(secretary)
    press(secretary, "点名")
    secretary.locator("input[name=present]").evaluate_all(f"all => all.slice(0, {PRESENT}).forEach(one => one.click())")
    press(secretary, "保存点名")
    secretary.wait_for_url(f"**/meetings/{meeting.pk}/")
    calendar.at(date(2026, 11, 5), 16)
    for item in list(meeting.agenda.order_by("order", "pk")):
        secretary.goto(f"/meetings/items/{item.pk}/")
        is_question = item.kind == "suggestion"
        secretary.get_by_label("结转下次" if is_question else "已答复", exact=True).check()
        if not is_question:
            secretary.locator("textarea[name=answer]").fill("按名单逐户补上。")
        send(secretary)
        expect(secretary).not_to_have_url(re.compile(f"/items/{item.pk}/"))
    secretary.goto(f"/meetings/{meeting.pk}/")
    press(secretary, "结束汇报会")
    send(secretary)
    secretary.wait_for_url(f"**/meetings/{meeting.pk}/")
    clerk.goto(f"/meetings/{meeting.pk}/")
    press(clerk, "写纪要")
    expect(clerk.locator("textarea[name=minutes]")).to_have_value(re.compile("94.7%"))
    press(clerk, "保存纪要")
    clerk.wait_for_url(f"**/meetings/{meeting.pk}/")
    secretary.goto(f"/meetings/{meeting.pk}/")
    press(secretary, "确认纪要")
    send(secretary)
    secretary.wait_for_url(f"**/meetings/{meeting.pk}/")
    secretary.goto(f"/meetings/{meeting.pk}/")
    expect(secretary.locator("main")).to_contain_text(f"{PRESENT} (94.7%)")
    assert meeting.attendances.count() == MEMBERS

    # They stand on the agenda of December, whose 5th is a Saturday.
    meetings.plan_ahead(date(2026, 11, 9), grids=[world.community])
    following = Meeting.objects.get(grid=world.community, month=date(2026, 12, 1))
    assert following.planned_on == date(2026, 12, 5) + timedelta(days=2)
    assert following.agenda.filter(times_carried=1).count() == CARRIED
