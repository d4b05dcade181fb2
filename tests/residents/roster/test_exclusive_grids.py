"""Every dwelling belongs to exactly one comprehensive grid (domain.md M02), whichever way it comes in."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from grids.common.errors import Refused
from grids.tree.choices import ExclusiveType, Kind, Level
from grids.tree.services import create_grid, move_grid
from residents.importing.packets import stored_rows
from residents.roster.bulk import RosterFaults, Row, load_roster
from residents.roster.models import Dwelling
from residents.roster.services import add_household, move_household
from tests.residents.importing.files import HEADINGS, upload, workbook
from tests.residents.importing.test_life import family

pytestmark = pytest.mark.django_db
DOOR = {"building": "8幢", "unit": "1", "room": "101"}


@pytest.fixture
def park(world):
    return create_grid(
        world.community, actor=None, name_zh="东园区网格", kind=Kind.EXCLUSIVE, exclusive_type=ExclusiveType.PARK
    )


def test_no_door_is_made_in_an_exclusive_grid(world, park, visit):
    home, desk = world.east_household, world.fresh("secretary")
    for act in (
        lambda: add_household(actor=desk, grid=park, head={"name": "新户"}, **DOOR),
        lambda: move_household(home, actor=desk, version=home.version, grid=park, **DOOR),
    ):
        with transaction.atomic(), pytest.raises(ValidationError) as caught:
            act()
        assert set(caught.value.message_dict) == {"grid"}
    with transaction.atomic(), pytest.raises(RosterFaults) as faults:
        load_roster([Row(grid=park.code, name="新户", **DOOR)], grid=world.community, actor=None)
    assert [fault.field for fault in faults.value.faults] == ["grid"]
    assert not Dwelling.objects.filter(grid=park).exists()
    page = visit(desk, "household-create").content.decode()
    assert "东园区网格" not in page
    assert world.east_micro.name in page


def test_a_file_that_names_one_is_told_why(world, park):
    [wrong] = stored_rows(upload(world, workbook(family("101", ["甲一"], grid="东园区网格"))))
    [fault] = wrong.faults
    assert (fault.column, fault.field) == (5, "grid")
    assert "综合网格" in fault.message


def test_a_micro_grid_in_which_people_live_does_not_become_exclusive(world, park):
    office = world.fresh("district_office")
    with pytest.raises(Refused) as caught:
        move_grid(world.east_micro, park, actor=office, version=world.east_micro.version, reason="划归园区")
    assert "综合网格" in str(caught.value.reason)
    empty = create_grid(world.east_grid, actor=None, name_zh="空微网格")
    assert empty.level == Level.MICROGRID
    assert move_grid(empty, park, actor=office, version=empty.version, reason="划归园区").kind == Kind.EXCLUSIVE


def test_the_columns_of_an_import_do_not_offer_one(world, park, client):
    rows = [[*row, "x"] for row in family("101", ["甲一"])]
    asked = upload(world, workbook(rows, ["住户大名", *HEADINGS[1:], "备用"]))
    client.force_login(world.secretary)
    page = client.get(reverse("residents:import-mapping", args=[asked.pk])).content.decode()
    assert "东园区网格" not in page
    assert world.east_grid.name in page
