"""What an import would do, row by row: new, changed, unchanged or wrong. Nothing is guessed.

Everything goes through the rules of the roster; the register is read in packets (``register``). The same function makes
the preview and, under the locks, the plan that is written: only if both are the same is anything written at all.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from grids.common.sentences import joined
from residents.importing.choices import Outcome
from residents.importing.comparing import compare, use_masks
from residents.importing.crosschecks import birth_of, refuse_namesakes, refuse_other_use, refuse_two_homes
from residents.importing.drafting import Draft
from residents.importing.estates import tell_compounds_apart
from residents.importing.grouping import Columns, Group, Planned, group
from residents.importing.keyed import Keyed
from residents.importing.register import Facts, Home, Register, Standing
from residents.importing.territory import Territory
from residents.roster.choices import DwellingUse, Relation
from residents.roster.models import Person, Residency

ROWS_AT_ONCE = 1000


@dataclass
class Plan:
    """``rows`` in file order; ``groups`` only those that found new households."""

    rows: list[Planned]
    new_homes: list[Group] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    fingerprint: str = ""


def make_plan(
    drafts: Iterable[Draft],
    *,
    territory: Territory,
    register: Register,
    columns: Columns,
    on: date,
    advance: Callable[[int], None] = lambda done: None,
) -> Plan:
    """Compare ``drafts`` with the register. ``advance`` hears how many rows have been compared."""
    rows = [_begin(draft) for draft in drafts]
    keyed = Keyed(register, columns)
    keyed.read(rows, territory)
    planner = _Planner(keyed, columns, on)
    planner.refuse_repeated(rows)
    tell_compounds_apart((row for row in rows if not row.outcome), territory, columns)
    groups = group(rows, territory, columns, door_of=keyed.door_of)
    plan = Plan(rows)
    done = 0
    for packet in _packets(groups):
        facts = register.facts(
            [one.place for one in packet if one.house is not None],
            (row.draft.id_number for one in packet for row in one.rows if row.draft.id_number),
        )
        for one in packet:
            if planner.settle(one, facts):
                plan.new_homes.append(one)
            done += len(one.rows)
        advance(done)
    planner.refuse_same_person(rows)
    refuse_namesakes(groups, columns)
    refuse_two_homes(rows, register.former_homes, columns)
    refuse_other_use(rows, register.staying_let, columns)
    for row in rows:
        if row.draft.masked and not row.person and not row.outcome and not _names_masks(row):
            use_masks(row, None, columns)
    for row in rows:
        if row.faults:
            row.outcome = Outcome.WRONG.value
        row.outcome = row.outcome or Outcome.UNCHANGED.value
        plan.counts[row.outcome] += 1
    plan.fingerprint = fingerprint(rows)
    return plan


def _begin(draft: Draft) -> Planned:
    row = Planned(draft, faults=list(draft.faults) if draft.faults else None, notes=draft.notes)
    if draft.left_out:
        row.outcome = Outcome.LEFT_OUT.value
        row.faults = None
        row.notes = [draft.left_out]
    return row


def _packets(groups: Sequence[Group]) -> Iterator[list[Group]]:
    packet: list[Group] = []
    size = 0
    for one in groups:
        packet.append(one)
        size += len(one.rows)
        if size >= ROWS_AT_ONCE:
            yield packet
            packet, size = [], 0
    if packet:
        yield packet


def fingerprint(rows: Iterable[Planned]) -> str:
    """Of what would be done to whom in which version; the values themselves stand in the file."""
    digest = hashlib.sha256()
    for row in rows:
        facts = (
            row.draft.sheet,
            row.draft.row,
            row.outcome,
            row.person,
            row.residency,
            row.household,
            row.dwelling,
            row.mark,
            tuple(sorted(row.changes)) if row.changes else (),
        )
        digest.update(repr(facts).encode())
    return digest.hexdigest()


class _Planner:
    def __init__(self, keyed: Keyed, columns: Columns, on: date) -> None:
        self.keyed = keyed
        self.columns = columns
        self.on = on
        # What was said first of the use of each dwelling.
        self.uses: dict[tuple[Any, ...], Draft] = {}

    # -------------------------------------------------------------- inside the file
    def refuse_repeated(self, rows: Iterable[Planned]) -> None:
        """The same identity number in two rows: one of them is wrong, and only the user knows which."""
        first: dict[str, Draft] = {}
        for row in rows:
            number = row.draft.id_number
            if not number or row.outcome:
                continue
            known = first.setdefault(number, row.draft)
            if known is not row.draft:
                message = _("The same identity number stands in row %(row)s.") % {"row": known.row}
                row.wrong(self.columns, "id_number", message, "repeated")

    def refuse_same_person(self, rows: Iterable[Planned]) -> None:
        """Two rows that mean one person of the register."""
        first: dict[int, Draft] = {}
        for row in rows:
            if row.person and first.setdefault(row.person, row.draft) is not row.draft:
                message = _("This is the person of row %(row)s once more.") % {"row": first[row.person].row}
                row.wrong(self.columns, "name", message, "repeated")

    # -------------------------------------------------------------- one household
    def settle(self, one: Group, facts: Facts) -> bool:
        """Match the rows of one household; True when a new household comes of them."""
        standing = facts.doors.get(one.place)
        found = {id(row): member for row in one.rows if (member := self._match(row, standing, facts)) is not None}
        strangers = [row for row in one.rows if id(row) not in found]
        for row in strangers:
            use_masks(row, None, self.columns)
        here = {member.household_id for member in found.values()}
        home, is_new = self._home_for(one, strangers, here, standing)
        for row in one.rows:
            member = found.get(id(row))
            if member is not None and standing is not None:
                row.person, row.residency, row.household = member.person_id, member.pk, member.household_id
                compare(row, member, facts, self.columns, self.on)
            elif home is not None:
                self._join(row, home)
            elif is_new:
                row.outcome = Outcome.NEW.value
        self._compare_home(one, standing, is_new=is_new)
        self._tell_what_is_said_twice(one)
        if is_new:
            self._check_new_home(one)
        return is_new and not any(row.faults for row in one.rows)

    def _match(self, row: Planned, standing: Standing | None, facts: Facts) -> Residency | None:
        """The person of the register whom the row means, living at this door. Faults say why it cannot be told."""
        draft = row.draft
        members = standing.members if standing else []
        if living := self.keyed.living(row):
            here = next((member for member in members if member.person_id == living.person_id), None)
            if here is None:
                self._lives_elsewhere(row, str(living.household.dwelling.door))
            elif draft.id_number:
                others = [one for one in facts.numbered.get(draft.id_number, ()) if one.pk != living.person_id]
                if others:
                    self._number_taken(row, others[0], facts)
            return here
        if draft.id_number and (known := facts.numbered.get(draft.id_number)):
            here = [member for member in members if member.person_id in {one.pk for one in known}]
            if len(here) == 1:
                return here[0]
            if here:
                row.wrong(self.columns, "id_number", _("Two records have this identity number. Merge them first."))
            else:
                self._number_taken(row, known[0], facts)
            return None
        return self._by_name(row, members)

    def _by_name(self, row: Planned, members: Sequence[Residency]) -> Residency | None:
        """By name and birth date among those at the door; what the row leaves open must not be what decides."""
        draft = row.draft
        if draft.name is None:
            return None
        alike = [one for one in members if one.person.name == draft.name]
        if draft.id_number:
            contrary = [one for one in alike if one.person.id_number and one.person.id_number != draft.id_number]
            if any(one.person.birth_date == birth_of(draft) for one in contrary):
                message = _("Somebody of this name and birth date is registered here with another identity number.")
                row.wrong(self.columns, "id_number", f"{message} {_which()}")
                return None
            alike = [one for one in alike if one not in contrary]
        born = birth_of(draft)
        same = [one for one in alike if one.person.birth_date == born]
        open_ones = [one for one in alike if one.person.birth_date is None or born is None]
        if len(same) == 1 and (born is not None or len(alike) == 1):
            return same[0]
        if same or open_ones:
            message = _("Somebody of this name is registered at this door, and the birth date does not decide.")
            row.wrong(self.columns, "name", f"{message} {_which()}", "which")
        return None

    def _number_taken(self, row: Planned, person: Person, facts: Facts) -> None:
        if person.deceased_on:
            row.wrong(self.columns, "id_number", _("By the roster this person has died. Please correct that first."))
            return
        place = facts.places.get(person.pk)
        if place is not None:
            self._lives_elsewhere(row, place.words)
            return
        message = _(
            "This identity number is in the roster of somebody who has left. "
            "Record the return on the page of the household: “Move in”."
        )
        row.wrong(self.columns, "id_number", message, "left")

    def _lives_elsewhere(self, row: Planned, door: str) -> None:
        if door:
            message = _("Registered at %(door)s. Record the move on the page of the person first.") % {"door": door}
        else:
            message = _("Registered in another community already. Ask there to record that this person left.")
        name = "id_number" if row.draft.id_number and not row.draft.person_key else "room"
        row.wrong(self.columns, name, message, "elsewhere")

    # -------------------------------------------------------------- which household
    def _home_for(
        self, one: Group, strangers: list[Planned], here: set[int], standing: Standing | None
    ) -> tuple[Home | None, bool]:
        """The household of the register that the new persons join, or whether they found one."""
        if not strangers:
            return None, False
        homes = standing.homes if standing else {}
        if len(here) == 1:
            return homes[next(iter(here))], False
        if len(here) > 1:
            self._all(
                strangers, _("Several households live at this door. Add this person on the page of the right one.")
            )
            return None, False
        if not homes:
            return None, True
        named = [home for home in homes.values() if self._is_named(one, home)]
        if len(named) == 1:
            return named[0], False
        has_head = any(row.draft.relation == Relation.HEAD for row in one.rows)
        if has_head and one.named:
            return None, True  # the file says that it is another household than the one there
        if has_head:
            message = _("A household is already registered at this door.")
            advice = _("If this is a second one, give both a household number in the file.")
            self._all(strangers, joined([message, advice]), name="room")
        elif len(homes) == 1 and not one.named:
            return next(iter(homes.values())), False
        else:
            self._all(strangers, _("The household this person belongs to is not registered here. Its head is missing."))
        return None, False

    @staticmethod
    def _is_named(one: Group, home: Home) -> bool:
        head = next((member.person for member in home.members if member.is_head), None)
        if head is None:
            return False
        drafts = [row.draft for row in one.rows]
        numbers = {draft.head_id_number for draft in drafts if draft.head_id_number}
        names = {draft.head_name for draft in drafts if draft.head_name}
        return numbers == {head.id_number} if numbers else names == {head.name}

    def _all(self, rows: Iterable[Planned], message: str, name: str = "household") -> None:
        for row in rows:
            if not row.faults:
                row.wrong(self.columns, name, message)

    def _join(self, row: Planned, home: Home) -> None:
        draft = row.draft
        row.outcome, row.household = Outcome.NEW.value, home.household.pk
        if draft.relation == Relation.HEAD:
            message = _("This household has a head. Choose how the person is related to the head.")
            row.wrong(self.columns, "relation", message)
        elif draft.relation is None and not _is_named_already(row, "relation"):
            row.wrong(self.columns, "relation", _("Write how this person is related to the head of household."))
        if draft.since and draft.since < home.household.opened_on:
            day = {"day": f"{home.household.opened_on:%Y-%m-%d}"}
            row.wrong(self.columns, "since", _("The household lives here since %(day)s; this day is earlier.") % day)

    def _check_new_home(self, one: Group) -> None:
        """A new household has exactly one head, and everybody else is related to him somehow."""
        rows = one.rows
        heads = [row for row in rows if row.draft.relation == Relation.HEAD]
        if not heads and len(rows) == 1 and rows[0].draft.relation is None:
            rows[0].draft.relation = Relation.HEAD.value  # who lives alone is the head
        elif len(heads) != 1 and not (one.incomplete and not heads) and not any(row.faults for row in rows):
            message = _("A household has exactly one head; here are %s.") % len(heads)
            for row in heads[1:] or rows[:1]:
                row.wrong(self.columns, "relation", message)
        for row in rows:
            if row.draft.relation is None and heads and not _is_named_already(row, "relation"):
                row.wrong(self.columns, "relation", _("Write how this person is related to the head of household."))

    def _compare_home(self, one: Group, standing: Standing | None, *, is_new: bool) -> None:
        """The note of the household and the use of the dwelling, each by the first row that says one."""
        if standing is None:
            return
        seen: set[int] = set()
        for row in one.rows:
            known = standing.homes.get(row.household)
            if known is None or row.faults:
                continue
            if row.draft.note and row.household not in seen:
                seen.add(row.household)
                _differ(row, "note", known.household.note, row.draft.note, known.household.version)
        dwelling = standing.dwelling
        sound = [row for row in one.rows if not row.faults]
        said = next((row for row in sound if row.draft.use), None)
        if said is None and sound and is_new and dwelling.use == DwellingUse.VACANT:
            said = sound[0]  # somebody lives there from now on
        if said is not None:
            said.dwelling = dwelling.pk
            _differ(said, "use", dwelling.use, said.draft.use or DwellingUse.OWN.value, dwelling.version)

    def _tell_what_is_said_twice(self, one: Group) -> None:
        """A household has one remark and a dwelling one use: what further rows say is named, and never just dropped."""
        remarks: dict[int, str] = {}
        for row in one.rows:
            if row.draft.note and remarks.setdefault(row.household, row.draft.note) != row.draft.note:
                told = _("A household has one remark; that of an earlier row is kept, and this one is not.")
                row.notes = [*(row.notes or ()), told]
            if not row.draft.use:
                continue
            place = (one.grid.pk, one.door.building, one.door.unit, one.door.room)
            known = self.uses.setdefault(place, row.draft)
            if known.use != row.draft.use:
                message = _("Row %(row)s says another use of this dwelling. Please correct one of them.")
                row.wrong(self.columns, "use", message % {"row": known.row}, "conflict")


def _differ(row: Planned, name: str, before: Any, after: Any, version: int) -> None:
    if before == after:
        return
    row.changes = {**(row.changes or {}), name: (before, after)}
    row.mark = (*row.mark, version)
    if row.outcome != Outcome.NEW:
        row.outcome = Outcome.CHANGED.value


def _names_masks(row: Planned) -> bool:
    return any(fault.code == "masked" for fault in row.faults or ())


def _is_named_already(row: Planned, name: str) -> bool:
    return any(fault.field == name for fault in row.faults or ())


def _which() -> str:
    return str(
        _("Which of the two is meant? Write the birth date and the identity number, or correct the record first.")
    )
