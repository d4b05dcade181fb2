"""A city for the benchmark, by bulk paths and district by district: 5,171 grids and 25,200 households with heads each.

It begins as a town, one district of four streets (10,080 households: more than a list counts), and grows: by four
districts to the small city (110,880 households), by forty to the large one (1,018,080).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import count

from django.db import connection
from tqdm import tqdm

from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_role
from grids.places.models import Building, Unit
from grids.tree.choices import Level
from grids.tree.models import Grid, GridCode
from grids.tree.rules import numbering
from residents.contacts.models import ContactAssignment, ContactMember
from residents.roster.models import Dwelling, Household, Person, Residency

# Districts beside the town.
SMALL, LARGE = 4, 40
TOWN_STREETS, STREETS = 4, 10
# Children of one node below the district, by level: a street has 517 nodes, a grid 30 households.
CHILDREN = {Level.STREET: 12, Level.COMMUNITY: 7, Level.GRID: 5}
HOUSEHOLDS_PER_MICROGRID = 6
HOUSEHOLDS_PER_MEMBER = 12
SINCE = date(2025, 1, 1)
BATCH = 2000
# One reader per size of scope; the role has to see the roster.
READERS = {
    "district": (Role.AUDITOR, Level.DISTRICT),
    "street": (Role.STREET_DESK, Level.STREET),
    "community": (Role.SECRETARY, Level.COMMUNITY),
    "grid": (Role.FULL_TIME, Level.GRID),
}


def code_of(district: int, path: tuple[int, ...]) -> str:
    """12 digits down to the community, 3 more for a grid, 2 more for a micro-grid; in the range of invented codes."""
    widths = (3, 3, 3, 2)
    digits = f"99{district:04d}" + "".join(f"{step:0{width}d}" for step, width in zip(path, widths, strict=False))
    return digits.ljust(12, "0")


def district_nodes(district: int, streets: int, keys: Iterator[int]) -> list[Grid]:
    """One district's tree in reading order, nested-set numbers included."""
    nodes: list[Grid] = []
    children_of = CHILDREN | {Level.DISTRICT: streets}
    children: dict[Grid, list[Grid]] = defaultdict(list)

    def grow(parent: Grid | None, level: Level, path: tuple[int, ...]) -> None:
        name = f"{Level(level).name.title()} {'-'.join(map(str, (district, *path)))}"
        code = code_of(district, path)
        grid = Grid(pk=next(keys), parent=parent, level=level, code=code, name_zh=name, valid_from=SINCE)
        nodes.append(grid)
        if parent:
            children[parent].append(grid)
        for number in range(1, children_of.get(level, 0) + 1):
            grow(grid, Level(level + 1), (*path, number))

    grow(None, Level.DISTRICT, ())
    for grid, (left, right, depth) in numbering(nodes[0], children).items():
        grid.tree_id, grid.lft, grid.rght, grid.depth = district, left, right, depth
    return nodes


def store(model: type, rows: list, progress: tqdm) -> None:
    model.objects.bulk_create(rows, batch_size=BATCH)
    progress.update(len(rows))


def continue_keys_after_the_highest(*models: type) -> None:
    """Rows were written with their own keys; PostgreSQL's sequences have to know."""
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def seed(districts: int = SMALL) -> Iterator[dict[str, tuple[User, Grid]]]:
    """Write the town, then the city around it; yield after each the readers of its last district.

    The readers are one account and its grid per size of scope, at the end of the code order.
    """
    keys, doors = count(1), count(1)
    for name, numbers, streets in (("town", range(1, 2), TOWN_STREETS), ("city", range(2, districts + 2), STREETS)):
        total = len(numbers) * (2 + streets * (517 * 2 + 420 * (2 + HOUSEHOLDS_PER_MICROGRID * 5)))
        with tqdm(total=total, mininterval=5) as progress:
            for district in numbers:
                grids = district_nodes(district, streets, keys)
                write_district(grids, doors, progress)
        continue_keys_after_the_highest(Grid, Building, Unit, Dwelling, Household, Person, ContactMember)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the server would do by itself soon
        yield readers(name, grids)


def write_district(grids: list[Grid], doors: Iterator[int], progress: tqdm) -> None:
    """The grids, their codes, a building with its households in each micro-grid, and the contacts of these."""
    store(Grid, grids, progress)
    store(GridCode, [GridCode(grid=grid, code=grid.code, issued_on=SINCE) for grid in grids], progress)
    microgrids = [grid for grid in grids if grid.level == Level.MICROGRID]
    buildings = [Building(pk=grid.pk, grid=grid, name="1幢") for grid in microgrids]
    store(Building, buildings, progress)
    units = [Unit(pk=building.pk, building=building, name="1单元") for building in buildings]
    store(Unit, units, progress)
    assign_contacts(settle(list(zip(microgrids, units, strict=True)), doors, progress), progress)


def settle(places: list[tuple[Grid, Unit]], keys: Iterator[int], progress: tqdm) -> list[tuple[Household, Person]]:
    """One dwelling, household and head per door."""
    doors = [(grid, unit, room) for grid, unit in places for room in range(1, HOUSEHOLDS_PER_MICROGRID + 1)]
    dwellings, households, persons, residencies = [], [], [], []
    for grid, unit, room in doors:
        key = next(keys)
        number = f"{room}01"
        phone = f"139{key:08d}"
        dwellings.append(
            Dwelling(pk=key, grid=grid, unit=unit, floor=room, room=number, sort_key=f"000001000001{number:0>6}")
        )
        households.append(Household(pk=key, dwelling=dwellings[-1], opened_on=SINCE))
        persons.append(Person(pk=key, name=f"住户{key}", phone=phone, phone_tail=phone[-4:]))
        residencies.append(Residency(person=persons[-1], household=households[-1], is_head=True, starts_on=SINCE))
    for model, rows in ((Dwelling, dwellings), (Household, households), (Person, persons), (Residency, residencies)):
        store(model, rows, progress)
    return list(zip(households, persons, strict=True))


def assign_contacts(homes: list[tuple[Household, Person]], progress: tqdm) -> None:
    """Every household has a primary contact: the first person of each dozen looks after the twelve."""
    members, assignments = [], []
    for first in range(0, len(homes), HOUSEHOLDS_PER_MEMBER):
        dozen = homes[first : first + HOUSEHOLDS_PER_MEMBER]
        household, person = dozen[0]
        community = household.dwelling.grid.parent.parent
        member = ContactMember(pk=person.pk, grid=community, person=person, consented_on=SINCE, starts_on=SINCE)
        members.append(member)
        assignments += [
            ContactAssignment(household=house, member=member, slot=slot, starts_on=SINCE)
            for slot, (house, _person) in enumerate(dozen, start=1)
        ]
    ContactMember.objects.bulk_create(members, batch_size=BATCH)
    store(ContactAssignment, assignments, progress)


def readers(name: str, grids: list[Grid]) -> dict[str, tuple[User, Grid]]:
    found = {}
    for scope, (role, level) in READERS.items():
        grid = [grid for grid in grids if grid.level == level][-1]
        found[scope] = (account(f"bench_{name}_{scope}", role, grid), grid)
    return found


def account(name: str, role: Role, grid: Grid) -> User:
    user = User.objects.create(username=name, display_name=name)
    grant_role(user, role, grid, actor=None, source="bench")
    return user
