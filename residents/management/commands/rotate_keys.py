"""``manage.py rotate_keys``: write every encrypted value and blind index anew with the newest keys.

Put the new key first into FIELD_KEYS or INDEX_KEYS and keep the old ones behind it, restart the portal, run this
command, then drop the old keys. Rows are rewritten in batches; whatever is current already is left alone, so an
interrupted run is simply started again, and the portal may go on working meanwhile.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction

from grids.common.crypto import is_current
from grids.common.fields import BlindIndexField, EncryptedBytesField, EncryptedField
from grids.trail.services import record

BATCH = 500
Stored = dict[str, str | None]


@dataclass(frozen=True)
class Secrets:
    """The columns of one model that depend on a key."""

    model: type[models.Model]
    encrypted: tuple[EncryptedField, ...]
    indexes: tuple[BlindIndexField, ...]

    @property
    def fields(self) -> tuple[models.Field, ...]:
        return (*self.encrypted, *self.indexes)


def models_with_secrets() -> Iterator[Secrets]:
    """Every model of every installed app that has such columns."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        own = model._meta.local_concrete_fields
        encrypted = tuple(field for field in own if isinstance(field, EncryptedField))
        indexes = tuple(field for field in own if isinstance(field, BlindIndexField))
        if encrypted or indexes:
            yield Secrets(model, encrypted, indexes)


def files_at_rest() -> Iterator[tuple[type[models.Model], EncryptedBytesField]]:
    """Every column that holds whole files."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy and model._meta.managed:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, EncryptedBytesField):
                    yield model, field


def rewritten(secrets: Secrets, stored: Stored) -> Stored:
    """The columns of one row that must be written anew, by column name; empty when all are current."""
    changes: Stored = {}
    plain: dict[str, str] = {}
    for field in secrets.encrypted:
        value = stored[field.column]
        plain[field.name] = field.from_db_value(value, None, connection) or ""
        if value and not is_current(value):
            changes[field.column] = field.get_prep_value(plain[field.name])
    for index in secrets.indexes:
        if index.source not in plain:
            continue
        source = plain[index.source]
        wanted = index.candidates(source)[0] if source else ""
        if (stored[index.column] or "") != wanted:
            changes[index.column] = wanted
    return changes


def rotate(secrets: Secrets, *, batch: int = BATCH, pretend: bool = False) -> tuple[int, int]:
    """Go once through the table in the order of the keys. Returns how many rows were read and how many rewritten."""
    read, written, last = 0, 0, None
    while rows := next_rows(secrets, last, batch):
        last = rows[-1][0]
        read += len(rows)
        changed = [(pk, stored, new) for pk, stored in rows if (new := rewritten(secrets, stored))]
        written += len(changed)
        if changed and not pretend:
            write(secrets, changed)
    return read, written


def rotate_files(
    model: type[models.Model], field: EncryptedBytesField, *, batch: int = BATCH, pretend: bool = False
) -> tuple[int, int]:
    """The same for a column of whole files: only their first bytes are read in batches, then one file at a time."""
    quote = connection.ops.quote_name
    table, key, column = quote(model._meta.db_table), quote(model._meta.pk.column), quote(field.column)
    read, written, last = 0, 0, 0
    while True:
        statement = f"SELECT {key}, substr({column}, 1, 9) FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT {batch}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [last])
            rows = cursor.fetchall()
        if not rows:
            return read, written
        last = rows[-1][0]
        read += len(rows)
        for pk in [pk for pk, beginning in rows if not is_current(bytes(beginning or b""))]:
            written += 1 if pretend else rewrite_file(model, field, pk)


def rewrite_file(model: type[models.Model], field: EncryptedBytesField, pk: Any) -> int:
    """Write one file anew; 0 when it was removed meanwhile. A file is never changed, so nothing can be overwritten."""
    with transaction.atomic():
        rows = model._base_manager.filter(pk=pk)
        content = rows.values_list(field.name, flat=True).first()
        return 0 if content is None else rows.update(**{field.name: content})


def next_rows(secrets: Secrets, last: Any, batch: int) -> list[tuple[Any, Stored]]:
    """``batch`` rows after the key ``last`` as they are stored, undecrypted: ``[(pk, {column: text})]``."""
    quote = connection.ops.quote_name
    table, key = quote(secrets.model._meta.db_table), quote(secrets.model._meta.pk.column)
    columns = [field.column for field in secrets.fields]
    listed = ", ".join(map(quote, columns))
    after = "" if last is None else f"WHERE {key} > %s "
    # Only names of our own tables and columns are written into the statement.
    statement = f"SELECT {key}, {listed} FROM {table} {after}ORDER BY {key} LIMIT {int(batch)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [] if last is None else [last])
        return [(row[0], dict(zip(columns, row[1:], strict=True))) for row in cursor.fetchall()]


def write(secrets: Secrets, changed: list[tuple[Any, Stored, Stored]]) -> None:
    """Write the batch in one transaction; a row that was edited meanwhile has the newest keys and stays."""
    quote = connection.ops.quote_name
    table, key = quote(secrets.model._meta.db_table), quote(secrets.model._meta.pk.column)
    with transaction.atomic(), connection.cursor() as cursor:
        for pk, stored, new in changed:
            assignments = ", ".join(f"{quote(column)} = %s" for column in new)
            unchanged = " AND ".join(f"{quote(column)} = %s" for column in new)
            statement = f"UPDATE {table} SET {assignments} WHERE {key} = %s AND {unchanged}"  # noqa: S608
            cursor.execute(statement, [*new.values(), pk, *(stored[column] for column in new)])


class Command(BaseCommand):
    help = "Write every encrypted value and blind index anew with the newest keys, so that old keys can be dropped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")
        parser.add_argument("--dry-run", action="store_true", help="only count what would be rewritten")

    def handle(self, *args: Any, **options: Any) -> None:
        how = {"batch": max(1, options["batch"]), "pretend": options["dry_run"]}
        total = sum(self._told(secrets.model, *rotate(secrets, **how), **how) for secrets in models_with_secrets())
        for model, field in files_at_rest():
            total += self._told(model, *rotate_files(model, field, **how), **how)
        if options["dry_run"]:
            self.stdout.write(f"{total:,} rows hold values of older keys.")
        else:
            self.stdout.write("Every value is written with the newest keys; the older ones can be dropped.")

    def _told(self, model: type[models.Model], read: int, written: int, *, pretend: bool, **_how: Any) -> int:
        self.stdout.write(f"{model._meta.label}: {read:,} rows read, {written:,} rewritten")
        if written and not pretend:
            with transaction.atomic():
                record("keys.rotate", model(), actor=None, changes={"rows": [0, written]})
        return written
