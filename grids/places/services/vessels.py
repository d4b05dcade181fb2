"""Fishing vessels: entered, changed, in port or at sea, closed (domain.md M07)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import now, today
from grids.common.models import advance
from grids.places import checks
from grids.places.models import Vessel
from grids.places.services import rows
from grids.trail.services import record

# Upper rooms end what hangs on a vessel: function(vessel, on=, actor=), called inside the closing.
vessel_closed: list[Callable[..., None]] = []


def _number_free(columns: dict[str, Any], besides: Any = None) -> None:
    message = _("A vessel with this registration number is entered already.")
    number = columns.get("registration_no", "")
    rows.require_free(Vessel, "registration_no", number, besides=besides, message=message)


@transaction.atomic
def add_vessel(grid: Any, *, actor: Any, **values: Any) -> Vessel:
    """A vessel of an exclusive grid for fishing vessels, in port until somebody says otherwise."""
    return rows.add(Vessel, grid, actor=actor, values=values, also=lambda columns, _grid: _number_free(columns))


@transaction.atomic
def change_vessel(vessel: Vessel, *, actor: Any, version: int, **values: Any) -> Vessel:
    return rows.change(vessel, actor=actor, version=version, values=values, also=_number_free)


@transaction.atomic
def move_vessel(vessel: Vessel, grid: Any, *, actor: Any, version: int, reason: str = "") -> Vessel:
    """To another vessel grid; the crew stays with it."""
    return rows.move(vessel, grid, actor=actor, version=version, reason=reason)


@transaction.atomic
def close_vessel(vessel: Vessel, *, actor: Any, version: int, on: date | None = None, reason: str = "") -> Vessel:
    """Sold away or broken up; whoever was on board leaves on that day."""
    closed = rows.close(vessel, actor=actor, version=version, on=on, reason=reason)
    for hook in vessel_closed:
        hook(closed, on=on or today(), actor=actor)
    return closed


@transaction.atomic
def set_vessel_status(vessel: Vessel, status: str, *, actor: Any, since: datetime | None = None) -> Vessel:
    """In port, at sea, fishing ban or laid up, from ``since`` (this moment) on. The same status again changes nothing.

    Of two hands the later one holds, and both are in the trail. Raises ``ValidationError`` by field, ``Refused``.
    """
    fresh = rows.reread(vessel)
    checks.may_change(actor, fresh).or_raise()
    rows.refuse_fault("status", checks.status_fault(status))
    if fresh.status == status:
        return fresh
    moment = since or now()
    if not fresh.status_since <= moment <= now():
        message = _("The time lies between the last change (%(moment)s) and now.")
        raise ValidationError({"since": message % {"moment": f"{fresh.status_since:%Y-%m-%d}"}})
    before = fresh.status
    advance(fresh, expected=fresh.version, reason=rows.changed_meanwhile(), status=status, status_since=moment)
    record("vessel.status", fresh, actor=actor, grid=fresh.grid, changes={"status": [before, status]})
    return fresh
