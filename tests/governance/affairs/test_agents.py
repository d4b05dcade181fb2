"""The spokesman follows his affair, and some affairs send somebody to the household at once."""

from types import SimpleNamespace

import pytest

from governance.affairs.agents import what_became
from governance.affairs.arriving import trigger_of
from governance.affairs.models import Affair, ClassificationRule
from governance.affairs.services import report, transition
from grids.access.choices import Permission
from grids.notifications.models import Notification
from residents.visits.choices import Trigger
from residents.visits.models import HouseholdNeed, VisitTask
from residents.visits.needs import need_lines
from tests.governance.affairs.cast import PATH

NEED = "门口井盖松动，老人差点摔倒"


def need_of(world) -> HouseholdNeed:
    return HouseholdNeed.objects.create(encounter=world.east_visit, household=world.east_household, text=NEED)


def messages_of(user) -> list[str]:
    found = Notification.objects.filter(user=user, kind__startswith="affairs.agent_").order_by("pk")
    return [one.text for one in found]


def test_the_spokesman_hears_of_every_step_and_of_none_that_he_took_himself(road):
    world = road.world
    need = need_of(world)
    affair = report(actor=world.fresh("joint_member"), need=need, text=NEED + "，电话13800000101")
    assert affair.agent == world.joint_member
    for name, who in PATH:
        # The reporter evaluates; here somebody else records it for him.
        affair = road.step(affair, name, "secretary" if name == "evaluate" else who)
    told = messages_of(world.joint_member)
    steps = [name for name, _who in PATH]
    assert len(told) == len(steps)
    assert told[0].startswith("您反映的“门口井盖松动")
    assert told[0].endswith("：受理")
    assert not any("1380000" in text for text in told)
    first = Notification.objects.filter(user=world.joint_member, kind="affairs.agent_accept").get()
    assert first.url == affair.get_absolute_url()
    assert Affair.objects.restrict(world.fresh("joint_member"), Permission.VIEW_AFFAIRS).filter(pk=affair.pk).exists()


def test_somebody_else_who_reports_for_the_household_makes_the_spokesman_hear_of_it(road):
    report(actor=road.world.fresh("east_worker"), household=road.world.east_household, text=NEED)
    assert len(messages_of(road.world.joint_member)) == 1


def test_a_need_says_what_became_of_it_to_those_who_may_know(road):
    world = road.world
    need = need_of(world)
    assert what_became(world.fresh("joint_member"), [need]) == {}
    affair = report(actor=world.fresh("joint_member"), need=need, text=NEED)
    member, mentor = world.fresh("joint_member"), world.fresh("foreign_worker")
    (line,) = need_lines(member, world.east_household, [need])
    assert (str(line["standing"].chip), line["standing"].url) == ("待受理", affair.get_absolute_url())
    assert (line["url"], line["answer_url"]) == ("", "")
    assert what_became(mentor, [need])[need.pk].url == ""


@pytest.fixture
def listed(db):
    return list(ClassificationRule.objects.all())


@pytest.mark.parametrize(
    ("text", "changes", "trigger"),
    [
        ("夫妻吵架声音很大", {}, Trigger.DISPUTE),
        ("婆媳不和，家里闹离婚", {}, Trigger.DISPUTE),
        ("楼上漏水，两家吵起来，发生纠纷", {}, Trigger.DISPUTE),
        ("楼上漏水，天花板湿了一块", {}, None),
        ("家里的水龙头坏了要换", {}, None),
        ("路灯坏了好几天，大家有矛盾", {}, None),
        ("家里有人被打，怀疑家暴", {}, Trigger.RISK_CHANGE),
        ("厨房着火了，有人被困", {}, Trigger.EMERGENCY),
        ("路灯坏了好几天", {"urgency": "u1"}, Trigger.EMERGENCY),
        ("两家为了晾衣服起纠纷", {"category": "family"}, Trigger.DISPUTE),
        ("夫妻吵架声音很大", {"category": "collaborative"}, None),
    ],
)
def test_which_affairs_send_somebody(listed, text: str, changes: dict, trigger: Trigger | None):
    affair = SimpleNamespace(**{"text": text, "urgency": "u3", "category": "unclassified", "rule": None} | changes)
    assert trigger_of(affair, listed) == trigger


def test_a_quarrel_about_a_household_sends_its_contact_there_once(road):
    world = road.world
    VisitTask.objects.all().delete()
    affair = report(
        actor=world.fresh("east_worker"), household=world.east_household, text="夫妻吵架声音很大，邻居来反映"
    )
    assert not VisitTask.objects.exists()
    affair = transition(affair, "accept", actor=world.fresh("secretary"), version=affair.version)
    task = VisitTask.objects.get()
    assert (task.trigger, task.source, task.source_key) == (Trigger.DISPUTE, "affair", f"affair:{affair.pk}")
    assert (task.member, task.note) == (world.member, affair.number)
    road.step(affair, "classify", "secretary")
    assert (VisitTask.objects.get().times, Notification.objects.filter(kind="visits.task_dispute").count()) == (1, 1)


def test_an_affair_about_no_household_sends_nobody(road):
    VisitTask.objects.all().delete()
    affair = report(actor=road.world.fresh("east_worker"), grid=road.world.east_micro, text="夫妻吵架声音很大")
    road.step(affair, "accept", "secretary")
    assert not VisitTask.objects.exists()
