"""The protocol between phone and office, without a database (docs/offline.md; promises P52, P56)."""

import hashlib
import json
import math
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

LARGEST_SYNC = 256 * 1024
MOST_ITEMS = 50
NONCE_MAXIMUM = 100
DEEPEST = 8
# A clock that differs by more is wrong; its times are corrected by the difference.
CLOCK_TOLERANCE = timedelta(minutes=5)
PACK_LASTS = timedelta(hours=24)
LARGEST_KEY = 2**63 - 1

PHOTOS_PER_ITEM = 3
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_PART = 256 * 1024
PHOTOS_OPEN = 200

_KIND = re.compile(r"[a-z]{1,20}\.[a-z_]{1,19}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Unreadable(Exception):
    """What was sent is not a message of this protocol; the sentence says what is wrong."""


@dataclass(frozen=True)
class Entry:
    """One item as the phone sent it; ``fault`` says why it cannot be taken ("" when it can)."""

    id: uuid.UUID
    kind: str
    made_at: str
    payload: dict[str, Any]
    pack_made_at: str = ""
    fault: str = ""

    def as_sent(self) -> dict[str, Any]:
        return {"kind": self.kind, "made_at": self.made_at, "pack_made_at": self.pack_made_at, "payload": self.payload}


@dataclass(frozen=True)
class Envelope:
    """A batch of items from one device."""

    nonce: str
    device: uuid.UUID
    sent_at: str
    items: list[Any] = field(default_factory=list)


def read_json(body: bytes) -> Any:
    """The value in ``body``. Raises ``Unreadable`` for anything that is not plain, finite, shallow JSON in UTF-8."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(_("This is not a message that can be read.")) from problem
    if _deeper_than(value, DEEPEST):
        raise Unreadable(_("This is not a message that can be read."))
    return value


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _deeper_than(value: Any, limit: int) -> bool:
    """Level by level, so that no depth of nesting can exhaust the stack."""
    level = [value]
    for _depth in range(limit):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def is_clean(value: Any) -> bool:
    """Whether every text in ``value``, keys too, can be stored: no NUL, no half of a character pair."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(is_clean(key) and is_clean(one) for key, one in value.items())
    if isinstance(value, list):
        return all(is_clean(one) for one in value)
    return True


def read_envelope(data: Any, *, name: str = "sync") -> Envelope:
    """Raises ``Unreadable`` unless ``data`` is a batch of at most 50 items from one device."""
    if not isinstance(data, dict) or data.get("lianhu") != name:
        raise Unreadable(_("This is not a message of the field pages."))
    nonce = read_nonce(data)
    device = read_uuid(data.get("device"))
    sent_at, items = data.get("sent_at"), data.get("items")
    if device is None or not isinstance(sent_at, str) or not is_clean(sent_at) or not isinstance(items, list):
        raise Unreadable(_("The message is incomplete."))
    if len(items) > MOST_ITEMS:
        raise Unreadable(_("At most %(count)d records can be sent at once.") % {"count": MOST_ITEMS})
    return Envelope(nonce=nonce, device=device, sent_at=sent_at, items=items)


def read_nonce(data: dict[str, Any]) -> str:
    nonce = data.get("nonce")
    if not isinstance(nonce, str) or not 0 < len(nonce) <= NONCE_MAXIMUM or not is_clean(nonce):
        raise Unreadable(_("The message is incomplete."))
    return nonce


def read_uuid(value: Any) -> uuid.UUID | None:
    """The id in its usual form (36 characters), or None."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def read_entry(raw: Any) -> Entry | None:
    """The item in ``raw``; None when it has no id that an answer could name."""
    if not isinstance(raw, dict):
        return None
    client_id = read_uuid(raw.get("id"))
    if client_id is None:
        return None
    kind, made_at, payload = raw.get("kind"), raw.get("made_at"), raw.get("payload")
    pack_made_at = raw.get("pack_made_at")
    sound = (
        isinstance(kind, str)
        and _KIND.fullmatch(kind) is not None
        and isinstance(made_at, str)
        and len(made_at) <= 40
        and isinstance(pack_made_at, str | None)
        and isinstance(payload, dict)
        and is_clean([made_at, pack_made_at, payload])
    )
    if not sound or not isinstance(payload, dict):
        return Entry(client_id, "", "", {}, fault=_("This record cannot be read. Please enter it again."))
    return Entry(client_id, str(kind), str(made_at), payload, (pack_made_at or "")[:40])


def digest_of(entry: Entry) -> str:
    """What tells the same item sent again from other content under its id; when and how it was sent is left out."""
    content = {"kind": entry.kind, "made_at": entry.made_at, "payload": entry.payload}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# ------------------------------------------------------------------ the clock of the phone
@dataclass(frozen=True)
class DeviceClock:
    """Turns times of a device into ours: by ``sent_at``, what its clock showed when we read ``received_at``."""

    sent_at: datetime | None
    received_at: datetime

    @property
    def is_off(self) -> bool:
        return self.sent_at is None or abs(self.received_at - self.sent_at) > CLOCK_TOLERANCE

    def ours(self, said: datetime | None) -> tuple[datetime, bool]:
        """The moment in our time, never later than now, and whether the device's clock had to be corrected.

        A time that cannot be read, or that lies in the future although the clock is right now (it was wrong then), is
        the moment of arrival.
        """
        if said is None:
            return self.received_at, True
        off = self.is_off
        try:
            moment = said + (self.received_at - self.sent_at) if off and self.sent_at is not None else said
        except OverflowError:
            return self.received_at, True
        if moment > self.received_at:
            return self.received_at, off or moment - self.received_at > CLOCK_TOLERANCE
        return moment, off


def read_moment(text: Any) -> datetime | None:
    """An aware moment from ISO 8601; None when there is none in it. A time without its zone is not guessed."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = parse_datetime(text)
        return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# ------------------------------------------------------------------ payloads
def key_in(payload: dict[str, Any], name: str) -> int:
    """A primary key; 0, which names nothing, for anything else."""
    value = payload.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_KEY else 0


def text_in(payload: dict[str, Any], name: str, *, default: str = "") -> str:
    """Raises ``ValidationError`` for anything but text or nothing."""
    value = payload.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ValidationError({name: [_("This record cannot be read. Please enter it again.")]})
    return value


def flag_in(payload: dict[str, Any], name: str) -> bool:
    value = payload.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValidationError({name: [_("This record cannot be read. Please enter it again.")]})
    return bool(value)


def texts_in(payload: dict[str, Any], name: str) -> tuple[str, ...]:
    value = payload.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValidationError({name: [_("This record cannot be read. Please enter it again.")]})
    return tuple(value)


# ------------------------------------------------------------------ photos
_RANGE = re.compile(r"bytes (\d{1,9})-(\d{1,9})/(\d{1,9})")


def read_range(header: str) -> tuple[int, int, int] | None:
    """First byte, byte after the last, size; None for anything else than ``bytes a-b/n``."""
    found = _RANGE.fullmatch(header)
    if found is None:
        return None
    first, last, size = (int(text) for text in found.groups())
    return (first, last + 1, size) if first <= last < size else None


def read_opening(data: Any) -> tuple[uuid.UUID, uuid.UUID, int, str]:
    """Id, item, size and SHA-256 of a photo that is about to be sent. Raises ``Unreadable``."""
    if not isinstance(data, dict):
        raise Unreadable(_("The message is incomplete."))
    client_id, item = read_uuid(data.get("id")), read_uuid(data.get("item"))
    size, sha256 = data.get("size"), data.get("sha256")
    if client_id is None or item is None or not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise Unreadable(_("The message is incomplete."))
    if size > LARGEST_PHOTO:
        raise Unreadable(_("This photo is larger than %(limit)d MB.") % {"limit": LARGEST_PHOTO // 1024 // 1024})
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Unreadable(_("The message is incomplete."))
    return client_id, item, size, sha256
