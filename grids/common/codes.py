"""Arithmetic of grid codes (12 + 3 + 2 digits; GB/T 2260, GB/T 10114 and social-grid practice, domain.md 2.3).

``320106`` district, ``320106002`` street, ``320106002001`` community are written with 12 digits (zeros at the end);
a grid has 15 digits and a micro-grid 17. The significant digits of a code begin the codes of everything below it,
so that a subtree is one range of codes.
"""

import re
from collections.abc import Iterable

CODE_PATTERN = re.compile(r"\d{12}(\d{3}(\d{2})?)?")


def significant(code: str) -> str:
    """The digits that every code in the subtree begins with: 6, 9, 12, 15 or 17 of them."""
    if len(code) == 12:
        if code.endswith("000000"):
            return code[:6]
        if code.endswith("000"):
            return code[:9]
    return code


def after(prefix: str) -> str:
    """The smallest string (in byte order) that is greater than every string beginning with ``prefix``."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def covers(ancestor: str, code: str) -> bool:
    """Whether ``code`` lies in the subtree of ``ancestor`` (a code lies in its own subtree)."""
    return code.startswith(significant(ancestor))


def topmost(codes: set[str]) -> tuple[str, ...]:
    """Prefixes of the given codes, without those that lie under another one; in order."""
    kept: list[str] = []
    for prefix in sorted({significant(code) for code in codes}):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(kept)


def ranges(prefixes: Iterable[str]) -> list[tuple[str, str]]:
    """The subtrees of ``prefixes`` as ranges of codes, ``[(first, the first one behind)]``; neighbours become one.

    Between two codes of one length whose numbers follow each other no other code begins: whoever serves on seventeen
    grids of a community is found by one range and not by seventeen.
    """
    found: list[tuple[str, str]] = []
    last = ""
    for prefix in sorted(prefixes):
        if last and len(prefix) == len(last) and int(prefix) == int(last) + 1:
            found[-1] = (found[-1][0], after(prefix))
        else:
            found.append((prefix, after(prefix)))
        last = prefix
    return found


def grouped(code: object) -> str:
    """A code in groups that can be read aloud: 320106002001 as ``320106 002 001``; others unchanged."""
    text = str(code)
    if not CODE_PATTERN.fullmatch(text):
        return text
    parts = [text[:6], text[6:9], text[9:12], text[12:15], text[15:]]
    return " ".join(part for part in parts if part)
