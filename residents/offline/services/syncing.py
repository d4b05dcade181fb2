"""An item from a phone is applied, in conflict, held or refused: exactly once, in the transaction of its effect (P52).

Whoever sends the same item again gets the same answer; other content under the same id is refused (P56). Rights are
judged when the item arrives: what was recorded while the right existed is held for the secretary and never dropped.
"""

import json
import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from grids.access.querysets import forget_scopes
from grids.common import clock
from grids.common.decisions import Decision
from grids.common.errors import Refused, ServiceError
from grids.common.sentences import joined
from grids.trail.services import record
from residents.offline import rules
from residents.offline.choices import Choice, HeldReason, ItemState
from residents.offline.kinds import Arrival, Clash, Hold, ItemKind, Outcome, item_kinds
from residents.offline.models import SyncItem
from residents.offline.reach import home_grid, household_in_reach, household_once_in_reach
from residents.offline.rules import DeviceClock, Entry
from residents.roster.choices import HouseholdStatus


def receive(
    entry: Entry,
    *,
    actor: Any,
    device: uuid.UUID,
    device_clock: DeviceClock,
    handed_in_by: Any = None,
    proven: bool = True,
) -> dict[str, Any]:
    """Take one item of ``actor``'s phone and return the answer that the phone gets (docs/offline.md).

    ``handed_in_by`` brought it in a sealed file; unless the file proves whose phone wrote it (``proven``) it is held.
    Raises only what the database raises when it is away: then nothing was taken, and the phone sends it again.
    """
    digest = rules.digest_of(entry)
    if stored := SyncItem.objects.filter(client_id=entry.id).first():
        return _again(stored, actor, digest)
    if entry.fault:
        return _answer(entry.id, ItemState.REFUSED, entry.fault)
    made_at, clock_off = device_clock.ours(rules.read_moment(entry.made_at))
    item = SyncItem(
        client_id=entry.id,
        account=actor,
        device=device,
        kind=entry.kind,
        digest=digest,
        state=ItemState.APPLIED,
        made_at=made_at,
        device_at=rules.read_moment(entry.made_at),
        received_at=device_clock.received_at,
        clock_off=clock_off,
        handed_in_by=handed_in_by,
    )
    try:
        with transaction.atomic():
            # First of all, so that of any number of sendings at once one goes on and the others wait for its answer.
            item.save(force_insert=True)
            return _judge(item, entry, device_clock, proven=proven)
    except IntegrityError:
        stored = SyncItem.objects.filter(client_id=entry.id).first()
        if stored is None:
            raise
        return _again(stored, actor, digest)


def _again(stored: SyncItem, account: Any, digest: str) -> dict[str, Any]:
    """The answer to an id that was seen before."""
    if stored.account_id != account.pk or stored.digest != digest:
        return _answer(
            stored.client_id,
            ItemState.REFUSED,
            _("A record with other content was sent under this number before. Please enter it again."),
        )
    return answer_of(stored)


def answer_of(item: SyncItem) -> dict[str, Any]:
    """The stored answer; once its time is over, what became of the item."""
    return item.answer or _answer(item.client_id, _told(item), str(ItemState(item.state).label))


def standing_of(ids: list[uuid.UUID], *, actor: Any) -> list[dict[str, Any]]:
    """The answers to those of the account's items that are here: for a phone that lost them."""
    return [answer_of(item) for item in SyncItem.objects.of(actor).filter(client_id__in=ids).order_by("pk")]


# ------------------------------------------------------------------ judging
def _judge(item: SyncItem, entry: Entry, device_clock: DeviceClock, *, proven: bool) -> dict[str, Any]:
    """Find out what becomes of the item; its effect is undone unless it is applied."""
    account = item.account
    forget_scopes(account)  # rights are those of this moment, not of the beginning of the request
    sent = entry.as_sent() | {"sent_at": device_clock.sent_at}
    try:
        kind = item_kinds.get(entry.kind)
        if kind is None:
            item.grid = home_grid(account)
            raise Hold(HeldReason.UNKNOWN_KIND)
        values = kind.read(entry.payload)
        key = rules.key_in(entry.payload, "household")
        if kind.names_household or key:
            _find_household(item, kind, key)
        if item.grid is None:
            item.grid = home_grid(account)
        if not proven:
            raise Hold(HeldReason.HANDED_IN)
        return _apply(item, kind, arrival_of(item, sent, values), sent)
    except Hold as hold:
        return _hold(item, hold.reason, sent)
    except ValidationError as problem:
        return _settle(item, ItemState.REFUSED, joined(problem.messages))
    except ServiceError as problem:
        return _settle(item, ItemState.REFUSED, str(problem.reason))


def _find_household(item: SyncItem, kind: ItemKind, key: int) -> None:
    """Put the household into the item. Raises ``Hold`` when it was in reach once, ``Refused`` when it never was."""
    account = item.account
    household = household_in_reach(account, key)
    if household is not None:
        item.household, item.grid = household, household.dwelling.grid
        decision: Decision = kind.may(account, household)
        if decision:
            return
        if household.status != HouseholdStatus.ACTIVE:
            raise Hold(HeldReason.CLOSED)
    once = household_once_in_reach(account, key)
    if once is not None:
        item.household, reason = once
        item.grid = item.household.dwelling.grid
        raise Hold(HeldReason.CLOSED if item.household.status != HouseholdStatus.ACTIVE else reason)
    if household is not None:
        decision.or_raise()
    item.household = item.grid = None
    raise Refused(no_such_household())


def no_such_household() -> str:
    """The same words for a household that does not exist and for one that is none of the account's business."""
    return _("This household cannot be found among yours. Please ask your secretary.")


