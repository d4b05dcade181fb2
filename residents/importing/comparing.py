"""One row beside the person of the register whom it means: what would change, and what may not. Pure."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.common.masks import mask_id_number, mask_name, mask_phone
from residents.importing.choices import Outcome
from residents.importing.grouping import Columns, Planned
from residents.importing.register import Facts
from residents.roster.choices import Relation
from residents.roster.details import FIELDS as DETAILS
from residents.roster.details import check_leaving_day, clean_details
from residents.roster.models import Residency
from residents.roster.rules import PERSON_FIELDS, check_period, clean_person

MASKS = {"name": mask_name, "phone": mask_phone, "id_number": mask_id_number}
LIVING_FIELDS = ("relation", "kind", *DETAILS)


def use_masks(row: Planned, person: Any, columns: Columns) -> None:
    """A mask that stands for the stored value changes nothing; any other one is no value that could be kept."""
    masked = row.draft.masked
    if not masked:
        return
    for name, text in masked.items():
        stored = getattr(person, name, "") if person is not None else ""
        if name in MASKS and stored and MASKS[name](stored) == text:
            continue
        message = _("Part of this value is hidden by *, and it is not the hidden form of what the roster has.")
        advice = _("Write the whole value, or empty the cell to leave it as it is.")
        row.wrong(columns, name, f"{message} {advice}", "masked")


def compare(row: Planned, member: Residency, facts: Facts, columns: Columns, on: date) -> None:
    """Put into ``row`` what differs from the register; an empty cell is no difference."""
    use_masks(row, member.person, columns)
    if row.faults:
        return
    changes: dict[str, tuple[Any, Any]] = {}
    try:
        changes |= _person_changes(row, member, on)
        changes |= _living_changes(row, member, facts, on)
    except ValidationError as problem:
        for name, messages in problem.message_dict.items():
            row.wrong(columns, "since" if name == "starts_on" else name, messages[0])
        return
    row.mark = (member.person.version, member.version)
    if changes:
        row.changes = changes
        row.outcome = Outcome.CHANGED.value


def _person_changes(row: Planned, member: Residency, on: date) -> dict[str, tuple[Any, Any]]:
    person = member.person
    given = {name: value for name in PERSON_FIELDS if (value := getattr(row.draft, name)) is not None}
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    # Sex and birth date that follow from a number are no news unless something was left open.
    if all(before[name] == value for name, value in given.items()):
        return {}
    after = clean_person({**before, **given}, on=on)
    return {name: (before[name], after[name]) for name in PERSON_FIELDS if before[name] != after[name]}


def _living_changes(row: Planned, member: Residency, facts: Facts, on: date) -> dict[str, tuple[Any, Any]]:
    given = {name: value for name in LIVING_FIELDS if (value := getattr(row.draft, name)) is not None}
    before = {name: getattr(member, name) for name in LIVING_FIELDS}
    changes = {name: (before[name], value) for name, value in given.items() if before[name] != value}
    if "relation" in changes and Relation.HEAD in changes["relation"]:
        raise ValidationError(
            {"relation": _("The roster has another head here. Change the head on the household's page.")}
        )
    since = row.draft.since
    if since is not None and since != member.starts_on:
        check_period(since, None, on=on, field="since")
        if member.pk in facts.ever_heads or since < member.household.opened_on:
            message = _("This day belongs to the history of the household. Change it on the page of the person.")
            raise ValidationError({"since": message})
        changes["starts_on"] = (member.starts_on, since)
    if changes:
        after = {**before, **{name: pair[1] for name, pair in changes.items()}}
        clean_details({name: after[name] for name in DETAILS}, kind=after["kind"])
        check_leaving_day(after["expected_leave_on"], starts_on=since or member.starts_on)
    return changes
