"""Who goes: one person, a head with a successor, a whole household; the last one closes the door."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import EndReason, HouseholdStatus
from residents.roster.models import Household, Residency
from residents.roster.rules import check_period, may_edit_roster
from residents.roster.services import periods
from residents.roster.services.correcting import make_head
from residents.roster.services.depending import end_what_depends
from residents.roster.services.rows import changed_meanwhile, lock_household, require_open, require_present, rewrite
from residents.roster.services.telling import tell_homes_changed

# Upper rooms that must act when a household closes (contacts end their assignments) add a
# function(household, *, actor, on) here in AppConfig.ready; it runs in the same transaction.
household_closed: list[Callable[..., None]] = []
# The same where a person leaves his household or has died: function(person, *, reason, on, actor).
person_departed: list[Callable[..., None]] = []


def tell_departed(person: Any, *, reason: EndReason, on: date, actor: Any) -> None:
    for hook in person_departed:
        hook(person, reason=reason, on=on, actor=actor)


@transaction.atomic
def end_residency(
    residency: Residency,
    *,
    actor: Any,
    reason: str,
    on: date | None = None,
    new_head: Residency | None = None,
) -> Residency:
    """Somebody no longer lives in the household. When the last one leaves, the household closes.

    A head leaves only if ``new_head`` (a residency of the same household) takes over or nobody stays.
    """
    on = on or today()
    household = lock_household(residency.household)
    leave(residency, household, actor=actor, reason=EndReason(reason), on=on, new_head=new_head)
    tell_homes_changed([residency.person_id], on=on, actor=actor)
    return residency


def leave(
    residency: Residency,
    household: Household,
    *,
    actor: Any,
    reason: EndReason,
    on: date,
    new_head: Residency | None = None,
) -> None:
    """The same for a household that the caller has locked; he tells whose home has changed (``telling``)."""
    may_edit_roster(actor, household.grid).or_raise()
    require_present(residency)
    check_period(residency.starts_on, on, on=today())
    staying = list(household.residencies.active().exclude(pk=residency.pk))
    if residency.is_head and staying:
        if new_head is None or new_head.pk not in {other.pk for other in staying}:
            raise ValidationError({"new_head": _("The head of household leaves. Choose who is the head from now on.")})
        _end(residency, on=on, reason=reason, actor=actor, household=household)
        make_head(new_head, household, actor=actor)
        periods.give_up_headship(residency, on=on, successor=new_head)
    else:
        _end(residency, on=on, reason=reason, actor=actor, household=household)
        periods.give_up_headship(residency, on=on, successor=None)
    if not staying:
        _close(household, on=on, actor=actor)
    periods.check_days(household, field="on")


@transaction.atomic
def close_household(household: Household, *, actor: Any, reason: str, on: date | None = None) -> Household:
    """Everybody leaves on the same day for the same reason, and the household closes."""
    on = on or today()
    reason = EndReason(reason)
    locked = lock_household(household)
    require_open(locked, actor)
    leaving = list(locked.residencies.active().select_related("person"))
    for residency in leaving:
        check_period(residency.starts_on, on, on=today())
        _end(residency, on=on, reason=reason, actor=actor, household=locked)
    _close(locked, on=on, actor=actor)
    periods.check_days(locked, field="on")
    tell_homes_changed((one.person_id for one in leaving), on=on, actor=actor)
    household.refresh_from_db()
    return household


def _end(residency: Residency, *, on: date, reason: EndReason, actor: Any, household: Household) -> None:
    rewrite(residency, ends_on=on, end_reason=reason)
    if residency.starts_on == on and reason in EndReason.to_outside():
        # He came from another household this very day: where he really lived he left for the reason of now.
        before = Residency.objects.filter(person=residency.person_id, ends_on=on).exclude(pk=residency.pk)
        before.exclude(end_reason__in=EndReason.to_outside()).update(end_reason=reason)
    record(
        "residency.end",
        residency,
        actor=actor,
        grid=household.grid,
        changes={"ends_on": [None, on], "end_reason": ["", reason.value]},
    )
    end_what_depends(residency, reason=reason, on=on, actor=actor, grid=household.grid)
    if reason is EndReason.DECEASED:
        person = residency.person
        rewrite(person, deceased_on=on)
        record("person.deceased", person, actor=actor, grid=household.grid, changes={"deceased_on": [None, on]})
    tell_departed(residency.person, reason=reason, on=on, actor=actor)


def _close(household: Household, *, on: date, actor: Any) -> None:
    on = max(on, household.opened_on)
    periods.finish(household, on=on)
    advance(
        household,
        expected=household.version,
        reason=changed_meanwhile(),
        status=HouseholdStatus.CLOSED,
        closed_on=on,
    )
    record("household.close", household, actor=actor, grid=household.grid, changes={"closed_on": [None, on]})
    for hook in household_closed:
        hook(household, actor=actor, on=on)
