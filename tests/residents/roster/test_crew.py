"""Crews: who may join and leave, on which days, who reads the names, and a harbour of 262 vessels (M07)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.common.clock import today
from grids.common.errors import Refused
from grids.places.models import Vessel
from grids.places.services import add_vessel, close_vessel, set_vessel_status
from grids.trail.models import AuditEntry
from grids.tree.choices import ExclusiveType, Kind
from grids.tree.services import create_grid
from residents.roster.choices import CrewRole, Relation
from residents.roster.crew import join_crew, leave_crew
from residents.roster.models import Person, VesselCrew
from residents.roster.services import add_person, record_death

pytestmark = pytest.mark.django_db
VESSELS, PERSONS = 262, 4975


@pytest.fixture
def sea(world):
    return create_grid(
        world.community, actor=None, name_zh="渔船网格", kind=Kind.EXCLUSIVE, exclusive_type=ExclusiveType.VESSEL
    )


@pytest.fixture
def boat(sea):
    return add_vessel(sea, actor=None, name="浙渔1号", registration_no="浙渔00001", berth="A1")


def faults(act, *args, **values) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        act(*args, **values)
    return set(caught.value.error_dict)


def test_who_keeps_the_vessel_takes_residents_of_his_grids_on_board(world, boat):
    member = join_crew(boat, world.east_person, actor=world.secretary, role=CrewRole.CAPTAIN)
    assert member.starts_on == today()
    assert world.east_household.residencies.filter(ends_on=None).exists()
    for who in ("east_worker", "auditor", "street_desk", "foreign_secretary"):
        with pytest.raises(Refused):
            join_crew(boat, world.west_person, actor=getattr(world, who))
    with pytest.raises(Refused):
        join_crew(boat, world.foreign_person, actor=world.secretary)
    assert faults(join_crew, boat, world.west_person, actor=world.secretary, role=CrewRole.CAPTAIN) == {"role"}
    assert faults(join_crew, boat, world.west_person, actor=None, role="cook") == {"role"}
    entry = AuditEntry.objects.get(act="crew.join")
    assert entry.grid == boat.grid
    assert world.east_person.name not in str(entry.changes)


def test_nobody_sails_on_two_vessels_and_periods_do_not_overlap(world, boat, sea):
    other = add_vessel(sea, actor=None, name="浙渔2号", registration_no="浙渔00002")
    start = today() - timedelta(days=30)
    member = join_crew(boat, world.east_person, actor=None, starts_on=start)
    assert faults(join_crew, other, world.east_person, actor=None) == {"starts_on"}
    assert faults(leave_crew, member, actor=None, on=start - timedelta(days=1)) == {"on"}
    assert faults(leave_crew, member, actor=None, on=today() + timedelta(days=1)) == {"on"}
    left = leave_crew(member, actor=world.secretary, on=start + timedelta(days=10))
    with pytest.raises(Refused):
        leave_crew(left, actor=world.secretary)
    assert faults(join_crew, other, world.east_person, actor=None, starts_on=start + timedelta(days=9)) == {"starts_on"}
    # The first day ashore may be the first day on the next vessel.
    join_crew(other, world.east_person, actor=None, starts_on=start + timedelta(days=10))
    tomorrow = today() + timedelta(days=1)
    assert faults(join_crew, boat, world.west_person, actor=None, starts_on=tomorrow) == {"starts_on"}
    with pytest.raises(Refused):
        leave_crew(VesselCrew.objects.active().get(vessel=other), actor=world.east_worker)


def test_the_dead_do_not_sail_and_a_closed_vessel_has_no_crew(world, boat):
    Person.objects.filter(pk=world.west_person.pk).update(deceased_on=date(2026, 1, 1))
    with pytest.raises(Refused):
        join_crew(boat, world.west_person, actor=None)
    join_crew(boat, world.east_person, actor=None)
    close_vessel(boat, actor=world.secretary, version=1, reason="卖出")
    assert not VesselCrew.objects.active().filter(vessel=boat).exists()
    with pytest.raises(Refused):
        join_crew(boat, world.east_person, actor=None)


def test_a_death_ends_the_place_on_board(world, boat):
    join_crew(boat, world.east_person, actor=None)
    stays = join_crew(boat, world.west_person, actor=None)
    wife = add_person(
        world.east_household, actor=None, relation=Relation.SPOUSE, name="王妻", sex="2", birth_date=date(1980, 1, 1)
    )
    record_death(world.east_person, actor=world.secretary, on=today(), new_head=wife)
    assert list(VesselCrew.objects.active().filter(vessel=boat)) == [stays]
    assert AuditEntry.objects.filter(act="crew.leave").count() == 1


def test_names_are_read_by_the_powers_on_the_vessels_grid(world, boat, client):
    join_crew(boat, world.east_person, actor=None)

    def seen(who, url):
        client.force_login(world.fresh(who))
        return client.get(url).content.decode()

    listed = reverse("residents:vesselcrew-list")
    for url in (boat.get_absolute_url(), f"{listed}?vessel={boat.pk}"):
        assert "赵一" in seen("secretary", url)
        assert "赵一" not in seen("auditor", url)
        assert "赵*" in seen("auditor", url)
    # Whoever reads masks does not find hidden names either.
    assert "赵*" not in seen("auditor", f"{listed}?q=赵一")
    assert "赵一" in seen("secretary", f"{listed}?q=赵一")
    client.force_login(world.fresh("foreign_secretary"))
    assert client.get(boat.get_absolute_url()).status_code == 404


def test_joining_and_leaving_through_the_pages(world, boat, client):
    client.force_login(world.fresh("secretary"))
    found = client.get(reverse("residents:vesselcrew-find", args=[boat.pk]), {"q": "李四"})
    assert [row.record for row in found.context["table"].rows] == [world.west_person]
    url = reverse("residents:vesselcrew-join", args=[boat.pk, world.west_person.pk])
    assert client.post(url, {"role": "captain", "starts_on": today().isoformat()}).status_code == 302
    found = client.get(reverse("residents:vesselcrew-find", args=[boat.pk]), {"q": "李四"})
    assert not list(found.context["table"].rows)
    member = VesselCrew.objects.get(vessel=boat)
    assert "浙渔1号" in client.get(reverse("residents:person-detail", args=[world.west_person.pk])).content.decode()
    url = reverse("residents:vesselcrew-leave", args=[member.pk])
    assert client.post(url, {"on": today().isoformat()}).status_code == 302
    assert not VesselCrew.objects.active().filter(vessel=boat).exists()
    foreign = reverse("residents:vesselcrew-join", args=[boat.pk, world.foreign_person.pk])
    assert client.get(foreign).status_code == 404


def test_a_harbour_of_262_vessels_and_4975_persons(world, sea, client):
    """Domain M07: about 19 on board of each; pages ask as often as for two vessels."""
    from django.db import connection

    client.force_login(world.fresh("secretary"))
    pages = {
        "board": reverse("grids:vessel-board", args=[sea.pk]),
        "vessels": f"{reverse('grids:vessel-list')}?grid={sea.code}",
        "crews": f"{reverse('residents:vesselcrew-list')}?grid={sea.code}",
        "grid": sea.get_absolute_url(),
    }

    def queries() -> dict[str, int]:
        counted = {}
        for name, url in pages.items():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counted[name] = len(captured)
        return counted

    def fill(first, last, persons):
        fleet = Vessel.objects.bulk_create(
            Vessel(grid=sea, name=f"台渔{n}", registration_no=f"T{n}", berth=f"B{n}", berth_key=f"B{n:05d}")
            for n in range(first, last)
        )
        people = Person.objects.bulk_create(Person(name=f"渔民{n}") for n in range(persons))
        VesselCrew.objects.bulk_create(
            VesselCrew(vessel=fleet[n % len(fleet)], person=person, starts_on=date(2026, 1, 1))
            for n, person in enumerate(people)
        )

    fill(0, 2, 38)
    queries()
    few = queries()
    fill(2, VESSELS, PERSONS - 38)
    assert queries() == few
    board = client.get(pages["board"])
    assert len(board.context["cells"]) == VESSELS
    assert [cell["vessel"].berth for cell in board.context["cells"][:12]][-1] == "B11"
    assert client.get(pages["crews"]).context["table"].paginator.count == PERSONS
    counters = {entry["key"]: entry["context"] for entry in client.get(pages["grid"]).context["panels"]["counter"]}
    assert counters["crew"]["value"] == PERSONS
    assert client.get(counters["crew"]["url"]).context["table"].paginator.count == PERSONS


def test_one_tap_on_the_board(world, boat, client):
    board = reverse("grids:vessel-board", args=[boat.grid_id])
    tap = reverse("grids:vessel-status", args=[boat.pk])
    client.force_login(world.fresh("secretary"))
    response = client.post(tap, {"status": "at_sea", "back": "board", "shown": ""})
    assert response.url == f"{board}#vessel-{boat.pk}"
    assert Vessel.objects.get(pk=boat.pk).status == "at_sea"
    assert {tile["label"]: tile["value"] for tile in client.get(board).context["tiles"]}["出海"] == 1
    assert len(client.get(board, {"status": "in_port"}).context["cells"]) == 0
    assert client.get(tap).status_code == 405
    client.force_login(world.fresh("auditor"))
    assert 'name="status"' not in client.get(board).content.decode()
    assert client.post(tap, {"status": "in_port"}).status_code == 403
    client.force_login(world.fresh("west_worker"))
    assert client.post(tap, {"status": "in_port"}).status_code == 404
    assert client.get(board).status_code == 404
    set_vessel_status(boat, "in_port", actor=None)
