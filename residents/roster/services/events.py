"""Life events by their everyday names: died, moved away, moved inside the district (domain.md M17).

Each is one dated change of the register; who did it and when stands in the trail.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.trail.services import record
from residents.roster.choices import EndReason, Relation, ResidencyKind
from residents.roster.models import Household, Person, Residency
from residents.roster.rules import check_period, may_edit_roster
from residents.roster.services.arriving import add_household, move_in
from residents.roster.services.correcting import move_household
from residents.roster.services.depending import end_voyages_of
from residents.roster.services.leaving import close_household, end_residency, leave, tell_departed
from residents.roster.services.rows import grid_of, lock_household, rewrite
from residents.roster.services.telling import tell_homes_changed


@transaction.atomic
def record_death(person: Person, *, actor: Any, on: date, new_head: Residency | None = None) -> Person:
    """Somebody has died on ``on``; where he lived ends. ``new_head`` follows when he was the head and others stay."""
    grid = grid_of(person)
    may_edit_roster(actor, grid).or_raise()
    if person.deceased_on is not None:
        raise Refused(_("By the roster this person has died. Please correct that first."))
    if on > today():
        raise ValidationError({"on": _("This day is in the future.")})
    if person.birth_date and on < person.birth_date:
        raise ValidationError({"on": _("This day lies before the birth of this person.")})
    present = person.residencies.active().select_related("household").first()
    if present is None:
        rewrite(person, deceased_on=on)
        end_voyages_of(person, on=on, actor=actor)
        record("person.deceased", person, actor=actor, grid=grid, changes={"deceased_on": [None, on]})
        tell_departed(person, reason=EndReason.DECEASED, on=on, actor=actor)
        return person
    household = lock_household(present.household)
    present.person = person
    leave(present, household, actor=actor, reason=EndReason.DECEASED, on=on, new_head=new_head)
    tell_homes_changed([person.pk], on=on, actor=actor)
    return person


@transaction.atomic
def withdraw_death(person: Person, *, actor: Any) -> Person:
    """The death had been entered by mistake. Where the person lives is entered anew by moving in."""
    grid = grid_of(person)
    may_edit_roster(actor, grid).or_raise()
    if person.deceased_on is None:
        raise Refused(_("By the roster this person is alive."))
    changes = {"deceased_on": [person.deceased_on, None]}
    rewrite(person, deceased_on=None)
    record("person.alive", person, actor=actor, grid=grid, changes=changes)
    return person


@transaction.atomic
def move_away(
    subject: Residency | Household, *, actor: Any, on: date | None = None, new_head: Residency | None = None
) -> None:
    """A member, or a whole household, leaves the district."""
    if isinstance(subject, Household):
        close_household(subject, actor=actor, reason=EndReason.MOVED_OUT, on=on)
        return
    end_residency(subject, actor=actor, reason=EndReason.MOVED_OUT, on=on, new_head=new_head)


@transaction.atomic
def move_within(
    subject: Person | Household,
    *,
    actor: Any,
    on: date | None = None,
    to: Household | None = None,
    door: Mapping[str, Any] | None = None,
    relation: str = Relation.HEAD,
    kind: str = ResidencyKind.PERMANENT_LOCAL,
    new_head: Residency | None = None,
    reason: str = "",
) -> Household:
    """Inside the district, which is no departure: a whole household to ``door``, or a person to ``door`` or household.

    ``door`` has grid, building, unit, room, and perhaps floor. Returns the household at the new place.
    """
    on = on or today()
    if isinstance(subject, Household):
        return move_household(
            subject, actor=actor, version=subject.version, on=on, reason=reason, **_needed(door, "room")
        )
    check_period(on, None, on=today(), field="on")
    if to is not None:
        move_in(subject, to, actor=actor, relation=relation, kind=kind, starts_on=on, new_head=new_head)
        return to
    return add_household(actor=actor, head=subject, kind=kind, opened_on=on, new_head=new_head, **_needed(door, "room"))


def _needed(door: Mapping[str, Any] | None, field: str) -> Mapping[str, Any]:
    if door is None:
        raise ValidationError({field: _("Please say where to.")})
    return door
