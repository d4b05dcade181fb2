"""Adding, changing, moving and closing what stands in a grid: what is allowed next to what is refused."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from stdnum.cn import uscc

from grids.common.clock import now, today
from grids.common.errors import Refused, StaleVersion
from grids.places import services
from grids.places.choices import ContactPurpose, VesselStatus
from grids.places.models import Building, Organisation, Place, Vessel
from grids.trail.models import AuditEntry
from grids.tree.choices import ExclusiveType, Kind
from grids.tree.services import close_grid, create_grid

pytestmark = pytest.mark.django_db
PHONE = "13800009911"
VECTORS = Path("tests/residents/roster/vectors/uscc_gb32100.csv")


def code(number: int) -> str:
    """A synthetic credit code of the unassigned area 990101."""
    body = f"91990101MA{number:07d}"
    return body + uscc.calc_check_digit(body)


@pytest.fixture
def sea(world):
    """An exclusive grid for fishing vessels in the community."""
    return create_grid(
        world.community, actor=None, name_zh="渔船网格", kind=Kind.EXCLUSIVE, exclusive_type=ExclusiveType.VESSEL
    )


def acts(thing) -> list[str]:
    entries = AuditEntry.objects.filter(object_type=thing._meta.label, object_id=str(thing.pk))
    return list(entries.order_by("pk").values_list("act", flat=True))


def faults(act, *args, **values) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        act(*args, **values)
    return set(caught.value.error_dict)


# ------------------------------------------------------------------ credit codes
def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_published_credit_code_is_taken_or_refused(world):
    taken = refused = 0
    for number, row in enumerate(vectors()):
        values = {"name": f"企业{number}", "kind": "enterprise", "credit_code": row["input"]}
        if row["expected"] == "valid":
            organisation = services.add_organisation(world.east_grid, actor=None, **values)
            assert organisation.credit_code == row["normalised"]
            # The file has the same code in two ways of writing.
            services.close_organisation(organisation, actor=None, version=1, reason="试")
            taken += 1
        else:
            assert faults(services.add_organisation, world.east_grid, actor=None, **values) == {"credit_code"}
            refused += 1
    assert (taken + refused, refused) == (59, 4)


def test_a_credit_code_stands_once_among_the_open_ones(world):
    values = {"name": "甲公司", "kind": "enterprise", "credit_code": code(1)}
    first = services.add_organisation(world.east_grid, actor=world.east_worker, **values)
    again = faults(services.add_organisation, world.west_grid, actor=world.west_worker, **values)
    assert again == {"credit_code"}
    services.close_organisation(first, actor=world.east_worker, version=1, reason="注销")
    second = services.add_organisation(world.west_grid, actor=world.west_worker, **values)
    assert second.credit_code == first.credit_code
    # Others may have no code; an enterprise may not.
    services.add_organisation(world.east_grid, actor=None, name="乙协会", kind="social")
    assert faults(services.add_organisation, world.east_grid, actor=None, name="丙", kind="enterprise") == {
        "credit_code"
    }
    association = Organisation.objects.get(name="乙协会")
    fault = faults(services.change_organisation, association, actor=None, version=1, kind="enterprise")
    assert fault == {"credit_code"}


# ------------------------------------------------------------------ who and where
def test_who_keeps_places_adds_them_in_his_grid_and_nowhere_else(world):
    values = {"name": "东街小卖部", "kind": "shop", "contact_name": "店主", "contact_phone": "138 0000 9911"}
    place = services.add_place(world.east_grid, actor=world.east_worker, **values)
    assert (place.grid, place.contact_phone) == (world.east_grid, PHONE)
    assert acts(place) == ["place.add"]
    entry = AuditEntry.objects.get(object_type="grids.Place", object_id=str(place.pk))
    assert entry.changes["contact_phone"] == ["", "•••"]
    for who in ("west_worker", "auditor", "mentor", "street_desk", "district_office", "foreign_worker", "liaison"):
        with pytest.raises(Refused):
            services.add_place(world.east_grid, actor=getattr(world, who), **values)
    assert Place.objects.filter(name="东街小卖部").count() == 1


def test_a_place_stands_in_a_grid_and_a_vessel_in_a_vessel_grid(world, sea):
    shop = {"name": "店", "kind": "shop"}
    assert faults(services.add_place, world.community, actor=None, **shop) == {"grid"}
    services.add_place(world.east_micro, actor=None, **shop)
    boat = {"name": "渔1", "registration_no": "浙渔 00001"}
    assert faults(services.add_vessel, world.east_grid, actor=None, **boat) == {"grid"}
    vessel = services.add_vessel(sea, actor=None, berth="A12", **boat)
    assert (vessel.registration_no, vessel.berth, vessel.berth_key) == ("浙渔00001", "A12", "A00012")
    services.add_compound(world.community, actor=None, name="丁香苑", kind="estate")
    point = {"name": "中心", "kind": "centre", "address": "一号"}
    services.add_service_point(world.street, actor=None, **point)
    assert faults(services.add_service_point, world.district, actor=None, **point) == {"grid"}
    empty = create_grid(world.community, actor=None, name_zh="空")
    close_grid(empty, actor=None, version=1, reason="误建")
    empty.refresh_from_db()
    assert faults(services.add_place, empty, actor=None, **shop) == {"grid"}


def test_all_faults_are_named_at_once(world):
    wrong = {"name": " ", "kind": "castle", "contact_phone": "12", "address": "长" * 300}
    assert faults(services.add_place, world.east_grid, actor=None, **wrong) == {
        "name",
        "kind",
        "contact_phone",
        "address",
    }


# ------------------------------------------------------------------ change, move, close
def test_a_change_needs_the_version_that_was_read(world):
    place = world.east_place
    changed = services.change_place(place, actor=world.east_worker, version=1, name="东街小学", kind="school")
    assert (changed.name, changed.version) == ("东街小学", 2)
    with pytest.raises(StaleVersion):
        services.change_place(place, actor=world.leader, version=1, name="别的")
    with pytest.raises(Refused):
        services.change_place(place, actor=world.auditor, version=2, name="别的")
    assert Place.objects.get(pk=place.pk).name == "东街小学"
    assert acts(place) == ["place.change"]


def test_a_move_asks_for_power_at_both_ends(world):
    place = world.east_place
    with pytest.raises(Refused):
        services.move_place(place, world.west_grid, actor=world.east_worker, version=1)
    with pytest.raises(Refused):
        services.move_place(place, world.foreign_grid, actor=world.secretary, version=1)
    moved = services.move_place(place, world.west_grid, actor=world.secretary, version=1, reason="划错了")
    assert moved.grid == world.west_grid
    assert not Place.objects.under(world.east_grid).exists()
    assert faults(services.move_place, moved, world.west_grid, actor=world.secretary, version=2) == {"grid"}
    entry = AuditEntry.objects.get(act="place.move")
    assert entry.changes == {"grid": [world.east_grid.code, world.west_grid.code]}


def test_closing_keeps_the_row_and_its_history(world):
    place = world.east_place
    assert faults(
        services.close_place, place, actor=None, version=1, on=today() + timedelta(days=1), reason="搬走"
    ) == {"on"}
    assert faults(services.close_place, place, actor=None, version=1, reason="  ") == {"reason"}
    closed = services.close_place(place, actor=world.east_worker, version=1, reason="搬走")
    assert closed.closed_on == today()
    assert not Place.objects.open().filter(pk=place.pk).exists()
    with pytest.raises(Refused):
        services.change_place(closed, actor=world.east_worker, version=2, name="别的")
    with pytest.raises(Refused):
        services.move_place(closed, world.west_grid, actor=world.secretary, version=2)


def test_what_runs_places_is_not_closed_before_them(world):
    organisation, place = world.east_organisation, world.east_place
    services.change_place(place, actor=None, version=1, organisation=organisation)
    with pytest.raises(Refused):
        services.close_organisation(organisation, actor=None, version=1, reason="注销")
    fault = faults(services.change_place, place, actor=None, version=2, organisation=world.foreign_organisation)
    assert fault == {"organisation"}
    services.change_place(place, actor=None, version=2, organisation=None)
    services.close_organisation(organisation, actor=None, version=1, reason="注销")
    fault = faults(services.change_place, place, actor=None, version=3, organisation=organisation)
    assert fault == {"organisation"}


def test_buildings_belong_to_compounds_of_their_community(world):
    building, compound = world.east_building, world.east_compound
    services.change_building(building, actor=world.east_worker, version=1, compound=compound, floors=6)
    assert Building.objects.get(pk=building.pk).compound == compound
    with pytest.raises(Refused):
        services.close_compound(compound, actor=None, version=1, reason="拆除")
    assert faults(services.change_building, building, actor=None, version=2, compound=world.foreign_compound) == {
        "compound"
    }
    with pytest.raises(Refused):
        services.change_building(building, actor=world.west_worker, version=2, floors=3)
    services.change_building(building, actor=None, version=2, compound=None)
    closed = services.close_compound(compound, actor=None, version=1, reason="拆除")
    # The name is free again.
    again = services.add_compound(compound.grid, actor=None, name=closed.name, kind="old")
    assert faults(services.add_compound, compound.grid, actor=None, name=again.name, kind="old") == {"name"}


def test_a_grid_with_open_things_is_not_closed(world):
    grid = create_grid(world.community, actor=None, name_zh="新网格")
    place = services.add_place(grid, actor=None, name="店", kind="shop")
    with pytest.raises(Refused):
        close_grid(grid, actor=None, version=grid.version, reason="合并")
    services.close_place(place, actor=None, version=1, reason="搬走")
    close_grid(grid, actor=None, version=grid.version, reason="合并")


# ------------------------------------------------------------------ vessels and phones
def test_a_status_is_set_once_and_dated(world):
    vessel = world.east_vessel
    at_sea = services.set_vessel_status(vessel, VesselStatus.AT_SEA, actor=world.east_worker)
    assert (at_sea.status, at_sea.version) == ("at_sea", 2)
    services.set_vessel_status(vessel, VesselStatus.AT_SEA, actor=world.leader)
    assert acts(vessel) == ["vessel.status"]
    since = now() + timedelta(hours=1)
    assert faults(services.set_vessel_status, vessel, "in_port", actor=None, since=since) == {"since"}
    assert faults(services.set_vessel_status, vessel, "sunk", actor=None) == {"status"}
    with pytest.raises(Refused):
        services.set_vessel_status(vessel, VesselStatus.IN_PORT, actor=world.auditor)


def test_a_registration_number_is_free_again_when_the_vessel_is_gone(world, sea):
    boat = {"name": "渔1", "registration_no": "浙渔00001"}
    first = services.add_vessel(sea, actor=None, **boat)
    assert faults(services.add_vessel, sea, actor=None, **boat) == {"registration_no"}
    services.close_vessel(first, actor=None, version=1, reason="卖出")
    services.add_vessel(sea, actor=None, **boat)
    assert Vessel.objects.filter(registration_no="浙渔00001").count() == 2


def test_a_phone_is_shown_for_a_purpose_that_is_kept(world):
    place = services.change_place(world.east_place, actor=None, version=1, contact_phone=PHONE)
    assert services.reveal_phone(place, actor=world.east_worker, purpose=ContactPurpose.WARNING) == PHONE
    entry = AuditEntry.objects.get(act="place.reveal")
    assert (entry.actor, entry.reason) == (world.east_worker, "warning")
    assert faults(services.reveal_phone, place, actor=world.east_worker, purpose="") == {"purpose"}
    for who in ("auditor", "mentor", "district_office", "west_worker"):
        with pytest.raises(Refused):
            services.reveal_phone(place, actor=getattr(world, who), purpose=ContactPurpose.WARNING)
    assert not AuditEntry.objects.filter(changes__icontains=PHONE).exists()
