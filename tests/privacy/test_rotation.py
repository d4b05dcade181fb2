"""Keys change while the portal works, or the rotation is killed: no value is lost, and everybody is found (P19)."""

import base64
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from grids.common import crypto
from grids.jobs.models import StoredFile
from grids.jobs.services import open_file, store_file
from residents.management.commands.rotate_keys import models_with_secrets, rotate
from residents.roster.bulk import load_roster
from residents.roster.models import Person, PersonMerge
from residents.roster.services import change_person
from tests.databases import copy_migrated_to
from tests.harness import errors_among, run_together
from tests.long import part_of
from tests.nursery import Nursery
from tests.residents.roster.people import numbers
from tests.residents.roster.test_bulk import rows
from tests.world import World, build_world

ROOT = Path(__file__).resolve().parents[2]
RESIDENTS = 2_100
KILLS = part_of(20, usual=6)
NEW_RINGS = {"FIELD_KEYS": {"k2": os.urandom(32)}, "INDEX_KEYS": {"k2": os.urandom(32)}}


@pytest.fixture
def town(transactional_db: None) -> World:
    world = build_world()
    load_roster(rows(RESIDENTS), grid=world.community, actor=world.secretary)
    return world


@pytest.fixture
def both_rings(settings):
    """The new keys write, the old ones still read."""
    return {name: {**NEW_RINGS[name], **getattr(settings, name)} for name in NEW_RINGS}


def values() -> dict[int, tuple[str, str]]:
    return {pk: (number, phone) for pk, number, phone in Person.objects.values_list("pk", "id_number", "phone")}


@pytest.mark.concurrency
def test_reading_and_writing_go_on_while_the_keys_change(town: World, both_rings):
    """Two threads read and look up, one changes phones, one rotates; afterwards the old keys are not needed."""
    before, done, changed = values(), [], {}
    keys = sorted(pk for pk, (number, _phone) in before.items() if number)

    def rotation() -> int:
        try:
            return sum(rotate(secrets, batch=40)[1] for secrets in models_with_secrets())
        finally:
            done.append(True)

    def reading(number: int) -> int:
        dice, count = random.Random(number), 0
        while not done or count < 50:
            pk = dice.choice(keys)
            person = Person.objects.get(pk=pk)
            assert person.id_number == before[pk][0]
            assert Person.objects.with_id_number(before[pk][0]).get().pk == pk, "found throughout"
            count += 1
        return count

    def writing() -> int:
        dice = random.Random(7)
        while not done or len(changed) < 20:
            pk = dice.choice(keys)
            phone = f"1380013{len(changed) % 10_000:04d}"
            person = Person.objects.get(pk=pk)
            change_person(person, actor=None, version=person.version, phone=phone)
            changed[pk] = phone
        return len(changed)

    with override_settings(**both_rings):
        outcomes = run_together(4, lambda number: [rotation, lambda: reading(1), lambda: reading(2), writing][number]())
    told = errors_among(outcomes)
    assert not told, "\n".join(told)
    assert outcomes[0].value + len(changed) >= RESIDENTS, "what the rotation left alone was written anew by the writer"

    with override_settings(**both_rings):  # what was written by the old keys of a process not yet restarted
        assert sum(rotate(secrets)[1] for secrets in models_with_secrets()) == 0
    with override_settings(**NEW_RINGS):
        after = values()
        assert after == {pk: (number, changed.get(pk, phone)) for pk, (number, phone) in before.items()}
        for pk in keys[::50]:
            assert Person.objects.with_id_number(before[pk][0]).get().pk == pk


def test_files_and_snapshots_are_written_anew_too(world: World, both_rings):
    content = os.urandom(5_000)
    with transaction.atomic():
        file = store_file(content, owner=world.secretary, name="花名册.xlsx")
    merge = PersonMerge.objects.create(
        kept=world.east_person, absorbed=world.west_person, snapshot='{"person": {"phone": "13800000104"}}'
    )
    with override_settings(**both_rings):
        call_command("rotate_keys", stdout=StringIO())
    with override_settings(**NEW_RINGS):
        stored = StoredFile.objects.get(pk=file.pk)
        assert open_file(stored, actor=world.secretary) == content
        assert "13800000104" in PersonMerge.objects.get(pk=merge.pk).snapshot


