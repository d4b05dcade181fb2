"""Care levels of households: set, reviewed, ended; one stands at a time (domain.md 2.9, V4)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.roster.care import may_manage_care
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.visits import rules
from residents.visits.choices import PlanEnd
from residents.visits.models import CareLevelPlan


@transaction.atomic
def set_care_level(
    household: Household,
    *,
    actor: Any,
    level: str,
    reason: str,
    review_on: date,
    daily_phone: bool = False,
    version: int | None = None,
) -> CareLevelPlan:
    """From today on the household has this care level; the plan that stood until now ends.

    ``version`` is that of the plan which the form showed (None: there was none): of two who set it at once one wins,
    the other gets ``Conflict``. Raises ``ValidationError`` by field.
    """
    household = _locked(household)
    may_manage_care(actor, household.grid).or_raise()
    if household.status != HouseholdStatus.ACTIVE:
        raise Refused(_("This household has moved away or was dissolved; there is nobody to visit."))
    day, reason = today(), reason.strip()
    rules.check_plan(level, reason=reason, daily_phone=daily_phone, review_on=review_on, today=day)
    stands = CareLevelPlan.objects.current().filter(household=household).first()
    if (stands.version if stands else None) != version:
        raise Conflict(changed_meanwhile())
    if stands is not None:
        _end(stands, on=day, why=PlanEnd.CHANGED, actor=actor, grid=household.grid)
    try:
        with transaction.atomic():
            plan = CareLevelPlan.objects.create(
                household=household,
                level=level,
                reason=reason,
                daily_phone=daily_phone,
                starts_on=day,
                review_on=review_on,
                set_by=actor,
            )
    except IntegrityError as problem:
        raise Conflict(changed_meanwhile()) from problem
    # Which level it is and why stand in the plan alone: the trail is read by more people.
    record("careplan.set", plan, actor=actor, grid=household.grid, changes={"household": [None, household.pk]})
    return plan


@transaction.atomic
def end_care_level(plan: CareLevelPlan, *, actor: Any, version: int) -> CareLevelPlan:
    """The household needs no care level of its own any more; what its members' care tags suggest holds again."""
    household = _locked(plan.household)
    may_manage_care(actor, household.grid).or_raise()
    plan.refresh_from_db()
    if plan.ended_on is not None:
        raise Refused(_("This care plan has ended already."))
    if plan.version != version:
        raise Conflict(changed_meanwhile())
    _end(plan, on=today(), why=PlanEnd.ENDED, actor=actor, grid=household.grid)
    return plan


def expire_plans(plans: Any, on: date, actor: Any) -> int:
    """End plans whose review date has passed (nightly, see ``retention``); returns how many."""
    ended = 0
    for plan in plans.select_related("household__dwelling__grid").order_by("pk"):
        _end(plan, on=on, why=PlanEnd.EXPIRED, actor=actor, grid=plan.household.grid)
        ended += 1
    return ended


def end_plan_on_closing(household: Household, *, actor: Any, on: date) -> None:
    """Where nobody lives any more nobody is visited; called by the roster in its own transaction."""
    for plan in CareLevelPlan.objects.current().filter(household=household):
        _end(plan, on=on, why=PlanEnd.MOVED, actor=actor, grid=household.grid)


def changed_meanwhile() -> str:
    return _("Somebody else has just set the care level of this household. Look at it first.")


def _locked(household: Household) -> Household:
    return Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)


def _end(plan: CareLevelPlan, *, on: date, why: PlanEnd, actor: Any, grid: Any) -> None:
    advance(
        plan,
        expected=plan.version,
        reason=changed_meanwhile(),
        ended_on=max(on, plan.starts_on),
        end_reason=why.value,
    )
    record("careplan.end", plan, actor=actor, grid=grid, changes={"end_reason": ["", why.value]})
