"""Moving somebody to another grid: asked for by one, decided by another, done as a whole."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant, User
from grids.access.services import grant_role
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.moves.choices import MoveState
from grids.moves.effects import Effect, effects_of, successors
from grids.moves.models import StaffMove
from grids.moves.parts import MovePart, move_parts
from grids.moves.rules import LAST_DAYS
from grids.moves.services import agree, ask, fault_of, refuse, withdraw
from grids.notifications.models import Notification
from grids.team.choices import Employment
from grids.team.models import Post, StaffProfile
from grids.team.services import apply_posts, end_post, start_post
from grids.trail.models import AuditEntry
from grids.tree.models import Grid

pytestmark = pytest.mark.django_db
TOMORROW = today() + timedelta(days=1)
YESTERDAY = today() - timedelta(days=1)
EAST_HOUSEHOLDS, WEST_HOUSEHOLDS = 3, 1


def asked(world, **options) -> StaffMove:
    """The secretary asks for east_worker to go to the west grid."""
    options = {"actor": world.fresh("secretary"), "starts_on": today()} | options
    return ask(options.pop("post", world.east_post), options.pop("to_grid", world.west_grid), **options)


def decide(world, move: StaffMove, name: str = "security_admin") -> StaffMove:
    return agree(StaffMove.objects.get(pk=move.pk), actor=world.fresh(name))


def roster_of(world, name: str) -> set[str]:
    grids = Grid.objects.restrict(world.fresh(name), Permission.VIEW_ROSTER)
    return set(grids.values_list("code", flat=True))


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user, kind__startswith="moves.").values_list("kind", flat=True))


@pytest.fixture
def thing(world):
    """A part whose one thing is in the east worker's hand until it is handed on: ``thing.handed`` says to whom."""

    class Thing:
        handed: StaffProfile | None = None
        fault = ""

        def held(self, staff, grid):
            mine = self.handed is None and staff.pk == world.east_staff.pk and grid.pk == world.east_grid.pk
            return Grid.objects.filter(pk=world.east_micro.pk if mine else 0)

        def hand_on(self, row, successor):
            self.handed = successor

    one = Thing()
    move_parts.register(
        MovePart("test", "件", one.held, lambda user, row: "一件事", lambda row, successor: one.fault, one.hand_on)
    )
    yield one
    move_parts.remove("test")


# ------------------------------------------------------------------ asked, agreed, done
def test_agreeing_ends_one_post_begins_the_other_and_the_powers_follow_in_the_same_act(world):
    east, west = {world.east_grid.code, world.east_micro.code}, {world.west_grid.code, world.west_micro.code}
    assert roster_of(world, "east_worker") == east
    move = asked(world)
    assert (move.state, move.loses, move.gains) == (MoveState.WAITING, EAST_HOUSEHOLDS, WEST_HOUSEHOLDS)
    assert roster_of(world, "east_worker") == east  # nothing has happened yet
    assert told(world.security_admin) == ["moves.asked"]

    move = decide(world, move)
    old, new = Post.objects.get(pk=world.east_post.pk), move.new_post
    assert (old.ends_on, old.end_reason) == (today(), "调到第二网格")
    assert (new.grid, new.role, new.primary, new.starts_on) == (world.west_grid, old.role, True, today())
    assert roster_of(world, "east_worker") == west
    assert set(RoleGrant.objects.filter(user=world.east_worker).values_list("grid", "source")) == {
        (world.west_grid.pk, new.source)
    }
    assert (move.state, move.decided_by, move.loses, move.gains) == (
        MoveState.AGREED,
        world.security_admin,
        EAST_HOUSEHOLDS,
        WEST_HOUSEHOLDS,
    )
    entries = AuditEntry.objects.filter(act__startswith="staffmove.").order_by("pk")
    assert [(entry.act, entry.actor) for entry in entries] == [
        ("staffmove.ask", world.secretary),
        ("staffmove.agree", world.security_admin),
    ]
    # The posts change by the power of whoever asked.
    acts = AuditEntry.objects.filter(act__in=["post.end", "post.start"])
    assert {entry.actor for entry in acts} == {world.secretary}
    assert told(world.east_worker) == ["moves.moved"]
    assert told(world.secretary) == ["moves.agreed"]