def stored_rows(path: Path) -> dict[int, tuple[str, str, str]]:
    """What stands in the database file, undecrypted."""
    with closing(sqlite3.connect(path, timeout=20)) as database, database:
        found = database.execute("SELECT id, id_number, phone, id_number_index FROM residents_person").fetchall()
    return {pk: tuple(rest) for pk, *rest in found}


def rewritten(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=20)) as database, database:
        return database.execute("SELECT count(*) FROM residents_person WHERE id_number LIKE 'k2$%'").fetchone()[0]


def plain(path: Path) -> dict[int, tuple[str, str]]:
    """Everything decrypted; raises when one value cannot be read."""
    return {
        pk: (
            crypto.decrypt(number, "residents_person.id_number"),
            crypto.decrypt(phone, "residents_person.phone"),
        )
        for pk, (number, phone, _index) in stored_rows(path).items()
    }


def rotate_and_kill(path: Path, nursery: Nursery, *, after: int) -> bool:
    """Start the rotation, kill it once ``after`` more rows are rewritten; whether it was killed at work."""
    goal = rewritten(path) + after
    rotation = nursery.start("rotate_keys", "--batch", "7")
    while rotation.poll() is None and rewritten(path) < goal:
        time.sleep(0.005)
    rotation.kill()
    assert rotation.code in (0, -signal.SIGKILL), nursery.errors()
    return rotation.code != 0


def make_database(path: Path, environment: dict[str, str]) -> None:
    """A SQLite database of its own, whatever the tests run on, with residents under the old keys."""
    if not copy_migrated_to(path):
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    columns = "name, id_number, id_number_index, phone, phone_index, created_at, changed_at, version"
    more = "name_initials, sex, id_type, phone_tail, party_member, education, country"
    row = "(?, ?, ?, ?, ?, datetime(), datetime(), 1, '', '0', 'resident', '', 0, '', '')"
    with closing(sqlite3.connect(path)) as database, database:
        for place, number in enumerate(numbers(RESIDENTS)):
            values = ["张三"]
            for column, value in (("id_number", number), ("phone", f"139{place:08d}")):
                where = f"residents_person.{column}"
                values += [crypto.encrypt(value, where), crypto.blind_index(value, where)]
            database.execute(f"INSERT INTO residents_person ({columns}, {more}) VALUES {row}", values)


@pytest.mark.long
def test_kills_lose_nothing(settings, both_rings, tmp_path: Path):
    path = tmp_path / "lianhu.sqlite3"
    rings = {
        name: ",".join(f"{key}:{base64.b64encode(value).decode()}" for key, value in ring.items())
        for name, ring in both_rings.items()
    }
    environment = {**os.environ, **rings, "DATABASE_URL": f"sqlite:///{path}", "LIANHU_TESTING": "1"}
    environment.pop("LIANHU_TEST_DIR", None)
    make_database(path, environment)
    # One file, without a log beside it, can be put back; and nobody here has it open when it is read.
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = plain(path)
    assert len(before) == RESIDENTS
    untouched, dice, kills = path.read_bytes(), random.Random(19), 0
    nursery = Nursery(environment, tmp_path / "errors")
    while kills < KILLS:
        killed = rotate_and_kill(path, nursery, after=dice.randint(7, 60))
        kills += killed
        with override_settings(**both_rings):
            assert plain(path) == before
        if not killed:  # it was too fast this time: begin again from the old keys
            path.write_bytes(untouched)
    with override_settings(**both_rings):
        for pk, (_number, _phone, index) in stored_rows(path).items():
            assert index in crypto.blind_candidates(before[pk][0], "residents_person.id_number")

    assert not rotate_and_kill(path, nursery, after=len(before))
    nursery.close()
    with override_settings(**NEW_RINGS):
        assert plain(path) == before, "the old keys can go"
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
