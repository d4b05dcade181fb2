"""Create, rename, move and close: what is written, and what is refused beside it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.decisions import Allowed, Denied
from grids.common.errors import Refused, StaleVersion
from grids.trail.models import AuditEntry
from grids.tree import services
from grids.tree.choices import ChangeKind, GridStatus, Kind, Level
from grids.tree.models import Grid, GridCode
from grids.tree.services import close_grid, create_grid, move_grid, rename_grid

pytestmark = pytest.mark.django_db


def fresh(grid):
    return Grid.objects.get(pk=grid.pk)


def test_the_next_code_follows_the_highest_one_and_exclusive_grids_start_at_901(world):
    office = world.fresh("district_office")
    third = create_grid(world.community, actor=office, name_zh="第三网格")
    market = create_grid(
        world.community, actor=office, name_zh="市场网格", kind=Kind.EXCLUSIVE, exclusive_type="market"
    )
    micro = create_grid(market, actor=office, name_zh="东摊区")

    assert third.code == "990106001001003"
    assert market.code == "990106001001901"
    assert (micro.code, micro.level, micro.kind, micro.exclusive_type) == (
        "99010600100190101",
        Level.MICROGRID,
        Kind.EXCLUSIVE,
        "market",
    )


def test_creating_leaves_history_code_and_trail(world):
    office = world.fresh("district_office")
    grid = create_grid(world.community, actor=office, name_zh="第三网格", reason="新建小区")

    change = grid.changes.get()
    assert (change.kind, change.actor, change.after["code"], change.reason) == (
        ChangeKind.CREATE,
        office,
        grid.code,
        "新建小区",
    )
    assert grid.codes.get().retired_on is None
    entry = AuditEntry.objects.about(grid).get()
    assert (entry.act, entry.actor, entry.grid) == ("grid.create", office, grid)


def test_only_the_district_office_draws_grids_and_only_in_its_district(world):
    create_grid(world.community, actor=world.fresh("district_office"), name_zh="甲")
    for name in ("secretary", "street_desk", "auditor", "east_worker", "foreign_auditor", "stranger"):
        with pytest.raises(Refused):
            create_grid(world.community, actor=world.fresh(name), name_zh="乙")
    with pytest.raises(Refused):
        create_grid(world.foreign_community, actor=world.fresh("district_office"), name_zh="乙")


def test_a_district_needs_its_code_and_the_system_or_a_superuser(world):
    root = create_grid(None, actor=None, name_zh="南浦区", code="990108000000")
    assert (root.level, root.depth, root.lft, root.rght) == (Level.DISTRICT, 0, 1, 2)
    with pytest.raises(ValidationError, match="990109000001"):
        create_grid(None, actor=None, name_zh="北浦区", code="990109000001")
    with pytest.raises(ValidationError):
        create_grid(None, actor=None, name_zh="北浦区")
    with pytest.raises(Refused):
        create_grid(None, actor=world.fresh("district_office"), name_zh="北浦区", code="990109000000")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_zh": "第一网格"}, "name_zh"),
        ({"name_zh": "  "}, "name_zh"),
        ({"name_zh": "坏\u0000名"}, "name_zh"),
        ({"name_zh": "甲", "code": "990106001001001"}, "code"),
        ({"name_zh": "甲", "code": "990106001002003"}, "code"),
        ({"name_zh": "甲", "code": "990106001001901"}, "code"),
        ({"name_zh": "甲", "code": "99010600100100"}, "code"),
        ({"name_zh": "甲", "kind": Kind.EXCLUSIVE}, "kind"),
        ({"name_zh": "甲", "exclusive_type": "park"}, "kind"),
        ({"name_zh": "甲", "level": Level.MICROGRID}, "level"),
    ],
)
def test_bad_input_is_refused_at_its_field(world, values, field):
    with pytest.raises(ValidationError) as problem:
        create_grid(world.community, actor=None, **values)
    assert set(problem.value.message_dict) == {field}
    assert Grid.objects.filter(parent=world.community).count() == 2


def test_nothing_hangs_under_a_micro_grid_or_a_closed_grid(world):
    with pytest.raises(Refused):
        create_grid(world.east_micro, actor=None, name_zh="甲")
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    close_grid(empty, actor=None, version=empty.version, reason="误建")
    with pytest.raises(Refused):
        create_grid(empty, actor=None, name_zh="甲")


def test_a_retired_code_is_never_issued_again_and_still_finds_its_grid(world):
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    closed = close_grid(empty, actor=None, version=empty.version, reason="误建")

    assert (closed.status, closed.valid_to) == (GridStatus.CLOSED, today())
    assert create_grid(world.community, actor=None, name_zh="空网格").code == "990106001001004"
    with pytest.raises(ValidationError, match="990106001001003"):
        create_grid(world.community, actor=None, name_zh="再来", code="990106001001003")
    assert list(Grid.objects.matching("990106001001003")) == [closed]


def test_renaming_keeps_the_code_and_leaves_both_names_in_the_history(world):
    grid = rename_grid(world.east_grid, actor=None, version=1, name_zh="东网格", name_en="East")

    assert (grid.code, grid.name_zh, grid.version) == (world.east_grid.code, "东网格", 2)
    change = grid.changes.get()
    assert (change.before["name_zh"], change.after["name_zh"]) == ("第一网格", "东网格")
    with pytest.raises(ValidationError, match="第二网格"):
        rename_grid(grid, actor=None, version=2, name_zh="第二网格", name_en="")
    assert fresh(grid).version == 2


def test_a_stale_form_changes_nothing(world):
    rename_grid(world.east_grid, actor=None, version=1, name_zh="东网格")
    with pytest.raises(StaleVersion):
        rename_grid(world.east_grid, actor=None, version=1, name_zh="另一名")
    with pytest.raises(StaleVersion):
        move_grid(world.east_grid, world.next_community, actor=None, version=1, reason="调整")
    with pytest.raises(StaleVersion):
        close_grid(create_grid(world.community, actor=None, name_zh="空"), actor=None, version=9, reason="误建")
    assert fresh(world.east_grid).name_zh == "东网格"


def test_moving_recodes_the_subtree_and_keeps_the_old_codes_as_a_way_to_it(world):
    rename_grid(world.east_grid, actor=None, version=1, name_zh="东网格")
    grid = move_grid(world.east_grid, world.next_community, actor=None, version=2, reason="调整")
    micro = fresh(world.east_micro)

    # Number 001 is taken in the new community: the next free one is given; the micro-grid keeps its own number.
    assert (grid.code, micro.code) == ("990106001002002", "99010600100200201")
    assert (grid.parent, micro.parent, micro.version) == (world.next_community, grid, 2)
    assert list(Grid.objects.matching("99010600100100101")) == [micro]
    assert dict(GridCode.objects.filter(grid=micro).values_list("code", "retired_on")) == {
        "99010600100100101": today(),
        "99010600100200201": None,
    }
    assert micro.changes.get().after == {"code": "99010600100200201"}
    entry = AuditEntry.objects.about(grid).get(act="grid.move")
    assert entry.changes["below"] == [0, 1]
    # Back home the old number is retired: it is not issued a second time.
    back = move_grid(grid, world.community, actor=None, version=grid.version, reason="调回")
    assert back.code == "990106001001003"


def test_after_a_move_the_old_workers_lose_and_the_new_ones_gain_at_once(world):
    rename_grid(world.east_grid, actor=None, version=1, name_zh="东网格")
    move_grid(world.east_grid, world.foreign_community, actor=None, version=2, reason="区划调整")
    grid = fresh(world.east_grid)

    assert grid.tree_id == fresh(world.foreign_district).tree_id
    for name, expected in [
        ("secretary", False),
        ("auditor", False),
        ("foreign_secretary", True),
        ("foreign_auditor", True),
        # The post on the grid itself goes along with it.
        ("east_worker", True),
    ]:
        user = world.fresh(name)
        assert user.has_perm(Permission.VIEW_ROSTER, grid) is expected
        assert Grid.objects.restrict(user, Permission.VIEW_ROSTER).filter(pk=grid.pk).exists() is expected


def test_a_move_keeps_levels_and_needs_the_power_at_both_ends(world):
    office = world.fresh("district_office")
    moved = move_grid(world.west_grid, world.next_community, actor=office, version=1, reason="调整")
    assert moved.code == "990106001002002"
    for target in (world.street, world.east_grid, world.next_community):
        with pytest.raises(Refused):
            move_grid(moved, target, actor=office, version=moved.version, reason="调整")
    with pytest.raises(Refused):
        move_grid(moved, world.foreign_community, actor=office, version=moved.version, reason="调整")
    with pytest.raises(Refused):
        move_grid(world.district, world.foreign_district, actor=None, version=1, reason="调整")
    with pytest.raises(ValidationError):
        move_grid(world.east_grid, world.next_community, actor=None, version=1, reason=" ")


def test_a_move_beside_a_namesake_is_refused_whole(world):
    with pytest.raises(ValidationError) as problem:
        move_grid(world.east_grid, world.next_community, actor=None, version=1, reason="调整")
    assert "new_parent" in problem.value.message_dict
    grid = fresh(world.east_grid)
    assert (grid.code, grid.version, grid.parent) == (world.east_grid.code, 1, world.community)


def test_a_grid_closes_only_when_nothing_living_hangs_on_it(world, monkeypatch):
    empty = create_grid(world.community, actor=None, name_zh="空网格")
    with pytest.raises(Refused, match="1"):
        close_grid(world.foreign_grid, actor=None, version=1, reason="撤销")

    obstacle = Denied("未结事项")
    monkeypatch.setattr(services, "_closing_guards", [lambda grid: obstacle if grid.pk == empty.pk else Allowed()])
    with pytest.raises(Refused, match="未结事项"):
        close_grid(empty, actor=None, version=1, reason="撤销")
    monkeypatch.undo()
    close_grid(empty, actor=None, version=1, reason="撤销")
    with pytest.raises(Refused):
        rename_grid(fresh(empty), actor=None, version=2, name_zh="复活")


def test_the_day_of_closing_lies_in_the_life_of_the_grid(world):
    empty = create_grid(world.community, actor=None, name_zh="空网格", on=date(2026, 3, 1))
    for day in (date(2026, 2, 28), today() + timedelta(days=1)):
        with pytest.raises(ValidationError):
            close_grid(empty, actor=None, version=1, reason="撤销", on=day)
    assert close_grid(empty, actor=None, version=1, reason="撤销", on=date(2026, 3, 1)).valid_to == date(2026, 3, 1)
