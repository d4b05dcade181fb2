"""A person's system number in our own lists: it finds the record again whatever else was edited, and tells nothing.

Signed, so that nobody tries out numbers; whether its reader may see the person is asked where it is read.
"""

from django.core.signing import BadSignature, Signer

_SIGNER = Signer(salt="roster-key")


def person_key(pk: int) -> str:
    """What stands in the column "system number" of an export."""
    return _SIGNER.sign(str(pk))


def read_person_key(text: str) -> int | None:
    """The person's primary key, or None for anything that we did not sign."""
    try:
        plain = _SIGNER.unsign("".join(text.split()))
    except BadSignature:
        return None
    return int(plain) if plain.isdecimal() and len(plain) < 19 else None
