"""The page of a joint-family member of 75: four buttons, one field, plain sentences, one sheet of paper."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from governance.affairs.choices import AffairState, Source
from governance.affairs.models import Affair
from governance.meetings.coming import next_briefing
from governance.meetings.models import Meeting
from governance.workbench.member import news_of, sentence
from grids.common.clock import now
from residents.visits.models import Encounter, HouseholdNeed, VisitTask
from residents.visits.services import answer_need, correct_visit, log_visit
from tests.governance.indicators.quarter import affair

PASS = "governance:member-pass"


@pytest.fixture
def as_member(client, world):
    client.force_login(world.joint_member)
    return client


def test_four_buttons_and_what_cannot_wait_before_them(as_member, world):
    VisitTask.objects.all().delete()
    assert "card-contact-owed" not in as_member.get("/").content.decode()
    VisitTask.objects.create(
        household=world.east_household, trigger="hardship", source="staff", due_at=now() + timedelta(hours=9)
    )
    page = as_member.get("/").content.decode()
    before, _nav, after = page.partition('class="four"')
    assert after.partition("</nav>")[0].count("<a ") == 4
    assert reverse("residents:encounter-log", args=[world.east_household.pk]) in before
    assert "字太小" in before
    as_member.cookies["care"] = "on"
    assert "字太小" not in as_member.get("/").content.decode()


def test_one_field_and_the_household_make_an_affair_with_him_as_spokesman(as_member, world):
    form = {"text": "门口的窨井堵了", "household": world.east_household.pk}
    answer = as_member.post(reverse(PASS), form, follow=True)
    made = Affair.objects.get(text="门口的窨井堵了")
    assert (made.agent, made.reporter, made.source) == (world.joint_member, world.joint_member, Source.JOINT_FAMILY)
    assert made.household == world.east_household
    assert "您反映的“门口的窨井堵了”" in answer.content.decode()


def test_a_place_needs_no_household(as_member, world):
    as_member.post(reverse(PASS), {"text": "广场的路灯不亮了", "household": ""})
    assert Affair.objects.get(text="广场的路灯不亮了").grid == world.community


def test_only_his_own_households_can_be_chosen(as_member, world):
    page = as_member.get(reverse(PASS)).content.decode()
    assert "赵一" in page
    assert "钱二" not in page
    as_member.post(reverse(PASS), {"text": "隔壁太吵", "household": world.households["east_other"].pk})
    assert not Affair.objects.filter(text="隔壁太吵").exists()


def test_words_that_judge_are_asked_about_once(as_member, world):
    form = {"text": "他是钉子户，不肯让路", "household": world.east_household.pk}
    assert "钉子户" in as_member.post(reverse(PASS), form).content.decode()
    assert not Affair.objects.filter(text=form["text"]).exists()
    as_member.post(reverse(PASS), {**form, "wording_checked": "on"})
    assert Affair.objects.filter(text=form["text"]).exists()


def test_what_became_of_it_in_plain_sentences(world):
    at = datetime(2026, 7, 15, 1, tzinfo=UTC)

    def told(**values):
        return sentence(affair(1, world.east_grid, reported_at=at, accepted_at=at, **values))

    solved = told(state=AffairState.CLOSED, outcome="solved", result="路面已清理", submitted_at=at + timedelta(days=3))
    assert solved == "07月18日已解决：路面已清理"
    assert told(state=AffairState.REPORTED) == "07月15日已转达，社区会尽快答复。"
    assert told(state=AffairState.ACCEPTED) == "社区07月15日已受理。"
    on_the_way = told(state=AffairState.HANDLING, taken_at=at, handle_due_at=at + timedelta(days=5))
    assert on_the_way == "07月15日起有人在办，最晚07月20日办结。"
    assert told(state=AffairState.SUBMITTED, submitted_at=at) == "07月15日已办结，正在核查。"


def test_a_need_that_nobody_took_up_is_told_too(world):
    visit = Encounter.objects.create(household=world.east_household, visitor=world.joint_member, has_needs=True)
    need = HouseholdNeed.objects.create(encounter=visit, household=world.east_household, text="想装扶手")
    assert [one.words for one in news_of(world.joint_member)] == ["想装扶手"]
    affair(5, world.east_grid, need=need, agent=world.joint_member, text="想装扶手").save()
    assert [one.is_done for one in news_of(world.joint_member)] == [True]


def test_a_need_that_was_answered_is_told_with_the_answer(as_member, world):
    visit = Encounter.objects.create(household=world.east_household, visitor=world.joint_member, has_needs=True)
    need = HouseholdNeed.objects.create(encounter=visit, household=world.east_household, text="想装扶手")
    answer_need(need, actor=world.secretary, text="下周三上门安装")
    [news] = news_of(world.joint_member)
    assert (news.words, news.is_done) == ("想装扶手", True)
    assert "下周三上门安装" in as_member.get(news.url).content.decode()
    assert news.sentence.endswith("已答复：下周三上门安装")


def test_what_was_entered_from_his_sheet_is_his_also_after_a_correction(world):
    visit = log_visit(
        world.east_household,
        actor=world.desk_worker,
        on_behalf_of=world.member,
        client_id=uuid4(),
        needs=["想装扶手"],
        invited=True,
    )
    assert [one.words for one in news_of(world.joint_member)] == ["想装扶手"]
    assert news_of(world.desk_worker) == []
    correct_visit(visit, actor=world.desk_worker, reason="写错了", note="约了下周再来一趟看看")
    assert [one.words for one in news_of(world.joint_member)] == ["想装扶手"]


def test_the_sheet_holds_his_households_and_what_is_open(as_member, world, client):
    visit = Encounter.objects.create(household=world.east_household, visitor=world.joint_member, has_needs=True)
    HouseholdNeed.objects.create(encounter=visit, household=world.east_household, text="想装扶手")
    page = as_member.get(reverse("governance:member-sheet")).content.decode()
    assert "赵一" in page
    assert "想装扶手" in page
    assert "钱二" not in page
    client.force_login(world.auditor)
    paper = client.get(reverse("governance:member-paper", args=[world.member.pk])).content.decode()
    assert "赵一" not in paper
    assert "赵*" in paper


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 11, 30), date(2026, 12, 7)),  # the 5th is a Saturday
        (date(2026, 12, 7), date(2026, 12, 7)),
        (date(2026, 12, 8), date(2027, 1, 5)),
    ],
)
def test_the_sheet_names_the_day_of_the_next_briefing(world, on, day):
    Meeting.objects.filter(grid=world.community).update(state="held")
    assert next_briefing(world.community, on) == day


def test_a_briefing_that_was_moved_is_named_by_its_new_day(world):
    Meeting.objects.filter(grid=world.community).update(state="convened", planned_on=date(2026, 12, 9))
    assert next_briefing(world.community, date(2026, 12, 1)) == date(2026, 12, 9)
    assert next_briefing(world.next_community, date(2026, 12, 1)) == date(2026, 12, 7)


def test_large_enough_for_old_eyes_and_fingers(phone, world):
    page = phone(world.joint_member, width=360, height=740)
    page.goto("/")
    page.locator(".care-offer-button").tap()
    page.wait_for_selector(":root[data-care='on']")
    for button in page.locator(".four a").all():
        assert button.bounding_box()["height"] >= 60
    for address in ("/", reverse(PASS), reverse("governance:member-news"), reverse("residents:contact-mine")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        cut = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(one => one.scrollWidth > one.clientWidth + 1"
            " && getComputedStyle(one).overflow !== 'visible' && one.clientWidth > 0"
            " && !one.closest('.visually-hidden')).map(one => one.className || one.tagName)"
        )
        assert not [name for name in cut if "visually-hidden" not in str(name)], (address, cut)
    page.goto("/")
    page.locator(".four a").nth(1).tap()
    page.locator("textarea").fill("楼道灯坏了")
    page.locator("form.pass-on button[type=submit]").tap()
    page.wait_for_url("**/member/news/")
    assert "楼道灯坏了" in page.locator(".news").inner_text()
