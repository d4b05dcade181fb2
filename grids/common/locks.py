"""Locks by name: advisory locks on PostgreSQL; on SQLite the IMMEDIATE transaction is the lock (promises D1)."""

import zlib

from django.db import connection

CHAIN = "trail-chain"


def lock(*names: str) -> None:
    """Hold the named locks until the surrounding transaction ends; taken in one order, so that none wait in a ring.

    Raises ``RuntimeError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A lock lasts as long as its transaction; there is none.")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NAMESPACE, zlib.crc32(name.encode()) - 2**31])


_NAMESPACE = 0x4C48  # "LH"
