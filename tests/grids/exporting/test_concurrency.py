"""Fifty hands at once: the quota is exact, and one decision wins."""

from collections import Counter

import pytest

from grids.common.errors import Conflict
from grids.common.exports import ExportRefused
from grids.exporting.choices import ExportState
from grids.exporting.models import Export
from grids.exporting.services import approve, ask, measure, refuse, take
from grids.exporting.sources import open_list
from grids.jobs.models import Job
from grids.trail.models import AuditEntry
from tests.harness import errors_among, run_together
from tests.world import build_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
HANDS = 50


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_of_fifty_exports_at_once_exactly_twenty_leave(world):
    def hand(number: int) -> None:
        user = world.fresh("secretary")
        _export, file = take(measure(open_list("/households/", user)), owner=user, kind="csv")
        file.close()

    outcomes = run_together(HANDS, hand)
    assert not errors_among(outcomes, ExportRefused)
    assert sum(outcome.succeeded for outcome in outcomes) == 20
    assert Export.objects.filter(owner=world.secretary, state=ExportState.TAKEN).count() == 20
    assert AuditEntry.objects.filter(act="list.export").count() == 20


def test_of_fifty_exports_at_once_exactly_so_many_rows_leave(world, settings):
    settings.EXPORT_DAY_ROWS = 30  # seven lists of four rows

    def hand(number: int) -> None:
        user = world.fresh("secretary")
        _export, file = take(measure(open_list("/households/", user)), owner=user, kind="csv")
        file.close()

    outcomes = run_together(HANDS, hand)
    assert not errors_among(outcomes, ExportRefused)
    assert sum(outcome.succeeded for outcome in outcomes) == 7


def test_of_fifty_decisions_at_once_one_wins(world, monkeypatch):
    monkeypatch.setattr("grids.exporting.rules.FREE_ROWS", 2)
    secretary = world.fresh("secretary")
    asked = ask(measure(open_list("/households/", secretary)), owner=secretary, kind="csv", reason="报送")

    def hand(number: int) -> str:
        export = Export.objects.get(pk=asked.pk)
        if number % 2:
            approve(export, actor=world.fresh("desk_worker"))
            return "approved"
        refuse(export, actor=world.fresh("street_desk"), remark="范围过大")
        return "refused"

    outcomes = run_together(HANDS, hand)
    assert not errors_among(outcomes, Conflict)
    won = [outcome.value for outcome in outcomes if outcome.succeeded]
    assert len(won) == 1
    asked.refresh_from_db()
    approved = won == ["approved"]
    assert asked.state == (ExportState.MAKING if approved else ExportState.REFUSED)
    assert Counter(AuditEntry.objects.filter(act__startswith="export.").values_list("act", flat=True)) == {
        "export.ask": 1,
        "export.approve" if approved else "export.refuse": 1,
    }
    assert Job.objects.filter(kind="grids.export").count() == int(approved)
