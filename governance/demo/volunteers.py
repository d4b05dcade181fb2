"""Party members who report to Dingshan, and what it asks of them, through the room's services (domain.md M21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from governance.demo.accounts import AccountMaker
from governance.demo.names import REFERENCE_DAY
from governance.demo.territory import CommunityPlan
from grids.access.models import User
from grids.common.clock import stopped_at, today
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Household, Person, Residency
from residents.volunteers import services
from residents.volunteers.choices import Skill
from residents.volunteers.models import PartyMemberReport

EMPLOYERS = [
    "鼓楼区税务局",
    "市自来水公司",
    "第二十九中学",
    "市第一医院",
    "地铁运营公司",
    "江南银行",
    "区法院",
    "省设计院",
]
REPORTS, WAITING = 16, 2
YOUNGEST, OLDEST = 25, 59
USERNAME, UNKNOWN = "zaizhi", "zaizhi2"
WISH, POST = True, False


@dataclass(frozen=True)
class Asked:
    """What is asked for, and what becomes of it: "", "claimed", "done", "confirmed" or "refused"."""

    is_wish: bool
    title: str
    text: str
    skill: Skill | None
    hours: str
    becomes: str = ""


ASKED = [
    Asked(WISH, "厨房灯坏了想换一个", "灯泡已买好，个子不够高，想请人上门换。", Skill.CONVENIENCE, "0.5", "confirmed"),
    Asked(WISH, "学会用手机挂号", "想学用手机预约挂号，眼睛不太好，请慢慢教。", Skill.DIGITAL, "1", "done"),
    Asked(WISH, "孩子的数学想请人辅导", "初一，每周一次，在社区活动室。", Skill.TUTORING, "2", "claimed"),
    Asked(WISH, "想有人陪着下下棋", "周末下午有空，象棋、围棋都可以。", Skill.ELDERLY, "1.5"),
    Asked(WISH, "咨询房屋继承的手续", "材料不知道怎么准备，想请懂法律的同志看看。", Skill.LEGAL, "1"),
    Asked(POST, "周六清扫小花园", "上午九点在小花园集合，工具由社区准备。", Skill.ENVIRONMENT, "2", "done"),
    Asked(POST, "楼道消防通道排查", "两人一组查看楼道堆物和电动车，发现后报网格员。", Skill.HAZARDS, "2", "confirmed"),
    Asked(POST, "医保新政策宣讲", "在社区活动室讲半小时，答疑半小时。", Skill.POLICY, "1", "confirmed"),
    Asked(POST, "重阳节活动搭把手", "布置会场，扶老人上下台阶。", None, "3", "refused"),
    Asked(POST, "晚间文明停车劝导", "晚上七点到八点，在东门。", None, "1"),
]


def load_volunteers(
    plan: CommunityPlan, accounts: AccountMaker, secretary: User, worker: User, random: Random, *, now: datetime
) -> tuple[int, dict[str, User]]:
    """Reports, wishes and posts in every state; returns how many reports, and the accounts of two members."""
    community = Grid.objects.get(code=plan.code)
    people = list(_candidates(community))[: REPORTS + 1]
    *known, unknown = people
    users = accounts.make([(USERNAME, known[0].name), (UNKNOWN, unknown.name)])
    reports = []
    for place, person in enumerate(known):
        with stopped_at(now - timedelta(days=60 - place)):
            user = users[USERNAME] if place == 0 else None
            report = services.register(
                person, community, actor=worker, consented_on=today(), user=user, **_offer(place, random)
            )
            if place < REPORTS - WAITING:
                reports.append(services.accept(report, actor=secretary))
    offer = _offer(REPORTS, random)
    services.report_oneself(community, actor=users[UNKNOWN], agrees=True, **offer)
    _ask(community, reports, secretary, worker, now=now)
    return PartyMemberReport.objects.count(), users


def _offer(place: int, random: Random) -> dict[str, Any]:
    skills = random.sample(Skill.values, random.randint(1, 3))
    return {"employer": EMPLOYERS[place % len(EMPLOYERS)], "skills": skills, "hours_a_month": random.randint(1, 8)}


def _ask(community: Grid, reports: list[PartyMemberReport], secretary: User, worker: User, *, now: datetime) -> None:
    """The first wishes are those of households that the tour's joint-family member contacts: he confirms one."""
    own = ContactAssignment.objects.serving().primary().filter(member__user__username="lianhu")
    lived_in = Residency.objects.active().filter(person__in=[report.person_id for report in reports])
    households = Household.objects.active().filter(contact_assignments__in=own)
    # Nobody claims the wish of his own household.
    households = households.exclude(pk__in=lived_in.values("household"))
    homes = iter(households.with_place().in_reading_order())
    for place, asked in enumerate(ASKED):
        told = now - timedelta(days=20 - place)
        with stopped_at(told):
            call, code = services.publish(
                community,
                actor=worker,
                household=next(homes) if asked.is_wish else None,
                agrees=asked.is_wish,
                title=asked.title,
                text=asked.text,
                skill=asked.skill.value if asked.skill else "",
                hours=Decimal(asked.hours),
                until_on=today() + timedelta(days=40),
            )
            if not asked.becomes:
                continue
            # Every second one is the tour's own.
            report = reports[0] if place % 2 else reports[1 + place]
            doer = report.user or worker
            claim = services.claim(call, report, actor=doer)
        if asked.becomes == "claimed":
            continue
        with stopped_at(told + timedelta(days=2)):
            claim = services.finish(claim, actor=doer, done_on=today(), hours=Decimal(asked.hours))
        with stopped_at(told + timedelta(days=3)):
            if asked.becomes == "confirmed" and code:
                services.answer_by_code(code, was_done=True)
            elif asked.becomes == "confirmed":
                services.confirm(claim, actor=secretary)
            elif asked.becomes == "refused":
                services.deny(claim, actor=secretary, reason="活动改期，没有办成")


def _candidates(community: Grid) -> Iterator[Person]:
    """Party members of working age who contact no households, in reading order, one a household."""
    members = ContactMember.objects.filter(grid=community).order_by().values("person")
    living = Residency.objects.active().under(community).filter(person__party_member=True).exclude(person__in=members)
    seen = set()
    for one in living.select_related("person").in_reading_order():
        born = one.person.birth_date
        if born and YOUNGEST <= REFERENCE_DAY.year - born.year <= OLDEST and one.household_id not in seen:
            seen.add(one.household_id)
            yield one.person
