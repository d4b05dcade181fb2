"""Affairs with a past, loaded at once: the same table, the same guards, the same clocks as step by step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from governance.affairs.bulk import load_affairs
from governance.affairs.choices import AffairState, Tier
from governance.affairs.models import Affair, AffairStep
from governance.worktime.choices import Unit
from governance.worktime.rules import deadline
from grids.common.clock import stopped_at
from grids.common.errors import Refused
from grids.trail.models import AuditEntry
from tests.governance.affairs.cast import PATH, STATES

START = datetime(2026, 7, 6, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class Step:
    name: str
    actor: Any
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    reporter: Any
    grid: Any
    text: str
    reported_at: datetime
    household: Any = None
    reporter_name: str = ""
    steps: list[Step] = field(default_factory=list)


@pytest.fixture
def told(road):
    """``told(number, state)``: an affair reported ``number`` half hours after the start, taken to ``state``."""
    people = {name: road.world.fresh(name) for name in {who for _step, who in PATH} | {"secretary"}}

    def story(number: int, state: str = "closed", **more: Any) -> Story:
        at = deadline(START, number / 2, Unit.WH)
        steps = []
        for name, who in PATH[: STATES.index(state)]:
            at = deadline(at, 1, Unit.WH)
            steps.append(Step(name, people[who], at, road.payload(name)))
        return Story(
            people["liaison"],
            road.world.east_micro,
            f"第 {number} 件事：路灯坏了",
            deadline(START, number / 2, Unit.WH),
            **{"steps": steps} | more,
        )

    return story


def test_a_quarter_of_254_is_written_with_few_queries(told, django_assert_max_num_queries):
    stories = [told(number) for number in range(254)]
    with django_assert_max_num_queries(200):  # most of them counters: one for each day
        load_affairs(stories)
    assert Affair.objects.filter(state=AffairState.CLOSED).count() == 254
    assert AffairStep.objects.count() == 254 * 8
    assert Affair.objects.values("number").distinct().count() == 254
    assert AuditEntry.objects.filter(act="affair.load").count() == 254


def test_it_equals_the_same_steps_one_by_one(road, told):
    story = told(3, "submitted")
    [loaded] = load_affairs([story])
    with stopped_at(story.reported_at):
        affair = road.report(text=story.text)
    for step in story.steps:
        with stopped_at(step.at):
            affair = road.step(affair, step.name, step.actor.username)
    different = {"id", "number", "tracking_index", "changed_at", "created_at"}
    rows = {row["id"]: row for row in Affair.objects.values()}
    for name in set(rows[loaded.pk]) - different:
        assert rows[loaded.pk][name] == rows[affair.pk][name], name
    lines = [list(AffairStep.objects.filter(affair=one).order_by("sequence").values()) for one in (loaded, affair)]
    for one, other in zip(*lines, strict=True):
        assert {key: one[key] for key in one if key not in {"id", "affair_id"}} == {
            key: other[key] for key in other if key not in {"id", "affair_id"}
        }


def test_numbers_follow_the_order_of_the_reports_and_go_on_from_there(road, told):
    load_affairs([told(2), told(0), told(1)])
    texts = list(Affair.objects.order_by("number").values_list("text", flat=True))
    assert texts == [f"第 {number} 件事：路灯坏了" for number in range(3)]
    with stopped_at(START + timedelta(hours=3)):
        assert road.report().number.endswith("20260706-0004")


def test_a_step_that_may_not_be_taken_is_refused_and_nothing_stays(road, told):
    wrong = told(1)
    wrong.steps[5].actor = wrong.steps[4].actor  # the handler verifies himself
    with pytest.raises(Refused):
        load_affairs([told(0), wrong])
    assert not Affair.objects.exists()


def test_the_household_gets_its_spokesman(road, told):
    [loaded] = load_affairs([told(0, household=road.world.east_household)])
    assert loaded.agent == road.world.joint_member
    assert loaded.tier == Tier.GRID
