"""Who comes: households at their doors, new persons, persons of the roster who move in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.trail.services import changes_between, record
from residents.roster.choices import ArrivalReason, DwellingUse, EndReason, Relation, ResidencyKind
from residents.roster.details import clean_details
from residents.roster.models import Dwelling, Household, Person, Residency
from residents.roster.rules import check_period, clean_person, may_edit_roster
from residents.roster.services import periods
from residents.roster.services.disclosing import refuse_duplicate
from residents.roster.services.doors import dwelling_at, refuse_taken_door
from residents.roster.services.leaving import leave
from residents.roster.services.rows import lock_household, lock_households, recorded, require_open, require_standing
from residents.roster.services.telling import tell_homes_changed

PersonValues = Mapping[str, Any]


@transaction.atomic
def add_household(
    *,
    actor: Any,
    grid: Any,
    building: str,
    unit: str,
    room: str,
    head: "PersonValues | Person",
    floor: int | None = None,
    use: str = DwellingUse.OWN,
    kind: str = ResidencyKind.PERMANENT_LOCAL,
    opened_on: date | None = None,
    note: str = "",
    another_at_door: bool = False,
    new_head: Residency | None = None,
    start_reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Household:
    """A household at a door, with its head: building, unit and dwelling are made where they do not exist yet.

    ``head`` is a person of the roster who moves in, or the values of a new one (see ``rules.clean_person``). When a
    household already lives at the door, ``another_at_door`` says that this is really a second one; otherwise
    ``ValidationError`` with code ``door_taken`` and the household's pk in its params. ``new_head`` as in
    ``move_in``, ``start_reason`` and ``details`` as in ``add_person``.
    """
    may_edit_roster(actor, grid).or_raise()
    opened_on = opened_on or today()
    check_period(opened_on, None, on=today(), field="opened_on")
    dwelling = dwelling_at(grid, building, unit, room, floor=floor, use=use, actor=actor)
    if not another_at_door:
        refuse_taken_door(dwelling, actor)
    household = found_household(dwelling, actor=actor, opened_on=opened_on, note=note)
    living: dict[str, Any] = {
        "relation": Relation.HEAD,
        "kind": kind,
        "starts_on": opened_on,
        "start_reason": start_reason,
    }
    if isinstance(head, Person):
        move_in(head, household, actor=actor, new_head=new_head, details=details, **living)
    else:
        add_person(household, actor=actor, details=details, **living, **head)
    return household


def found_household(dwelling: Dwelling, *, actor: Any, opened_on: date, note: str = "") -> Household:
    """A household at a dwelling that the caller has checked; its head must follow in the same transaction."""
    household = Household.objects.create(dwelling=dwelling, opened_on=opened_on, note=note.strip())
    periods.begin(household)
    record("household.add", household, actor=actor, grid=dwelling.grid, changes={"dwelling": ["", dwelling.pk]})
    return household


@transaction.atomic
def add_person(
    household: Household,
    *,
    actor: Any,
    relation: str,
    kind: str = ResidencyKind.PERMANENT_LOCAL,
    starts_on: date | None = None,
    start_reason: str = "",
    details: Mapping[str, Any] | None = None,
    **values: Any,
) -> Residency:
    """A new person of the roster, living in the household. A duplicate within the actor's scope is refused by name.

    ``start_reason`` (``ArrivalReason``) is "first recorded" unless he just came; ``details`` are the further fields of
    the residency (``rules.clean_details``), ``values`` those of the person (``rules.clean_person``).
    """
    household = lock_household(household)
    require_open(household, actor)
    cleaned = clean_person(values, on=today())
    refuse_duplicate(cleaned["id_number"], actor=actor)
    person = Person(**cleaned)
    person.save(force_insert=True)
    record(
        "person.add",
        person,
        actor=actor,
        grid=household.grid,
        changes=changes_between({}, recorded(cleaned), Person),
    )
    return settle(
        person,
        household,
        actor=actor,
        relation=relation,
        kind=kind,
        starts_on=starts_on or today(),
        start_reason=start_reason or ArrivalReason.FIRST_RECORDED,
        details=details,
    )


@transaction.atomic
def move_in(
    person: Person,
    household: Household,
    *,
    actor: Any,
    relation: str,
    kind: str = ResidencyKind.PERMANENT_LOCAL,
    starts_on: date | None = None,
    new_head: Residency | None = None,
    start_reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Residency:
    """Somebody of the roster moves into the household; where he lived until now ends on the same day.

    ``new_head`` is needed when he was the head there and others stay. Without ``start_reason`` he moved inside the
    district, or came back from outside when he lives nowhere here at present.
    """
    if person.deceased_on:
        raise Refused(_("By the roster this person has died. Please correct that first."))
    starts_on = starts_on or today()
    present = person.residencies.active().select_related("household").first()
    if present is not None and present.household_id == household.pk:
        raise Refused(_("This person already lives in this household."))
    if present is None:
        household = lock_household(household)
    else:
        household, left = lock_households(household, present.household)
        leave(present, left, actor=actor, reason=EndReason.MOVED_INSIDE, on=starts_on, new_head=new_head)
    require_open(household, actor)
    reason = start_reason or (ArrivalReason.MOVED_IN if present is None else ArrivalReason.MOVED_INSIDE)
    if present is not None:
        reason = reason_of_day(present, starts_on, reason)
    residency = settle(
        person,
        household,
        actor=actor,
        relation=relation,
        kind=kind,
        starts_on=starts_on,
        start_reason=reason,
        details=details,
    )
    if present is not None:
        tell_homes_changed([person.pk], on=starts_on, actor=actor)
    return residency


def reason_of_day(left: Residency, on: date, reason: str) -> str:
    """Why somebody came on the day ``on`` who also ``left`` another household then: by what brought him there that day.

    Whoever comes from outside and moves on the same day has come from outside.
    """
    return left.start_reason if left.starts_on == on else reason


def settle(
    person: Person,
    household: Household,
    *,
    actor: Any,
    relation: str,
    kind: str,
    starts_on: date,
    start_reason: str,
    details: Mapping[str, Any] | None = None,
) -> Residency:
    """``person`` lives in a household that the caller has locked and checked. The first one to come is its head."""
    require_standing(person)
    check_period(starts_on, None, on=today())
    further = clean_details(details or {}, kind=kind)
    is_head = relation == Relation.HEAD
    has_head = household.residencies.active().filter(is_head=True).exists()
    if is_head and has_head:
        raise ValidationError(
            {"relation": _("This household has a head. Choose how the person is related to the head.")}
        )
    if not is_head and not has_head:
        raise ValidationError({"relation": _("This household has no head yet: the first person is the head.")})
    try:
        with transaction.atomic():
            residency = Residency.objects.create(
                person=person,
                household=household,
                relation=relation,
                kind=kind,
                is_head=is_head,
                starts_on=starts_on,
                start_reason=ArrivalReason(start_reason),
                **further,
            )
    except IntegrityError as problem:
        raise Conflict(
            _("Somebody else registered this person at the same moment. Open the person to see where.")
        ) from problem
    if is_head:
        periods.begin_headship(residency)
    periods.check_days(household, person, field="starts_on")
    record(
        "residency.start",
        residency,
        actor=actor,
        grid=household.grid,
        changes={
            "household": ["", household.pk],
            "person": ["", person.pk],
            "relation": ["", str(relation)],
            "start_reason": ["", str(start_reason)],
        },
    )
    return residency
