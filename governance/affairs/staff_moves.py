"""The affairs in somebody's hand on the grid that he leaves: a colleague goes on with them in the same state."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.affairs import guards
from governance.affairs.choices import AffairState
from governance.affairs.models import Affair, AffairStep
from governance.affairs.rules import HAND_ON
from grids.access.choices import Permission
from grids.common.clock import now
from grids.common.errors import Conflict
from grids.moves.parts import MovePart, move_parts
from grids.trail.services import record

# A result that was handed in stays with whoever handed it in: he may not verify it.
IN_HAND = [AffairState.ASSIGNED, AffairState.HANDLING]


def held_by(staff: Any, grid: Any) -> QuerySet:
    """Orders that name him and affairs that he handles, led by the grid or one below it."""
    rows = Affair.objects.filter(state__in=IN_HAND).for_steps()
    if staff.user_id is None:
        return rows.none()
    return rows.filter(handler=staff.user_id, lead_grid__code__startswith=grid.prefix)


def shown(user: Any, affair: Affair) -> str:
    """Number and state: what a family affair is about stays with those who handle it."""
    return f"{affair.number} {affair.get_state_display()}"


def fault_of(affair: Affair, successor: Any) -> str:
    """The guards of an order that names a handler, asked for the successor."""
    user = successor.user
    if user is None or not user.is_active or not user.has_perm(Permission.HANDLE_AFFAIRS, affair.lead_grid):
        return _("%(name)s does not handle affairs of %(unit)s.") % {"name": successor, "unit": affair.lead_grid.name}
    if not (decision := guards.dispatcher_takes_only_small_things(user, affair)):
        return str(decision.reason)
    if affair.verifier_id == user.pk:
        return str(_("Whoever verified %(number)s before may not handle it.") % {"number": affair.number})
    return ""


def hand_on(affair: Affair, successor: Any) -> None:
    """One conditional UPDATE: a result that he hands in at the same moment wins or loses as a whole."""
    before, after, at = affair.handler_id, successor.user, now()
    changed = Affair.objects.filter(pk=affair.pk, version=affair.version, handler=before, state__in=IN_HAND).update(
        handler=after, version=affair.version + 1, changed_at=at
    )
    if not changed:
        raise Conflict(_("%(number)s was changed at the same moment. Look again.") % {"number": affair.number})
    AffairStep.objects.create(
        affair=affair,
        sequence=affair.version + 1,
        transition=HAND_ON,
        from_state=affair.state,
        to_state=affair.state,
        at=at,
        payload={"handler": after.pk},
    )
    record(f"affair.{HAND_ON}", affair, actor=None, grid=affair.grid, changes={"handler": [before, after.pk]})


move_parts.register(MovePart("affairs", gettext_lazy("Affairs in hand"), held_by, shown, fault_of, hand_on))
