"""A stolen disk reveals no number (promise P18): after every feature was used, no byte of it holds one in clear."""

import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from residents.roster.models import Person
from tests.privacy.planted import PLANTED, all_logs, numbers, planted_id, planted_phone, use_everything
from tests.privacy.scanner import Scanner, bytes_of
from tests.world import World, build_world


@pytest.fixture
def town(transactional_db: None) -> World:
    return build_world()


def dump_tables() -> bytes:
    """Every table of a PostgreSQL database as text; its files cannot be read from here."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as copy:
                parts.extend(bytes(block) for block in copy)
    return b"\n".join(parts)


def database_files() -> list[Path]:
    """The database with what SQLite and the worker's jobs keep beside it."""
    main = Path(connection.settings_dict["NAME"])
    beside = [path for path in main.parent.iterdir() if path.name.startswith(main.name)]
    inside = [path for folder in beside if folder.is_dir() for path in folder.rglob("*")]
    return sorted(path for path in [*beside, *inside] if path.is_file())


def test_no_number_stands_in_clear_anywhere(town: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    scanner = Scanner(numbers())
    with all_logs(scanner) as logs:
        use_everything(town)

    assert Person.objects.exclude(id_number="").filter(id_number_index__gt="").count() >= PLANTED
    person = Person.objects.with_id_number(planted_id(PLANTED - 1)).get()
    assert (person.id_number, person.phone) == (planted_id(PLANTED - 1), planted_phone(PLANTED - 1)), "it is all there"

    assert logs.count > 5_000, "the statements were heard"
    assert logs.found == set(), "logs"
    assert scanner.find_in_files(tmp_path) == {}, "temporary files"
    if connection.vendor == "sqlite":
        files = database_files()
        assert any(path.name.endswith("-wal") for path in files)
        hits = {path.name: scanner.find(bytes_of(path), depth=2) for path in files}
        assert hits == {path.name: set() for path in files}, "database"
    else:
        assert scanner.find(dump_tables()) == set(), "database"
    media = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
    assert media is None or scanner.find_in_files(media) == {}
