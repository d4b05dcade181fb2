"""Whatever is done to the trail with SQL is refused by the database, or found by ``verify``."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from grids.trail.models import AuditEntry, TrailSeal, UnsealedEntry
from grids.trail.services import record, seal, verify
from tests.strictness import triggers_off

pytestmark = pytest.mark.django_db
ENTRIES = 5
VICTIM = 3

# Every column of an entry with another value of its kind, as SQL.
CHANGES = {
    "at": "'2020-01-01 00:00:00+00:00'",
    "actor_id": "NULL",
    "actor_name": "'别人'",
    "role": "'auditor'",
    "grid_id": "NULL",
    "act": "'grid.nothing'",
    "object_type": "'grids.Post'",
    "object_id": "'999999'",
    "changes": """'{"name_zh": ["甲", "乙"]}'""",
    "reason": "'另一个原因'",
    "request_id": "'00000000000000000000000000000000'",
    "address": "'203.0.113.9'",
}


@pytest.fixture
def chain(world):
    """Five sealed entries in a row; returns their keys in the order of the chain."""
    seal()
    first = TrailSeal.objects.count()
    with transaction.atomic():
        for number in range(ENTRIES):
            record(
                "grid.rename",
                world.east_grid,
                actor=world.secretary,
                grid=world.east_grid,
                changes={"name_zh": ["旧", f"新{number}"]},
                reason=f"第{number}次",
            )
    seal()
    assert verify().broken is None
    return list(TrailSeal.objects.filter(sequence__gt=first).values_list("sequence", "entry_id"))


def sql(statement: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def verdict_after(*statements: tuple) -> object:
    """The verdict after SQL with the triggers lifted, as the owner of the database could; undone afterwards."""
    with triggers_off(connection), transaction.atomic():
        for statement, *values in statements:
            sql(statement, *values)
        verdict = verify()
        transaction.set_rollback(True)
    return verdict


def test_the_columns_above_are_all_there_are():
    assert set(CHANGES) | {"id"} == {field.column for field in AuditEntry._meta.concrete_fields}


@pytest.mark.parametrize("column", CHANGES)
def test_one_changed_column_is_refused_and_found(chain, column):
    place, key = chain[VICTIM]
    statement = f"UPDATE grids_auditentry SET {column} = {CHANGES[column]} WHERE id = %s"
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement, key)
    assert verify().broken is None
    verdict = verdict_after((statement, key))
    assert verdict.broken == place
    assert str(key) in verdict.problem


@pytest.mark.parametrize("table", ["grids_auditentry", "grids_trailseal"])
def test_rows_cannot_be_deleted_while_the_triggers_stand(chain, table):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"DELETE FROM {table}")
    assert verify().broken is None


def test_the_history_of_grids_cannot_be_changed_either(world):
    from grids.tree.services import rename_grid

    grid = rename_grid(world.east_grid, actor=None, version=1, name_zh="东网格")
    for statement in ("UPDATE grids_gridchange SET reason = 'x'", "DELETE FROM grids_gridchange"):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(statement)
    assert grid.changes.count() == 1


@pytest.mark.parametrize("victim", [0, VICTIM, ENTRIES - 1])
def test_a_deleted_entry_is_found(chain, victim):
    place, key = chain[victim]
    alone = verdict_after(("DELETE FROM grids_auditentry WHERE id = %s", key))
    with_seal = verdict_after(
        ("DELETE FROM grids_trailseal WHERE entry_id = %s", key), ("DELETE FROM grids_auditentry WHERE id = %s", key)
    )
    assert alone.broken == with_seal.broken == place


def test_a_chain_cut_off_at_its_end_is_found(chain):
    place, key = chain[2]
    verdict = verdict_after(
        ("DELETE FROM grids_trailseal WHERE sequence >= %s", place),
        ("DELETE FROM grids_auditentry WHERE id >= %s", key),
    )
    assert verdict.broken == place
    assert "head" in verdict.problem


def test_two_swapped_entries_are_found(chain):
    (place, one), (_next, two) = chain[1], chain[2]
    swap = "UPDATE grids_trailseal SET entry_id = %s WHERE entry_id = %s"
    verdict = verdict_after((swap, -1, one), (swap, one, two), (swap, two, -1))
    assert verdict.broken == place


def test_swapped_contents_are_found(chain):
    (place, one), (_next, two) = chain[1], chain[2]
    verdict = verdict_after(
        (
            "UPDATE grids_auditentry SET reason = (SELECT reason FROM grids_auditentry WHERE id = %s) WHERE id = %s",
            two,
            one,
        )
    )
    assert verdict.broken == place


def test_an_entry_put_in_between_is_found(chain):
    _place, key = chain[VICTIM]
    columns = ", ".join(field.column for field in AuditEntry._meta.concrete_fields if not field.primary_key)
    verdict = verdict_after(
        (f"INSERT INTO grids_auditentry ({columns}) SELECT {columns} FROM grids_auditentry WHERE id = %s", key)
    )
    assert verdict.broken == chain[-1][0] + 1
    assert "not written by the portal" in verdict.problem


def test_a_chain_recomputed_without_the_key_is_found(chain, settings):
    """Who changes an entry and seals everything anew needs the key, which is not in the database."""
    place, key = chain[VICTIM]
    with triggers_off(connection), transaction.atomic():
        sql("UPDATE grids_auditentry SET reason = '改过' WHERE id = %s", key)
        unsealed = list(TrailSeal.objects.filter(sequence__gte=place).values_list("entry_id", flat=True))
        TrailSeal.objects.filter(sequence__gte=place).delete()
        UnsealedEntry.objects.bulk_create(UnsealedEntry(entry_id=entry) for entry in unsealed)
        last = TrailSeal.objects.order_by("-sequence").first()
        sql("UPDATE grids_trailhead SET sequence = %s, digest = %s", last.sequence, last.digest)
        right = settings.TRAIL_KEYS
        settings.TRAIL_KEYS = {next(iter(right)): b"\0" * 32}
        seal()
        settings.TRAIL_KEYS = right
        verdict = verify()
        transaction.set_rollback(True)
    assert verdict.broken == place


def test_an_unknown_key_is_named(chain, settings):
    settings.TRAIL_KEYS = {"other": b"\1" * 32}
    assert "no key" in verify().problem


def test_the_chain_goes_on_after_a_new_key(chain, settings, world):
    settings.TRAIL_KEYS = {"next": b"\2" * 32, **settings.TRAIL_KEYS}
    with transaction.atomic():
        record("grid.rename", world.east_grid, actor=None, grid=world.east_grid)
    seal()
    assert verify().broken is None


def test_the_command_says_whole_or_names_the_place(chain, capsys):
    call_command("verify_trail")
    assert "The trail is whole" in capsys.readouterr().out
    place, key = chain[VICTIM]
    with triggers_off(connection), transaction.atomic():
        sql("UPDATE grids_auditentry SET reason = 'x' WHERE id = %s", key)
        with pytest.raises(CommandError, match=f"broken at place {place} of the chain"):
            call_command("verify_trail")
        transaction.set_rollback(True)


def test_without_a_transaction_nothing_is_recorded(transactional_db):
    from grids.tree.models import Grid

    with pytest.raises(RuntimeError):
        record("grid.rename", Grid(), actor=None)
    assert not AuditEntry.objects.exists()


def test_a_noted_head_finds_even_an_end_cut_off_with_its_head(chain, capsys):
    call_command("verify_trail")
    noted = capsys.readouterr().out.split("Head of the chain: ")[1].split()[0]
    place, _key = chain[2]
    with triggers_off(connection), transaction.atomic():
        before = TrailSeal.objects.get(sequence=place - 1)
        sql("DELETE FROM grids_trailseal WHERE sequence >= %s", place)
        sql("DELETE FROM grids_auditentry WHERE id > %s", before.entry_id)
        sql("UPDATE grids_trailhead SET sequence = %s, digest = %s", before.sequence, before.digest)
        call_command("verify_trail", "--noted", before.digest)
        with pytest.raises(CommandError, match="cut off"):
            call_command("verify_trail", "--noted", noted)
        transaction.set_rollback(True)
    call_command("verify_trail", "--noted", noted)


def test_what_a_person_is_called_stays_out_of_the_trail(world):
    """The trail can never be erased, so it speaks of persons by their keys (promise P39)."""
    person = world.east_person
    with transaction.atomic():
        entry = record(
            "person.change",
            person,
            actor=world.east_worker,
            changes={"name": [person.name, "赵壹"], "party_member": [False, True], "version": [1, 2]},
        )
    assert entry.changes == {"name": ["•••", "•••"], "party_member": ["", "•••"], "version": [1, 2]}
