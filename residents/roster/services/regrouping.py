"""Households that part and households that join; nobody leaves the district by it (domain.md M17)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.trail.services import record
from residents.roster.choices import ArrivalReason, EndReason, Relation
from residents.roster.details import FIELDS
from residents.roster.merge_parts import joining_parts
from residents.roster.models import Absence, Household, Residency
from residents.roster.rules import check_period, may_edit_roster
from residents.roster.services.arriving import found_household, reason_of_day, settle
from residents.roster.services.doors import dwelling_at, refuse_taken_door
from residents.roster.services.leaving import leave
from residents.roster.services.rows import lock_household, lock_households, require_open
from residents.roster.services.telling import tell_homes_changed


@transaction.atomic
def split_household(
    household: Household,
    *,
    actor: Any,
    relations: Mapping[int, str],
    on: date | None = None,
    new_head: Residency | None = None,
    into: Household | None = None,
    door: Mapping[str, Any] | None = None,
    another_at_door: bool = False,
) -> Household:
    """Some members become, or join, another household from ``on`` (today). Returns the household they live in then.

    ``relations``: the key of each leaving member's residency, and how he is related to the head there; exactly one is
    the head, unless they go ``into`` a household that exists. ``door`` (grid, building, unit, room, floor) of a new
    household; without it they stay at their door as a household of their own. ``new_head`` of those who stay is needed
    when the head leaves. Somebody must stay: a whole household moves by ``move_within`` or ``merge_households``.
    """
    on = on or today()
    check_period(on, None, on=today(), field="on")
    target: Household | None = None
    if into is None:
        locked = lock_household(household)
    else:
        locked, target = lock_households(household, into)
    require_open(locked, actor)
    leaving, staying = _part(locked, relations)
    if not staying:
        raise ValidationError(_("Somebody must stay. If all leave, move or merge the whole household."))
    _check_heads(relations, wanted=0 if target else 1)
    if target is None:
        dwelling = locked.dwelling
        if door is not None:
            may_edit_roster(actor, door["grid"]).or_raise()
            dwelling = dwelling_at(**door, actor=actor)
        if dwelling.pk != locked.dwelling_id and not another_at_door:
            refuse_taken_door(dwelling, actor)
        target = lock_household(found_household(dwelling, actor=actor, opened_on=on))
    else:
        require_open(target, actor)
    _carry_over(leaving, locked, target, relations, actor=actor, on=on, new_head=new_head, by=ArrivalReason.SPLIT)
    changes = {"members": [len(leaving) + len(staying), len(staying)], "into": ["", target.pk]}
    record("household.split", locked, actor=actor, grid=locked.grid, changes=changes)
    return target


@transaction.atomic
def merge_households(
    household: Household,
    into: Household,
    *,
    actor: Any,
    relations: Mapping[int, str],
    on: date | None = None,
    going_along: Collection[str] = (),
) -> Household:
    """All members of ``household`` live in ``into`` from ``on`` (today), and ``household`` closes.

    ``relations``: the key of each member's residency, and how he is related to the head of ``into``. ``going_along``:
    the keys of ``joining_parts`` that take the place of what ``into`` has; whatever else it had ends.
    """
    on = on or today()
    check_period(on, None, on=today(), field="on")
    if household.pk == into.pk:
        raise Refused(_("A household cannot be merged with itself."))
    locked, target = lock_households(household, into)
    require_open(locked, actor)
    require_open(target, actor)
    leaving, staying = _part(locked, relations)
    if staying:
        raise ValidationError(_("Say of each member how he is related to the head of the other household."))
    _check_heads(relations, wanted=0)
    finishes = [part.settle(locked, target, part.key in going_along, actor) for part in joining_parts.values()]
    _carry_over(leaving, locked, target, relations, actor=actor, on=on, new_head=None, by=ArrivalReason.MERGED)
    for finish in filter(None, finishes):
        finish()
    changes = {"into": ["", target.pk], "members": [len(leaving), 0]}
    record("household.merge", locked, actor=actor, grid=locked.grid, changes=changes)
    household.refresh_from_db()
    return target


def _part(household: Household, relations: Mapping[int, str]) -> tuple[list[Residency], list[Residency]]:
    """Those who leave, the head last so that nobody but the last one has to be followed, and those who stay."""
    present = list(household.residencies.active().select_related("person").order_by("is_head", "pk"))
    unknown = set(relations) - {one.pk for one in present}
    if unknown or not relations:
        raise ValidationError(_("Choose at least one of those who live in this household now."))
    return [one for one in present if one.pk in relations], [one for one in present if one.pk not in relations]


def _check_heads(relations: Mapping[int, str], *, wanted: int) -> None:
    if any(relation not in Relation.values for relation in relations.values()):
        raise ValidationError(_("Say of each member how he is related to the head of the other household."))
    heads = sum(relation == Relation.HEAD for relation in relations.values())
    if heads == wanted:
        return
    if wanted:
        raise ValidationError(_("Choose exactly one head for the new household; here are %s.") % heads)
    raise ValidationError(_("The other household has its head. Choose how everybody is related to that head."))


def _carry_over(
    leaving: Sequence[Residency],
    household: Household,
    target: Household,
    relations: Mapping[int, str],
    *,
    actor: Any,
    on: date,
    new_head: Residency | None,
    by: ArrivalReason,
) -> None:
    """Everybody leaves, then everybody comes, the head of the new household first; what is known of them goes along."""
    away = {one.residency_id: one for one in Absence.objects.filter(residency__in=leaving, ended_on__isnull=True)}
    for residency in leaving:
        leave(residency, household, actor=actor, reason=EndReason(by.value), on=on, new_head=new_head)
    for residency in sorted(leaving, key=lambda one: relations[one.pk] != Relation.HEAD):
        arrived = settle(
            residency.person,
            target,
            actor=actor,
            relation=relations[residency.pk],
            kind=residency.kind,
            starts_on=on,
            start_reason=reason_of_day(residency, on, by),
            details={name: getattr(residency, name) for name in FIELDS},
        )
        if absence := away.get(residency.pk):
            Absence.objects.create(
                residency=arrived,
                kind=absence.kind,
                starts_on=max(on, absence.starts_on),
                expected_back_on=absence.expected_back_on,
            )
    tell_homes_changed((one.person_id for one in leaving), on=on, actor=actor)
