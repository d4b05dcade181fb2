"""The retention touches exactly the rows whose time is over and that no hold keeps (promise P38)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from governance.affairs.models import Affair
from governance.affairs.retention import closed_long_ago
from governance.privacy import services
from governance.privacy.jobs import apply_retention
from governance.privacy.models import RetentionRun, SubjectRequest
from grids.common.clock import now, today
from grids.common.retention import RetentionRule, retention_rules, start_of, years_before
from grids.jobs.schedule import enqueue_due
from grids.trail.models import AuditEntry
from residents.visits.models import Encounter
from tests.world import World

NOTES = "residents.visit_notes"


def rule(key: str) -> RetentionRule:
    found = retention_rules.get(key)
    assert found is not None
    return found


def visit(world: World, home: str, on: date, note: str) -> Encounter:
    return Encounter.objects.create(
        household=world.households[home],
        visitor=world.east_worker,
        note=note,
        note_length=len(note),
        occurred_at=min(start_of(on) + timedelta(hours=9), now()),
    )


@pytest.fixture
def visits(world: World) -> dict[str, Encounter]:
    """One on the day before the limit, one on the limit, and one of this year."""
    limit = years_before(today(), 3)
    return {
        "over": visit(world, "east", limit - timedelta(days=1), "三年零一天前"),
        "limit": visit(world, "east", limit, "整三年前"),
        "young": visit(world, "east", today(), "今天早上"),
    }


def notes(visits: dict[str, Encounter]) -> set[str]:
    return {name for name, one in visits.items() if Encounter.objects.get(pk=one.pk).note}


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 5), date(2023, 3, 5)),
        (date(2028, 2, 29), date(2025, 2, 28)),
        (date(2027, 3, 1), date(2024, 3, 1)),
    ],
)
def test_years_are_counted_by_the_calendar(day, before):
    assert years_before(day, 3) == before


def test_exactly_the_due_notes_are_emptied(world: World, visits):
    run = services.apply_rule(rule(NOTES), on=today())
    assert (run.due, run.held, run.touched) == (1, 0, 1)
    assert notes(visits) == {"limit", "young"}
    emptied = Encounter.objects.get(pk=visits["over"].pk)
    assert emptied.note_length == len("三年零一天前"), "the figures stay"
    assert AuditEntry.objects.filter(act="encounter.redact", object_id=str(emptied.pk)).count() == 1
    assert services.apply_rule(rule(NOTES), on=today()).due == 0, "nothing is due twice"


def test_a_dry_run_counts_and_touches_nothing(world: World, visits):
    run = services.apply_rule(rule(NOTES), on=today(), dry=True)
    assert (run.due, run.touched, run.dry) == (1, 0, True)
    assert notes(visits) == {"over", "limit", "young"}
    assert not AuditEntry.objects.filter(act__in=["encounter.redact", "retention.apply"]).exists()


def test_a_hold_keeps_what_is_due_until_it_runs_out(world: World, visits):
    other = visit(world, "west", years_before(today(), 4), "四年前")
    hold = services.place_hold(
        world.east_person, actor=world.secretary, reason="案件审理中", until=today() + timedelta(days=30)
    )
    run = services.apply_rule(rule(NOTES), on=today())
    assert (run.due, run.held, run.touched) == (2, 1, 1)
    assert notes(visits) == {"over", "limit", "young"}
    assert Encounter.objects.get(pk=other.pk).note == ""
    assert services.survey(rule(NOTES), hold.until + timedelta(days=1)).held == 0
    services.lift_hold(hold, actor=world.secretary, reason="案件已经审结")
    assert services.apply_rule(rule(NOTES), on=today()).touched == 1


def test_the_reporter_of_an_old_affair_is_forgotten_and_the_affair_stays(world: World):
    affair, before = world.east_affair, Affair.objects.count()
    world.east_hold.delete()

    def closed(on: date) -> None:
        Affair.objects.filter(pk=affair.pk).update(
            state="closed",
            category="official",
            reporter_name="反映人甲",
            household=world.east_household,
            closed_at=start_of(on) + timedelta(hours=10),
        )

    limit = years_before(today(), 5)
    closed(limit)
    assert not closed_long_ago(today()).exists()
    closed(limit - timedelta(days=1))
    assert services.apply_rule(rule("governance.affair_reporters"), on=today()).touched == 1
    affair.refresh_from_db()
    assert (affair.reporter_name, affair.household_id, affair.state) == ("", None, "closed")
    assert Affair.objects.count() == before
    assert affair.reporter is not None, "the member of staff who entered it stays"


def test_an_affair_under_hold_keeps_its_reporter(world: World):
    Affair.objects.filter(pk=world.east_affair.pk).update(
        state="closed", category="official", reporter_name="反映人甲", closed_at=start_of(date(2015, 1, 1))
    )
    run = services.apply_rule(rule("governance.affair_reporters"), on=today())
    assert (run.due, run.held, run.touched) == (1, 1, 0)


def test_words_of_old_requests_go(world: World):
    asked = world.east_copy_request
    SubjectRequest.objects.filter(pk=asked.pk).update(
        state="refused",
        wish="我想看看",
        reason="说明理由",
        received_on=date(2019, 1, 1),
        due_on=date(2019, 1, 22),
        answered_on=date(2019, 1, 20),
        answered_by=world.secretary,
    )
    assert services.apply_rule(rule("governance.subject_requests"), on=today()).touched == 1
    asked.refresh_from_db()
    assert (asked.wish, asked.reason, asked.state) == ("", "", "refused")


def test_many_rows_go_in_batches(world: World, monkeypatch):
    monkeypatch.setattr("governance.privacy.services.keeping.BATCH", 3)
    for day in range(10):
        visit(world, "east", years_before(today(), 4) - timedelta(days=day), f"第{day}次")
    assert services.apply_rule(rule(NOTES), on=today()).touched == 10


def test_the_worker_orders_it_every_night(world: World, visits):
    from grids.jobs.worker import run_pending

    jobs = enqueue_due(start_of(today()) + timedelta(hours=4))
    assert "governance.retention" in {job.kind for job in jobs}
    run_pending()
    assert notes(visits) == {"limit", "young"}
    assert {run.rule for run in RetentionRun.objects.filter(dry=False)} == {one.key for one in retention_rules}
    assert apply_retention is not None


def test_the_command_looks_first(world: World, visits):
    out = StringIO()
    call_command("apply_retention", dry_run=True, stdout=out)
    assert f"{NOTES}: 1 due, 0 held, 0 done" in out.getvalue()
    assert notes(visits) == {"over", "limit", "young"}


def test_the_report_page_and_its_dry_run(world: World, visits):
    client = Client()
    client.force_login(world.secretary, backend="grids.access.backends.GridBackend")
    address = reverse("governance:retention-report")
    assert client.post(reverse("governance:retention-try")).url == address
    page = client.get(address).content.decode()
    assert "走访记录文字" in page
    assert "试算完成" in page
    assert RetentionRun.objects.filter(dry=True, actor=world.secretary).count() == len(list(retention_rules))
    assert notes(visits) == {"over", "limit", "young"}
    client.force_login(world.auditor, backend="grids.access.backends.GridBackend")
    assert client.get(address).status_code == 403
    assert client.post(reverse("governance:retention-try")).status_code == 403
