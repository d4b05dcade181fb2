"""Typed readers of the process environment: nonsense is refused with a sentence that says what to do."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


class Environment:
    """Read settings from a mapping (normally ``os.environ``), each by its type.

    Every reader raises ``ImproperlyConfigured`` with the variable's name, what was found and what is expected;
    secrets are never repeated in the message.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default).strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        raw = self.values.get(name)
        if raw is None:
            return default
        word = raw.strip().lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name} is {raw!r}; write 1 or 0.")

    def integer(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        raw = self.text(name)
        if not raw:
            return default
        try:
            number = int(raw)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number.") from None
        if not minimum <= number <= maximum:
            raise ImproperlyConfigured(f"{name} is {number}; it must lie between {minimum} and {maximum}.")
        return number

    def words(self, name: str, default: str = "") -> list[str]:
        """Comma-separated words; empty ones are dropped."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def secret(self, name: str, *, fallback: str | None) -> str:
        """A secret of at least 50 characters with at least 5 different ones.

        ``fallback`` is used only when the variable is missing; ``None`` means that it must be given (production).
        """
        value = self.text(name)
        if not value:
            if fallback is None:
                raise ImproperlyConfigured(
                    f"{name} is missing. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
                )
            return fallback
        if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-"):
            raise ImproperlyConfigured(f"{name} is too weak: it needs at least 50 random characters.")
        return value

    def key_ring(self, name: str, *, fallback: str | None) -> dict[str, bytes]:
        """``id:base64,id:base64``: 32-byte keys by id; the first one writes, all of them read (rotation)."""
        raw = self.text(name) or fallback
        if not raw:
            raise ImproperlyConfigured(
                f"{name} is missing. Make one with: "
                "python -c 'import base64, os; print(\"k1:\" + base64.b64encode(os.urandom(32)).decode())'"
            )
        ring: dict[str, bytes] = {}
        for part in raw.split(","):
            key_id, separator, encoded = part.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if not separator or not key_id.isalnum() or len(key_id) > 8 or len(key) != 32:
                raise ImproperlyConfigured(f"{name} must be written as id:base64 of 32 bytes, separated by commas.")
            if key_id in ring:
                raise ImproperlyConfigured(f"{name} names the key {key_id} twice.")
            ring[key_id] = key
        return ring


def load_file(path: Path) -> dict[str, str]:
    """The ``NAME=value`` lines of a file as a mapping; comments and empty lines are passed over."""
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, separator, value = stripped.partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path}, line {number}: expected NAME=value.")
        values[name.strip()] = value.strip()
    return values
