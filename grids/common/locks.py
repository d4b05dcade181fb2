"""Locks by name: advisory locks on PostgreSQL; on SQLite the IMMEDIATE transaction is the lock (promises D1)."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from grids.common.errors import Refused

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


@contextmanager
def waiting_at_most(seconds: float, *, otherwise: object) -> Iterator[None]:
    """A transaction that waits for a lock of somebody else no longer than this; then it raises ``Refused(otherwise)``.

    For what stands behind a long write, such as that of a large import: on SQLite that holds the only write lock.
    """
    try:
        with _patience(seconds), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{round(seconds * 1000)}ms"])
            yield
    except OperationalError as problem:
        if _is_of_a_lock(problem.__cause__):
            raise Refused(otherwise) from problem
        raise


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """SQLite waits as long as the connection is told to, already when the transaction begins."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    _wait_for(seconds)
    try:
        yield
    finally:
        _wait_for(usual)


def _wait_for(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _is_of_a_lock(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(cause, "sqlstate", "") == _LOCK_NOT_AVAILABLE


_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a wait that was too long
_NAMESPACE = 0x4C48  # "LH"
