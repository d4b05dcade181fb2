"""The sealed file: what a phone could not send, readable for the office alone (ux.md 5, page 8; promise P58).

Format, version 1. A UTF-8 JSON object; binary values in base64::

    {"lianhu": "sealed", "version": 1, "key": "<id of the office's key>", "ephemeral": "<SPKI, P-256>",
     "iv": "<12 bytes>", "box": "<AES-256-GCM ciphertext with its 16-byte tag>"}

The key of ``box`` is HKDF-SHA-256 of the ECDH secret between the one-time key ``ephemeral`` and the office's key, with
32 zero bytes as salt and ``lianhu sealed export 1`` as info. Inside is JSON::

    {"lianhu": "export", "account": "<mark>", "proof": "<from the list>", "device": "<uuid>", "sent_at": "<ISO 8601>",
     "items": [as in /field/sync/], "photos": [{"id", "item", "size", "sha256", "data"}]}

The office's key pairs are not stored: each is derived from one of FIELD_KEYS, so that a file sealed before a rotation
opens for as long as the old key is in the ring. A public key lets anybody seal a file; ``proof`` is given out with the
list of doors and shows that the account's own phone wrote it. Without it the items wait for the secretary.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from residents.offline.accounts import account_mark
from residents.offline.rules import Unreadable, read_json

CURVE = ec.SECP256R1()
# The order of P-256; a private key is a number from 1 to one less.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
INFO = b"lianhu sealed export 1"
SALT = bytes(32)
LARGEST_FILE = 24 * 1024 * 1024


@dataclass(frozen=True)
class OfficeKey:
    """One of the office's key pairs, and the key that proves whose phone wrote a file."""

    id: str
    private: ec.EllipticCurvePrivateKey
    proving: bytes

    @property
    def spki(self) -> bytes:
        encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(encoding, form)

    def proof_for(self, account: Any) -> str:
        return hmac.new(self.proving, account_mark(account).encode(), hashlib.sha256).hexdigest()


def office_keys() -> list[OfficeKey]:
    """A pair for every key of the ring, the newest first."""
    return [_office_key(key) for key in settings.FIELD_KEYS.values()]


def _office_key(field_key: bytes) -> OfficeKey:
    # 48 bytes for a number of 32: what is left of the division is as good as even.
    number = int.from_bytes(_derived(field_key, b"lianhu offline seal", 48)) % (ORDER - 1) + 1
    private = ec.derive_private_key(number, CURVE)
    pair = OfficeKey("", private, _derived(field_key, b"lianhu offline proof", 32))
    return OfficeKey(hashlib.sha256(pair.spki).hexdigest()[:16], private, pair.proving)


def _derived(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(secret)


def seal_key_for(account: Any) -> dict[str, str]:
    """What the list of doors carries: the newest public key, and the account's proof under it."""
    key = office_keys()[0]
    return {"id": key.id, "spki": base64.b64encode(key.spki).decode(), "proof": key.proof_for(account)}


def is_proven(account: Any, proof: Any) -> bool:
    return isinstance(proof, str) and any(
        hmac.compare_digest(key.proof_for(account).encode(), proof.encode("utf-8", "replace")) for key in office_keys()
    )


def seal(content: Any, key: OfficeKey) -> bytes:
    """What the phone's script does, for the tests and for whoever writes another client."""
    once = ec.generate_private_key(CURVE)
    iv = os.urandom(12)
    box = AESGCM(_locker(once, key.private.public_key())).encrypt(iv, json.dumps(content).encode(), None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    parts = {
        "ephemeral": once.public_key().public_bytes(serialization.Encoding.DER, form),
        "iv": iv,
        "box": box,
    }
    head = {"lianhu": "sealed", "version": 1, "key": key.id}
    return json.dumps(head | {name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()


def _locker(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=SALT, info=INFO).derive(own.exchange(ec.ECDH(), other))


def unseal(file: bytes) -> dict[str, Any]:
    """What is inside. Raises ``Unreadable`` with what to do."""
    outer = read_json(file)
    if not isinstance(outer, dict) or outer.get("lianhu") != "sealed":
        raise Unreadable(_("This is not a file that a phone of the portal has sealed."))
    if outer.get("version") != 1:
        raise Unreadable(_("This file was sealed by a newer version of the portal."))
    key = next((one for one in office_keys() if one.id == outer.get("key")), None)
    if key is None:
        raise Unreadable(_("The key of this file is no longer there. Ask the system administrator for the older keys."))
    try:
        parts = {name: base64.b64decode(outer[name], validate=True) for name in ("ephemeral", "iv", "box")}
        other = serialization.load_der_public_key(parts["ephemeral"])
        if not isinstance(other, ec.EllipticCurvePublicKey) or other.curve.name != CURVE.name:
            raise ValueError("another curve")
        plain = AESGCM(_locker(key.private, other)).decrypt(parts["iv"], parts["box"], None)
    except (KeyError, TypeError, ValueError, binascii.Error, InvalidTag) as problem:
        raise Unreadable(_("This file is damaged. Seal it once more on the phone.")) from problem
    content = read_json(plain)
    if not isinstance(content, dict) or content.get("lianhu") != "export":
        raise Unreadable(_("This is not a file that a phone of the portal has sealed."))
    return content
