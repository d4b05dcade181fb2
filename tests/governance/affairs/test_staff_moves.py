"""Affairs in the hand of somebody who moves to another grid."""

import pytest
from django.core.exceptions import ValidationError

from governance.affairs.choices import AffairState, Tier
from governance.affairs.models import Affair, AffairStep
from governance.affairs.services import transition
from governance.affairs.timeline import entries
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.moves.effects import held_items
from grids.moves.services import agree, ask
from grids.trail.models import AuditEntry
from tests.governance.affairs.cast import RESULT, Road

pytestmark = pytest.mark.django_db


def in_hand(world) -> set[int]:
    return {row.pk for part, rows in held_items(world.east_post) if part.key == "affairs" for row in rows}


def moved(world, *affairs: Affair, successor: str = "leader"):
    items = [("affairs", affair.pk) for affair in affairs]
    options = {"starts_on": today(), "items": items, "successor": world.staff[successor]}
    move = ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), **options)
    return agree(move, actor=world.fresh("security_admin"))


def test_what_he_handles_and_what_names_him_is_in_his_hand(world):
    road = Road(world)
    handled, named, nobodys = road.to("handling"), road.to("classified"), road.to("assigned")
    named = road.step(named, "dispatch", "street_desk", handler=world.east_worker)
    road.to("submitted")  # the result stays with whoever handed it in
    elsewhere = Road(world, lead="west_grid", where="west_micro", reporter="secretary").to("assigned")
    assert in_hand(world) == {handled.pk, named.pk}
    assert {nobodys.pk, elsewhere.pk}.isdisjoint(in_hand(world))


def test_the_successor_goes_on_in_the_same_state_and_the_course_tells_it(world):
    affair = Road(world).to("handling")
    due_at = affair.due_at
    moved(world, affair)
    present = Affair.objects.get(pk=affair.pk)
    assert (present.handler, present.state, present.due_at) == (world.leader, AffairState.HANDLING, due_at)
    assert present.version == affair.version + 1
    newest = entries(AffairStep.objects.filter(affair=affair), readable=True)[0]
    assert newest["title"] == "已移交其他办理人"
    assert "郑网格长" in newest["note"]
    entry = AuditEntry.objects.get(act="affair.hand_on")
    assert entry.changes["handler"] == [world.east_worker.pk, world.leader.pk]
    # The one goes on, the other has nothing to do with it any more.
    result = {"result": RESULT, "outcome": "solved"}
    with pytest.raises((Refused, Conflict)):
        transition(present, "submit", actor=world.fresh("east_worker"), version=affair.version, **result)
    done = transition(present, "submit", actor=world.fresh("leader"), version=present.version, **result)
    assert done.state == AffairState.SUBMITTED


def test_what_is_not_ticked_stays(world):
    road = Road(world)
    ticked, kept = road.to("handling"), road.to("handling")
    moved(world, ticked)
    assert Affair.objects.get(pk=kept.pk).handler == world.east_worker


def test_a_result_handed_in_before_the_decision_is_left_alone(world):
    affair = Road(world).to("handling")
    options = {"starts_on": today(), "items": [("affairs", affair.pk)], "successor": world.staff["leader"]}
    move = ask(world.east_post, world.west_grid, actor=world.fresh("secretary"), **options)
    result = {"result": RESULT, "outcome": "solved"}
    transition(affair, "submit", actor=world.fresh("east_worker"), version=affair.version, **result)
    agree(move, actor=world.fresh("security_admin"))
    assert Affair.objects.get(pk=affair.pk).handler == world.east_worker


def test_whoever_dispatched_a_larger_affair_does_not_take_it_over(world):
    affair = Road(world).to("handling")
    Affair.objects.filter(pk=affair.pk).update(tier=Tier.COMMUNITY, dispatcher=world.secretary)
    with pytest.raises(ValidationError, match=r"派单|派出") as problem:
        moved(world, affair, successor="secretary")
    assert "successor" in problem.value.message_dict


def test_whoever_verified_it_before_does_not_handle_it(world):
    affair = Road(world).to("handling")
    Affair.objects.filter(pk=affair.pk).update(verifier=world.leader)
    with pytest.raises(ValidationError, match="核验过") as problem:
        moved(world, affair)
    assert "successor" in problem.value.message_dict
