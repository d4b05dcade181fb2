"""The bulk path: the same rules as the doorstep, all or nothing, one entry in the trail."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from grids.common.errors import Refused
from grids.places.models import Building
from grids.trail.models import AuditEntry
from residents.roster.bulk import RosterFaults, Row, load_roster
from residents.roster.choices import Relation, Sex
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.roster.services import add_household
from tests.residents.roster.people import numbers

EAST = "99010600100100101"


def rows(count: int, *, homes_of: int = 3) -> list[Row]:
    """``count`` persons in homes of ``homes_of``, each with a number and a phone of its own."""
    made = []
    for place, number in enumerate(numbers(count)):
        home, seat = divmod(place, homes_of)
        made.append(
            Row(
                grid=EAST,
                building=f"{home // 40 + 2}号楼",
                unit=f"{home // 20 % 2 + 1}单元",
                room=f"{home % 20 // 2 + 1}0{home % 2 + 1}",
                name="张三",
                relation=Relation.HEAD if seat == 0 else Relation.OTHER_RELATIVE,
                id_number=number,
                phone=f"139{place:08d}",
                since=date(2024, 5, 1),
            )
        )
    return made


def test_a_roster_is_loaded_whole(world):
    loaded = load_roster(rows(240), grid=world.community, actor=world.secretary, reason="test")

    assert (len(loaded.households), len(loaded.persons), len(loaded.residencies)) == (80, 240, 240)
    assert loaded.new_buildings == 2
    first = Person.objects.get(pk=loaded.persons[0].pk)
    assert first.id_number == numbers(1)[0]
    assert first.birth_date == date(1950, 1, 1)
    assert first.sex == Sex.FEMALE
    assert first.phone_tail == "0000"
    assert Person.objects.with_id_number(first.id_number).get() == first
    assert all(household.residencies.filter(is_head=True).count() == 1 for household in loaded.households)
    assert loaded.households[0].dwelling.grid == world.east_micro
    assert AuditEntry.objects.filter(act="roster.load").count() == 1
    assert AuditEntry.objects.get(act="roster.load").changes["persons"] == [0, 240]


def test_the_bulk_path_and_the_doorstep_make_the_same_door(world):
    [row, *_others] = rows(3)
    loaded = load_roster([row], grid=world.community, actor=world.secretary)
    by_hand = add_household(
        actor=world.secretary, grid=world.east_micro, building="2", unit="1", room="102室", head={"name": "李四"}
    )
    in_bulk = loaded.households[0]
    assert by_hand.dwelling.unit == in_bulk.dwelling.unit
    assert (by_hand.dwelling.floor, in_bulk.dwelling.floor) == (1, 1)
    assert in_bulk.dwelling.sort_key < by_hand.dwelling.sort_key


def test_existing_buildings_and_doors_are_used(world):
    before = Building.objects.count()
    row = Row(grid=EAST, building="1幢", unit="1单元", room="901", name="新户")
    load_roster([row], grid=world.community, actor=world.secretary)
    assert Building.objects.count() == before
    assert Dwelling.objects.get(room="901").unit == world.east_household.dwelling.unit


def test_all_faults_are_named_and_nothing_is_written(world):
    before = (Person.objects.count(), Household.objects.count(), Dwelling.objects.count(), Building.objects.count())
    good, *_others = rows(1)
    faulty = [
        good,
        Row(grid=EAST, building="9", unit="1", room="101", name="王五", phone="1380000000"),
        Row(grid=EAST, building="9", unit="1", room="102", name="", id_number="990101194904120012"),
        Row(grid="990107001001001", building="9", unit="1", room="103", name="外区"),
        Row(grid=EAST, building="9", unit="1", room="104", name="无户主", relation=Relation.SON),
        Row(grid=EAST, building="9", unit="1", room="105", name="赵一", id_number=world.east_person.id_number),
        Row(grid=EAST, building="9", unit="1", room="106", name="同号", id_number=good.id_number),
    ]
    with pytest.raises(RosterFaults) as caught:
        load_roster(faulty, grid=world.community, actor=world.secretary)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [
        (2, "phone"),
        (3, "name"),
        (3, "id_number"),
        (4, "grid"),
        (5, "relation"),
        (6, "id_number"),
        (7, "id_number"),
    ]
    assert good.id_number not in str(caught.value)
    after = (Person.objects.count(), Household.objects.count(), Dwelling.objects.count(), Building.objects.count())
    assert after == before
    assert isinstance(caught.value, ValidationError)


def test_a_second_household_at_a_door_must_be_said(world):
    row = Row(grid=EAST, building="1幢", unit="1单元", room="101", name="合租")
    with pytest.raises(RosterFaults):
        load_roster([row], grid=world.community, actor=world.secretary)
    second = Row(grid=EAST, building="1幢", unit="1单元", room="101", name="合租", household="2")
    loaded = load_roster([second], grid=world.community, actor=world.secretary)
    assert loaded.households[0].dwelling == world.east_household.dwelling


@pytest.mark.parametrize("name", ["auditor", "liaison", "foreign_secretary", "stranger"])
def test_only_who_keeps_the_roster_may_load(world, name):
    with pytest.raises(Refused):
        load_roster(rows(1), grid=world.community, actor=getattr(world, name))
    load_roster(rows(1), grid=world.community, actor=world.secretary)


def test_a_large_roster_takes_few_statements(world, django_assert_max_num_queries):
    with django_assert_max_num_queries(100):
        load_roster(rows(1500), grid=world.community, actor=world.secretary)
    assert Residency.objects.active().count() > 1500
