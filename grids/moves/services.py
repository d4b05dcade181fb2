"""Ask for a move, withdraw it, refuse it, agree to it: agreeing does everything in one transaction.

Locks are taken in one order: the request, the trees of both grids, the staff by key, then what ``end_post`` and
``start_post`` lock, then what is handed on, part by part and by key.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.access.choices import Role
from grids.access.models import User
from grids.access.querysets import forget_scopes, roles_on
from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.models import advance
from grids.common.sentences import joined
from grids.moves import rules
from grids.moves.choices import MoveState
from grids.moves.effects import effects_of, held_items, reachable, successors
from grids.moves.models import StaffMove
from grids.moves.parts import MovePart, move_parts
from grids.moves.telling import tell, tell_deciders, tell_parties
from grids.team.choices import PostState
from grids.team.models import Post, StaffProfile
from grids.team.rules import may_decide_on, may_move
from grids.team.services import check_free, end_post, start_post
from grids.trail.services import record
from grids.tree.models import Grid
from grids.tree.services import lock_tree


@transaction.atomic
def ask(
    post: Post,
    to_grid: Grid,
    *,
    actor: Any,
    starts_on: date,
    items: Iterable[tuple[str, int]] = (),
    successor: StaffProfile | None = None,
) -> StaffMove:
    """Ask for the holder of ``post`` to hold the same post on ``to_grid`` from ``starts_on`` on.

    ``items`` of ``held_items(post)``, as (key of the part, key of the row), go to ``successor``. Raises ``Refused``,
    ``Conflict`` when a request about this person waits already, ``ValidationError`` by field.
    """
    _lock(post, to_grid, successor)
    post = Post.objects.select_related("grid", "staff__user").get(pk=post.pk)
    forget_scopes(actor)
    may_move(actor, roles_on(actor, post.grid), post, today()).or_raise()
    present = {(part.key, row.pk) for part, rows in held_items(post) for row in rows}
    wanted = sorted({(str(key), int(row)) for key, row in items})
    if set(wanted) - present:
        raise ValidationError({"items": _("Something of this is no longer in his hand. Look at the list again.")})
    move = StaffMove(
        staff=post.staff,
        post=post,
        to_grid=to_grid,
        starts_on=starts_on,
        successor=successor if wanted else None,
        items=[[key, row] for key, row in wanted],
        asked_by=actor,
    )
    _require_sound(move, asker=actor)
    if wanted and successor is None:
        raise ValidationError({"successor": _("Choose who goes on with what is ticked.")})
    (effect,) = effects_of(post, [to_grid])
    move.loses, move.gains = effect.loses, effect.gains
    try:
        with transaction.atomic():
            move.save(force_insert=True)
    except IntegrityError as problem:
        raise Conflict(_("A request to move %(name)s waits already.") % {"name": post.staff.name}) from problem
    changes = {
        "staff": [post.staff.name, post.staff.name],
        "to_grid": [post.grid_id, to_grid.pk],
        "starts_on": [None, starts_on.isoformat()],
        "successor": [None, move.successor_id],
        "items": [0, len(wanted)],
    }
    record("staffmove.ask", move, actor=actor, grid=post.grid, changes=changes)
    tell_deciders(move)
    return move


@transaction.atomic
def agree(move: StaffMove, *, actor: Any) -> StaffMove:
    """Carry it out: the post ends, the new one begins, the account's powers follow, what was ticked is handed on.

    With the powers that whoever asked has now. Raises ``Refused`` for whoever may not decide and for a request that
    the time has overtaken, ``Conflict`` when it was decided or withdrawn.
    """
    move = _waiting(move, actor=actor)
    rules.may_decide(actor, move).or_raise()
    _lock(move.post, move.to_grid, move.successor)
    move = StaffMove.objects.with_names().get(pk=move.pk)
    asker = User.objects.get(pk=move.asked_by_id)
    try:
        _require_sound(move, asker=asker)
        (effect,) = effects_of(move.post, [move.to_grid])
        reason = _("Moved to %(grid)s") % {"grid": move.to_grid.name}
        old = end_post(move.post, actor=asker, reason=reason, on=move.starts_on)
        new = start_post(
            move.staff,
            Role(old.role),
            move.to_grid,
            actor=asker,
            starts_on=move.starts_on,
            primary=old.primary,
        )
    except ValidationError as problem:
        raise Refused(joined(problem.messages)) from problem
    handed = _hand_on(move)
    _settle(move, MoveState.AGREED, actor=actor, new_post=new, loses=effect.loses, gains=effect.gains)
    changes = {"state": [MoveState.WAITING.value, MoveState.AGREED.value], "items": [len(move.items), handed]}
    record("staffmove.agree", move, actor=actor, grid=move.post.grid, changes=changes)
    tell_parties(move)
    return move


@transaction.atomic
def refuse(move: StaffMove, *, actor: Any, remark: str) -> StaffMove:
    """Say no, with the reason; everything stays as it is."""
    move = _waiting(move, actor=actor)
    rules.may_decide(actor, move).or_raise()
    if not remark.strip():
        raise ValidationError({"remark": _("Say why, so that the other one knows what to change.")})
    _settle(move, MoveState.REFUSED, actor=actor, remark=remark.strip()[:200])
    record("staffmove.refuse", move, actor=actor, grid=move.post.grid, reason=remark)
    tell("refused", [move.asked_by], move)
    return move


@transaction.atomic
def withdraw(move: StaffMove, *, actor: Any) -> StaffMove:
    """Whoever asked does not want it any more."""
    move = _waiting(move, actor=actor)
    rules.may_withdraw(actor, move).or_raise()
    _settle(move, MoveState.WITHDRAWN)
    record("staffmove.withdraw", move, actor=actor, grid=move.post.grid)
    return move


def fault_of(move: StaffMove) -> str:
    """Why a request that waits can no longer be carried out; empty when it can. Whoever decides reads it first."""
    try:
        _require_sound(move, asker=User.objects.get(pk=move.asked_by_id))
        _standing_items(move)
    except Refused as problem:
        return str(problem.reason)
    except ValidationError as problem:
        return joined(problem.messages)
    return ""


# ------------------------------------------------------------------ what must hold, asked for and carried out
def _lock(post: Post, to_grid: Grid, successor: StaffProfile | None) -> None:
    lock_tree(post.grid, to_grid)
    keys = sorted({post.staff_id, *([successor.pk] if successor else [])})
    rows = StaffProfile.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _waiting(move: StaffMove, *, actor: Any) -> StaffMove:
    """The request as it is now, locked. Raises ``Conflict`` when it was decided or withdrawn."""
    forget_scopes(actor)
    row = StaffMove.objects.select_for_update(of=("self",)).with_names().get(pk=move.pk)
    if not rules.is_waiting(row):
        raise _decided(row)
    return row


def _require_sound(move: StaffMove, *, asker: Any) -> None:
    """Raise ``Refused`` or ``ValidationError`` (by field of the form) for what the time has overtaken."""
    post, grid, name = move.post, move.to_grid, move.staff.name
    if post.state != PostState.ACTIVE or post.ends_on is not None:
        raise Refused(_("This post of %(name)s has ended or is about to end; ask anew.") % {"name": name})
    if not grid.is_living:
        raise Refused(_("%(grid)s is closed; ask anew.") % {"grid": grid.name})
    if not reachable(Grid.objects.filter(pk=grid.pk), post).exists():
        raise ValidationError({"to_grid": _("Choose another grid of the same level and district.")})
    if move.starts_on < today():
        raise ValidationError({"starts_on": _("The day of the move has passed; ask anew with another day.")})
    if move.starts_on > today() + timedelta(days=rules.LAST_DAYS):
        raise ValidationError(
            {"starts_on": _("Choose a day within the next %(count)s days.") % {"count": rules.LAST_DAYS}}
        )
    for place in (post.grid, grid):
        if not may_decide_on(asker, roles_on(asker, place), Role(post.role), place):
            raise Refused(
                _("%(name)s may not give the post “%(role)s” on %(grid)s.")
                % {"name": asker, "role": post.get_role_display(), "grid": place.name}
            )
    check_free(move.staff, Role(post.role), grid, move.starts_on, primary=post.primary, leaving=post)
    _require_successor(move)


def _require_successor(move: StaffMove) -> None:
    successor = move.successor
    if successor is None:
        return
    if not successors(move.post).filter(pk=successor.pk).exists():
        message = _("%(name)s serves no longer on %(grid)s; choose another successor.")
        raise ValidationError({"successor": message % {"name": successor.name, "grid": move.post.grid.name}})
    if move.pk is None:
        _standing_items(move)


def _standing_items(move: StaffMove) -> list[tuple[MovePart, Any]]:
    """What is still in his hand of what was ticked. Raises ``ValidationError`` when the successor cannot take it."""
    wanted: dict[str, list[int]] = {}
    for key, row in move.items:
        wanted.setdefault(key, []).append(row)
    found = []
    for part in move_parts:
        if part.key not in wanted:
            continue
        for row in part.held(move.staff, move.post.grid).filter(pk__in=wanted[part.key]).order_by("pk"):
            if fault := part.fault(row, move.successor):
                raise ValidationError({"successor": fault})
            found.append((part, row))
    return found


def _hand_on(move: StaffMove) -> int:
    """Hand on what is still in his hand of what was ticked; returns how much. What was settled meanwhile stays so."""
    try:
        items = _standing_items(move)
    except ValidationError as problem:
        raise Refused(joined(problem.messages)) from problem
    for part, row in items:
        part.hand_on(row, move.successor)
    return len(items)


def _settle(move: StaffMove, state: MoveState, *, actor: Any = None, **values: Any) -> None:
    decided = {"decided_by": actor, "decided_at": now()} if actor is not None else {}
    advance(move, expected=move.version, reason=_decided(move).reason, state=state, **decided, **values)


def _decided(move: StaffMove) -> Conflict:
    return Conflict(_("This request has been decided or withdrawn meanwhile."), back=move.get_absolute_url())
