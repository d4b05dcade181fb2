"""What a digest of the chain covers."""

import hashlib
import hmac
import json
from typing import Any


def digest(*, key: bytes, sequence: int, previous: str, content: dict[str, Any]) -> str:
    """HMAC-SHA-256 over the place in the chain, the digest before it and the entry's content (JSON-able)."""
    message = json.dumps([sequence, previous, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
