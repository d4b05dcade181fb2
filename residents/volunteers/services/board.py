"""What calls and claims share: the locked call, and the ends it comes to."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grids.common.clock import now
from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.volunteers.choices import CallState
from residents.volunteers.models import ServiceCall


def call_changed() -> str:
    return _("Somebody changed this at the same moment. Look again, then decide.")


def locked_calls(calls: QuerySet[ServiceCall]) -> list[ServiceCall]:
    """The calls as they are now, locked by key: whoever else claims, confirms or calls off waits here."""
    rows = calls.select_for_update(of=("self",)).select_related("grid", "published_by")
    return list(rows.order_by("pk"))


def locked_call(call: ServiceCall) -> ServiceCall:
    """One of them."""
    return locked_calls(ServiceCall.objects.filter(pk=call.pk))[0]


def close_call(call: ServiceCall, state: CallState, *, act: str, actor: Any) -> None:
    """The call, locked by the caller, is over; its code confirms nothing any more."""
    changes = {"state": [str(call.state), str(state)]}
    advance(call, expected=call.version, reason=call_changed(), state=state, closed_at=now(), code_index=None)
    record(f"servicecall.{act}", call, actor=actor, grid=call.grid, changes=changes)


def offer_again(call: ServiceCall, *, actor: Any) -> None:
    """The place is free again, unless the household has moved away; the nightly watch closes it when its day passed."""
    closed = Household.objects.exclude(status=HouseholdStatus.ACTIVE)
    if call.household_id is not None and closed.filter(pk=call.household_id).exists():
        close_call(call, CallState.WITHDRAWN, act="withdraw", actor=actor)
        return
    advance(call, expected=call.version, reason=call_changed(), state=CallState.OPEN)
    record("servicecall.offer_again", call, actor=actor, grid=call.grid)
