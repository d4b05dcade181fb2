"""Tell users something, in the transaction of what happened; and note what they have read."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction

from grids.common.clock import now
from grids.notifications.adapters import send_out
from grids.notifications.kinds import kinds
from grids.notifications.models import Notification

BATCH = 500


def notify(
    users: Iterable[Any], kind: str, *, url: str = "", values: Mapping[str, Any] | None = None, key: str = ""
) -> int:
    """Send the message ``kind`` to each of ``users`` (None and accounts that are closed are left out).

    ``values`` fill the sentence of the kind and must be JSON; no identity numbers, phones or care tags. With ``key``
    an account gets it once. Messages of an urgent kind also leave by the deployment's adapters, after the commit.
    Returns how many were sent. Raises ``KeyError`` for a kind that no room registered.
    """
    sentence = kinds[kind]
    readers = {user.pk: user for user in users if user is not None and user.is_active}
    known = set()
    if key:
        known = set(Notification.objects.filter(key=key, user__in=readers).values_list("user", flat=True))
    new = [user for pk, user in readers.items() if pk not in known]
    filled = dict(values or {})
    rows = [Notification(user=user, kind=sentence.name, url=url, values=filled, key=key) for user in new]
    # The database decides between two tellers of the same event; an error would spoil the caller's transaction.
    Notification.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=bool(key))
    if sentence.urgent and new:
        transaction.on_commit(partial(send_out, new))
    return len(new)


def mark_read(notifications: Any) -> int:
    """Note that the messages of a queryset (one account's own) were read; returns how many were new."""
    return notifications.unread().update(read_at=now())
