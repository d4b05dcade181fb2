"""How a phone tells whose work it holds, without a name and without a key of the database."""

import hashlib
from typing import Any


def account_mark(user: Any) -> str:
    """The opaque mark of an account on its phones: in the pack, on every page, beside every request.

    It stays the same for as long as the account exists: work that was not sent yet is filed under it.
    """
    return hashlib.sha256(f"lianhu.offline.account.{user.pk}".encode()).hexdigest()[:32]
