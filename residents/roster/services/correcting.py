"""What is set right: persons, residencies, households, doors, heads. Everything carries the version it was read in."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.models import advance
from grids.trail.services import changes_between, record
from residents.roster.choices import Relation
from residents.roster.details import check_leaving_day, clean_details
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import PERSON_FIELDS, check_period, clean_person, may_edit_roster
from residents.roster.services import periods
from residents.roster.services.disclosing import refuse_duplicate
from residents.roster.services.doors import dwelling_at, refuse_taken_door
from residents.roster.services.rows import (
    changed_meanwhile,
    grid_of,
    indexes_of,
    lock_household,
    recorded,
    require_open,
    require_present,
    rewrite,
)
from residents.roster.services.telling import tell_homes_changed
from residents.roster.services.uses import check_new_use

# Upper rooms that must act when a household has another door add a function(household, *, actor, on) here in
# AppConfig.ready; it runs in the same transaction.
household_moved: list[Callable[..., None]] = []


@transaction.atomic
def change_person(person: Person, *, actor: Any, version: int, **values: Any) -> Person:
    """Correct a person's record; fields that are not named stay. Raises ``StaleVersion`` on an older form."""
    grid = grid_of(person)
    may_edit_roster(actor, grid).or_raise()
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    cleaned = clean_person({**before, **values}, on=today())
    refuse_duplicate(cleaned["id_number"], actor=actor, other_than=person)
    changes = changes_between(before, recorded(cleaned), Person)
    advance(person, expected=version, reason=changed_meanwhile(), **cleaned, **indexes_of(cleaned))
    if changes:
        record("person.change", person, actor=actor, grid=grid, changes=changes)
    return person


@transaction.atomic
def confirm_person(person: Person, *, actor: Any, version: int) -> Person:
    """Note that the record was compared with the person at the door today."""
    grid = grid_of(person)
    may_edit_roster(actor, grid).or_raise()
    changes = {"verified_on": [person.verified_on, today()]}
    advance(person, expected=version, reason=changed_meanwhile(), verified_on=today(), verified_by=actor)
    record("person.confirm", person, actor=actor, grid=grid, changes=changes)
    return person


@transaction.atomic
def change_residency(
    residency: Residency,
    *,
    actor: Any,
    version: int,
    relation: str,
    kind: str,
    starts_on: date,
    details: Mapping[str, Any] | None = None,
) -> Residency:
    """Correct how and since when somebody lives in the household. The head changes by ``name_head``.

    When the first head of the household came on another day, the household did too: its opening moves along.
    """
    household = lock_household(residency.household)
    require_present(residency)
    may_edit_roster(actor, household.grid).or_raise()
    check_period(starts_on, None, on=today())
    if residency.is_head != (relation == Relation.HEAD):
        raise ValidationError(
            {"relation": _("The head changes by “Make head of household” on the page of the new head.")}
        )
    further = clean_details(details or {}, kind=kind)
    check_leaving_day(further.get("expected_leave_on"), starts_on=starts_on)
    values = {"relation": relation, "kind": kind, "starts_on": starts_on, **further}
    changes = changes_between({name: getattr(residency, name) for name in values}, values, Residency)
    came_first = residency.starts_on == household.opened_on and periods.was_first_head(residency)
    advance(residency, expected=version, reason=changed_meanwhile(), **values)
    if came_first and starts_on != household.opened_on:
        changes["opened_on"] = [household.opened_on, starts_on]
        periods.open_on(household, starts_on, field="starts_on")
        rewrite(household, opened_on=starts_on)
    if "starts_on" in changes:
        periods.check_days(household, residency.person, field="starts_on")
    if changes:
        record("residency.change", residency, actor=actor, grid=household.grid, changes=changes)
    return residency


@transaction.atomic
def change_household(
    household: Household,
    *,
    actor: Any,
    version: int,
    note: str = "",
    opened_on: date | None = None,
    use: str | None = None,
) -> Household:
    """Correct the note, the day of moving in, the use of the dwelling. Raises ``StaleVersion`` on an older form.

    Whoever came together with the household came on its corrected day too.
    """
    locked = lock_household(household)
    require_open(locked, actor)
    since = opened_on or locked.opened_on
    values = {"note": note.strip(), "opened_on": since}
    check_period(since, None, on=today(), field="opened_on")
    changes = changes_between({name: getattr(locked, name) for name in values}, values, Household)
    advance(household, expected=version, reason=changed_meanwhile(), **values)
    if since != locked.opened_on:
        _came_on(locked, since)
    dwelling = locked.dwelling
    if use and use != dwelling.use:
        use = check_new_use(dwelling, use).value
        changes["use"] = [dwelling.use, use]
        advance(dwelling, expected=dwelling.version, reason=changed_meanwhile(), use=use)
    household.dwelling = dwelling
    if changes:
        record("household.change", household, actor=actor, grid=dwelling.grid, changes=changes)
    return household


