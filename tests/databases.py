"""SQLite databases for tests are migrated once a machine and copied from then on: each run would do the same again.

The copy is named by everything that makes it: the migrations, the requirements and Django. On the PostgreSQL server of
tests/with_postgres.py one worker of a run migrates, and the others copy his database.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import django
import pytest

ROOT = Path(__file__).resolve().parent.parent
MIGRATED = "lianhu_migrated"


def kept_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lianhu" / "test-databases"


def name_of_the_copy() -> str:
    content = hashlib.sha256(django.__version__.encode())
    sources = [
        path for app in ("grids", "residents", "governance") for path in (ROOT / app / "migrations").glob("*.py")
    ]
    shared = [ROOT / "requirements.txt", ROOT / "grids" / "common" / "triggers.py"]
    for path in sorted([*sources, *shared]):
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{content.hexdigest()[:32]}.sqlite3"


class FirstOfAll:
    """Who migrates while the other workers of the run wait for what he will leave to copy."""

    lock: TextIO | None = None

    @classmethod
    def begin(cls) -> None:
        cls.lock = (Path(os.environ["LIANHU_TEST_DIR"]) / "migrating").open("w")
        fcntl.flock(cls.lock, fcntl.LOCK_EX)

    @classmethod
    def end(cls) -> None:
        if cls.lock:
            cls.lock.close()
            cls.lock = None


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_blocker) -> bool:
    """Take over the copy where there is one: migrating it finds nothing to do. The run's own folder goes afterwards."""
    from django.db import connection

    FirstOfAll.begin()
    copied = False
    if connection.vendor == "sqlite":
        copied = copy_migrated_to(connection.creation._get_test_db_name())
    elif own_server():
        with django_db_blocker.unblock():
            copied = clone(MIGRATED, connection.creation._get_test_db_name())
    if copied:
        FirstOfAll.end()
    return copied


def own_server() -> bool:
    """Whether tests/with_postgres.py started the server for this run: nobody else's databases are there."""
    return "LIANHU_OWN_SERVER" in os.environ


def clone(name: str, copy: str) -> bool:
    """Copy a database of the PostgreSQL server that nobody uses; False when there is none of that name."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        known = bool(cursor.fetchone())
        if known:
            quoted = map(connection.ops.quote_name, (copy, name))
            cursor.execute("CREATE DATABASE {} TEMPLATE {}".format(*quoted))
    return known


def copy_migrated_to(path: Path | str) -> bool:
    """Put a migrated, empty database at ``path``; False when none is kept yet."""
    with suppress(OSError):
        shutil.copyfile(kept_folder() / name_of_the_copy(), path)
        return True
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker) -> Iterator[None]:
    """Keep a copy of what was migrated just now, before any test writes into it."""
    from django.db import connection

    if not django_db_keepdb:
        with django_db_blocker.unblock(), suppress(OSError):
            if connection.vendor == "sqlite":
                keep_a_copy(connection)
            elif own_server():
                connection.close()
                clone(connection.settings_dict["NAME"], MIGRATED)
        FirstOfAll.end()
    yield
    if django_db_keepdb:  # otherwise it is torn down, and closed, by pytest-django
        with django_db_blocker.unblock():
            connection.close()


def keep_a_copy(connection) -> None:
    folder = kept_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-8]:
        old.unlink(missing_ok=True)
    fresh = folder / f"{os.getpid()}.new"
    fresh.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    fresh.replace(folder / name_of_the_copy())
