"""Writing a confirmed import: everything in one transaction, or nothing.

Under the locks the plan is made once more against the present roster. Only if it is the plan that the user saw is
anything written; so two users who import one file at the same moment cannot both win, and a job that is begun again
after a power cut finds either nothing done, or everything.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from grids.access.querysets import forget_scopes
from grids.common.bulk import refresh_statistics
from grids.common.clock import now, today
from grids.common.locks import lock
from grids.jobs.progress import Progress
from grids.places.models import Building
from grids.places.services import lock_doors
from grids.trail.services import changes_between, record, record_many
from residents.importing import rules
from residents.importing.choices import ImportState as S
from residents.importing.choices import Outcome
from residents.importing.comparing import LIVING_FIELDS
from residents.importing.drafting import Draft
from residents.importing.estates import compound_of
from residents.importing.grouping import Group, Planned
from residents.importing.models import RosterImport
from residents.importing.packets import store_undo, stored_rows
from residents.importing.planning import Plan, make_plan
from residents.importing.register import Register, compounds_named, in_parts, read_territory
from residents.importing.services.steps import advance
from residents.roster.bulk import TABLES, Loaded, Row, join_households, load_roster
from residents.roster.choices import DwellingUse, Relation
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.roster.rules import PERSON_FIELDS, clean_person
from residents.roster.services.rows import indexes_of, recorded

ROWS_AT_ONCE = 5000
CHANGES_AT_ONCE = 200
ROW_FIELDS = (*PERSON_FIELDS, *LIVING_FIELDS, "since", "note", "use")


class RosterMovedOn(Exception):
    """The roster is no longer the one that the preview was made with."""


def apply_import(roster_import: RosterImport, progress: Progress) -> RosterImport:
    """Write the plan of a confirmed import; a second call finds it done and does nothing."""
    try:
        with transaction.atomic():
            _apply(roster_import, progress)
            progress.confirm()
    except RosterMovedOn:
        with transaction.atomic():
            roster_import.refresh_from_db()
            advance(
                roster_import,
                S.STALE,
                message=_("The roster has changed since the preview. Look at it again before you confirm."),
            )
    return roster_import


def _apply(roster_import: RosterImport, progress: Progress) -> None:
    lock(rules.WRITING)
    roster_import.refresh_from_db()
    if roster_import.state != S.APPLYING:
        return  # an earlier attempt came to its end
    owner, grid = roster_import.owner, roster_import.grid
    forget_scopes(owner)
    rules.may_import(owner, grid).or_raise()
    progress.phase(_("Comparing with the roster"), roster_import.row_count)
    territory = read_territory(owner, grid, roster_import.default_grid)
    lock_doors(grid.code, *(one.code for one in territory.grids))
    drafts = _lock_rows(roster_import)
    plan = make_plan(
        drafts,
        territory=territory,
        register=Register(owner),
        columns={int(index): fields for index, fields in roster_import.columns.items()},
        on=today(),
        advance=progress.advance,
    )
    if plan.fingerprint != roster_import.fingerprint or plan.counts[Outcome.WRONG]:
        raise RosterMovedOn
    progress.phase(_("Writing"), plan.counts[Outcome.NEW] + plan.counts[Outcome.CHANGED])
    writer = _Writer(roster_import, progress)
    store_undo(roster_import, writer.write(plan))
    if plan.counts[Outcome.NEW] >= ROWS_AT_ONCE:
        refresh_statistics(*TABLES)
    moment = now()
    entry = record(
        "import.apply",
        roster_import,
        actor=owner,
        grid=grid,
        changes={
            "new": [0, plan.counts[Outcome.NEW]],
            "changed": [0, plan.counts[Outcome.CHANGED]],
            "left_out": [0, plan.counts[Outcome.LEFT_OUT]],
            **{name: [0, count] for name, count in writer.made.items()},
        },
    )
    store_last_entry(roster_import, entry.pk)
    advance(roster_import, S.DONE, applied_at=moment, undo_until=moment + rules.UNDO_WITHIN)


def store_last_entry(roster_import: RosterImport, pk: int) -> None:
    """Remember where the trail stood: what comes later about these rows was somebody else's hand."""
    chunk = roster_import.chunks.undo().first()
    if chunk is not None:
        chunk.counts = {"entry": pk}
        chunk.save(update_fields=["counts"])


