"""Wishes and posts: published, called off, expired. Locks: household, report, call, claim, in this order."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Household
from residents.volunteers import codes, rules
from residents.volunteers.choices import CallKind, CallState, ClaimState
from residents.volunteers.models import ServiceCall, ServiceClaim
from residents.volunteers.services import telling
from residents.volunteers.services.board import call_changed, close_call, locked_call, locked_calls
from residents.volunteers.services.claims import settle


@transaction.atomic
def publish(
    grid: Any,
    *,
    actor: Any,
    title: str,
    text: str,
    hours: Decimal,
    until_on: date,
    skill: str = "",
    household: Household | None = None,
    agrees: bool = False,
) -> tuple[ServiceCall, str]:
    """Put a post of ``grid``, or the wish of ``household`` in it, on the board; returns it with the household's code.

    ``agrees``: the household wants its door and name to be shown to whoever claims the wish. The code is not stored
    and cannot be read again; a post has none. Raises ``Refused``, ``ValidationError`` by field.
    """
    code = ""
    if household is not None:
        rows = Household.objects.select_for_update(of=("self",), no_key=True).with_place()
        household = rows.get(pk=household.pk)
        grid, code = household.grid, codes.new_code()
        if household.status != HouseholdStatus.ACTIVE:
            raise Refused(_("This household has moved away."))
        if not agrees:
            raise Refused(_("Without the household's consent its wish is not published."))
    rules.may_keep(actor, grid).or_raise()
    values = rules.clean_call(
        kind=CallKind.WISH if household else CallKind.POST,
        title=title,
        text=text,
        skill=skill,
        hours=hours,
        until_on=until_on,
        has_household=household is not None,
        today=today(),
    )
    call = ServiceCall.objects.create(
        grid=grid, household=household, published_by=actor, code_index=codes.index_of(code) or None, **values
    )
    changes = {"kind": ["", str(call.kind)], "household": [None, call.household_id], "until_on": [None, until_on]}
    record("servicecall.publish", call, actor=actor, grid=grid, changes=changes)
    return call, code


@transaction.atomic
def renew_code(call: ServiceCall, *, actor: Any) -> str:
    """A new code for the household that lost its own; the old one confirms nothing any more. Raises ``Refused``."""
    call = locked_call(call)
    rules.may_keep(actor, call.grid).or_raise()
    if call.household_id is None or call.state not in CallState.running():
        raise Refused(_("Only a wish that is not fulfilled yet has a code."))
    code = codes.new_code()
    advance(call, expected=call.version, reason=call_changed(), code_index=codes.index_of(code))
    record("servicecall.code", call, actor=actor, grid=call.grid)
    return code


@transaction.atomic
def withdraw_call(call: ServiceCall, *, actor: Any) -> ServiceCall:
    """It is no longer needed; whoever has claimed it is told. Raises ``Refused`` once it is done."""
    call = locked_call(call)
    is_done = call.claims.filter(state=ClaimState.DONE).exists()
    rules.may_withdraw_call(actor, call, is_done=is_done).or_raise()
    claims = call.claims.select_for_update(of=("self",)).with_call()
    _call_off(call, claims.filter(state=ClaimState.CLAIMED).first(), actor=actor)
    return call


def _call_off(call: ServiceCall, claim: ServiceClaim | None, *, actor: Any) -> None:
    if claim is not None:
        settle(claim, "lapse", actor=actor)
        telling.tell_called_off(call, claim, actor=actor)
    close_call(call, CallState.WITHDRAWN, act="withdraw", actor=actor)


def withdraw_on_closing(household: Household, *, actor: Any, **_more: Any) -> None:
    """A household that moved away has no wishes here any more; what was done for it stays to be confirmed."""
    calls = locked_calls(ServiceCall.objects.running().filter(household=household))
    claims = ServiceClaim.objects.running().filter(call__in=calls).select_for_update(of=("self",)).with_call()
    by_call = {claim.call_id: claim for claim in claims}
    for call in calls:
        claim = by_call.get(call.pk)
        if claim is None or claim.state == ClaimState.CLAIMED:
            _call_off(call, claim, actor=actor)


@transaction.atomic
def expire(call: ServiceCall) -> bool:
    """Nobody claimed it in time; whether that is so is asked on the locked row."""
    call = locked_call(call)
    if call.state != CallState.OPEN or call.until_on >= today():
        return False
    close_call(call, CallState.EXPIRED, act="expire", actor=None)
    return True
