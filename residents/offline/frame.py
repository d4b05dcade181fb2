"""What every page of an account that works at doors carries for the phone; nothing for everybody else."""

from typing import Any

from django.conf import settings

from grids.access.choices import Permission
from grids.access.querysets import scope_of
from residents.offline import files
from residents.offline.accounts import account_mark
from residents.offline.words import phone_words

FIELD_POWERS = (Permission.LOG_VISITS, Permission.SERVE_HOUSEHOLDS)


def works_at_doors(user: Any) -> bool:
    return any(scope_of(user, power) for power in FIELD_POWERS)


def phone_work(user: Any) -> dict[str, Any] | None:
    """``account``, ``words`` and ``scripts`` for ``field_frame.html``; None for who works at no door."""
    return frame_of(account_mark(user)) if works_at_doors(user) else None


def frame_of(account: str) -> dict[str, Any]:
    """The same for a given mark; "" is the shell, which belongs to whoever the phone belongs to."""
    return {
        "account": account,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "scripts": [f"js/{name}.js" for name in files.SCRIPTS if name != "lianhu"],
        "words": phone_words(),
    }
