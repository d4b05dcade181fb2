"""The secretary decides about held items: let in under the sender's name, or put aside with a reason; both are told."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.access.choices import Permission
from grids.common import clock
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.errors import Conflict
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.trail.services import record
from residents.offline.choices import ItemState
from residents.offline.kinds import item_kinds
from residents.offline.models import SyncItem
from residents.offline.services.syncing import applied, arrival_of

kinds.register(
    Kind("offline.let_in", gettext_lazy("A record that waited for review is at the office: %(kind)s"), "check")
)
kinds.register(Kind("offline.put_aside", gettext_lazy("A record was put aside: %(kind)s. %(reason)s"), "archive"))

REASON_MAXIMUM = 200


def may_review(user: Any, item: SyncItem) -> Decision:
    """The secretary of the household's grid, and nobody his own."""
    if user.pk == item.account_id:
        return Denied(_("Nobody decides about his own records."))
    grid = item.household.dwelling.grid if item.household is not None else item.grid
    if not user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Denied(_("The community secretary decides about records that arrived too late."))
    return Allowed()


def may_let_in(user: Any, item: SyncItem) -> Decision:
    decision = may_review(user, item)
    if decision and item_kinds.get(item.kind) is None:
        return Denied(_("The portal does not know this kind of record yet."))
    return decision


@transaction.atomic
def accept_item(item: SyncItem, *, actor: Any) -> SyncItem:
    """Apply a held item in the name of its sender. Raises ``Refused``, ``Conflict``, or ``ValidationError``."""
    locked = _held(item)
    may_let_in(actor, locked).or_raise()
    kind = item_kinds.get(locked.kind)
    if kind is None:  # may_let_in has said so
        raise Conflict(_already_decided())
    sent = locked.sent
    outcome = kind.accept(arrival_of(locked, sent, kind.read(sent["payload"]), actor=actor))
    locked.decided_by, locked.decided_at = actor, clock.now()
    applied(locked, outcome)
    _told(locked, "syncitem.accept", actor)
    notify([locked.account], "offline.let_in", url=_outbox(), values={"kind": str(kind.label)})
    return locked


@transaction.atomic
def dismiss_item(item: SyncItem, *, actor: Any, reason: str) -> SyncItem:
    """Put a held item aside; the sender reads the reason. Raises ``Refused``, ``Conflict``, ``ValidationError``."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": [_("Please write down why it is put aside.")]})
    if len(reason) > REASON_MAXIMUM:
        raise ValidationError({"reason": [_("At most %(count)d characters, please.") % {"count": REASON_MAXIMUM}]})
    locked = _held(item)
    may_review(actor, locked).or_raise()
    message = _("Put aside by the community secretary: %(reason)s") % {"reason": reason}
    put_aside(locked, actor=actor, reason=reason, message=message)
    return locked


def put_aside(locked: SyncItem, *, actor: Any, reason: str, message: str) -> None:
    """Empty a waiting item and tell its sender ``message``; under the caller's lock and rules, in its transaction."""
    kind = item_kinds.get(locked.kind)
    before = str(locked.state)
    answer = {"id": str(locked.client_id), "state": str(ItemState.REFUSED.value), "message": message}
    locked.state, locked.payload = ItemState.DISMISSED, ""
    locked.result = json.dumps(answer, cls=DjangoJSONEncoder)
    locked.decided_by, locked.decided_at, locked.decision = actor, clock.now(), reason
    locked.save()
    _told(locked, "syncitem.dismiss", actor, before=before, reason=reason)
    label = kind.label if kind is not None else locked.kind
    notify([locked.account], "offline.put_aside", url=_outbox(), values={"kind": str(label), "reason": reason})


def _held(item: SyncItem) -> SyncItem:
    """The row in the lock. Raises ``Conflict`` when somebody has decided meanwhile."""
    SyncItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    locked = SyncItem.objects.with_place().get(pk=item.pk)
    if locked.state != ItemState.HELD:
        raise Conflict(_already_decided())
    return locked


def _already_decided() -> str:
    return _("Somebody has decided about this record already.")


def _told(item: SyncItem, act: str, actor: Any, *, before: str = "held", reason: str = "") -> None:
    record(act, item, actor=actor, grid=item.grid, changes={"state": [before, str(item.state)]}, reason=reason)


def _outbox() -> str:
    return reverse("residents:field-outbox")
