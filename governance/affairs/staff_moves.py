"""The affairs in somebody's hand on the grid that he leaves: a colleague goes on with them in the same state."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.affairs import guards
from governance.affairs.choices import AffairState
from governance.affairs.models import Affair, AffairStep
from governance.affairs.rules import HAND_ON
from grids.access.choices import Permission
from grids.access.querysets import forget_scopes
from grids.common.clock import now
from grids.common.decisions import Decision, Denied
from grids.common.errors import Conflict
from grids.moves.effects import colleagues
from grids.moves.parts import LeftPart, MovePart, left_parts, move_parts
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.trail.services import record

kinds.register(Kind("affairs.handed", gettext_lazy("You go on with %(number)s of %(name)s."), "hand"))


def held_by(staff: Any, grid: Any) -> QuerySet:
    """Orders that name him and affairs that he handles, led by the grid or one below it.

    A result that was handed in stays with whoever handed it in: he may not verify it.
    """
    rows = Affair.objects.in_hand().for_steps()
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


def may_hand_on(user: Any, affair: Affair) -> Decision:
    """Whether ``user`` may give the affair to a colleague: who dispatches there, when its handler serves no more."""
    if not user.has_perm(Permission.DISPATCH_AFFAIRS, affair.grid):
        return Denied(_("An affair is handed over by whoever dispatches affairs there."))
    is_left = affair.state in AffairState.in_hand() and Affair.objects.left_behind().filter(pk=affair.pk).exists()
    if not is_left:
        return Denied(_("Nobody has to go on with it: whoever has it in hand serves there, or it is settled."))
    return guards.may_read(user, affair) and guards.reaches_lead_tier(user, affair)


@transaction.atomic
def hand_over(affair: Affair, successor: Any, *, actor: Any, version: int) -> Affair:
    """Give an affair that was left behind to ``successor`` (a member of staff), who goes on in the same state.

    Raises ``Refused``, ``Conflict`` when somebody was faster, ``ValidationError`` when he cannot take it over.
    """
    forget_scopes(actor)
    affair = Affair.objects.for_steps().get(pk=affair.pk)
    if affair.version != version:
        raise _changed(affair)
    may_hand_on(actor, affair).or_raise()
    before = affair.handler
    if not colleagues(affair.lead_grid).filter(pk=successor.pk).exists():
        raise ValidationError({"successor": _("Choose somebody who serves there.")})
    if fault := fault_of(affair, successor):
        raise ValidationError({"successor": fault})
    hand_on(affair, successor, actor=actor)
    values = {"number": affair.number, "name": str(before)}
    notify([successor.user], "affairs.handed", url=affair.get_absolute_url(), values=values)
    return Affair.objects.get(pk=affair.pk)


def hand_on(affair: Affair, successor: Any, *, actor: Any = None) -> None:
    """One conditional UPDATE: a result that he hands in at the same moment wins or loses as a whole."""
    before, after, at = affair.handler_id, successor.user, now()
    present = Affair.objects.in_hand().filter(pk=affair.pk, version=affair.version, handler=before)
    if not present.update(handler=after, version=affair.version + 1, changed_at=at):
        raise _changed(affair)
    AffairStep.objects.create(
        affair=affair,
        sequence=affair.version + 1,
        transition=HAND_ON,
        from_state=affair.state,
        to_state=affair.state,
        actor=actor,
        actor_name=str(actor or ""),
        at=at,
        payload={"handler": after.pk},
    )
    record(f"affair.{HAND_ON}", affair, actor=actor, grid=affair.grid, changes={"handler": [before, after.pk]})


def _changed(affair: Affair) -> Conflict:
    message = _("%(number)s was changed at the same moment. Look again.") % {"number": affair.number}
    return Conflict(message, back=affair.get_absolute_url())


def left(user: Any) -> QuerySet:
    return Affair.objects.to_hand_on(user).for_steps().order_by("lead_grid__code", "pk")


PART = MovePart("affairs", gettext_lazy("Affairs in hand"), held_by, shown, fault_of, hand_on)
move_parts.register(PART)
left_parts.register(
    LeftPart(
        PART.key,
        PART.title,
        stays=PART.stays,
        left=left,
        shown=shown,
        holder=lambda affair: affair.handler,
        place=lambda affair: affair.lead_grid,
        url=lambda affair: reverse("governance:affair-hand-on", args=[affair.pk]),
    )
)
