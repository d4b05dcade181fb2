"""What may be wrong with a cell or remarkable about it, in plain values."""

from dataclasses import dataclass


class CellProblem(Exception):
    """A cell cannot be read; ``message`` says what is wrong and what to do, ``code`` names the trap."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message, self.code = message, code


@dataclass(frozen=True, slots=True)
class CellFault:
    """``column`` counts from 0 (A), None when it concerns the whole row; ``message`` says what is wrong and what to do.

    ``code`` is the short name of the trap (``"damaged"``, ``"birth_mismatch"``); the message never repeats the value.
    """

    column: int | None
    field: str
    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class CellNote:
    """Something that was cleaned or is unusual and yet may be true: shown, blocks nothing."""

    column: int | None
    field: str
    message: str
    code: str = ""
