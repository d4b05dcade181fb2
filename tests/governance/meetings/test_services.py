"""A briefing from the calendar to its minutes: nothing twice, nothing lost, nobody confirms his own minutes."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from governance.affairs.choices import Source
from governance.affairs.models import Affair
from governance.meetings import services
from governance.meetings.choices import AttendanceState, ItemDecision, ItemKind, MeetingState
from governance.meetings.models import AgendaItem, Attendance, Meeting, MeetingSeries
from grids.common.clock import stopped_at
from grids.common.errors import Conflict, Refused
from grids.notifications.models import Notification
from grids.trail.models import AuditEntry
from residents.visits.models import HouseholdNeed
from tests.world import enlist

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 8)  # the 5th is a holiday


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def no_meetings_yet(world):
    AgendaItem.objects.all().delete()
    Attendance.objects.all().delete()
    Meeting.objects.all().delete()
    MeetingSeries.objects.all().delete()


def at(day: date, hour: int = 9) -> stopped_at:
    return stopped_at(timezone.make_aware(datetime.combine(day, time(hour))))


@pytest.fixture
def briefing(world) -> Meeting:
    with at(date(2026, 9, 20)):
        services.plan_ahead(date(2026, 9, 20))
    return Meeting.objects.get(grid=world.community)


def in_session(world, meeting: Meeting) -> Meeting:
    with at(DAY, 14):
        return services.open_meeting(meeting, actor=world.secretary)


def need_of(world, text: str = "水井堵了", raised: date = date(2026, 9, 10)) -> HouseholdNeed:
    when = timezone.make_aware(datetime.combine(raised, time(10)))
    household = world.households["east"]
    return HouseholdNeed.objects.create(encounter=world.east_visit, household=household, text=text, raised_at=when)


# ------------------------------------------------------------------ the calendar
def test_every_community_with_contacts_gets_its_briefing_once(world):
    with at(date(2026, 9, 20)):
        assert {meeting.grid for meeting in services.plan_ahead(date(2026, 9, 20))} == {
            world.community,
            world.foreign_community,
        }
        assert services.plan_ahead(date(2026, 9, 20)) == []
        assert services.plan_ahead(date(2026, 9, 21)) == []
    meeting = Meeting.objects.get(grid=world.community)
    assert (meeting.month, meeting.planned_on) == (date(2026, 10, 1), DAY)
    assert [row.member for row in meeting.attendances.all()] == [world.member]


def test_under_the_policy_keep_it_stays_on_the_holiday(world):
    series = services.series_of(world.community)
    values = {"day": 5, "holiday_policy": "keep", "starts_at": time(9), "place": "会议室"}
    services.change_series(series, actor=world.secretary, version=series.version, **values)
    with at(date(2026, 9, 20)):
        services.plan_ahead(date(2026, 9, 20), grids=[world.community])
    meeting = Meeting.objects.get(grid=world.community)
    assert (meeting.planned_on, meeting.place) == (date(2026, 10, 5), "会议室")


def test_members_who_join_later_are_invited_when_it_begins(world, briefing):
    late = enlist(world, "east_other", "community", None)
    world.east_contact.__class__.objects.create(
        household=world.households["member"], member=late, slot=1, starts_on=date(2026, 9, 25)
    )
    meeting = in_session(world, briefing)
    assert {row.member for row in meeting.attendances.all()} == {world.member, late}


def test_invitations_go_out_three_working_days_before_and_once(world, briefing):
    day_before = date(2026, 9, 27)
    assert services.convene_due(day_before) == 0
    assert services.convene_due(date(2026, 9, 28)) == 2  # the foreign community's as well
    assert services.convene_due(date(2026, 9, 28)) == 0
    message = Notification.objects.of(world.joint_member).get()
    assert "2026-10-08 14:30" in str(message)
    assert Meeting.objects.get(pk=briefing.pk).state == MeetingState.CONVENED


# ------------------------------------------------------------------ the agenda
def test_the_agenda_is_filled_from_what_is_open_and_kept_in_step(world):
    need = need_of(world)
    with at(date(2026, 9, 20)):
        services.plan_ahead(date(2026, 9, 20), grids=[world.community])
        meeting = Meeting.objects.get()
        [item] = meeting.agenda.filter(kind=ItemKind.NEED)
        assert (item.need, item.household, item.member) == (need, world.households["east"], world.member)
        assert meeting.agenda.filter(kind=ItemKind.VISITS).exists()
        assert services.refresh_agenda(meeting, actor=world.secretary) == 0
        Affair.objects.create(
            number="AF-990106001001-20260920-0001",
            text="井",
            grid=world.east_grid,
            household=need.household,
            need=need,
            source=Source.JOINT_FAMILY,
        )
        services.refresh_agenda(meeting, actor=world.secretary)
        assert not meeting.agenda.filter(kind=ItemKind.NEED).exists()
        second = need_of(world, "车辆噪音", date(2026, 9, 19))
        assert services.refresh_agenda(meeting, actor=world.secretary) == 1
        assert meeting.agenda.get(kind=ItemKind.NEED).need == second


def test_a_need_of_another_community_is_not_on_it(world):
    HouseholdNeed.objects.create(
        encounter=world.foreign_visit,
        household=world.households["foreign"],
        text="外区的事",
        raised_at=timezone.make_aware(datetime(2026, 9, 10, 9)),
    )
    with at(date(2026, 9, 20)):
        services.plan_ahead(date(2026, 9, 20), grids=[world.community])
    assert not AgendaItem.objects.filter(meeting__grid=world.community, text="外区的事").exists()


def test_every_item_closes_with_a_decision_before_the_meeting_ends(world):
    need_of(world)
    with at(date(2026, 9, 20)):
        services.plan_ahead(date(2026, 9, 20), grids=[world.community])
    meeting = in_session(world, Meeting.objects.get())
    with at(DAY, 15):
        services.add_item(meeting, actor=world.secretary, text="停车太乱", member=world.member)
        with pytest.raises(Refused):
            services.close_meeting(meeting, actor=world.secretary)
        for item in meeting.agenda.exclude(kind=ItemKind.NEED):
            services.decide(item, actor=world.secretary, version=item.version, decision="answered", answer="已办")
        item = meeting.agenda.get(kind=ItemKind.NEED)
        decided = services.decide(item, actor=world.secretary, version=item.version, decision="affair", place="井边")
        services.close_meeting(meeting, actor=world.secretary)
    affair = decided.affair
    assert (affair.need, affair.agent, affair.place) == (item.need, world.joint_member, "井边")
    assert affair.text == "水井堵了（2026-10-08 汇报会提出）"
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.HELD
    told = [str(one) for one in Notification.objects.of(world.joint_member)]
    assert any("停车太乱" in words for words in told)
    assert any("水井堵了" in words for words in told)
    acts = AuditEntry.objects.filter(act__startswith="meeting.").values_list("act", flat=True)
    assert {"meeting.plan", "meeting.open", "meeting.add", "meeting.decide", "meeting.close"} <= set(acts)


def test_an_item_that_is_carried_over_comes_back_and_counts(world):
    first = date(2026, 9, 20)
    with at(first):
        services.plan_ahead(first, grids=[world.community])
    meeting = in_session(world, Meeting.objects.get())
    with at(DAY, 15):
        item = services.add_item(meeting, actor=world.secretary, text="停车太乱")
        for one in meeting.agenda.all():
            services.decide(one, actor=world.secretary, version=one.version, decision="carried")
        services.close_meeting(meeting, actor=world.secretary)
    with at(date(2026, 10, 20)):
        services.plan_ahead(date(2026, 10, 20), grids=[world.community])
    following = Meeting.objects.get(month=date(2026, 11, 1))
    again = following.agenda.get(text="停车太乱")
    assert (again.carried_from, again.times_carried, again.decision) == (item, 1, ItemDecision.OPEN)
    with at(date(2026, 10, 21)):
        services.cancel(following, actor=world.secretary, reason="台风")
    with at(date(2026, 11, 20)):
        services.plan_ahead(date(2026, 11, 20), grids=[world.community])
    assert Meeting.objects.get(month=date(2026, 12, 1)).agenda.get(text="停车太乱").times_carried == 1


def test_what_somebody_asked_for_a_briefing_that_is_called_off_stands_on_the_next_one_once(world, briefing):
    with at(date(2026, 9, 21)):
        asked = services.speak_up(briefing, actor=world.joint_member, text="停车太乱")
        services.cancel(briefing, actor=world.secretary, reason="台风")
    for today, month in ((date(2026, 10, 20), 11), (date(2026, 11, 20), 12)):
        with at(today):
            services.plan_ahead(today, grids=[world.community])
            following = Meeting.objects.get(month=date(2026, month, 1))
            again = following.agenda.get(text="停车太乱")
            assert (again.carried_from, again.member, again.kind) == (asked, world.member, ItemKind.SUGGESTION)
            services.cancel(following, actor=world.secretary, reason="又是台风")


def test_of_two_decisions_on_one_item_one_is_told_to_look_again(world, briefing):
    meeting = in_session(world, briefing)
    with at(DAY, 15):
        item = services.add_item(meeting, actor=world.secretary, text="停车太乱")
        services.decide(item, actor=world.desk_worker, version=item.version, decision="answered", answer="已办")
        with pytest.raises(Conflict):
            services.decide(item, actor=world.secretary, version=item.version, decision="carried")


# ------------------------------------------------------------------ who came
def test_roll_and_code_do_not_take_each_other_off_the_list(world, briefing):
    other = enlist(world, "east_other", "community", None)
    Attendance.objects.create(meeting=briefing, member=other)
    meeting = in_session(world, briefing)
    with at(DAY, 15):
        services.check_in(meeting, actor=world.joint_member)
        services.call_roll(meeting, actor=world.secretary, present=[other.pk], shown=[other.pk])
        states = dict(meeting.attendances.values_list("member_id", "state"))
        assert states == {world.member.pk: AttendanceState.PRESENT, other.pk: AttendanceState.PRESENT}
        services.call_roll(meeting, actor=world.secretary, present=[], shown=[other.pk])
        assert meeting.attendances.get(member=other).state == AttendanceState.INVITED
        assert services.check_in(meeting, actor=world.joint_member).way == "code"


def test_only_those_invited_sign_in_speak_up_and_excuse_themselves(world, briefing):
    for act in (services.excuse, services.check_in):
        with pytest.raises(Refused):
            act(briefing, actor=world.east_worker)
    with pytest.raises(Refused):
        services.speak_up(briefing, actor=world.east_worker, text="我也说一句")
    with pytest.raises(Refused):  # not before it begins
        services.check_in(briefing, actor=world.joint_member)
    assert services.excuse(briefing, actor=world.joint_member).state == AttendanceState.EXCUSED
    assert services.excuse(briefing, actor=world.joint_member).state == AttendanceState.INVITED
    assert services.speak_up(briefing, actor=world.joint_member, text=" 路灯坏了 ").text == "路灯坏了"


# ------------------------------------------------------------------ minutes
def test_whoever_writes_the_minutes_does_not_confirm_them(world, briefing):
    meeting = in_session(world, briefing)
    with at(DAY, 16):
        for item in meeting.agenda.all():
            services.decide(item, actor=world.secretary, version=item.version, decision="carried")
        meeting = services.close_meeting(meeting, actor=world.secretary)
        text = f"{world.persons['member'].name}反映路灯坏了，电话13800000103。"
        meeting = services.write_minutes(meeting, actor=world.desk_worker, version=meeting.version, minutes=text)
        with pytest.raises(Refused):
            services.confirm_minutes(meeting, actor=world.desk_worker, version=meeting.version, public_minutes=text)
        with pytest.raises(Conflict):
            services.confirm_minutes(meeting, actor=world.secretary, version=meeting.version - 1, public_minutes=text)
        meeting = services.confirm_minutes(meeting, actor=world.secretary, version=meeting.version, public_minutes=text)
        assert meeting.public_minutes == "孙某反映路灯坏了，电话（电话略）。"
        with pytest.raises(Refused):
            services.write_minutes(meeting, actor=world.desk_worker, version=meeting.version, minutes="改")
        assert services.publish_minutes(meeting, actor=world.secretary).state == MeetingState.PUBLISHED


@pytest.mark.parametrize("name", ["leader", "east_worker", "auditor", "street_desk", "foreign_secretary"])
def test_only_the_desk_of_the_community_holds_its_meetings(world, briefing, name):
    actor = world.users[name]
    for act in (services.convene, services.open_meeting):
        with pytest.raises(Refused):
            act(briefing, actor=actor)
    with pytest.raises(Refused):
        services.cancel(briefing, actor=actor, reason="没空")


def test_moving_needs_a_reason_and_a_day_to_come(world, briefing):
    with at(date(2026, 9, 21)):
        options = {"actor": world.secretary, "starts_at": time(9), "place": ""}
        for to, reason, field in [
            (date(2026, 9, 20), "会场冲突", "to"),
            (date(2027, 9, 21), "会场冲突", "to"),
            (DAY + timedelta(days=1), " ", "reason"),
        ]:
            with pytest.raises(ValidationError) as problem:
                services.move(briefing, to=to, reason=reason, **options)
            assert set(problem.value.message_dict) == {field}
        moved = services.move(briefing, to=DAY + timedelta(days=1), reason="会场冲突", **options)
        assert moved.planned_on == DAY + timedelta(days=1)
