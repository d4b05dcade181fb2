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


# Set by static/js/field/pack.js: the mark of the account whose work this phone keeps.
PHONE_COOKIE = "field"


def phone_work(user: Any, *, kept: str = "") -> dict[str, Any] | None:
    """``account``, ``words`` and ``scripts`` for ``field_frame.html``; None for who works at no door.

    Whoever worked at doors goes on to have it on the phone that keeps his work (``kept``: the mark in its cookie), so
    that what was not sent is, and he is told what became of it.
    """
    mark = account_mark(user)
    works = works_at_doors(user)
    return frame_of(mark, works=works) if works or kept == mark else None


def frame_of(account: str, *, works: bool = True) -> dict[str, Any]:
    """The same for a given mark; "" is the shell, which belongs to whoever the phone belongs to."""
    return {
        "account": account,
        "works": works,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "scripts": [f"js/{name}.js" for name in files.SCRIPTS if name != "lianhu"],
        "words": phone_words(),
    }
