"""Synthetic persons (numbers of the unassigned area 990101 only), and pages as they are read."""

import html

from residents.roster.numbers import check_digit


def numbers(count: int, *, start: int = 0) -> list[str]:
    """``count`` different identity numbers with right check digits, born from 1950 on."""
    made = []
    for place in range(start, start + count):
        days, sequence = divmod(place, 900)
        first = f"990101{1950 + days // 28:04d}01{days % 28 + 1:02d}{sequence + 100:03d}"
        made.append(first + check_digit(first))
    return made


def words(response) -> str:
    """The page as it is read: decoded, entities resolved."""
    return html.unescape(response.content.decode())
