"""Numbers and tracking codes of affairs."""

import secrets
from datetime import date

from django.db.models import F

from governance.affairs.models import Affair, AffairCounter
from grids.common import crypto
from grids.common.locks import lock

# Digits and capitals without those that are taken for one another: 0 O, 1 I L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TRACKING_LENGTH = 12
_COLUMN = f"{Affair._meta.db_table}.tracking_index"


def next_numbers(grid_code: str, day: date, *, count: int = 1) -> list[str]:
    """The next ``count`` numbers of the community and day, in order, without gaps (AF-<community>-<yyyymmdd>-<nnnn>).

    They are given out in the caller's transaction: a number of an affair that fails is given to the next one.
    """
    community = grid_code[:12]
    lock(f"affair-number:{community}:{day}")
    counter, _created = AffairCounter.objects.get_or_create(community_code=community, day=day)
    AffairCounter.objects.filter(pk=counter.pk).update(last=F("last") + count)
    counter.refresh_from_db(fields=["last"])
    first = counter.last - count + 1
    return [f"AF-{community}-{day:%Y%m%d}-{first + offset:04d}" for offset in range(count)]


def new_tracking_code() -> str:
    """Twelve symbols of 31: about 59 bits, read aloud without mistakes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TRACKING_LENGTH))


def tracking_index(code: str) -> str:
    """What is stored of a tracking code: its HMAC; capitals and separators do not matter."""
    return crypto.blind_index(_normalised(code), _COLUMN)


def tracking_candidates(code: str) -> list[str]:
    """Every index that the code may be stored under while keys are being rotated."""
    return crypto.blind_candidates(_normalised(code), _COLUMN)


def _normalised(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter in ALPHABET)
