"""Keys change, values stay: after the rotation the old keys are not needed any more."""

import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from grids.common.crypto import DecryptionError
from grids.trail.models import AuditEntry
from residents.management.commands.rotate_keys import models_with_secrets, rotate
from residents.roster.models import Person

NEW = {"FIELD_KEYS": {"k2": os.urandom(32)}, "INDEX_KEYS": {"k2": os.urandom(32)}}


@pytest.fixture
def rings(settings):
    """``rings(old=True)``: the new keys first, the old ones behind them; ``old=False``: the new ones alone."""
    old = {name: dict(getattr(settings, name)) for name in NEW}

    def use(*, old_too: bool):
        return override_settings(**{name: {**NEW[name], **(old[name] if old_too else {})} for name in NEW})

    return use


def run(**options) -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def plain_values() -> dict[int, tuple[str, str]]:
    return {person.pk: (person.id_number, person.phone) for person in Person.objects.all()}


def stored_values() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM residents_person ORDER BY id")
        return [value for row in cursor.fetchall() for value in row]


def test_values_survive_and_the_old_keys_can_go(world, rings):
    before = plain_values()
    world.secretary.phone = "13900000099"
    world.secretary.save()
    with rings(old_too=True):
        assert plain_values() == before
        run(batch=2)
        assert all(value.startswith("k2$") for value in stored_values() if value)
    with rings(old_too=False):
        assert plain_values() == before
        assert Person.objects.with_id_number(world.east_person.id_number).get() == world.east_person
        assert world.fresh("secretary").phone == "13900000099"
    assert AuditEntry.objects.filter(act="keys.rotate", object_type="residents.Person").count() == 1


def test_without_a_rotation_the_old_keys_are_needed(world, rings):
    with rings(old_too=False), pytest.raises(DecryptionError):
        plain_values()


def test_between_the_keys_everybody_is_found(world, rings):
    number = world.east_person.id_number
    with rings(old_too=True):
        assert Person.objects.with_id_number(number).get() == world.east_person


def test_a_second_run_finds_nothing_to_do(world, rings):
    with rings(old_too=True):
        assert "residents.Person: 8 rows read, 6 rewritten" in run()
        stored = stored_values()
        assert "residents.Person: 8 rows read, 0 rewritten" in run()
        assert stored_values() == stored


def test_an_interrupted_run_is_started_again(world, rings, monkeypatch):
    before = plain_values()
    [secrets] = [one for one in models_with_secrets() if one.model is Person]
    with rings(old_too=True):
        from residents.management.commands import rotate_keys

        write, calls = rotate_keys.write, []

        def power_cut(*args):
            if len(calls) == 2:
                raise KeyboardInterrupt
            calls.append(args)
            write(*args)

        monkeypatch.setattr(rotate_keys, "write", power_cut)
        with pytest.raises(KeyboardInterrupt):
            rotate(secrets, batch=2)
        monkeypatch.setattr(rotate_keys, "write", write)
        assert rotate(secrets, batch=2) == (8, 2)
    with rings(old_too=False):
        assert plain_values() == before


def test_a_dry_run_changes_nothing(world, rings):
    stored = stored_values()
    with rings(old_too=True):
        assert "8 rows" in run(dry_run=True)
    assert stored_values() == stored


def test_every_model_with_a_secret_is_found(world):
    assert {secrets.model._meta.label for secrets in models_with_secrets()} >= {"residents.Person", "grids.User"}