def test_a_later_day_lets_the_powers_follow_on_that_day(world):
    move = decide(world, asked(world, starts_on=TOMORROW))
    assert roster_of(world, "east_worker") == {world.east_grid.code, world.east_micro.code}
    assert apply_posts(day=TOMORROW) == (1, 1)
    assert roster_of(world, "east_worker") == {world.west_grid.code, world.west_micro.code}
    assert move.new_post.starts_on == TOMORROW


def test_what_is_ticked_goes_to_the_successor_and_both_are_told(world, thing):
    items = [("test", world.east_micro.pk)]
    move = asked(world, items=items, successor=world.staff["leader"])
    assert thing.handed is None
    decide(world, move)
    assert thing.handed == world.staff["leader"]
    assert told(world.leader) == ["moves.handed"]
    entry = AuditEntry.objects.get(act="staffmove.agree")
    assert entry.changes["items"] == [1, 1]


def test_what_was_settled_meanwhile_is_left_out(world, thing):
    move = asked(world, items=[("test", world.east_micro.pk)], successor=world.staff["leader"])
    thing.handed = world.staff["mentor"]
    decide(world, move)
    assert thing.handed == world.staff["mentor"]
    assert AuditEntry.objects.get(act="staffmove.agree").changes["items"] == [1, 0]


def test_without_ticks_there_is_no_successor(world, thing):
    move = asked(world, successor=world.staff["leader"])
    assert move.successor is None
    decide(world, move)
    assert thing.handed is None


def test_whoever_has_no_account_is_moved_all_the_same(world):
    StaffProfile.objects.filter(pk=world.east_staff.pk).update(user=None)
    move = decide(world, asked(world))
    assert move.new_post.grid == world.west_grid


# ------------------------------------------------------------------ who asks, who decides
@pytest.mark.parametrize("name", ["desk_worker", "leader", "mentor", "auditor", "security_admin", "foreign_secretary"])
def test_who_appoints_nobody_moves_nobody(world, name):
    with pytest.raises(Refused):
        asked(world, actor=world.fresh(name))
    assert not StaffMove.objects.filter(staff=world.east_staff).exists()


def test_nobody_moves_himself(world):
    start_post(world.east_staff, Role.SECRETARY, world.community, actor=None)
    with pytest.raises(Refused, match="自己"):
        asked(world, actor=world.fresh("east_worker"))


def test_a_secretary_moves_nobody_out_of_the_community(world):
    with pytest.raises(Refused):
        asked(world, to_grid=world.next_grid)
    assert asked(world, to_grid=world.next_grid, actor=world.fresh("street_desk")).to_grid == world.next_grid


@pytest.mark.parametrize("name", ["secretary", "street_desk", "district_office", "auditor", "east_worker"])
def test_only_the_security_administrator_decides(world, name):
    move = asked(world)
    with pytest.raises(Refused):
        decide(world, move, name)
    with pytest.raises(Refused):
        refuse(move, actor=world.fresh(name), remark="不行")
    move.refresh_from_db()
    assert move.state == MoveState.WAITING


@pytest.mark.parametrize("involved", ["asked it", "is moved", "goes on"])
def test_nobody_decides_on_an_own_request_or_on_one_about_himself(world, thing, involved):
    move = asked(world, items=[("test", world.east_micro.pk)], successor=world.staff["leader"])
    name = {"asked it": "secretary", "is moved": "east_worker", "goes on": "leader"}[involved]
    grant_role(world.users[name], Role.SECURITY_ADMIN, world.district, actor=None, source="test")
    assert not StaffMove.objects.to_decide(world.fresh(name)).filter(pk=move.pk).exists()
    with pytest.raises(Refused):
        decide(world, move, name)
    with pytest.raises(Refused):
        refuse(move, actor=world.fresh(name), remark="不行")
    assert StaffMove.objects.to_decide(world.fresh("security_admin")).filter(pk=move.pk).exists()


