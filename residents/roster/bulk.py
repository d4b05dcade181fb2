"""Whole rosters at once: the same rules as one by one, a few statements instead of many (demo data, later imports).

10,000 persons take a few seconds. All or nothing: the first fault anywhere and nothing is written, every fault named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.bulk import maker, write_new
from grids.common.clock import today
from grids.places.models import Building, Unit
from grids.places.services import lock_doors
from grids.trail.services import record
from grids.tree.models import Grid
from residents.roster.bulk_doors import dwellings_of, refuse_taken_doors
from residents.roster.choices import ArrivalReason, DwellingUse, IdType, Relation, ResidencyKind, Sex
from residents.roster.details import FIELDS as DETAILS
from residents.roster.details import check_leaving_day, clean_details
from residents.roster.models import Dwelling, Headship, Household, Person, Residency, Stay
from residents.roster.rules import (
    PERSON_FIELDS,
    Door,
    check_period,
    check_use,
    clean_door,
    clean_person,
    may_edit_roster,
    may_hold_dwellings,
)
from residents.roster.timeline import Span, first_heads

BATCH = 1000
# What a roster is written into.
TABLES = (Building, Unit, Dwelling, Household, Person, Residency, Stay, Headship)


@dataclass(frozen=True, slots=True)
class Row:
    """One person at one door. Rows with the same door and ``household`` live together; one of them is the head.

    ``grid`` is the code of the grid or micro-grid. Empty birth date and sex follow from the identity number.
    """

    grid: str
    building: str
    unit: str
    room: str
    name: str
    relation: str = Relation.HEAD
    household: str = ""
    floor: int | None = None
    use: str = DwellingUse.OWN
    note: str = ""
    kind: str = ResidencyKind.PERMANENT_LOCAL
    since: date | None = None
    id_type: str = IdType.RESIDENT
    id_number: str = ""
    phone: str = ""
    sex: str = Sex.UNKNOWN
    birth_date: date | None = None
    party_member: bool = False
    education: str = ""
    country: str = ""
    start_reason: str = ArrivalReason.FIRST_RECORDED
    hukou_here: bool | None = None
    hukou_county: str = ""
    inflow_reason: str = ""
    registered_on: date | None = None
    expected_leave_on: date | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row (counted from 1): ``field`` is empty when it concerns the whole row."""

    row: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class RosterFaults(ValidationError):
    """The roster was not loaded; ``faults`` names every row that must be corrected."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.row)
        super().__init__([_("Row %(row)s: %(message)s") % {"row": f.row, "message": f.message} for f in self.faults])


@dataclass
class Loaded:
    """What was made, in the order of the rows: ``persons`` and ``residencies`` one a row, ``households`` one a home."""

    households: list[Household] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    residencies: list[Residency] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    dwellings: list[Dwelling] = field(default_factory=list)

    @property
    def new_buildings(self) -> int:
        return len(self.buildings)

    @property
    def new_dwellings(self) -> int:
        return len(self.dwellings)


@dataclass
class _Home:
    """The rows of one household, by number."""

    grid: Grid
    door: Door
    rows: list[tuple[int, Row]] = field(default_factory=list)


@transaction.atomic
def load_roster(rows: Iterable[Row], *, grid: Grid, actor: Any, reason: str = "", entry: bool = True) -> Loaded:
    """Add all persons of ``rows`` with their households under ``grid`` (usually a community); one trail entry for all.

    ``entry=False`` leaves the entry to a caller who loads a large roster in parts, within one transaction.
    Raises ``Refused`` when ``actor`` does not keep this roster, ``RosterFaults`` when any row is wrong.
    """
    may_edit_roster(actor, grid).or_raise()
    listed = list(rows)
    reader = _Reader(grid, on=today())
    homes = reader.read(listed)
    loaded = Loaded()
    lock_doors(*{home.grid.code for home in homes})
    dwellings = dwellings_of(homes, grid, loaded)
    taken = refuse_taken_doors(homes, dwellings, made=loaded.dwellings)
    if taken:
        raise RosterFaults([Fault(number, "room", message) for number, message in taken])
    loaded.households = write_new(
        Household,
        [
            Household(
                dwelling=dwelling,
                opened_on=min(row.since or reader.on for _number, row in home.rows),
                note=next((row.note for _number, row in home.rows if row.note), ""),
            )
            for home, dwelling in zip(homes, dwellings, strict=True)
        ],
    )
    home_of = {
        number: household
        for home, household in zip(homes, loaded.households, strict=True)
        for number, _row in home.rows
    }
    _settle(listed, reader, home_of, loaded)
    _write_periods(homes, loaded)
    if not entry:
        return loaded
    counts = {
        "buildings": [0, loaded.new_buildings],
        "dwellings": [0, loaded.new_dwellings],
        "households": [0, len(loaded.households)],
        "persons": [0, len(loaded.persons)],
    }
    record("roster.load", grid, actor=actor, grid=grid, changes=counts, reason=reason)
    return loaded


@transaction.atomic
def join_households(rows: Iterable[tuple[Row, Household]], *, grid: Grid, actor: Any) -> Loaded:
    """New persons who join households that are there, none of them as its head; the caller has locked the households.

    Writes no trail entry of its own. Raises like ``load_roster``.
    """
    may_edit_roster(actor, grid).or_raise()
    listed = list(rows)
    reader = _Reader(grid, on=today())
    reader.read_persons([row for row, _household in listed])
    loaded = Loaded()
    _settle(
        [row for row, _household in listed],
        reader,
        {number: household for number, (_row, household) in enumerate(listed, start=1)},
        loaded,
    )
    return loaded


def _settle(rows: list[Row], reader: "_Reader", home_of: dict[int, Household], loaded: Loaded) -> None:
    """Write the persons of ``rows`` and that they live in their households."""
    new_person, new_residency = maker(Person), maker(Residency)
    loaded.persons = write_new(Person, [new_person(**reader.persons[number]) for number in range(1, len(rows) + 1)])
    loaded.residencies = write_new(
        Residency,
        [
            new_residency(
                person_id=person.pk,
                household_id=home_of[number].pk,
                relation=row.relation,
                is_head=row.relation == Relation.HEAD,
                kind=row.kind,
                starts_on=row.since or reader.on,
                start_reason=row.start_reason,
                **reader.details[number],
            )
            for number, (row, person) in enumerate(zip(rows, loaded.persons, strict=True), start=1)
        ],
    )


def _write_periods(homes: list[_Home], loaded: Loaded) -> None:
    """Where each household is and who its head is, from its first day on."""
    new_stay, new_headship = maker(Stay), maker(Headship)
    write_new(
        Stay,
        [
            new_stay(household_id=one.pk, dwelling_id=one.dwelling_id, starts_on=one.opened_on)
            for one in loaded.households
        ],
    )
    headships = []
    for household, home in zip(loaded.households, homes, strict=True):
        living = [loaded.residencies[number - 1] for number, _row in home.rows]
        spans = [Span(one.starts_on, None, one.pk) for one in living]
        head = next(span for span, one in zip(spans, living, strict=True) if one.is_head)
        headships += [
            new_headship(
                household_id=household.pk, residency_id=span.key, starts_on=span.starts_on, ends_on=span.ends_on
            )
            for span in first_heads(spans, head)
        ]
    write_new(Headship, headships)


class _Reader:
    """Checks every row by the rules of the room and groups the rows into homes."""

    def __init__(self, grid: Grid, *, on: date) -> None:
        self.on = on
        self.grids = {one.code: one for one in Grid.objects.under(grid).living()}
        self.faults: list[Fault] = []
        self.doors: dict[tuple[str, str, str, int | None], Door] = {}
        self.persons: dict[int, dict[str, Any]] = {}
        self.details: dict[int, dict[str, Any]] = {}

    def read(self, rows: list[Row]) -> list[_Home]:
        homes: dict[tuple[str, ...], _Home] = {}
        for number, row in enumerate(rows, start=1):
            try:
                self._read_person(number, row)
                door = self._door(row)
            except ValidationError as problem:
                self._note(number, problem)
                continue
            key = (row.grid, door.building, door.unit, door.room, row.household)
            homes.setdefault(key, _Home(self.grids[row.grid], door)).rows.append((number, row))
        for home in homes.values():
            heads = [number for number, row in home.rows if row.relation == Relation.HEAD]
            if len(heads) != 1:
                self._say(home.rows[0][0], "relation", _("A household has exactly one head; here are %s.") % len(heads))
        self._refuse_same_numbers()
        self._raise_faults()
        return list(homes.values())

    def read_persons(self, rows: list[Row]) -> None:
        """The persons alone, for households that are there."""
        for number, row in enumerate(rows, start=1):
            try:
                self._read_person(number, row)
            except ValidationError as problem:
                self._note(number, problem)
                continue
            if row.relation == Relation.HEAD:
                message = _("This household has a head. Choose how the person is related to the head.")
                self._say(number, "relation", message)
        self._refuse_same_numbers()
        self._raise_faults()

    def _read_person(self, number: int, row: Row) -> None:
        self.persons[number] = clean_person({name: getattr(row, name) for name in PERSON_FIELDS}, on=self.on)
        self.details[number] = clean_details({name: getattr(row, name) for name in DETAILS}, kind=row.kind)
        self._check(row)

    def _door(self, row: Row) -> Door:
        """The door of a row; the rows of a household share it."""
        words = (row.building, row.unit, row.room, row.floor)
        if words not in self.doors:
            self.doors[words] = clean_door(*words)
        return self.doors[words]

    def _raise_faults(self) -> None:
        if self.faults:
            raise RosterFaults(self.faults)

    def _check(self, row: Row) -> None:
        if row.grid not in self.grids:
            raise ValidationError({"grid": _("The grid %(code)s is not in use here.") % {"code": row.grid}})
        if not (may := may_hold_dwellings(self.grids[row.grid])):
            raise ValidationError({"grid": may.reason})
        for name, codes in _CODED.items():
            if getattr(row, name) not in codes:
                raise ValidationError({name: _("“%(value)s” is not in the list.") % {"value": getattr(row, name)}})
        check_use(row.use)
        check_period(row.since or self.on, None, on=self.on, field="since")
        check_leaving_day(row.expected_leave_on, starts_on=row.since or self.on)

    def _refuse_same_numbers(self) -> None:
        """No identity number twice in the rows, none that somebody of the roster has."""
        rows_of: dict[str, list[int]] = {}
        for number, values in self.persons.items():
            if values["id_number"]:
                rows_of.setdefault(values["id_number"], []).append(number)
        index = Person._meta.get_field("id_number_index")
        by_index = {candidate: number for number in rows_of for candidate in index.candidates(number)}
        for start in range(0, len(by_index), BATCH // 2):
            part = list(by_index)[start : start + BATCH // 2]
            for known in (
                Person.objects.standing().filter(id_number_index__in=part).values_list("id_number_index", flat=True)
            ):
                self._say(rows_of[by_index[known]][0], "id_number", _("This identity number is in the roster already."))
        for found in rows_of.values():
            for number in found[1:]:
                message = _("The same identity number stands in row %(row)s.") % {"row": found[0]}
                self._say(number, "id_number", message)

    def _note(self, number: int, problem: ValidationError) -> None:
        for name, messages in problem.message_dict.items():
            for message in messages:
                self._say(number, name, message)

    def _say(self, number: int, name: str, message: str) -> None:
        self.faults.append(Fault(number, name, message))


_CODED = {
    name: frozenset(choices.values)
    for name, choices in (
        ("relation", Relation),
        ("kind", ResidencyKind),
        ("use", DwellingUse),
        ("start_reason", ArrivalReason),
    )
}
