"""What the portal writes into its logs: facts about itself, never the number of a person (promise P18)."""

import logging
import re

HIDDEN = "•••"
# A mobile number, and an identity number; codes of grids have 12, 15 or 17 digits and stay.
_NUMBERS = re.compile(r"(?<![0-9])(?:1[0-9]{10}|[0-9]{17}[0-9Xx])(?![0-9])")


def without_numbers(text: str) -> str:
    """``text`` with every phone and identity number hidden, wherever it came from: an address that somebody typed, a
    value in a statement, the words of an exception."""
    return _NUMBERS.sub(HIDDEN, text)


class CarefulFormatter(logging.Formatter):
    """Hides numbers in the finished line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_numbers(super().format(record))
