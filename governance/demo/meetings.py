"""The briefings of the demo: last month's is over, its minutes are published; the next one is planned."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from governance.demo.territory import DINGSHAN, SANJIABANG
from governance.meetings import rules, services
from governance.meetings.choices import HolidayPolicy, ItemDecision
from governance.meetings.models import Meeting
from governance.meetings.reports import draft_of_minutes
from grids.common.clock import stopped_at
from grids.tree.models import Grid

PLACE = "社区党群服务中心二楼会议室"
QUESTIONS = ["小区门口晚上停车太乱，能不能划线？", "孤老的送餐时间能不能早半小时？", "楼道里的感应灯隔三差五不亮"]
ANSWERS = ["已请物业本周内处理，由网格员回访", "社区已与社会组织商定，下月起调整", "已登记，列入小修计划"]
# 160 of 169 came: 94.7 % (domain.md M19).
ABSENT = 9


def load_meetings(random: Random, secretaries: dict[str, Any], recorders: dict[str, Any], *, now: datetime) -> int:
    """Last month's briefing of both communities from invitation to minutes, and those of the next thirty days."""
    made = 0
    for code in (SANJIABANG, DINGSHAN):
        grid = Grid.objects.get(code=code)
        day = _last_day(now.date())
        with stopped_at(_at(day - timedelta(days=20), 8)):
            made += len(services.plan_ahead((day - timedelta(days=20)), grids=[grid]))
        meeting = Meeting.objects.filter(grid=grid, planned_on=day).first()
        if meeting is not None:
            _hold(meeting, random, secretaries[code], recorders[code])
        made += len(services.plan_ahead(now.date(), grids=[grid]))
    return made


def _last_day(today: date) -> date:
    """The day of the newest briefing that is over: this month's, or the one of the month before."""
    first = today.replace(day=1)
    day = rules.planned_day(first.year, first.month, 5, HolidayPolicy.NEXT_WORKDAY)
    if day < today - timedelta(days=1):
        return day
    first = (first - timedelta(days=1)).replace(day=1)
    return rules.planned_day(first.year, first.month, 5, HolidayPolicy.NEXT_WORKDAY)


def _hold(meeting: Meeting, random: Random, secretary: Any, recorder: Any) -> None:
    day = meeting.planned_on
    with stopped_at(_at(rules.invitation_day(day), 9)):
        services.convene(meeting, actor=secretary)
        for text in QUESTIONS:
            services.add_item(meeting, actor=secretary, text=text)
    with stopped_at(_at(day, 14)):
        services.open_meeting(meeting, actor=secretary)
        members = sorted(meeting.attendances.values_list("member_id", flat=True))
        absent = set(random.sample(members, min(ABSENT, len(members) // 4)))
        present = [member for member in members if member not in absent]
        services.call_roll(meeting, actor=secretary, present=present, shown=members)
    with stopped_at(_at(day, 16)):
        for number, item in enumerate(meeting.agenda.order_by("order", "pk")):
            carried = number % 4 == 3
            services.decide(
                item,
                actor=secretary,
                version=item.version,
                decision=ItemDecision.CARRIED if carried else ItemDecision.ANSWERED,
                answer="" if carried else ANSWERS[number % len(ANSWERS)],
            )
        services.close_meeting(meeting, actor=secretary)
    with stopped_at(_at(day + timedelta(days=1), 10)):
        _write_up(meeting, secretary, recorder)


def _write_up(meeting: Meeting, secretary: Any, recorder: Any) -> None:
    fresh = Meeting.objects.select_related("series", "grid").get(pk=meeting.pk)
    written = services.write_minutes(fresh, actor=recorder, version=fresh.version, minutes=draft_of_minutes(fresh))
    confirmed = services.confirm_minutes(
        written, actor=secretary, version=written.version, public_minutes=written.minutes
    )
    services.publish_minutes(confirmed, actor=secretary)


def _at(day: Any, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
