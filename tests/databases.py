"""SQLite databases for tests are migrated once a machine and copied from then on: each run would do the same again.

The copy is named by everything that makes it: the migrations, the requirements and Django. PostgreSQL's are made anew.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import django
import pytest

ROOT = Path(__file__).resolve().parent.parent


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


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Take over the copy where there is one: migrating it finds nothing to do. The run's own folder goes afterwards."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return False
    return copy_migrated_to(connection.creation._get_test_db_name())


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

    if connection.vendor == "sqlite" and not django_db_keepdb:
        with django_db_blocker.unblock(), suppress(OSError):
            keep_a_copy(connection)
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
