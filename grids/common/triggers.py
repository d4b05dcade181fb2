"""Database triggers that keep a table append-only on SQLite and PostgreSQL alike; used by migrations."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What may stand where a text was taken out (grids.trail.services.HIDDEN).
MARK = "•••"


class AppendOnly(migrations.operations.base.Operation):
    """Migration operation: UPDATE, DELETE (and on PostgreSQL TRUNCATE) on ``table`` are refused by the database.

    ``once`` is a condition on the row as it is stored ("checked_at IS NOT NULL"): only from then on it stays as it is.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, table: str, once: str = "") -> None:
        self.table = table
        self.once = once

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return (type(self).__name__, [], {"table": self.table} | ({"once": self.once} if self.once else {}))

    def state_forwards(self, app_label: str, state: object) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        for statement in self._statements(schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        vendor = schema_editor.connection.vendor
        events = ["update", "delete"] + (["truncate"] if vendor == "postgresql" and not self.once else [])
        for event in events:
            on_table = f" ON {self.table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event}{on_table}")

    def describe(self) -> str:
        return f"Refuse changes and deletions in {self.table}"

    def _statements(self, vendor: str) -> list[str]:
        when = f"WHEN (OLD.{self.once}) " if self.once else ""
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {self.table}_no_{event} BEFORE {event.upper()} ON {self.table} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{self.table} is append-only'); END"
                for event in ("update", "delete")
            ]
        function = f"{self.table}_refuse"
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.table} is append-only'; END $$",
            *(
                f"CREATE TRIGGER {self.table}_no_{event} BEFORE {event.upper()} ON {self.table} "
                f"FOR EACH {level} {when}EXECUTE FUNCTION {function}()"
                for event, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
                if level == "ROW" or not self.once
            ),
        ]


class Redactable(AppendOnly):
    """Migration operation over an append-only table: one change is let through, the emptying of ``column``.

    Every other column must stay as it is, and ``when`` must hold: a condition in SQL over ``OLD``, in which ``{ago}``
    stands for the moment ``years`` before now. Columns that the table gets later are guarded on PostgreSQL at once, on
    SQLite once this operation runs again.

    ``column`` may name several, with spaces between: each of them then stays as it is, or is emptied. With ``mark``,
    a text may also be replaced by ``MARK``. ``once`` is that of ``AppendOnly``.
    """

    def __init__(
        self, table: str, column: str, *, years: int = 0, when: str, mark: bool = False, once: str = ""
    ) -> None:
        super().__init__(table, once)
        self.column, self.years, self.when, self.mark = column, years, when, mark

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        arguments = {"table": self.table, "column": self.column, "years": self.years, "when": self.when}
        arguments |= {name: value for name in ("mark", "once") if (value := getattr(self, name))}
        return (type(self).__name__, [], arguments)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        connection = schema_editor.connection
        condition = f"{self._emptied()} AND {self._same(connection)} AND ({self._when(connection.vendor)})"
        refusal = f"{self.table} is append-only"
        if connection.vendor == "sqlite":
            guarded = f"(OLD.{self.once}) AND " if self.once else ""
            statements = [
                f"DROP TRIGGER IF EXISTS {self.table}_no_update",
                f"CREATE TRIGGER {self.table}_no_update BEFORE UPDATE ON {self.table} "
                f"WHEN {guarded}NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
            ]
        else:
            function = f"{self.table}_refuse_update"
            when = f"WHEN (OLD.{self.once}) " if self.once else ""
            statements = [
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RETURN NEW; END IF; RAISE EXCEPTION '{refusal}'; END $$",
                f"DROP TRIGGER IF EXISTS {self.table}_no_update ON {self.table}",
                f"CREATE TRIGGER {self.table}_no_update BEFORE UPDATE ON {self.table} "
                f"FOR EACH ROW {when}EXECUTE FUNCTION {function}()",
            ]
        for statement in statements:
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        """Back to a table in which nothing at all may be changed."""
        super().database_backwards(app_label, schema_editor, *states)
        super().database_forwards(app_label, schema_editor, *states)

    def describe(self) -> str:
        return f"Let {self.table}.{self.column} be emptied, and nothing else be changed"

    def _emptied(self) -> str:
        columns = self.column.split()
        allowed = f"('', '{MARK}')" if self.mark else "('')"
        if len(columns) == 1:
            return f"NEW.{self.column} IN {allowed}"
        return " AND ".join(f"(NEW.{name} IN {allowed} OR NEW.{name} = OLD.{name})" for name in columns)

    def _same(self, connection: Any) -> str:
        emptied = self.column.split()
        if connection.vendor != "sqlite":
            names = "ARRAY[" + ", ".join(f"'{name}'" for name in emptied) + "]"
            return f"to_jsonb(NEW) - {names} = to_jsonb(OLD) - {names}"
        with connection.cursor() as cursor:
            columns = [field.name for field in connection.introspection.get_table_description(cursor, self.table)]
        return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in emptied)

    def _when(self, vendor: str) -> str:
        ago = (
            f"datetime('now', '-{self.years} years')"
            if vendor == "sqlite"
            else f"now() - interval '{self.years} years'"
        )
        return self.when.replace("{ago}", ago)


class Reguarded(Redactable):
    """Migration operation around changes to the columns of a ``Redactable`` table: one with ``lifts`` before them,
    one without it after them. The guards are away between the two and there before and after, in both directions.

    SQLite makes a table anew to add a column, without its triggers, and drops no column that a trigger names.
    """

    def __init__(self, table: str, column: str, *, years: int, when: str, lifts: bool) -> None:
        super().__init__(table, column, years=years, when=when)
        self.lifts = lifts

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "lifts": self.lifts}

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        self._lift(schema_editor) if self.lifts else self._guard(app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        self._guard(app_label, schema_editor, *states) if self.lifts else self._lift(schema_editor)

    def describe(self) -> str:
        return f"{'Lift' if self.lifts else 'Put back'} the guards of {self.table}"

    def _lift(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        AppendOnly.database_backwards(self, "", schema_editor)

    def _guard(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        AppendOnly.database_forwards(self, app_label, schema_editor, *states)
        Redactable.database_forwards(self, app_label, schema_editor, *states)


class RenameUnseen(migrations.operations.base.Operation):
    """Migration operation around those that change columns of a table of which triggers of other tables speak.

    On SQLite a changed column means a new table under the old name, and SQLite looks through all triggers while that
    name is free, unless it renames as it did before it looked (legacy_alter_table, in its documentation of ALTER
    TABLE). A trigger of the table itself goes with the old one: it has to be made again.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [], {"on": self.on})

    def state_forwards(self, app_label: str, state: object) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        self._set(schema_editor, on=self.on)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object) -> None:
        self._set(schema_editor, on=not self.on)

    def describe(self) -> str:
        return "Rename tables past the triggers of others" if self.on else "Look at triggers again"

    @staticmethod
    def _set(schema_editor: BaseDatabaseSchemaEditor, *, on: bool) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"PRAGMA legacy_alter_table = {'ON' if on else 'OFF'}")
