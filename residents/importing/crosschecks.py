"""What is right row by row and yet wrong: beside other rows of the file, or beside what the register keeps. Pure.

Rows are refused here once all of them are planned; what must be read of the register is asked for once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents.importing.choices import Outcome
from residents.importing.drafting import Draft
from residents.importing.grouping import Columns, Group, Planned
from residents.roster.choices import DwellingUse, IdType
from residents.roster.numbers import derived_from
from residents.roster.timeline import Span, check_person


def refuse_two_homes(
    rows: Iterable[Planned],
    former_homes: Callable[[Iterable[int]], Mapping[int, Sequence[Span]]],
    columns: Columns,
) -> None:
    """A corrected day of moving in before the one on which the person left another household is wrong.

    ``former_homes`` reads the days that persons (by key) lived elsewhere before; asked once, for those rows only.
    """
    moved = {row.person: row for row in rows if row.changes and "starts_on" in row.changes and not row.faults}
    former = former_homes(moved)
    for person, row in moved.items():
        assert row.changes is not None  # noqa: S101 - chosen by them
        try:
            check_person([*former.get(person, ()), Span(row.changes["starts_on"][1], key=row.residency)], field="since")
        except ValidationError as problem:
            row.wrong(columns, "since", problem.message_dict["since"][0])


def refuse_other_use(
    rows: Iterable[Planned], staying_let: Callable[[Iterable[int]], Mapping[int, str]], columns: Columns
) -> None:
    """A dwelling that something is kept for as let (``staying_let``: with the reason) gets no other use."""
    asked = [row for row in rows if row.changes and "use" in row.changes and row.changes["use"][1] != DwellingUse.LET]
    reasons = staying_let(row.dwelling for row in asked)
    for row in asked:
        if reason := reasons.get(row.dwelling):
            row.wrong(columns, "use", reason)


def birth_of(draft: Draft) -> date | None:
    """The birth date of a row, as it stands there or as its identity number tells."""
    derived = derived_from(draft.id_number or "", draft.id_type or IdType.RESIDENT)
    return draft.birth_date or (derived.birth_date if derived else None)


def refuse_namesakes(groups: Iterable[Group], columns: Columns) -> None:
    """Two new persons of one name at one door must be told apart, or the same file would not find them again.

    By two identity numbers, or by two birth dates; one person listed twice has neither.
    """
    known: dict[tuple[Any, ...], list[Draft]] = {}
    for one in groups:
        for row in one.rows:
            if row.outcome != Outcome.NEW or row.faults:
                continue
            door = (one.grid.pk, one.door.building, one.door.unit, one.door.room)
            namesakes = known.setdefault((*door, row.draft.name), [])
            if double := next((other for other in namesakes if not _are_two(row.draft, other)), None):
                message = _("Row %(row)s has somebody of this name at this door, too.") % {"row": double.row}
                advice = _("Write the birth date and identity number of both, or remove the row that is there twice.")
                row.wrong(columns, "name", f"{message} {advice}", "repeated")
            namesakes.append(row.draft)


def _are_two(one: Draft, other: Draft) -> bool:
    pairs = ((one.id_number, other.id_number), (birth_of(one), birth_of(other)))
    return any(first and second and first != second for first, second in pairs)
