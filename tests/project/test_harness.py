"""The hands of run_together meet each other on a real database, and none of them goes missing."""

import pytest
from django.db import connection, transaction

from grids.access.models import User
from tests.harness import errors_among, run_together

pytestmark = pytest.mark.concurrency


def test_every_hand_writes_through_its_own_connection(transactional_db):
    def act(number):
        with transaction.atomic():
            User.objects.create(username=f"hand{number}", display_name=f"Hand {number}")
        return id(connection.connection)

    outcomes = run_together(20, act)
    assert errors_among(outcomes) == []
    assert [outcome.number for outcome in outcomes] == list(range(20))
    assert User.objects.count() == 20


def test_a_failing_hand_is_reported_and_does_not_hide_the_others(transactional_db):
    def act(number):
        if number == 3:
            raise LookupError("nothing there")
        return number

    outcomes = run_together(5, act)
    assert [outcome.value for outcome in outcomes if outcome.succeeded] == [0, 1, 2, 4]
    assert errors_among(outcomes, LookupError) == []
    [traceback] = errors_among(outcomes)
    assert "nothing there" in traceback


def test_inside_a_transaction_it_refuses_to_run(db):
    with pytest.raises(RuntimeError, match="transactional_db"):
        run_together(2, lambda number: number)


def test_sqlite_is_a_file_in_wal_mode_as_in_production(transactional_db):
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
