"""Encryption at rest and blind indexes: nothing in clear, nothing moved, keys rotate."""

import base64

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from grids.common import crypto
from grids.common.crypto import DecryptionError
from residents.roster.models import Person

COLUMN = "residents_person.id_number"
OLD, NEW = b"o" * 32, b"n" * 32


@given(st.text(min_size=1))
def test_what_was_encrypted_is_read_back(plain: str) -> None:
    stored = crypto.encrypt(plain, COLUMN)
    assert crypto.decrypt(stored, COLUMN) == plain
    assert base64.b64encode(plain.encode()).decode() not in stored


def test_the_same_value_is_stored_differently_each_time() -> None:
    assert crypto.encrypt("990101194904120013", COLUMN) != crypto.encrypt("990101194904120013", COLUMN)


def test_empty_stays_empty() -> None:
    assert crypto.encrypt("", COLUMN) == ""
    assert crypto.decrypt("", COLUMN) == ""
    assert crypto.blind_index("", COLUMN) == ""


def test_a_value_moved_to_another_column_is_refused() -> None:
    stored = crypto.encrypt("13800000101", "residents_person.phone")
    with pytest.raises(DecryptionError) as refusal:
        crypto.decrypt(stored, COLUMN)
    assert "13800000101" not in str(refusal.value)


@pytest.mark.parametrize("damage", [lambda s: s[:-4] + "AAAA", lambda s: s[:10], lambda s: "dev$%%%", lambda s: "dev$"])
def test_a_damaged_value_is_refused(damage) -> None:
    with pytest.raises(DecryptionError):
        crypto.decrypt(damage(crypto.encrypt("990101194904120013", COLUMN)), COLUMN)


def test_keys_rotate_and_an_old_key_may_be_dropped_only_after_rewriting(settings) -> None:
    settings.FIELD_KEYS = {"k1": OLD}
    stored = crypto.encrypt("secret", COLUMN)
    settings.FIELD_KEYS = {"k2": NEW, "k1": OLD}
    assert crypto.decrypt(stored, COLUMN) == "secret"
    assert not crypto.is_current(stored)
    rewritten = crypto.encrypt("secret", COLUMN)
    assert crypto.is_current(rewritten)
    settings.FIELD_KEYS = {"k2": NEW}
    assert crypto.decrypt(rewritten, COLUMN) == "secret"
    with pytest.raises(DecryptionError, match="k1"):
        crypto.decrypt(stored, COLUMN)


def test_a_blind_index_is_found_while_keys_rotate(settings) -> None:
    settings.INDEX_KEYS = {"k1": OLD}
    index = crypto.blind_index("990101194904120013", COLUMN)
    settings.INDEX_KEYS = {"k2": NEW, "k1": OLD}
    assert index in crypto.blind_candidates("990101194904120013", COLUMN)
    assert index != crypto.blind_index("990101194904120013", COLUMN)
    assert crypto.blind_index("990101194904120013", "another.column") != crypto.blind_index(
        "990101194904120013", COLUMN
    )


@pytest.mark.django_db
def test_the_database_holds_no_plain_value_and_the_index_follows_the_field() -> None:
    person = Person.objects.create(name="赵一", id_number="990101194904120013", phone="13800000101")
    bulk = Person.objects.bulk_create([Person(name="钱二", id_number="990101195607130021")])[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_number_index, phone FROM residents_person ORDER BY id")
        rows = cursor.fetchall()
    assert "990101194904120013" not in str(rows)
    assert "13800000101" not in str(rows)
    assert Person.objects.get(pk=person.pk).id_number == "990101194904120013"
    assert list(Person.objects.with_id_number("990101194904120013")) == [person]
    assert list(Person.objects.with_id_number("990101195607130021")) == [bulk]
    person.id_number = ""
    person.save()
    assert not Person.objects.with_id_number("990101194904120013").exists()


@pytest.mark.django_db
def test_an_encrypted_column_refuses_to_be_searched_by_pattern() -> None:
    with pytest.raises(TypeError, match="encrypted"):
        Person.objects.filter(id_number__startswith="9901").count()
