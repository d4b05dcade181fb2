"""New rows by the thousand: COPY on PostgreSQL, ``bulk_create`` elsewhere. The same values come into the same columns.

COPY skips what Django does for each single value of an INSERT, most of the time a large import takes. Defaults of
Python, ``auto_now``, encryption and blind indexes work as ever; no signal is sent, as with ``bulk_create``.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from grids.common.fields import EncryptedField

BATCH = 1000
COPY_FROM = 50  # rows; below that one INSERT is as fast
M = TypeVar("M", bound=models.Model)


@contextmanager
def keeping_all() -> Iterator[None]:
    """While millions of objects are made that all stay, nobody looks among them for cycles to clear away.

    That search takes a third of the time of an import and finds nothing. For jobs, which have a process of their own.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect()  # what went round in circles all the same shall not lie about during the next job


def maker(model: type[M]) -> Callable[..., M]:
    """A quick way to make many objects of ``model``: columns by name (``person_id``), the rest by their defaults.

    Not by ``Model.__init__``, which sets field by field what is the whole state of an object that has no relations yet.
    """
    defaults = {field.attname: _default(field) for field in model._meta.concrete_fields}
    called = {name: value for name, value in defaults.items() if callable(value)}
    fixed = {name: value for name, value in defaults.items() if name not in called}

    def make(**values: Any) -> M:
        if unknown := values.keys() - defaults.keys():
            raise TypeError(f"{model.__name__} has no columns {sorted(unknown)}.")
        one = model.__new__(model)
        one.__dict__ = {"_state": ModelState(), **fixed, **values}
        for name, default in called.items():
            if name not in values:
                one.__dict__[name] = default()
        return one

    return make


def _default(field: Any) -> Any:
    """The default of a field: a value, or a function where each object needs its own."""
    if field.default is NOT_PROVIDED:
        return field.get_default()
    return field.default


def write_new(model: type[M], objects: Iterable[M]) -> list[M]:
    """Insert ``objects``, all or nothing; they have their keys afterwards."""
    listed = list(objects)
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql" or len(listed) < COPY_FROM:
        return model._default_manager.bulk_create(listed, batch_size=BATCH)
    with transaction.atomic(using=connection.alias, savepoint=False):
        _number(model, listed, connection)
        _copy(model, listed, connection)
    for one in listed:
        one._state.adding, one._state.db = False, connection.alias
    return listed


def refresh_statistics(*models_written: type[models.Model]) -> None:
    """Let PostgreSQL count the tables of ``models_written`` anew, inside the transaction that filled them.

    By itself it does so a minute after the commit; until then it plans for empty tables, and a query that compares
    two of them row by row takes minutes instead of milliseconds. Elsewhere nothing has to be done.
    """
    for model in models_written:
        connection = connections[router.db_for_write(model)]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _number(model: type[models.Model], objects: Sequence[models.Model], connection: Any) -> None:
    """Give each object the next key of the table's own sequence; keys that are set stay."""
    key = model._meta.pk
    if not isinstance(key, models.AutoField):  # BigAutoField counts as one
        return
    waiting = [one for one in objects if one.pk is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, len(waiting)],
        )
        for one, (number,) in zip(waiting, cursor.fetchall(), strict=True):
            one.pk = number


def _copy(model: type[models.Model], objects: Sequence[models.Model], connection: Any) -> None:
    fields = model._meta.concrete_fields
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in fields)
    _compute(fields, objects)
    read = attrgetter(*[field.attname for field in fields]) if len(fields) > 1 else _only(fields[0].attname)
    special = [(place, field.get_db_prep_save) for place, field in enumerate(fields) if _is_prepared(field)]
    command = f"COPY {name(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(command) as copy:
        for one in objects:
            values = list(read(one))
            for place, prepare in special:
                values[place] = prepare(values[place], connection)
            copy.write_row(values)


def _only(attname: str) -> Callable[[Any], tuple[Any]]:
    return lambda one: (getattr(one, attname),)


def _compute(fields: Iterable[Any], objects: Sequence[models.Model]) -> None:
    """What a field works out when its object is saved: one moment for all, an index for each."""
    for field in fields:
        if isinstance(field, models.DateField):
            if field.auto_now or field.auto_now_add:
                moment = field.pre_save(objects[0], True)
                for one in objects:
                    setattr(one, field.attname, moment)
        elif type(field).pre_save is not models.Field.pre_save:
            for one in objects:
                field.pre_save(one, True)


def _is_prepared(field: Any) -> bool:
    """Whether the column holds something else than the object: ciphertext, a document, bytes."""
    return isinstance(field, EncryptedField | models.JSONField | models.BinaryField)
