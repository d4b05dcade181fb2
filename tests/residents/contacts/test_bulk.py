"""Many at once by the same rules: Sanjiabang's 1,904 households and 169 members."""

import pytest
from django.db.models import Count, F

from grids.common.errors import Conflict, Refused
from grids.places.models import Building, Unit
from grids.trail.models import AuditEntry
from residents.contacts import bulk
from residents.contacts.choices import ContactRole
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import uncovered
from residents.roster.choices import Relation
from residents.roster.models import Dwelling, Household, Person, Residency
from tests.residents.contacts.neighbourhood import load_up, more_households, more_members
from tests.world import SINCE, World


@pytest.fixture
def sanjiabang(world: World) -> World:
    """1,904 households of one community in 68 buildings; the head of every eleventh is one of 169 members."""
    grid = world.grids["next_grid"]
    buildings = Building.objects.bulk_create(Building(grid=grid, name=f"{n}幢", order=n) for n in range(1, 69))
    units = Unit.objects.bulk_create(Unit(building=building, name="1单元") for building in buildings)
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(grid=grid, unit=units[n // 28], room=f"{n % 28:03d}", sort_key=f"{n:08d}") for n in range(1904)
    )
    households = Household.objects.bulk_create(Household(dwelling=one, opened_on=SINCE) for one in dwellings)
    persons = Person.objects.bulk_create(
        Person(name=f"党员{n}", birth_date=SINCE.replace(year=1960)) for n in range(169)
    )
    Residency.objects.bulk_create(
        Residency(person=person, household=households[n * 11], relation=Relation.HEAD, is_head=True, starts_on=SINCE)
        for n, person in enumerate(persons)
    )
    ContactMember.objects.bulk_create(
        ContactMember(grid=world.grids["next_community"], person=person, consented_on=SINCE, starts_on=SINCE)
        for person in persons
    )
    return world


def of(world: World) -> tuple[list[Household], list[ContactMember]]:
    households = Household.objects.under(world.grids["next_community"]).in_reading_order()
    return list(households), list(ContactMember.objects.filter(grid=world.grids["next_community"]))


def test_sanjiabang_is_covered_with_loads_of_eleven_and_twelve(sanjiabang: World, django_assert_max_num_queries):
    households, members = of(sanjiabang)
    with django_assert_max_num_queries(100):
        made = bulk.assign_in_bulk(bulk.spread(households, members), actor=None)
    assert len(made) == 1904
    loads = sorted(ContactMember.objects.with_load().filter(load__gt=1).values_list("load", flat=True))
    assert (loads.count(12), loads.count(11), len(loads)) == (45, 124, 169)
    assert not uncovered(Household.objects.under(sanjiabang.grids["next_community"])).exists()
    assert AuditEntry.objects.filter(act="contact.assign").count() == 1904
    own = ContactAssignment.objects.filter(household__residencies__person=F("member__person"))
    assert not own.exists()
    spread_over = ContactMember.objects.annotate(
        n=Count("assignments__household__dwelling__unit__building", distinct=True)
    )
    assert max(spread_over.values_list("n", flat=True)) <= 3


@pytest.mark.parametrize(("members", "number"), [(126, "127"), (169, None)])
def test_too_few_members_are_refused_with_the_number(sanjiabang: World, members: int, number: str | None):
    households, everybody = of(sanjiabang)
    if number is None:
        assert len(bulk.spread(households, everybody[:members])) == 1904
        return
    with pytest.raises(Refused, match=number):
        bulk.spread(households, everybody[:members])


def test_the_spread_depends_on_nothing_but_the_rows(sanjiabang: World):
    households, members = of(sanjiabang)
    assert bulk.spread(households, members) == bulk.spread(households[::-1], members[::-1])


def test_one_pair_against_the_rules_and_nothing_is_assigned(world: World):
    doors = more_households(world, 3)
    with pytest.raises(Refused, match="孙党员"):
        bulk.assign_in_bulk([(doors[0], world.member), (world.member_household, world.member)], actor=world.secretary)
    with pytest.raises(Conflict):
        bulk.assign_in_bulk([(doors[0], world.member), (world.east_household, *more_members(world, 1))], actor=None)
    with pytest.raises(Refused):
        bulk.assign_in_bulk([(doors[0], world.member)], actor=world.east_worker)
    assert world.member.assignments.count() == 1
    assert len(bulk.assign_in_bulk([(door, world.member) for door in doors], actor=world.secretary)) == 3


def test_the_sixteenth_pair_of_one_member_is_refused(world: World):
    load_up(world.member, more_households(world, 13))
    doors = more_households(world, 2, building="7幢")
    with pytest.raises(Refused, match="15"):
        bulk.assign_in_bulk([(door, world.member) for door in doors], actor=world.secretary)
    assert len(bulk.assign_in_bulk([(doors[0], world.member)], actor=world.secretary)) == 1
    backups = bulk.assign_in_bulk([(doors[1], world.member)], actor=world.secretary, role=ContactRole.BACKUP)
    assert backups[0].slot is None
