"""A sealed file on a PC: its items go through the same service as those that a phone sends itself."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _

from grids.access.models import User
from grids.common import clock
from grids.common.errors import ServiceError
from residents.offline import rules
from residents.offline.accounts import account_mark
from residents.offline.rules import DeviceClock, Unreadable
from residents.offline.sealing import is_proven, unseal
from residents.offline.services.photos import OutOfStep, open_upload, receive_part
from residents.offline.services.syncing import receive

MOST_ITEMS = 2000
PIECE = 64 * 1024


@dataclass
class Read:
    """What became of a file: how many items ended how, how many photos came along, whose phone it was."""

    account: Any
    states: Counter[str] = field(default_factory=Counter)
    photos: int = 0

    @property
    def number(self) -> int:
        return sum(self.states.values())


def read_sealed(file: bytes, *, actor: Any) -> Read:
    """Take in a sealed file for the account whose phone wrote it; reading it twice changes nothing more.

    The clock of the phone is corrected by what it showed when it sealed the file only where it lies in the future: how
    long the file was on its way nobody knows. Raises ``Unreadable`` with what to do.
    """
    content = unseal(file)
    account = _account_of(content.get("account"), actor)
    proven = account.pk == actor.pk or is_proven(account, content.get("proof"))
    device, items = rules.read_uuid(content.get("device")), content.get("items")
    if device is None or not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Unreadable(_("This file is damaged. Seal it once more on the phone."))
    now = clock.now()
    sealed_at = rules.read_moment(content.get("sent_at"))
    device_clock = DeviceClock(now if sealed_at is not None and sealed_at <= now else sealed_at, now)
    read = Read(account)
    for raw in items:
        entry = rules.read_entry(raw)
        if entry is None:
            read.states["refused"] += 1
            continue
        answer = receive(
            entry,
            actor=account,
            device=device,
            device_clock=device_clock,
            handed_in_by=None if account.pk == actor.pk else actor,
            proven=proven,
        )
        read.states[answer["state"]] += 1
    read.photos = sum(_take_photo(raw, account) for raw in _listed(content.get("photos")))
    return read


def _account_of(mark: Any, actor: Any) -> Any:
    """The account with this mark; most files are read by whoever wrote them."""
    if mark == account_mark(actor):
        return actor
    for account in User.objects.only("pk").iterator():
        if account_mark(account) == mark:
            return User.objects.get(pk=account.pk)
    raise Unreadable(_("Nobody here has an account on the phone that sealed this file."))


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value[:MOST_ITEMS]


def _take_photo(raw: Any, account: Any) -> bool:
    """Whether the photo is here now, whole; a broken one does not stop the others."""
    try:
        client_id, item, size, sha256 = rules.read_opening(raw)
        content = base64.b64decode(raw.get("data", ""), validate=True)
        upload = open_upload(client_id, item=item, size=size, sha256=sha256, actor=account)
        while upload.state == "receiving" and upload.received < size:
            piece = content[upload.received : upload.received + PIECE]
            if not piece:
                return False
            upload = receive_part(client_id, start=upload.received, size=size, content=piece, actor=account)
    except (Unreadable, ServiceError, OutOfStep, Http404, IntegrityError, TypeError, ValueError, binascii.Error):
        return False
    return upload.state in {"complete", "attached"}