def test_the_database_knows_the_second_person_too(world):
    move = asked(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMove.objects.filter(pk=move.pk).update(decided_by=world.secretary)


def test_a_security_administrator_of_another_district_sees_nothing(world):
    move = asked(world)
    grant_role(world.stranger, Role.SECURITY_ADMIN, world.foreign_district, actor=None, source="test")
    assert not StaffMove.objects.of(world.fresh("stranger")).filter(pk=move.pk).exists()
    with pytest.raises(Refused):
        decide(world, move, "stranger")


def test_the_security_administrator_holds_no_other_post(world):
    with pytest.raises(ValidationError):
        start_post(world.staff["security_admin"], Role.AUDITOR, world.district, actor=None)
    with pytest.raises(ValidationError):
        start_post(world.staff["auditor"], Role.SECURITY_ADMIN, world.district, actor=None)
    with pytest.raises(Refused):  # nobody of the portal appoints him
        start_post(world.staff["auditor"], Role.SECURITY_ADMIN, world.district, actor=world.fresh("district_office"))
    free = StaffProfile.objects.create(home=world.district, name="何新", employment=Employment.FULL_TIME)
    assert start_post(free, Role.SECURITY_ADMIN, world.district, actor=None).pk


def test_refused_with_a_reason_nothing_changes_and_the_asker_reads_it(world):
    move = asked(world)
    with pytest.raises(ValidationError):
        refuse(move, actor=world.fresh("security_admin"), remark=" ")
    move = refuse(move, actor=world.fresh("security_admin"), remark="先补齐东边")
    assert (move.state, move.remark, move.new_post) == (MoveState.REFUSED, "先补齐东边", None)
    assert Post.objects.get(pk=world.east_post.pk).ends_on is None
    assert told(world.secretary) == ["moves.refused"]
    assert told(world.east_worker) == []
    assert AuditEntry.objects.get(act="staffmove.refuse").reason == "先补齐东边"


def test_withdrawn_by_the_asker_alone_and_then_asked_anew(world):
    move = asked(world)
    with pytest.raises(Refused):
        withdraw(move, actor=world.fresh("street_desk"))
    with pytest.raises(Conflict):  # one request about a person at a time
        asked(world, actor=world.fresh("street_desk"))
    withdraw(move, actor=world.fresh("secretary"))
    for late in (lambda: decide(world, move), lambda: withdraw(move, actor=world.fresh("secretary"))):
        with pytest.raises(Conflict):
            late()
    assert asked(world).pk != move.pk


# ------------------------------------------------------------------ what the time has overtaken
def overtake(world, what: str, move: StaffMove, thing) -> None:
    if what == "post ended":
        end_post(world.east_post, actor=None, reason="离职")
    elif what == "post is about to end":
        end_post(world.east_post, actor=None, reason="离职", on=TOMORROW)
    elif what == "successor left":
        end_post(Post.objects.get(staff=world.staff["leader"]), actor=None, reason="离职")
    elif what == "successor's account is closed":
        User.objects.filter(pk=world.leader.pk).update(is_active=False)
    elif what == "successor cannot":
        thing.fault = "办不了这件事"
    elif what == "grid closed":
        Grid.objects.filter(pk=world.west_grid.pk).update(status="closed")
    elif what == "day passed":
        StaffMove.objects.filter(pk=move.pk).update(starts_on=YESTERDAY)
    elif what == "asker lost his post":
        end_post(Post.objects.get(staff=world.staff["secretary"]), actor=None, reason="离职")
    elif what == "holds the post there already":
        start_post(world.east_staff, Role.FULL_TIME, world.west_grid, actor=None, primary=False)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("post ended", "已结束"),
        ("post is about to end", "已结束"),
        ("successor left", "郑网格长"),
        ("successor's account is closed", "郑网格长"),
        ("successor cannot", "办不了这件事"),
        ("grid closed", "第二网格"),
        ("day passed", "已过"),
        ("asker lost his post", "周书记"),
        ("holds the post there already", "王东"),
    ],
)
def test_what_the_time_has_overtaken_is_refused_with_its_reason_and_changes_nothing(world, thing, what, words):
    move = asked(world, items=[("test", world.east_micro.pk)], successor=world.staff["leader"])
    assert fault_of(move) == ""
    overtake(world, what, move, thing)
    posts = list(Post.objects.order_by("pk").values())
    with pytest.raises(Refused, match=words):
        decide(world, move)
    assert words in fault_of(StaffMove.objects.get(pk=move.pk))
    assert list(Post.objects.order_by("pk").values()) == posts
    assert thing.handed is None
    assert told(world.east_worker) == []
    # It can still be refused.
    assert refuse(move, actor=world.fresh("security_admin"), remark="过期了").state == MoveState.REFUSED


