"""Somebody is erased while an import that names him is read, written or undone: neither is lost, nothing is half."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from governance.affairs.models import Affair
from governance.privacy import services
from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.jobs.choices import JobState
from grids.jobs.models import Job
from grids.jobs.worker import run_pending
from grids.trail.models import AuditEntry
from residents.importing.choices import ImportState as S
from residents.importing.models import RosterImport
from residents.importing.rules import may_undo
from residents.importing.services import apply_import, confirm_import, read_again, read_import, undo_import
from residents.importing.subjects import imports_naming, still_writing
from residents.roster.models import Household, Person, Residency
from residents.roster.services import end_residency
from tests.governance.privacy.naming import NAME, PHONE
from tests.harness import errors_among, run_together
from tests.residents.importing.files import HEADINGS, confirm, fresh, upload, workbook
from tests.residents.importing.test_life import family
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
ROOM = "101"


class Progress:
    """Stops an import at one of its points until the erasure is over, or waits for the import itself."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.is_there, self.is_erased = threading.Event(), threading.Event()

    def _come_to(self, point: str) -> None:
        if point == self.point:
            self.is_there.set()
            self.is_erased.wait(0.4)

    def phase(self, *_words: object) -> None:
        self._come_to("before it writes")

    def advance(self, _done: int) -> None:
        """Nobody looks."""

    def confirm(self) -> None:
        self._come_to("before it commits")


@pytest.fixture
def world(transactional_db, world: World) -> World:
    """Of the world's people one has moved away, and asks to be erased."""
    Affair.objects.filter(pk=world.east_affair.pk).update(state="closed", category="official", closed_at=now())
    end_residency(
        Residency.objects.get(person=world.east_person), actor=world.secretary, reason="moved_out", on=today()
    )
    return world


def named_in_a_file(world: World) -> RosterImport:
    """A new household, and a row that says of him that he moved away: it is kept in the plan and left out."""
    rows = [[*row, ""] for row in family(ROOM, ["甲一", "甲二"])]
    gone = [NAME, "", PHONE, "其他亲属", ROOM, "一幢", "5幢", "1", ROOM, "2026-01-05"]
    one = upload(world, workbook([*rows, gone], [*HEADINGS, "迁出日期"]))
    assert (one.state, one.new_rows, one.left_out_rows) == (S.PREVIEWED, 2, 1), one.message
    assert [found.pk for found in imports_naming([NAME, PHONE])] == [one.pk]
    return one


def applying(world: World) -> tuple[RosterImport, Any]:
    one = named_in_a_file(world)
    confirm_import(one, actor=one.owner, fingerprint=one.fingerprint)
    return one, apply_import


def reading(world: World) -> tuple[RosterImport, Any]:
    one = named_in_a_file(world)
    read_again(one, actor=one.owner)
    return one, read_import


def undoing(world: World) -> tuple[RosterImport, Any]:
    one = confirm(named_in_a_file(world))
    return one, lambda done, _progress: undo_import(done, actor=world.fresh("secretary"))


@pytest.mark.parametrize(
    ("begin", "point"),
    [
        *((begin, point) for begin in (applying, reading) for point in ("before it writes", "before it commits")),
        *((begin, "together") for begin in (applying, reading, undoing)),
    ],
)
def test_an_erasure_meets_an_import(world: World, begin, point: str) -> None:
    one, act = begin(world)
    before = Household.objects.count()
    asked, mine = world.east_erase_request, fresh(one)
    progress = Progress(point)

    def hand(number: int) -> None:
        if number == 0:
            try:
                act(mine, progress)
            finally:
                progress.is_there.set()
        else:
            if point != "together":
                progress.is_there.wait(60)
            services.erase_person(asked, actor=world.secretary, version=asked.version, reason="已按你的申请删除")
            progress.is_erased.set()

    imported, erased = run_together(2, hand)

    assert not errors_among([erased]), "the erasure is never lost"
    assert not errors_among([imported], Conflict, Refused)
    one = fresh(one)
    homes = Household.objects.filter(dwelling__unit__building__name="5幢").count()
    assert (one.state, homes) in {
        (S.CANCELLED, 0),  # refused as a whole
        (S.DONE, 1),
        (S.UNDONE, 0),
    }
    assert Household.objects.count() - before == {applying: homes, reading: 0, undoing: homes - 1}[begin]
    assert not may_undo(world.fresh("secretary"), one)
    assert Person.objects.get(pk=world.east_person.pk).erased_at is not None
    assert not [person for person in Person.objects.all() if person.name == NAME or person.phone == PHONE]
    assert list(imports_naming([NAME, PHONE])) == []
    assert (one.file, one.marked, one.chunks.count()) == (None, None, 0)
    told = str(list(AuditEntry.objects.values("changes", "reason")))
    assert NAME not in told
    assert PHONE not in told

    run_pending()
    assert fresh(one).state == one.state, "the task that was ordered finds its import gone on"


# ------------------------------------------------------------------ while it is written
def ask_to_erase(world: World, client: Any) -> str:
    """The page of the erasure after the button was pressed; the words of whoever pressed it still stand in it."""
    asked = world.east_erase_request
    url = reverse("governance:subjectrequest-erase", args=[asked.pk])
    answer = client.post(url, {"version": asked.version, "reason": "已按你的申请删除", "sure": "on"})
    assert answer.status_code == 200, "neither done nor 500 or 503"
    page = answer.content.decode()
    assert "已按你的申请删除" in page
    assert Person.objects.get(pk=world.east_person.pk).erased_at is None
    return page


def test_who_erases_is_told_of_an_import_at_once(world: World, client: Any) -> None:
    client.force_login(world.secretary)
    one, _act = applying(world)
    moment = now()
    Job.objects.filter(pk=one.job_id).update(
        state=JobState.RUNNING, started_at=moment, phase_started_at=moment - timedelta(minutes=5), done=500, total=1000
    )
    assert "正在导入底册" in ask_to_erase(world, client)
    assert "约 5 分钟后再试" in ask_to_erase(world, client)
    Job.objects.filter(pk=one.job_id).update(state=JobState.DONE)
    assert still_writing() == ""


def test_who_erases_does_not_wait_for_what_holds_the_lock(world: World, client: Any, monkeypatch) -> None:
    """An import whose worker nobody knows of yet, or one that is being undone."""
    client.force_login(world.secretary)
    monkeypatch.setattr(services.landlords, "PATIENCE", 0.1)
    one, act = applying(world)
    is_written, is_told = threading.Event(), threading.Event()

    class Held(Progress):
        def confirm(self) -> None:
            is_written.set()
            assert is_told.wait(15), "the erasure answers before the import ends"

    def hand(number: int) -> str:
        if number == 0:
            act(fresh(one), Held(""))
            return ""
        is_written.wait(60)
        try:
            return ask_to_erase(world, client)
        finally:
            is_told.set()

    outcomes = run_together(2, hand)
    assert not errors_among(outcomes), [outcome.told for outcome in outcomes]
    assert "稍等一分钟" in outcomes[1].value
    assert fresh(one).state == S.DONE
    asked = world.east_erase_request
    services.erase_by_request(asked, actor=world.secretary, version=asked.version, reason="已按你的申请删除")
    assert Person.objects.get(pk=world.east_person.pk).erased_at is not None
