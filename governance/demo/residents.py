"""Write a planned community's people through the roster's own bulk path."""

from collections.abc import Iterator

from governance.demo.territory import CommunityPlan
from grids.tree.models import Grid
from residents.roster.bulk import Loaded, Row, load_roster


def rows_of(plan: CommunityPlan) -> Iterator[Row]:
    """One row a person, door by door, the head of each household first."""
    for grid, micro_grid, door in plan.doors():
        for person in door.family.persons:
            yield Row(
                grid=f"{plan.code}{grid.number:03d}{micro_grid.number:02d}",
                building=micro_grid.building,
                unit=door.unit,
                floor=door.floor,
                room=door.room,
                use=door.family.use,
                name=person.name,
                relation=person.relation,
                kind=person.kind,
                # A child lives here since its birth at the earliest.
                since=max(door.family.opened_on, person.birth_date),
                id_number=person.id_number,
                phone=person.phone,
                sex=person.sex,
                birth_date=person.birth_date,
                party_member=person.party_member,
            )


def load_residents(plan: CommunityPlan) -> Loaded:
    """The community's households and persons; the trail names the system as the one who loaded them."""
    community = Grid.objects.get(code=plan.code)
    return load_roster(rows_of(plan), grid=community, actor=None, reason="demo data")
