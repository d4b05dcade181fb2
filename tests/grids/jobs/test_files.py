"""A file at rest: encrypted, for one account, for a limited time, and carried over to new keys."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from grids.common.clock import now, stopped_at
from grids.common.crypto import DecryptionError
from grids.common.errors import Refused
from grids.jobs import services
from grids.jobs.choices import JobState
from grids.jobs.models import Job, StoredFile
from grids.jobs.services import drop_file, open_file, purge, store_file

pytestmark = pytest.mark.django_db
CONTENT = "赵一,990101194904120013,13800000101\n".encode() * 1000


@pytest.fixture
def file(world):
    return store_file(CONTENT, owner=world.secretary, name="花名册.csv")


def stored_bytes() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM grids_storedfile")
        return bytes(cursor.fetchone()[0])


def test_its_owner_reads_it_and_the_database_does_not(world, file):
    again = StoredFile.objects.get()
    assert open_file(again, actor=world.secretary) == CONTENT
    assert (again.name, again.size, again.sha256) == ("花名册.csv", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert b"13800000101" not in stored_bytes()
    assert "content" in again.get_deferred_fields() or "content" in StoredFile.objects.get().get_deferred_fields()
    with pytest.raises(Refused):
        open_file(again, actor=world.desk_worker)
    with pytest.raises(Refused):
        open_file(again, actor=None)


def test_after_its_time_it_is_refused_and_then_gone(world, file):
    later = now() + timedelta(hours=24, seconds=1)
    with stopped_at(later), pytest.raises(Refused):
        open_file(file, actor=world.secretary)
    assert purge(later) == (1, 0)
    assert not StoredFile.objects.exists()


def test_what_is_not_needed_any_more_can_go_at_once(file):
    drop_file(file)
    assert not StoredFile.objects.exists()


def test_old_records_of_jobs_go_too(world):
    long_ago = now() - timedelta(days=91)
    kept = Job.objects.create(kind="test.kept", state=JobState.WAITING, created_at=long_ago)
    Job.objects.create(kind="test.gone", state=JobState.DONE, finished_at=long_ago)
    assert purge()[1] == 1
    assert Job.objects.filter(pk=kept.pk).exists()
    assert not Job.objects.filter(kind="test.gone").exists()


def test_a_file_that_is_too_large_is_refused(world, monkeypatch):
    monkeypatch.setattr(services, "LARGEST_FILE", 10)
    with pytest.raises(ValidationError):
        store_file(b"x" * 11, owner=world.secretary, name="x")


def test_a_damaged_file_is_refused(world, file):
    damaged = stored_bytes()[:-1] + b"\0"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE grids_storedfile SET content = %s", [damaged])
    with pytest.raises(DecryptionError):
        open_file(StoredFile.objects.get(), actor=world.secretary)


def test_it_is_carried_over_to_new_keys(world, file, settings):
    new = {"k2": os.urandom(32)}
    store_file(CONTENT[:40], owner=world.secretary, name="another.csv")
    with override_settings(FIELD_KEYS={**new, **settings.FIELD_KEYS}):
        call_command("rotate_keys", batch=1)
    with override_settings(FIELD_KEYS=new):
        first, second = StoredFile.objects.order_by("pk")
        assert open_file(first, actor=world.secretary) == CONTENT
        assert open_file(second, actor=world.secretary) == CONTENT[:40]
        assert first.name == "花名册.csv"
    assert stored_bytes().startswith(b"k2$")
