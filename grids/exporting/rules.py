"""What may leave the portal, and under which conditions (promise P37). No database."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from grids.common.codes import significant
from grids.common.decisions import Allowed, Decision, Denied

# Up to so many rows without sensitive columns leave at once; more ask for a reason and a second person.
FREE_ROWS = 200
KEEP = timedelta(hours=24)
# A list may grow between request and production, but not become another one.
GROWTH, GROWTH_ROWS = 1.1, 20
LEVELS = (17, 15, 12, 9, 6)


def needs_approval(rows: int, *, sensitive: bool) -> bool:
    return sensitive or rows > FREE_ROWS


def has_outgrown(asked: int, found: int) -> bool:
    """Whether a list is so much longer than when it was approved that somebody has to decide anew."""
    return found > asked * GROWTH + GROWTH_ROWS


def quota_left(exports: int, rows: int, *, wanted: int) -> Decision:
    """Whether one more export of ``wanted`` rows fits into the day: ``exports`` and ``rows`` were taken already."""
    if exports >= settings.EXPORT_DAY_FILES:
        return Denied(
            _("You have taken %(count)s files today; more are possible tomorrow.")
            % {"count": settings.EXPORT_DAY_FILES}
        )
    if rows + wanted > settings.EXPORT_DAY_ROWS:
        return Denied(
            _("You may take %(limit)s rows a day and have taken %(taken)s. Narrow the list, or come back tomorrow.")
            % {"limit": f"{settings.EXPORT_DAY_ROWS:,}", "taken": f"{rows:,}"}
        )
    return Allowed()


def common_area(codes: Iterable[str]) -> str:
    """The significant digits of the smallest grid that holds all ``codes``; empty when there is none.

    >>> common_area(["990106001001001", "990106001002"])
    '990106001'
    """
    prefixes = [significant(code) for code in codes]
    if not prefixes:
        return ""
    first, last = min(prefixes), max(prefixes)
    shared = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return next((first[:length] for length in LEVELS if length <= shared), "")


def may_decide(user: Any, export: Any, scope: Any) -> Decision:
    """Whether ``user``, who approves exports in ``scope``, may decide on ``export``: never on the own one."""
    if export.owner_id == user.pk:
        return Denied(_("Nobody approves an own export: a second person must."))
    if not (scope.everything or any(export.area.startswith(prefix) for prefix in scope.prefixes)):
        return Denied(_("Approving this export needs a post over all the grids that it covers."))
    return Allowed()


# ------------------------------------------------------------------ the hidden mark
ZERO, ONE = "\u200b", "\u200c"
_BITS, _PROOF = 32, 16
# What a code page that has none of these characters (GBK, as Excel saves CSV) leaves of a hidden word.
LOST_WORD = "?" * (_BITS + _PROOF)


def _proof(number: int) -> int:
    key = next(iter(settings.INDEX_KEYS.values()))
    return int.from_bytes(hmac.new(key, f"export mark {number}".encode(), hashlib.sha256).digest()[:2])


def hidden_word(number: int) -> str:
    """The number of an export as 48 characters that no screen shows: 32 bits and 16 bits that prove them."""
    bits = f"{number:032b}{_proof(number):016b}"
    return "".join(ONE if bit == "1" else ZERO for bit in bits)


def hidden_numbers(text: str) -> dict[int, int]:
    """Numbers of exports whose hidden word stands in ``text``, with how often; whatever does not prove is passed by."""
    found: dict[int, int] = {}
    length = _BITS + _PROOF
    runs: list[str] = []
    run = ""
    for letter in text + " ":
        if letter in (ZERO, ONE):
            run += "1" if letter == ONE else "0"
        elif run:
            runs.append(run)
            run = ""
    for bits in runs:
        for start in range(0, len(bits) - length + 1):
            number = int(bits[start : start + _BITS], 2)
            if _proof(number) == int(bits[start + _BITS : start + length], 2):
                found[number] = found.get(number, 0) + 1
    return found
