"""What the cells of a row mean: cleaned, with what was cleaned, and every cell that is wrong. Nothing is guessed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.sentences import joined
from residents.importing.book import SourceRow, SourceSheet, Value
from residents.importing.doors import read_door_of, stored_door
from residents.importing.faults import CellFault, CellNote, CellProblem
from residents.importing.fields import HOUSEHOLD_FIELDS
from residents.importing.readers import READERS, Damage, Reading, is_rounded, looks_damaged, shows_zeros
from residents.importing.texts import damaged, tidied
from residents.importing.words import CHILD
from residents.roster.choices import DwellingUse, IdType, Relation, Sex
from residents.roster.numbers import ID_LENGTH, clean_id_number, derived_from

__all__ = ["CellFault", "CellNote", "CleanRow", "Columns", "clean_row", "columns_of"]

_DOOR = ("building", "unit", "room", "address")
_LEFT = ("deceased", "deceased_on", "moved_out", "moved_out_on", "cancelled_on")
_ALL_DIFFERENT = frozenset({"name", "id_number", "head_id_number", "other_id_number", "phone", "household", "note"})
_MOST_KNOWN = 50_000
_NUMBERS = frozenset({"id_number", "head_id_number", "other_id_number"})
# Of the numbers in a text file at most one in a thousand ends in 000 by right.
_SUSPICIOUS_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class CleanRow:
    """``values`` by field name, only those that the row gives; an empty cell gives none (``emptied`` names its field).

    A row with ``faults`` must not be stored. ``left_out`` is the reason why the row is no present resident (moved out,
    deceased): it is listed and not imported.

    Values: name, household, head_name, note, grid, micro_grid, community, compound, person_key,
    address_prefix (what stood before the building in a combined address): str; building, unit, room: str as
    ``roster.rules.clean_door`` stores them; floor: int; id_type, sex, relation, kind, use, education, inflow_reason:
    values of roster.choices; birth_date, since, registered_on, expected_leave_on: date; id_number, phone,
    head_id_number: normalised str; party_member, hukou_here: bool; hukou_county, country: codes.
    """

    number: int
    values: dict[str, Any]
    faults: tuple[CellFault, ...] = ()
    notes: tuple[CellNote, ...] = ()
    emptied: frozenset[str] = frozenset()
    left_out: str = ""


@dataclass(frozen=True)
class Columns:
    """How the columns of one sheet are read: ``fields[i]`` for column i, and what the sheet tells about all its rows.

    ``damaged`` says of columns in which texts show damage how it looks there (``readers.Damage``): such a number is not
    believed even if it fits its check digit by accident. ``filled`` gives the value of merged cells for the rows below
    their first, in household columns only.
    """

    fields: tuple[str | None, ...]
    uses_1904: bool = False
    damaged: Mapping[int, Damage] = field(default_factory=dict)
    filled: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    place: Mapping[str, int] = field(default_factory=dict)
    # What cells of columns with few different values were read as: (column, type, value) to value and notes.
    known: dict[tuple[int, type, Value], tuple[Any, tuple[CellNote, ...]]] = field(default_factory=dict, repr=False)


def columns_of(sheet: SourceSheet, fields: Sequence[str | None]) -> Columns:
    """Look once over the whole sheet, before its rows are cleaned. ``fields`` as ``match_headings`` gives them."""
    place: dict[str, int] = {}
    for column, name in enumerate(fields):
        if name:
            place.setdefault(name, column)
    numbers = [column for column, name in enumerate(fields) if name in _NUMBERS]
    return Columns(
        fields=tuple(name if name and place[name] == column else None for column, name in enumerate(fields)),
        uses_1904=sheet.uses_1904,
        damaged={column: damage for column in numbers if (damage := _damage(sheet, column))},
        filled={
            (row, column): value
            for (row, column), value in sheet.merged.items()
            if column < len(fields) and fields[column] in HOUSEHOLD_FIELDS
        },
        place=place,
    )


def _damage(sheet: SourceSheet, column: int) -> Damage:
    """How the texts of a column show that Excel or another program has damaged them; numbers show it by themselves.

    Zeros: some certainly end in zeros of Excel's; or, in a text file, which has no types, more than a few end in 000.
    Rounding: a program took the numbers for floating-point ones and left only such as these can hold.
    """
    whole = ending = rounded = 0
    damage = Damage.NONE
    for row in sheet.rows:
        value = row.values[column] if column < len(row.values) else ""
        if not isinstance(value, str) or not value:
            continue
        text = tidied(value)[0]
        if shows_zeros(text):
            damage |= Damage.ZEROS
        if len(text) == ID_LENGTH:
            whole += 1
            ending += text.endswith("000")
            rounded += is_rounded(text)
    if sheet.is_text and ending > whole * _SUSPICIOUS_SHARE:
        damage |= Damage.ZEROS
    if whole >= 3 and rounded * 2 > whole:
        damage |= Damage.ROUNDING
    return damage


def clean_row(row: SourceRow, columns: Columns, *, on: date, typed: Collection[int] = ()) -> CleanRow:
    """Read ``row``; ``on`` is today. Raises nothing: everything wrong is in ``faults``.

    ``typed`` are the columns whose value was typed on our page: what Excel did to the others did not happen to these.
    """
    return _RowReader(row, columns, on, typed).read()


class _RowReader:
    def __init__(self, row: SourceRow, columns: Columns, on: date, typed: Collection[int]) -> None:
        self.row, self.columns, self.on, self.typed = row, columns, on, typed
        self.found: dict[str, Any] = {}  # what the cells say, by field
        self.values: dict[str, Any] = {}
        self.faults: list[CellFault] = []
        self.notes: list[CellNote] = []
        self.emptied: set[str] = set()

    def read(self) -> CleanRow:
        for column, name in enumerate(self.columns.fields):
            if name:
                self._read_cell(column, name)
        left_out = self._left_out()
        self._person()
        self._numbers()
        self._phones()
        self._home()
        self._door()
        self._compare_with_number()
        self._complete()
        return CleanRow(
            self.row.number,
            self.values,
            () if left_out else tuple(self.faults),
            tuple(self.notes),
            frozenset(self.emptied),
            left_out,
        )

    # -------------------------------------------------------------- one cell
    def _read_cell(self, column: int, name: str) -> None:
        value = self.row.values[column] if column < len(self.row.values) else ""
        if value == "" and isinstance(value, str):
            value = "" if column in self.typed else self.columns.filled.get((self.row.number, column), "")
            if value == "":
                self.emptied.add(name)
                return
        key = (column, type(value), value)
        known = self.columns.known.get(key)
        if known is None:
            damage = Damage.NONE if column in self.typed else self.columns.damaged.get(column, Damage.NONE)
            reading = Reading(self.on, self.columns.uses_1904, damage)
            try:
                read = READERS[name](value, reading)
            except CellProblem as problem:
                self.faults.append(CellFault(column, name, problem.message, problem.code))
                return
            notes = tuple(CellNote(column, name, message, code) for code, message in reading.notes.items())
            if name not in _ALL_DIFFERENT and len(self.columns.known) < _MOST_KNOWN:
                self.columns.known[key] = (read, notes)
        else:
            read, notes = known
        self.notes += notes
        if read is None or read == "" or read == []:
            self.emptied.add(name)
        else:
            self.found[name] = read

    def _wrong(self, name: str, message: str, code: str) -> None:
        self.faults.append(CellFault(self.columns.place.get(name), name, message, code))

    def _note(self, name: str, message: str, code: str) -> None:
        self.notes.append(CellNote(self.columns.place.get(name), name, message, code))

    # -------------------------------------------------------------- the whole row
    def _left_out(self) -> str:
        """Why this row is about somebody who is gone; his own page is where that is recorded."""
        found = self.found
        for name in ("moved_out_on", "cancelled_on"):
            if name in found and found[name] > self.on:
                self._wrong(name, _("This day is in the future. Please check it."), "future")
                return ""
        if found.get("deceased") or "deceased_on" in found:
            return _("By this row the person is deceased. Please record that on the page of the person.")
        if found.get("moved_out") or "moved_out_on" in found or "cancelled_on" in found:
            return _("By this row the person has moved away. Please record that on the page of the person.")
        return ""

    def _person(self) -> None:
        for name in (
            "name",
            "birth_date",
            "education",
            "country",
            "hukou_here",
            "hukou_county",
            "inflow_reason",
            "registered_on",
            "expected_leave_on",
            "since",
            "note",
            "sex",
            "person_key",
            "kind",
        ):
            if name in self.found:
                self.values[name] = self.found[name]
        if "hukou_apart" in self.found:
            here = not self.found["hukou_apart"]
            if self.values.setdefault("hukou_here", here) != here:
                self._wrong(
                    "hukou_apart", _("Two cells of this row say different things. Please correct one."), "conflict"
                )
        member = [self.found[name] for name in ("party_member", "political_status") if name in self.found]
        if member:
            self.values["party_member"] = any(member)
            if len(set(member)) > 1:
                self._wrong(
                    "party_member", _("Two cells of this row say different things. Please correct one."), "conflict"
                )

    def _numbers(self) -> None:
        found = self.found
        id_type = found.get("id_type", IdType.RESIDENT.value)
        number, source = found.get("id_number", ""), "id_number"
        other = found.get("other_id_number", "")
        if not number and other and not self._is_wrong("id_number"):
            number, source = other, "other_id_number"
            if "id_type" not in found and not self._is_wrong("id_type"):
                self._wrong(
                    "other_id_number",
                    _("Which document is this the number of? Please add it in a column for the document type."),
                    "no_document",
                )
                return
        elif number and other:
            self._note(
                "other_id_number", _("A person has one document number; the second one is not kept."), "not_kept"
            )
        if "id_type" in found:
            self.values["id_type"] = id_type
        if number and not self._is_wrong("id_type"):
            self._check_number(source, number, id_type, "id_number")
        if head := found.get("head_id_number"):
            self._check_number("head_id_number", head, IdType.RESIDENT.value, "head_id_number")

    def _check_number(self, source: str, number: str, id_type: str, target: str) -> None:
        # What is damaged stays damaged, whichever document it is called.
        if looks_damaged(number):
            self._wrong(source, damaged().message, "damaged")
            return
        try:
            self.values[target] = clean_id_number(number, id_type=id_type, on=self.on)
        except ValidationError as problem:
            self._wrong(source, joined(problem.messages), "id_number")

    def _phones(self) -> None:
        phones = [*self.found.get("phone", ()), *self.found.get("phone_more", ())]
        if not phones or self._is_wrong("phone"):
            return
        self.values["phone"] = phones[0]
        if "phone" in self.found and "phone_more" in self.found and phones[0] != self.found["phone_more"][0]:
            self._note("phone_more", _("A person has one phone; further ones are not kept."), "more_phones")

    def _home(self) -> None:
        found = self.found
        for name in ("household", "head_name", "grid", "micro_grid", "community", "compound", "floor"):
            if name in found:
                self.values[name] = found[name]
        if "relation" in found:
            self._relation(found["relation"])
        if "use" in found:
            self.values["use"] = found["use"]
        if "is_let" in found:
            let = found["is_let"]
            use = found.get("use")
            if use and let != (use == DwellingUse.LET) and (let or use == DwellingUse.LET):
                self._wrong("is_let", _("Two cells of this row say different things. Please correct one."), "conflict")
            elif let:
                self.values["use"] = DwellingUse.LET.value
        if self.values.get("use") == DwellingUse.VACANT and "name" in self.values:
            self._wrong("use", _("Somebody lives here, so the dwelling is not vacant."), "vacant")

    def _relation(self, relation: str) -> None:
        if relation != CHILD:
            self.values["relation"] = relation
            return
        sex = self.found.get("sex")
        if sex not in {Sex.MALE, Sex.FEMALE} and "id_number" in self.values:
            derived = derived_from(self.values["id_number"], self.values.get("id_type", IdType.RESIDENT))
            sex = derived.sex if derived else sex
        if sex in {Sex.MALE, Sex.FEMALE}:
            self.values["relation"] = (Relation.SON if sex == Sex.MALE else Relation.DAUGHTER).value
        else:
            self._wrong("relation", _("Son or daughter? Please write which, or add the sex."), "choice")

    def _door(self) -> None:
        if any(self._is_wrong(name) for name in _DOOR):
            return
        texts = {name: self.found[name] for name in _DOOR if name in self.found}
        door, problems = read_door_of(texts)
        for name, problem in problems:
            self._wrong(name, problem.message, problem.code)
        if problems or not door:
            return
        if "address_prefix" in door:
            self.values["address_prefix"] = door.pop("address_prefix")
        if "building" not in door:
            return
        try:
            stored = stored_door(door["building"], door.get("unit", ""), door["room"], self.found.get("floor"))
        except ValidationError as problem:
            for name, messages in problem.message_dict.items():
                self._wrong(name if name in self.columns.place else "address", joined(messages), "door")
            return
        self.values |= {"building": stored.building, "unit": stored.unit, "room": stored.room}
        if stored.floor is not None and not self._is_wrong("floor"):
            self.values["floor"] = stored.floor

    def _compare_with_number(self) -> None:
        """An identity number tells birth date and sex: when a cell says something else, one of the two is wrong."""
        number = self.values.get("id_number", "")
        derived = derived_from(number, self.values.get("id_type", IdType.RESIDENT))
        if derived is None:
            return
        birth_date, sex = self.values.get("birth_date"), self.values.get("sex")
        if birth_date and birth_date != derived.birth_date:
            self._wrong(
                "birth_date",
                _(
                    "The identity number says another birth date. Please correct the one that is wrong; the birth date "
                    "may also stay empty."
                ),
                "birth_mismatch",
            )
        if sex in {Sex.MALE, Sex.FEMALE} and sex != derived.sex:
            self._wrong(
                "sex",
                _("The identity number says another sex. Please correct the wrong one; the sex may stay empty."),
                "sex_mismatch",
            )

    def _complete(self) -> None:
        """What every row needs, unless it names the record of our own that it changes."""
        if "person_key" in self.values:
            return
        if "name" not in self.values and not self._is_wrong("name"):
            self._wrong("name", _("Please enter the name."), "required")
        if "building" not in self.values and not any(self._is_wrong(name) for name in (*_DOOR, "floor")):
            name = "address" if "address" in self.columns.place else "room"
            self._wrong(name, _("The door is missing. Please add building, unit and room, such as 3-2-501."), "no_door")

    def _is_wrong(self, name: str) -> bool:
        return any(fault.field == name for fault in self.faults)
