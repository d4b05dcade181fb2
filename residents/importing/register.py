"""What a plan must know of the register: read in a constant number of queries for each thousand rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from grids.access.choices import Permission
from grids.access.querysets import Scope, scope_of
from grids.places.models import Building, Compound
from grids.tree.choices import Kind, Level
from grids.tree.models import Grid
from residents.importing.doors import place_name
from residents.importing.territory import BuildingFact, GridFact, Territory
from residents.roster.models import Dwelling, Headship, Household, Person, Residency
from residents.roster.rules import shown_door
from residents.roster.services import staying_let
from residents.roster.timeline import Span

T = TypeVar("T")
AT_ONCE = 900  # values in one IN (...): below every engine's limit


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def read_territory(user: Any, grid: Grid, default: Grid | None) -> Territory:
    """The grids in use under ``grid`` that ``user`` imports into, and the buildings in them: two queries.

    People live in comprehensive grids only; exclusive ones are known so that a row that names one is told why.
    """
    mine = Grid.objects.restrict(user, Permission.IMPORT_ROSTER).under(grid).living().select_related("parent")
    listed = list(mine.order_by("code"))
    facts = [
        GridFact(one.pk, one.code, one.level, one.name_zh, one.parent_id, one.parent.name_zh if one.parent else "")
        for one in listed
    ]
    exclusive = {one.pk for one in listed if one.kind == Kind.EXCLUSIVE}
    grids = [one for one in facts if one.level >= Level.GRID and one.pk not in exclusive]
    by_pk = {one.pk: one for one in grids}
    known = Building.objects.under(grid).values_list("pk", "name", "grid_id", "compound__name")
    buildings = [
        BuildingFact(pk, name, by_pk[grid_pk], place_name(compound or ""))
        for pk, name, grid_pk, compound in known
        if grid_pk in by_pk
    ]
    communities = [one for one in facts if one.level == Level.COMMUNITY]
    if not communities:
        above = Grid.objects.filter(pk__in=[one.pk for one in grid.get_ancestors()], level=Level.COMMUNITY)
        communities = [GridFact(one.pk, one.code, one.level, one.name_zh, one.parent_id, "") for one in above]
    without = [one for one in facts if one.pk in exclusive]
    return Territory(grids, communities, buildings, by_pk.get(default.pk) if default else None, without)


def compounds_named(grid: Grid) -> dict[str, int]:
    """The open compounds under ``grid`` by name; none of a name that several have."""
    found: dict[str, list[int]] = {}
    for name, pk in Compound.objects.open().under(grid).values_list("name", "pk"):
        found.setdefault(place_name(name), []).append(pk)
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}


@dataclass
class Home:
    """A household of the register at a dwelling, with those who live in it."""

    household: Household
    members: list[Residency] = field(default_factory=list)


@dataclass
class Standing:
    """A dwelling of the register and the households in it."""

    dwelling: Dwelling
    homes: dict[int, Home] = field(default_factory=dict)

    @property
    def members(self) -> list[Residency]:
        return [member for home in self.homes.values() for member in home.members]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody of the register lives now: ``words`` is the door as far as the reader may know it."""

    dwelling: int
    household: int
    words: str


@dataclass
class Facts:
    """What the register says about the doors and persons of some rows."""

    doors: dict[tuple[int, str, str], Standing] = field(default_factory=dict)
    # By normalised identity number; several in a register with duplicates.
    numbered: dict[str, list[Person]] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    # Residencies that were head on some day, so that their dates carry more than themselves.
    ever_heads: set[int] = field(default_factory=set)


class Register:
    """Reads the register for one user."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.sees: Scope = scope_of(user, Permission.VIEW_ROSTER)
        self.imports: Scope = scope_of(user, Permission.IMPORT_ROSTER)

    def facts(self, doors: Sequence[tuple[int, str, str]], numbers: Iterable[str]) -> Facts:
        """About ``doors`` (building, unit, room) and the persons with one of ``numbers``."""
        found = Facts()
        self._read_doors(found, set(doors))
        self._read_numbers(found, set(numbers))
        return found

    def keyed(self, pks: Iterable[int]) -> dict[int, Residency]:
        """Where the persons named by their system number live now, within the user's scope; others are missing."""
        found: dict[int, Residency] = {}
        for part in in_parts(set(pks)):
            rows = Residency.objects.active().in_scope(self.imports).with_place().filter(person__in=part)
            found.update((row.person_id, row) for row in rows)
        return found

    def former_homes(self, pks: Iterable[int]) -> dict[int, list[Span]]:
        """The days that these persons lived in other households before, wherever that was."""
        found: dict[int, list[Span]] = {}
        for part in in_parts(set(pks)):
            rows = Residency.objects.filter(person__in=part, ends_on__isnull=False).order_by()
            for person, starts_on, ends_on, pk in rows.values_list("person", "starts_on", "ends_on", "pk"):
                found.setdefault(person, []).append(Span(starts_on, ends_on, pk))
        return found

    def staying_let(self, dwellings: Iterable[int]) -> dict[int, str]:
        """Those of these dwellings that cannot be called anything but let, with the reason."""
        return {pk: reason for part in in_parts(set(dwellings)) for pk, reason in staying_let(part).items()}

    def _read_doors(self, found: Facts, doors: set[tuple[int, str, str]]) -> None:
        if not doors:
            return
        dwellings = Dwelling.objects.filter(
            unit__building__in={door[0] for door in doors}, room__in={door[2] for door in doors}
        ).select_related("unit", "grid")
        by_pk: dict[int, Standing] = {}
        for dwelling in dwellings:
            door = (dwelling.unit.building_id, dwelling.unit.name, dwelling.room)
            if door in doors:
                found.doors[door] = by_pk[dwelling.pk] = Standing(dwelling)
        homes: dict[int, Home] = {}
        for part in in_parts(by_pk):
            for household in Household.objects.active().filter(dwelling__in=part).order_by("pk"):
                homes[household.pk] = by_pk[household.dwelling_id].homes[household.pk] = Home(household)
        for part in in_parts(homes):
            members = Residency.objects.active().filter(household__in=part).select_related("person")
            for member in members.order_by("household", "-is_head", "pk"):
                member.household = homes[member.household_id].household
                homes[member.household_id].members.append(member)
            found.ever_heads.update(
                Headship.objects.filter(household__in=part).order_by().values_list("residency_id", flat=True)
            )

    def _read_numbers(self, found: Facts, numbers: set[str]) -> None:
        index = Person._meta.get_field("id_number_index")
        by_index = {candidate: number for number in numbers for candidate in index.candidates(number)}
        persons: list[Person] = []
        for part in in_parts(by_index):
            known = Person.objects.filter(id_number_index__in=part, merged_into__isnull=True, erased_at__isnull=True)
            for person in known.order_by("pk"):
                found.numbered.setdefault(by_index[person.id_number_index], []).append(person)
                persons.append(person)
        at_doors = {member.person_id for standing in found.doors.values() for member in standing.members}
        for part in in_parts(person.pk for person in persons if person.pk not in at_doors):
            rows = Residency.objects.active().filter(person__in=part).with_place()
            for row in rows:
                dwelling = row.household.dwelling
                words = shown_door(self.user, dwelling) if self.sees.holds(dwelling.grid.code) else ""
                found.places[row.person_id] = Place(dwelling.pk, row.household_id, words)
