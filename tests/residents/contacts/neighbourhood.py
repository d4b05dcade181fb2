"""More doors and members for the tests of contact: a stair of the east micro-grid with as many as are asked for."""

from typing import Any

from grids.places.models import Building, Unit
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.choices import Relation
from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from tests.world import SINCE, World


def more_households(world: World, count: int, *, building: str = "5幢", micro: str = "east_micro") -> list[Household]:
    """So many households in one stair of ``micro``, in reading order, each with its head."""
    house, _made = Building.objects.get_or_create(grid=world.grids[micro], name=building)
    unit, _made = Unit.objects.get_or_create(building=house, name="1单元")
    taken = unit.dwellings.count()
    found = []
    for number in range(taken + 1, taken + count + 1):
        dwelling = Dwelling.objects.create(
            grid=house.grid, unit=unit, room=f"{number}", floor=number // 4 + 1, sort_key=f"{building}{number:06d}"
        )
        household = Household.objects.create(dwelling=dwelling, opened_on=SINCE)
        person = Person.objects.create(name=f"住户{number}", birth_date=SINCE.replace(year=1970))
        residency = Residency.objects.create(
            person=person, household=household, relation=Relation.HEAD, is_head=True, starts_on=SINCE
        )
        Stay.objects.create(household=household, dwelling=dwelling, starts_on=SINCE)
        Headship.objects.create(household=household, residency=residency, starts_on=SINCE)
        found.append(household)
    return found


def more_members(world: World, count: int, *, building: str = "6幢") -> list[ContactMember]:
    """So many joint-family members of the community, each living behind his own door."""
    homes = more_households(world, count, building=building)
    return [
        ContactMember.objects.create(
            grid=world.grids["community"],
            person=home.residencies.get().person,
            consented_on=SINCE,
            starts_on=SINCE,
            branch="丁香社区第一党支部",
        )
        for home in homes
    ]


def load_up(member: ContactMember, households: list[Household], **more: Any) -> list[ContactAssignment]:
    """Rows as they are after so many assignments, written directly."""
    first = member.assignments.serving().count() + 1
    return [
        ContactAssignment.objects.create(household=household, member=member, slot=slot, starts_on=SINCE, **more)
        for slot, household in enumerate(households, start=first)
    ]