def _lock_rows(roster_import: RosterImport) -> list[Draft]:
    """The drafts of the stored plan; every row of the register that it would touch is locked before it is compared."""
    drafts: list[Draft] = []
    touched: dict[type[models.Model], set[int]] = {Household: set(), Dwelling: set(), Person: set(), Residency: set()}
    for row in stored_rows(roster_import):
        drafts.append(row.draft)
        if row.outcome in {Outcome.NEW, Outcome.CHANGED}:
            for known, pk in zip(
                touched.values(), (row.household, row.dwelling, row.person, row.residency), strict=True
            ):
                if pk:
                    known.add(pk)
    # Households first and in the order of their keys, as every service of the roster does.
    for model, pks in touched.items():
        for part in in_parts(sorted(pks)):
            list(model._default_manager.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
    return drafts


class _Writer:
    """Writes a plan and tells, row by row, what it made and what it overwrote."""

    def __init__(self, roster_import: RosterImport, progress: Progress) -> None:
        self.owner = roster_import.owner
        self.grid = roster_import.grid
        self.progress = progress
        self.done = 0
        self.made: dict[str, int] = {}

    def write(self, plan: Plan) -> Iterator[list[Any]]:
        """Yields ``[what, pk, version, before]``; ``before`` is None for what was made."""
        joining = [row for row in plan.rows if row.outcome == Outcome.NEW and row.household]
        changed = [row for row in plan.rows if row.changes]
        uses = _uses_of(plan.new_homes)
        for homes in _packets(plan.new_homes):
            loaded = load_roster(_rows_of(homes, uses), grid=self.grid, actor=self.owner, entry=False)
            self._put_into_compounds(loaded.buildings, homes)
            yield from self._noted(loaded)
        for packet in _parts(joining):
            joined = Household.objects.in_bulk({row.household for row in packet})
            pairs = [(_row(row.draft, self.grid.code), joined[row.household]) for row in packet]
            yield from self._noted(join_households(pairs, grid=self.grid, actor=self.owner))
        for packet in _parts(changed, CHANGES_AT_ONCE):
            yield from self._change_persons(packet)
            yield from self._change_residencies(packet)
            yield from self._change_places(packet)
            self._tell(len(packet))

    def _noted(self, loaded: Loaded) -> Iterator[list[Any]]:
        for what in ("buildings", "units", "dwellings", "households", "persons", "residencies"):
            made = getattr(loaded, what)
            self.made[what] = self.made.get(what, 0) + len(made)
            for one in made:
                yield [type(one).__name__, one.pk, 1, None]
        self._tell(len(loaded.persons))

    def _put_into_compounds(self, buildings: Sequence[Building], homes: Iterable[Group]) -> None:
        """New buildings belong to the compound that the file says, where the register has exactly one of that name."""
        said = {(one.grid.pk, one.door.building): compound for one in homes if (compound := compound_of(one))}
        if not buildings or not said:
            return
        known = compounds_named(self.grid)
        for building in buildings:
            building.compound_id = known.get(said.get((building.grid_id, building.name), ""))
        Building._default_manager.bulk_update([one for one in buildings if one.compound_id], ["compound"])

    def _tell(self, count: int) -> None:
        self.done += count
        self.progress.advance(self.done)

    def _change_persons(self, rows: Sequence[Planned]) -> Iterator[list[Any]]:
        meant = {row.person: _only(row, PERSON_FIELDS) for row in rows if _only(row, PERSON_FIELDS)}
        if not meant:
            return
        persons = Person.objects.in_bulk(meant)
        written: set[str] = set()
        entries: dict[int, dict[str, Any]] = {}
        for pk, person in persons.items():
            before = {name: getattr(person, name) for name in PERSON_FIELDS}
            after = clean_person({**before, **{name: new for name, (_old, new) in meant[pk].items()}}, on=today())
            entries[pk] = changes_between(before, recorded(after), Person)
            values = {**after, **indexes_of(after)}
            for name, value in values.items():
                setattr(person, name, value)
            written |= set(values)
            yield ["Person", pk, person.version + 1, {name: _plain(old) for name, (old, _new) in meant[pk].items()}]
        self._save(persons.values(), written)
        self._record("person.change", persons.values(), rows, entries, "person")

    def _change_residencies(self, rows: Sequence[Planned]) -> Iterator[list[Any]]:
        names = (*LIVING_FIELDS, "starts_on")
        meant = {row.residency: _only(row, names) for row in rows if _only(row, names)}
        if not meant:
            return
        living = Residency.objects.in_bulk(meant)
        entries = {}
        for pk, residency in living.items():
            changes = meant[pk]
            entries[pk] = changes_between(
                {name: old for name, (old, _new) in changes.items()},
                {name: new for name, (_old, new) in changes.items()},
                Residency,
            )
            for name, (_old, new) in changes.items():
                setattr(residency, name, new)
            yield ["Residency", pk, residency.version + 1, {name: _plain(old) for name, (old, _new) in changes.items()}]
        self._save(living.values(), {name for changes in meant.values() for name in changes})
        self._record("residency.change", living.values(), rows, entries, "residency")

    def _change_places(self, rows: Sequence[Planned]) -> Iterator[list[Any]]:
        for model, key, name in ((Household, "household", "note"), (Dwelling, "dwelling", "use")):
            meant = {getattr(row, key): row.changes[name] for row in rows if row.changes and name in row.changes}
            if not meant:
                continue
            objects = model._default_manager.in_bulk(meant)
            entries = {pk: {name: list(pair)} for pk, pair in meant.items()}
            for pk, one in objects.items():
                setattr(one, name, meant[pk][1])
                yield [model.__name__, pk, one.version + 1, {name: meant[pk][0]}]
            self._save(objects.values(), {name})
            self._record(f"{key}.change", objects.values(), rows, entries, key)

    def _save(self, objects: Iterable[Any], names: set[str]) -> None:
        listed = list(objects)
        for one in listed:
            one.version += 1
            one.changed_at = now()
        type(listed[0])._default_manager.bulk_update(listed, [*sorted(names), "version", "changed_at"], batch_size=100)

    def _record(
        self, act: str, objects: Iterable[Any], rows: Sequence[Planned], entries: dict[int, Any], key: str
    ) -> None:
        record_many(
            act,
            objects,
            actor=self.owner,
            grid_of=lambda _one: self.grid,
            changes_of=lambda one: entries[one.pk],
            reason=_("Roster import"),
        )


def _only(row: Planned, names: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    return {name: pair for name, pair in (row.changes or {}).items() if name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _packets(homes: Sequence[Group]) -> Iterator[list[Group]]:
    packet: list[Group] = []
    size = 0
    for one in homes:
        packet.append(one)
        size += len(one.rows)
        if size >= ROWS_AT_ONCE:
            yield packet
            packet, size = [], 0
    if packet:
        yield packet


def _parts(rows: Sequence[Planned], size: int = ROWS_AT_ONCE) -> Iterator[Sequence[Planned]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _door_of(one: Group) -> tuple[Any, ...]:
    return one.grid.pk, one.door.building, one.door.unit, one.door.room


def _uses_of(homes: Iterable[Group]) -> dict[tuple[Any, ...], str]:
    """What is said of the use of each door, by whichever of its rows; the plan has seen to it that they agree."""
    said: dict[tuple[Any, ...], str] = {}
    for one in homes:
        for use in filter(None, (row.draft.use for row in one.rows)):
            said.setdefault(_door_of(one), use)
    return said


def _rows_of(packet: Iterable[Group], uses: dict[tuple[Any, ...], str]) -> Iterator[Row]:
    for one in packet:
        for row in one.rows:
            row.draft.use = uses.get(_door_of(one))
            yield _row(row.draft, one.grid.code, f"{one.number}" if one.named else "")


def _row(draft: Draft, grid: str, household: str = "") -> Row:
    given = {name: value for name in ROW_FIELDS if (value := getattr(draft, name)) is not None}
    given.setdefault("relation", Relation.OTHER_RELATIVE)
    given.setdefault("use", DwellingUse.OWN)
    return Row(
        grid=grid,
        building=draft.building or "",
        unit=draft.unit or "",
        room=draft.room or "",
        floor=draft.floor,
        household=household,
        **given,
    )
