"""Kill -9 while rosters are read, written and taken up again: afterwards nothing of them is there, or all of it.

20 kills in every run, all 100 with ``make test-long``.
"""

import os
import random
import time

import pytest

from grids.jobs.worker import run_pending
from residents.importing.choices import ImportState
from residents.importing.models import ImportChunk, RosterImport
from residents.importing.rules import standing
from residents.importing.services import confirm_import, read_again, start_import, undo_import
from residents.roster.models import Headship, Household, Person, Residency, Stay
from tests.grids.jobs.processes import address
from tests.long import part_of
from tests.nursery import Nursery
from tests.residents.importing.files import fresh, workbook
from tests.residents.importing.test_life import family

KILLS = part_of(100, usual=20)
SHARE = {ImportState.READING: KILLS // 4, ImportState.APPLYING: KILLS - KILLS // 4}
HOMES = 20
# What a worker that has been running for a while has loaded: kills are to hit the work, not the loading.
WARM = """
from residents.importing import jobs
from residents.roster.initials import initials_of
initials_of("甲")
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.once, pytest.mark.long]


@pytest.fixture
def worker(tmp_path):
    """``worker(seconds)``: a worker does what waits, and is killed after so many seconds; whether it was."""
    environment = {**os.environ, "DATABASE_URL": address(), "LOG_LEVEL": "CRITICAL"}
    nursery = Nursery(environment, tmp_path / "errors", WARM)
    yield lambda seconds: nursery.start("run_worker", "--once").killed_within(seconds)
    nursery.close()


def test_kills_leave_nothing_or_everything(world, worker):
    rows = [row for home in range(HOMES) for row in family(f"{home + 1}01", ["甲", "乙", "丙"], first=3 * home)]
    content = workbook(rows)
    secretary = world.secretary
    people, living = Person.objects.count(), Residency.objects.active().count()
    homes, stays, heads = Household.objects.count(), Stay.objects.count(), Headship.objects.count()
    chance = random.Random(2026)

    one = start_import(actor=secretary, grid=world.community, content=content, name="花名册.xlsx")
    began = time.monotonic()
    assert not worker(600)
    reading = time.monotonic() - began
    confirm_import(fresh(one), actor=secretary, fingerprint=fresh(one).fingerprint)
    began = time.monotonic()
    assert not worker(600)
    writing = time.monotonic() - began
    while fresh(one).state != ImportState.DONE:  # a busy machine may put it off: the queue takes it up again
        assert fresh(one).state == ImportState.APPLYING, fresh(one).state
        run_pending()
    undo_import(fresh(one), actor=secretary)

    killed = {ImportState.READING: 0, ImportState.APPLYING: 0}
    while sum(killed.values()) < KILLS:
        one = fresh(one)
        state = standing(one)
        if state == ImportState.UNDONE:
            one = start_import(actor=secretary, grid=world.community, content=content, name="花名册.xlsx")
        elif state == ImportState.FAILED:
            read_again(one, actor=secretary)
        elif state == ImportState.PREVIEWED:
            confirm_import(one, actor=secretary, fingerprint=one.fingerprint)
        elif state == ImportState.DONE:
            undo_import(one, actor=secretary)
            continue
        doing = ImportState(fresh(one).state)
        if killed[doing] < SHARE[doing]:
            killed[doing] += worker(chance.uniform(0, reading if doing == ImportState.READING else writing))
        else:  # it had its share of the kills
            worker(600)
        one = fresh(one)
        written = Person.objects.count() - people
        whole = one.state == ImportState.DONE
        assert written == (len(rows) if whole else 0), (killed, one.state)
        assert Residency.objects.active().count() - living == written
        assert Household.objects.count() - homes == (HOMES if whole else 0)
        assert Stay.objects.count() - stays == (HOMES if whole else 0)
        assert Headship.objects.count() - heads == (HOMES if whole else 0)
        packets = ImportChunk.objects.filter(roster_import=one, kind="plan")
        if one.state == ImportState.READING:
            assert not packets.exists()
        else:
            assert sum(sum(packet.counts.values()) for packet in packets) == len(rows)

    one = fresh(one)
    while one.state != ImportState.DONE:
        if standing(one) == ImportState.FAILED:
            read_again(one, actor=secretary)
        elif standing(one) == ImportState.PREVIEWED:
            confirm_import(one, actor=secretary, fingerprint=one.fingerprint)
        elif one.state == ImportState.UNDONE:
            one = start_import(actor=secretary, grid=world.community, content=content, name="花名册.xlsx")
        run_pending()
        one = fresh(one)
    assert Person.objects.count() - people == len(rows)
    assert RosterImport.objects.filter(state=ImportState.DONE, owner=secretary).count() == 1
