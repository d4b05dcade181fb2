"""Encryption at rest and blind indexes (domain.md 2.4; promises P18, P19).

A value is stored as ``<key id>$<base64 of nonce + AES-256-GCM ciphertext>``; the column's name is authenticated with
it, so that a ciphertext moved to another column does not decrypt. A blind index is an HMAC-SHA-256 of the normalised
value: equal values can be found, nothing can be read. The first key of a ring writes, all of them read.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class DecryptionError(Exception):
    """A stored value cannot be read: its key is missing from FIELD_KEYS, or the value was tampered with."""


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def encrypt(plain: str, column: str) -> str:
    """Encrypt ``plain`` for ``column`` ("table.column") with the newest key; an empty string stays empty."""
    if not plain:
        return ""
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + _cipher(key).encrypt(nonce, plain.encode(), column.encode())
    return f"{key_id}${base64.b64encode(sealed).decode()}"


def decrypt(stored: str, column: str) -> str:
    """The plain text of ``stored``. Raises ``DecryptionError``, which never contains the value."""
    if not stored:
        return ""
    key_id, _, encoded = stored.partition("$")
    key = settings.FIELD_KEYS.get(key_id)
    if key is None:
        raise DecryptionError(f"{column}: no key {key_id!r} in FIELD_KEYS.")
    try:
        sealed = base64.b64decode(encoded, validate=True)
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode()).decode()
    except (InvalidTag, ValueError) as problem:
        raise DecryptionError(f"{column}: a stored value was changed outside the portal.") from problem


def encrypt_bytes(plain: bytes, column: str) -> bytes:
    """The same for a whole file: ``<key id>$`` and then nonce and ciphertext as they are; no bytes stay no bytes."""
    if not plain:
        return b""
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    return key_id.encode() + b"$" + nonce + _cipher(key).encrypt(nonce, plain, column.encode())


def decrypt_bytes(stored: bytes, column: str) -> bytes:
    """The plain bytes of ``stored``. Raises ``DecryptionError``, which never contains them."""
    if not stored:
        return b""
    key_id, _, sealed = stored.partition(b"$")
    key = settings.FIELD_KEYS.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise DecryptionError(f"{column}: no key {key_id[:8]!r} in FIELD_KEYS.")
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode())
    except (InvalidTag, ValueError) as problem:
        raise DecryptionError(f"{column}: a stored file was changed outside the portal.") from problem


def is_current(stored: str | bytes) -> bool:
    """Whether ``stored`` was written with the newest key."""
    newest = next(iter(settings.FIELD_KEYS))
    return not stored or stored.startswith(f"{newest}$".encode() if isinstance(stored, bytes) else f"{newest}$")


def blind_index(normalised: str, column: str) -> str:
    """The index to store for ``normalised``: 64 hexadecimal digits, made with the newest key; empty stays empty."""
    return blind_candidates(normalised, column)[0] if normalised else ""


def blind_candidates(normalised: str, column: str) -> list[str]:
    """Every index that ``normalised`` may be stored under while keys are being rotated, newest first."""
    message = f"{column}\0{normalised}".encode()
    return [hmac.digest(key, message, "sha256").hex() for key in settings.INDEX_KEYS.values()]
