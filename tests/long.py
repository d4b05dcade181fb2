"""Proofs in two sizes: a part in every run, the whole with ``make test-long``, which runs what is marked ``long``."""

import os

LONG = bool(os.environ.get("LIANHU_LONG"))


def part_of(whole: int, *, usual: int) -> int:
    return whole if LONG else usual