def _came_on(household: Household, day: date) -> None:
    """The household and those who came with it were here from ``day`` on; ``household`` still has the old day."""
    came = household.residencies.filter(starts_on=household.opened_on).exclude(ends_on=household.opened_on)
    together = list(came.select_related("person"))
    for residency in together:
        if residency.ends_on is not None and residency.ends_on < day:
            message = _("Somebody who came with the household left on %(day)s already.")
            raise ValidationError({"opened_on": message % {"day": f"{residency.ends_on:%Y-%m-%d}"}})
        rewrite(residency, starts_on=day)
    periods.open_on(household, day, field="opened_on")
    household.opened_on = day
    periods.check_days(household, *(residency.person for residency in together), field="opened_on")


@transaction.atomic
def move_household(
    household: Household,
    *,
    actor: Any,
    version: int,
    grid: Any,
    building: str,
    unit: str,
    room: str,
    floor: int | None = None,
    reason: str = "",
    on: date | None = None,
    entered_wrongly: bool = False,
    another_at_door: bool = False,
) -> Household:
    """The household is at another door from ``on`` (today); the trail keeps both.

    ``entered_wrongly``: it never was at its present door, the roster had the wrong one; no day of moving then.
    """
    on = on or today()
    locked = lock_household(household)
    require_open(locked, actor)
    may_edit_roster(actor, grid).or_raise()
    check_period(on, None, on=today(), field="on")
    dwelling = dwelling_at(grid, building, unit, room, floor=floor, actor=actor)
    if dwelling.pk == locked.dwelling_id:
        raise ValidationError({"room": _("The household lives at this door already.")})
    if not another_at_door:
        refuse_taken_door(dwelling, actor)
    changes = {"dwelling": [locked.dwelling_id, dwelling.pk], "door": [locked.dwelling.door, dwelling.door]}
    if entered_wrongly:
        periods.replace_dwelling(locked, dwelling)
    else:
        periods.change_dwelling(locked, dwelling, on=on)
        changes["on"] = ["", on]
    advance(household, expected=version, reason=changed_meanwhile(), dwelling=dwelling, scope_grid=dwelling.grid)
    periods.check_days(locked, field="on")
    living = locked.residencies.active().values_list("person", flat=True)
    tell_homes_changed(living, on=on, actor=actor)
    record("household.move", household, actor=actor, grid=dwelling.grid, changes=changes, reason=reason)
    for hook in household_moved:
        hook(household, actor=actor, on=on)
    return household


@transaction.atomic
def name_head(
    residency: Residency, *, actor: Any, former_relation: str = Relation.OTHER_RELATIVE, on: date | None = None
) -> Residency:
    """Make a member the head from ``on`` (today); the head until then stays as ``former_relation`` of the new one."""
    on = on or today()
    household = lock_household(residency.household)
    require_open(household, actor)
    require_present(residency)
    check_period(on, None, on=today(), field="on")
    if former_relation == Relation.HEAD:
        raise ValidationError({"former_relation": _("Choose how the former head is related to the new one.")})
    if residency.is_head:
        raise Refused(_("This person is the head of the household already."))
    make_head(residency, household, actor=actor, former_relation=former_relation)
    periods.change_head(household, residency, on=on)
    periods.check_days(household, field="on")
    return residency


def make_head(residency: Residency, household: Household, *, actor: Any, former_relation: str = "") -> None:
    """What the present says of the head; the caller has locked the household and keeps its days (``periods``)."""
    for former in household.residencies.active().filter(is_head=True).exclude(pk=residency.pk):
        rewrite(former, is_head=False, relation=former_relation)
    rewrite(residency, is_head=True, relation=Relation.HEAD)
    record("household.head", household, actor=actor, grid=household.grid, changes={"head": ["", residency.person_id]})
