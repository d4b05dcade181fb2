"""The small world, written once a test process and put back from memory for every further test.

Building it takes some 430 statements; putting its rows back takes one for each table that it touches. Only tests inside
a transaction get it so: what others leave behind is flushed, and what happens after a commit must really happen.
"""

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from typing import Any

from django.db import connection

from grids.common import clock
from tests.world import World, build_world

# Grow by themselves while nobody builds anything.
PASSED_OVER = {"django_migrations", "django_session", "shared_cache"}
Rows = dict[str, list[tuple]]
State = tuple[tuple[Any, ...], ...]
Builder = Callable[[], World]


@dataclass
class Snapshot:
    """The rows that the building added, by table, and the objects by name."""

    rows: dict[str, tuple[list[str], list[tuple]]]
    world: bytes

    def put_back(self) -> World:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self.script)
            else:
                for table, (columns, rows) in self.rows.items():
                    cursor.executemany(f"{insertion(table, columns)} ({places(columns)})", rows)
        return pickle.loads(self.world)  # noqa: S301 - our own bytes

    @cached_property
    def script(self) -> str:
        """All of it for PostgreSQL: what it is told in one piece, it does in a quarter of the time."""
        with connection.cursor() as cursor:
            return ";".join(
                cursor.mogrify(
                    f"{insertion(table, columns)} {', '.join([f'({places(columns)})'] * len(rows))}",
                    [value for row in rows for value in row],
                )
                for table, (columns, rows) in self.rows.items()
            )


def insertion(table: str, columns: list[str]) -> str:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    return f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES"


def places(columns: list[str]) -> str:
    return ", ".join(["%s"] * len(columns))


_snapshots: dict[tuple[Builder, State], Snapshot | None] = {}


def world_of_a_test(build: Builder = build_world) -> World:
    """The small world, or what a room makes of it, in the present database, new for this test."""
    if not connection.in_atomic_block or clock._frozen.get() is not None:
        return build()
    key = (build, state_of_the_database())
    if key not in _snapshots:
        before = all_rows()
        world = build()
        _snapshots[key] = taken(before, all_rows(), world)
        return world
    snapshot = _snapshots[key]
    return snapshot.put_back() if snapshot else build()


def taken(before: Rows, after: Rows, world: World) -> Snapshot | None:
    """What was added; None when the building changed rows that were there before, for then it cannot be put back."""
    added = {}
    with connection.cursor() as cursor:
        for table, rows in after.items():
            if Counter(map(repr, before[table])) - Counter(map(repr, rows)):
                return None
            known = set(map(repr, before[table]))
            if fresh := [tuple(map(as_written, row)) for row in rows if repr(row) not in known]:
                columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
                added[table] = (columns, fresh)
    return Snapshot(added, pickle.dumps(world))


def as_written(value: Any) -> Any:
    """A value as the driver takes it: SQLite's reads times of day, but does not write them."""
    return str(value) if isinstance(value, time) and connection.vendor == "sqlite" else value


def tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - PASSED_OVER)


def all_rows() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")
            found[table] = [tuple(row) for row in cursor.fetchall()]
    return found


_with_id: dict[str, list[str]] = {}


def state_of_the_database() -> State:
    """What the building starts from: how many rows each table has, and the last of their keys.

    Migrations fill some tables, and a flush fills them anew under other keys: a snapshot counts for its own start.
    """
    if connection.alias not in _with_id:
        with connection.cursor() as cursor:
            described = {name: connection.introspection.get_table_description(cursor, name) for name in tables()}
        _with_id[connection.alias] = [
            f"SELECT '{name}', count(*), {'max(id)' if any(c.name == 'id' for c in columns) else 'NULL'} "
            f"FROM {connection.ops.quote_name(name)}"
            for name, columns in described.items()
        ]
    counts: list[tuple[Any, ...]] = []
    statements = _with_id[connection.alias]
    with connection.cursor() as cursor:
        # SQLite joins at most 500 of them.
        for start in range(0, len(statements), 100):
            cursor.execute(" UNION ALL ".join(statements[start : start + 100]))
            counts.extend(tuple(row) for row in cursor.fetchall())
    return tuple((name, count, str(last)) for name, count, last in counts if count)
