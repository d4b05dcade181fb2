"""check_tree finds every way in which numbers, parents, levels and codes can disagree."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from grids.tree.integrity import differences
from grids.tree.models import Grid, GridCode
from grids.tree.services import close_grid, create_grid, move_grid

pytestmark = pytest.mark.django_db


def test_the_world_and_its_changes_are_sound(world, capsys):
    extra = create_grid(world.community, actor=None, name_zh="第三网格")
    create_grid(extra, actor=None, name_zh="九幢")
    moved = move_grid(extra, world.foreign_community, actor=None, version=1, reason="调整")
    empty = create_grid(moved, actor=None, name_zh="十幢")
    close_grid(empty, actor=None, version=1, reason="误建")
    move_grid(moved, world.next_community, actor=None, version=moved.version, reason="调整")
    assert list(differences()) == []
    call_command("check_tree")
    assert "17 grids in 2 trees" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def _in_english():
    """As the command speaks."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("grid", "damage", "problem"),
    [
        ("west_grid", {"lft": 5}, "left, right, depth"),
        ("east_micro", {"rght": 99}, "left, right, depth"),
        ("east_micro", {"depth": 3}, "left, right, depth"),
        ("east_micro", {"tree_id": 77}, "is in tree 77"),
        ("east_micro", {"level": 4}, "is of level 4"),
        ("west_micro", {"code": "99010600100100301"}, "does not begin with"),
        ("community", {"code": "990106003000"}, "belong to another level"),
        ("community", {"status": "closed"}, "which is closed"),
        ("west_micro", {"code": "99010600100100202"}, "not in the list of issued codes"),
    ],
)
def test_each_kind_of_damage_is_found_and_named(world, grid, damage, problem):
    target = getattr(world, grid)
    Grid.objects.filter(pk=target.pk).update(**damage)
    assert any(problem in str(difference) for difference in differences())
    with pytest.raises(CommandError, match="The first difference is at 99010"):
        call_command("check_tree")


def test_two_districts_in_one_tree_are_found(world):
    Grid.objects.filter(pk=world.foreign_district.pk).update(tree_id=world.district.tree_id)
    assert any("same tree" in str(difference) for difference in differences())


def test_a_circle_of_parents_is_found(world):
    Grid.objects.filter(pk=world.street.pk).update(parent=world.community)
    assert any("does not hang on any district" in str(difference) for difference in differences())


def test_codes_that_disagree_with_the_list_of_issued_ones_are_found(world):
    GridCode.objects.filter(grid=world.east_micro).update(retired_on="2026-01-01")
    assert any("its code is retired" in str(difference) for difference in differences())
    GridCode.objects.filter(grid=world.west_micro).update(code="99010600100100277")
    assert any("as its current code" in str(difference) for difference in differences())


def test_repair_rewrites_one_tree_from_the_parents(world, capsys):
    Grid.objects.filter(tree_id=world.district.tree_id).update(lft=1, rght=2, depth=0)
    with pytest.raises(CommandError):
        call_command("check_tree")
    call_command("check_tree", "--repair", world.district.code)
    assert "were renumbered" in capsys.readouterr().out
    assert list(differences()) == []
    with pytest.raises(CommandError, match="no district"):
        call_command("check_tree", "--repair", world.street.code)
