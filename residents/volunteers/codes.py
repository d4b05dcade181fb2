"""The code with which a household confirms what was done for it: shown once, stored as an index only."""

import secrets

from grids.common import crypto

# Digits and capitals without those that are taken for one another: 0 O, 1 I L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
_COLUMN = "residents_servicecall.code_index"


def new_code() -> str:
    """Ten symbols of 31: about 49 bits, read aloud without mistakes."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))


def index_of(code: str) -> str:
    """What is stored of a code; capitals, spaces and dashes do not matter."""
    return crypto.blind_index(_normalised(code), _COLUMN)


def candidates(code: str) -> list[str]:
    """Every index that the code may be stored under while keys are being rotated; none for what cannot be a code."""
    normalised = _normalised(code)
    return crypto.blind_candidates(normalised, _COLUMN) if len(normalised) == LENGTH else []


def spaced(code: str) -> str:
    """``ABCDE 23456``, as it is read aloud and printed."""
    return f"{code[:5]} {code[5:]}"


def _normalised(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign in ALPHABET)
