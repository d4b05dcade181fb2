"""Two users bring in the same file at the same moment: one wins, and nobody is in the roster twice."""

import pytest

from grids.jobs.queue import take
from grids.jobs.registry import kind_of
from grids.jobs.worker import run_pending
from residents.importing.choices import ImportState
from residents.importing.services import apply_import, confirm_import, read_again
from residents.roster.models import Household, Person
from tests.harness import errors_among, run_together
from tests.residents.importing.files import counts, fresh, upload, workbook
from tests.residents.importing.test_life import family

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


class Still:
    """A progress that nobody looks at."""

    def __getattr__(self, name):
        return lambda *values: None


@pytest.mark.parametrize("turn", range(3))
def test_one_of_two_wins(world, turn):
    rows = family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=5)
    content = workbook(rows)
    people = Person.objects.count()
    mine, theirs = upload(world, content), upload(world, content, user="desk_worker")
    for one in (mine, theirs):
        confirm_import(one, actor=one.owner, fingerprint=one.fingerprint)
    both = [fresh(mine), fresh(theirs)]

    outcomes = run_together(2, lambda number: apply_import(both[number], Still()).state)

    assert not errors_among(outcomes)
    assert sorted(outcome.value for outcome in outcomes) == sorted([ImportState.DONE, ImportState.STALE])
    assert Person.objects.count() == people + len(rows)
    assert Household.objects.filter(dwelling__unit__building__name="5幢").count() == 2
    loser = next(fresh(one) for one in both if fresh(one).state == ImportState.STALE)
    # Its job is still in the queue here; it finds its import gone on.
    run_pending()
    read_again(fresh(loser), actor=loser.owner)
    run_pending()
    assert counts(fresh(loser)) == (0, 0, 3, 0)


def test_the_worker_knows_the_jobs_of_the_room():
    assert take is not None
    assert kind_of("residents.import_read")
    assert kind_of("residents.import_apply")