def test_a_leader_who_came_meanwhile_stands_in_the_way(world):
    move = StaffMove.objects.get(pk=world.east_move.pk)
    StaffMove.objects.filter(pk=move.pk).update(starts_on=today())
    free = StaffProfile.objects.create(home=world.community, name="新组长", employment=Employment.FULL_TIME)
    start_post(free, Role.GRID_LEADER, world.west_grid, actor=None)
    with pytest.raises(Refused, match="新组长"):
        decide(world, move)


def test_something_fails_late_and_everything_is_undone(world, thing, monkeypatch):
    move = asked(world, items=[("test", world.east_micro.pk)], successor=world.staff["leader"])
    monkeypatch.setattr(thing.__class__, "hand_on", lambda *args: 1 / 0)
    move_parts.register(MovePart("test", "件", thing.held, lambda *args: "", lambda *args: "", lambda *args: 1 / 0))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        decide(world, move)
    assert Post.objects.get(pk=world.east_post.pk).ends_on is None
    assert not Post.objects.filter(staff=world.east_staff, grid=world.west_grid).exists()
    assert StaffMove.objects.get(pk=move.pk).state == MoveState.WAITING


# ------------------------------------------------------------------ what is asked for must make sense
@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("starts_on", {"starts_on": YESTERDAY}),
        ("starts_on", {"starts_on": today() + timedelta(days=LAST_DAYS + 1)}),
        ("to_grid", {"to_grid": "east_grid"}),
        ("to_grid", {"to_grid": "west_micro"}),
        ("successor", {"items": "test"}),
        ("successor", {"items": "test", "successor": "west_worker"}),
        ("successor", {"items": "test", "successor": "mentor"}),
        ("items", {"items": "nothing", "successor": "leader"}),
    ],
)
def test_nonsense_is_refused_by_its_field(world, thing, field, options):
    given = dict(options)
    if "to_grid" in given:
        given["to_grid"] = world.grids[given["to_grid"]]
    if "successor" in given:
        given["successor"] = world.staff[given["successor"]]
    if "items" in given:
        given["items"] = [(given["items"], world.east_micro.pk)]
    with pytest.raises(ValidationError) as problem:
        asked(world, **given)
    assert list(problem.value.message_dict) == [field]


def test_a_post_that_has_not_begun_is_not_moved(world):
    post = start_post(world.east_staff, Role.PART_TIME, world.east_grid, actor=None, starts_on=TOMORROW)
    with pytest.raises(Refused):
        asked(world, post=post)


def test_successors_are_the_nearest_colleagues_first(world):
    free = StaffProfile.objects.create(
        home=world.community,
        name="兼职",
        employment=Employment.PART_TIME,
        user=User.objects.create(username="part", display_name="兼职"),
    )
    start_post(free, Role.PART_TIME, world.east_grid, actor=None)
    names = list(successors(world.east_post).values_list("name", flat=True))
    assert names == ["兼职", "郑网格长", "周书记", "吴社工"]


def test_another_post_that_sees_the_same_households_keeps_them(world):
    assert effects_of(world.east_post, [world.west_grid]) == [Effect(EAST_HOUSEHOLDS, WEST_HOUSEHOLDS)]
    second = start_post(world.east_staff, Role.PART_TIME, world.east_grid, actor=None)
    assert effects_of(world.east_post, [world.west_grid]) == [Effect(0, WEST_HOUSEHOLDS)]
    end_post(second, actor=None, reason="调岗")
    start_post(world.east_staff, Role.COMMUNITY_WORKER, world.community, actor=None)
    assert effects_of(world.east_post, [world.west_grid]) == [Effect(0, 0)]
    blind = Post.objects.get(staff=world.staff["security_admin"])
    assert effects_of(blind, [world.foreign_district]) == [Effect(0, 0)]