def arrival_of(item: SyncItem, sent: dict[str, Any], values: Any, *, actor: Any = None, choice: str = "") -> Arrival:
    """What the kind gets to apply."""
    sent_at, received_at = _moment(sent.get("sent_at")), item.received_at
    return Arrival(
        client_id=item.client_id,
        account=item.account,
        actor=actor or item.account,
        device=item.device,
        household=item.household,
        values=values,
        clock=DeviceClock(sent_at, received_at),
        made_at=item.made_at,
        received_at=received_at,
        pack_made_at=rules.read_moment(sent.get("pack_made_at")),
        choice=choice,
        shown=item.answer.get("theirs", {}),
    )


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else rules.read_moment(value)


def _apply(item: SyncItem, kind: ItemKind, arrival: Arrival, sent: dict[str, Any]) -> dict[str, Any]:
    try:
        with transaction.atomic():
            outcome = kind.apply(arrival)
    except Clash as clash:
        return _clash(item, clash, sent)
    return applied(item, outcome)


# ------------------------------------------------------------------ writing what became of it
def applied(item: SyncItem, outcome: Outcome) -> dict[str, Any]:
    """The item did what it was to do; what was sent is kept no longer."""
    item.made_version = outcome.made_version
    return _settle(item, ItemState.APPLIED, str(outcome.message), url=outcome.url)


def _clash(item: SyncItem, clash: Clash, sent: dict[str, Any]) -> dict[str, Any]:
    return _settle(
        item,
        ItemState.CONFLICT,
        clash.message,
        sent=sent,
        url=reverse("residents:field-conflicts"),
        mine=clash.mine,
        theirs=clash.theirs,
        choices=list(clash.choices),
    )


def _hold(item: SyncItem, reason: HeldReason, sent: dict[str, Any]) -> dict[str, Any]:
    item.reason = reason
    message = _("At the office; the community secretary will look at it. %(reason)s") % {"reason": reason.label}
    answer = _settle(item, ItemState.HELD, message, sent=sent, url=reverse("residents:field-outbox"))
    record(
        "syncitem.hold",
        item,
        actor=item.account,
        grid=item.grid,
        changes={"state": ["", "held"], "kind": ["", item.kind], "why": ["", str(reason.value)]},
    )
    return answer


def _settle(
    item: SyncItem, state: ItemState, message: str, *, sent: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    answer = _answer(item.client_id, state, message, **more)
    item.state = state
    item.payload = json.dumps(sent, cls=DjangoJSONEncoder, sort_keys=True) if sent else ""
    item.result = json.dumps(answer, cls=DjangoJSONEncoder)
    item.save()
    # As it will be read back, so that the first answer and every later one are the same to the letter.
    return item.answer


def _answer(client_id: uuid.UUID, state: str, message: str, **more: Any) -> dict[str, Any]:
    return {"id": str(client_id), "state": str(ItemState(state).value), "message": message, **more}


def _told(item: SyncItem) -> str:
    """What the phone hears of an item that was put aside: by its sender it is settled, by the secretary not taken."""
    if item.state != ItemState.DISMISSED:
        return item.state
    return ItemState.APPLIED if item.decided_by_id == item.account_id else ItemState.REFUSED


# ------------------------------------------------------------------ settling a conflict
@transaction.atomic
def resolve(client_id: uuid.UUID, *, actor: Any, choice: str) -> dict[str, Any] | None:
    """Settle a conflict of one's own by one of its choices; the answer as ``receive`` gives it, None for no item.

    Done twice, or when it is settled already, it returns what became of it. What is there may have changed again since
    it was shown: then it is in conflict with the new. A choice that cannot be is not offered again, and the answer says
    why.
    """
    item = SyncItem.objects.select_for_update(of=("self",)).of(actor).filter(client_id=client_id).first()
    if item is None:
        return None
    if item.state != ItemState.CONFLICT:
        return answer_of(item)
    shown = item.answer
    if choice not in shown.get("choices", []):
        raise ValidationError({"choice": [_("Choose one of the list.")]})
    if choice == Choice.THEIRS:
        return _withdraw(item, actor)
    item = SyncItem.objects.with_place().get(pk=item.pk)
    item.account = actor
    forget_scopes(actor)
    sent = item.sent
    try:
        kind = item_kinds.get(item.kind)
        if kind is None:
            raise Hold(HeldReason.UNKNOWN_KIND)
        _find_household(item, kind, item.household_id or 0)
        return _apply(item, kind, arrival_of(item, sent, kind.read(sent["payload"]), choice=choice), sent)
    except Hold as hold:
        return _hold(item, hold.reason, sent)
    except ValidationError as problem:
        return _ask_again(item, choice, " ".join(problem.messages))
    except ServiceError as problem:
        return _settle(item, ItemState.REFUSED, str(problem.reason))


def _ask_again(item: SyncItem, choice: str, message: str) -> dict[str, Any]:
    """This choice cannot be; the others can, and its sender is told why."""
    shown = item.answer
    answer = shown | {"message": message, "choices": [one for one in shown["choices"] if one != choice]}
    item.result = json.dumps(answer, cls=DjangoJSONEncoder)
    item.save(update_fields=["result"])
    return item.answer


def _withdraw(item: SyncItem, actor: Any) -> dict[str, Any]:
    item.decided_by, item.decided_at = actor, clock.now()
    item.decision = _("Withdrawn by the sender")
    answer = _settle(item, ItemState.DISMISSED, _("What is there stays; yours was put aside."))
    answer = answer | {"state": str(ItemState.APPLIED.value)}
    item.result = json.dumps(answer, cls=DjangoJSONEncoder)
    item.save(update_fields=["result"])
    record("syncitem.withdraw", item, actor=actor, grid=item.grid, changes={"state": ["conflict", "dismissed"]})
    return item.answer
