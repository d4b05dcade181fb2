"""Exports are justified, limited and traceable (P37)."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.access.services import grant_role, revoke_role
from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused
from grids.common.exports import ExportRefused
from grids.exporting import services
from grids.exporting.choices import ExportState
from grids.exporting.models import Export
from grids.exporting.rules import common_area, has_outgrown, hidden_numbers, needs_approval
from grids.exporting.services import approve, ask, fetch, refuse, take, withdraw
from grids.jobs.choices import JobState
from grids.jobs.models import Job, StoredFile
from grids.jobs.worker import run_pending
from grids.trail.models import AuditEntry
from residents.roster.models import Household

pytestmark = pytest.mark.django_db
REASON = "报送街道台账"


@pytest.fixture
def asked(wish, world, few):
    return ask(wish("secretary"), owner=world.secretary, kind="xlsx", reason=REASON)


@pytest.fixture
def ready(asked, world):
    approve(asked, actor=world.fresh("desk_worker"), remark="同意")
    assert run_pending() == 1
    asked.refresh_from_db()
    return asked


def taken(wish, user, kind: str = "csv") -> Export:
    export, file = take(wish, owner=user, kind=kind)
    file.close()
    return export


def acts() -> list[str]:
    return list(AuditEntry.objects.filter(object_type="grids.Export").order_by("pk").values_list("act", flat=True))


def test_200_rows_leave_at_once_and_one_more_does_not():
    assert not needs_approval(200, sensitive=False)
    assert needs_approval(201, sensitive=False)
    assert needs_approval(1, sensitive=True)
    assert not has_outgrown(200, 240)
    assert has_outgrown(200, 241)


def test_a_small_list_is_taken_and_written_down(wish, world):
    export, file = take(wish("secretary"), owner=world.secretary, kind="xlsx")
    assert (export.state, export.rows, export.title) == (ExportState.TAKEN, 4, "住户")
    assert export.area == "990106001001"
    entry = AuditEntry.objects.get(act="list.export")
    assert (entry.actor, entry.changes, entry.reason) == (world.secretary, {"rows": [0, 4]}, "住户")
    with file:
        assert load_workbook(file).active.max_row > 4


def test_a_large_list_is_not_taken_without_a_second_person(wish, world, few):
    with pytest.raises(Refused):
        take(wish("secretary"), owner=world.secretary, kind="xlsx")
    assert not Export.objects.filter(owner=world.secretary).exists()


def test_no_reason_no_export(wish, world, few):
    with pytest.raises(Refused):
        ask(wish("secretary"), owner=world.secretary, kind="xlsx", reason="  ")


class TestDeciding:
    @pytest.mark.parametrize("name", ["desk_worker", "street_desk", "district_office"])
    def test_whoever_approves_over_all_grids_of_the_list_may(self, asked, world, name):
        assert list(Export.objects.to_decide(world.fresh(name)).filter(pk=asked.pk)) == [asked]
        assert approve(asked, actor=world.fresh(name)).state == ExportState.MAKING
        assert acts()[-2:] == ["export.ask", "export.approve"]

    @pytest.mark.parametrize("name", ["secretary", "leader", "east_worker", "auditor", "foreign_secretary", "stranger"])
    def test_neither_the_asker_nor_anybody_else_may(self, asked, world, name):
        with pytest.raises(Refused):
            approve(asked, actor=world.fresh(name))
        with pytest.raises(Refused):
            refuse(asked, actor=world.fresh(name), remark="no")
        assert not Export.objects.to_decide(world.fresh(name)).filter(pk=asked.pk).exists()
        asked.refresh_from_db()
        assert asked.state == ExportState.WAITING

    def test_a_list_wider_than_ones_posts_is_not_ones_to_approve(self, wish, world, few):
        """The auditor's list covers the district: the community's desk cannot let it go."""
        wide = ask(wish("auditor"), owner=world.auditor, kind="csv", reason=REASON)
        Export.objects.filter(pk=wide.pk).update(area="990106")
        wide.refresh_from_db()
        with pytest.raises(Refused):
            approve(wide, actor=world.fresh("desk_worker"))
        assert approve(wide, actor=world.fresh("district_office")).state == ExportState.MAKING

    def test_the_database_itself_refuses_an_own_approval(self, asked, world):
        with pytest.raises(IntegrityError), transaction.atomic():
            Export.objects.filter(pk=asked.pk).update(decided_by=world.secretary)

    def test_a_refusal_says_why(self, asked, world):
        with pytest.raises(Refused):
            refuse(asked, actor=world.fresh("desk_worker"), remark="")
        refuse(asked, actor=world.fresh("desk_worker"), remark="范围过大")
        assert (asked.state, asked.remark) == (ExportState.REFUSED, "范围过大")
        with pytest.raises(Conflict):
            approve(asked, actor=world.fresh("street_desk"))
        assert run_pending() == 0

    def test_what_is_withdrawn_is_not_decided(self, asked, world):
        with pytest.raises(Refused):
            withdraw(asked, actor=world.desk_worker)
        assert withdraw(asked, actor=world.secretary).state == ExportState.WITHDRAWN
        with pytest.raises(Conflict):
            approve(asked, actor=world.fresh("desk_worker"))


class TestTheFile:
    def test_it_is_for_one_account_for_24_hours(self, ready, world):
        assert ready.state == ExportState.READY
        content = fetch(ready, actor=world.secretary)
        assert hashlib.sha256(content).hexdigest() == ready.sha256
        for other in ("desk_worker", "foreign_secretary"):
            with pytest.raises(Refused):
                fetch(ready, actor=world.users[other])
        with stopped_at(now() + timedelta(hours=24, minutes=1)):
            assert ready.standing == ExportState.EXPIRED
            with pytest.raises(Refused):
                fetch(ready, actor=world.secretary)
        assert acts() == ["export.ask", "export.approve", "export.produce", "export.download"]
        assert AuditEntry.objects.get(act="export.download").changes["sha256"] == ["", ready.sha256]

    def test_it_holds_what_the_list_shows_masked(self, ready, world):
        rows = list(load_workbook(io.BytesIO(fetch(ready, actor=world.secretary))).active.values)
        assert len([row for row in rows[1:] if row[1]]) == 4
        told = "".join(str(cell) for row in rows for cell in row)
        assert world.east_person.phone not in told
        assert world.east_person.id_number not in told

    def test_its_marks_lead_back_to_the_export(self, ready, world):
        book = load_workbook(io.BytesIO(fetch(ready, actor=world.secretary)))
        cells = [str(cell) for row in book.active.values for cell in row if cell]
        assert book.properties.keywords == ready.number
        assert any(ready.number in cell and "周书记" in cell for cell in cells)
        assert ready.number in book.active.oddFooter.left.text
        assert set(hidden_numbers("".join(cells))) == {ready.pk}

    def test_a_right_that_has_gone_meanwhile_makes_no_file(self, asked, world):
        approve(asked, actor=world.fresh("desk_worker"))
        for grant in RoleGrant.objects.filter(user=world.secretary).select_related("grid"):
            revoke_role(world.secretary, Role(grant.role), grant.grid, actor=None, source=grant.source)
        run_pending()
        asked.refresh_from_db()
        assert asked.state == ExportState.FAILED
        assert asked.remark
        assert not StoredFile.objects.exists()
        assert Job.objects.get(pk=asked.job_id).state == JobState.FAILED

    @pytest.mark.parametrize("left", [None, "east_grid"], ids=["nothing", "one grid of two"])
    def test_a_right_that_has_gone_since_opens_no_file(self, ready, world, left):
        """The post has ended, or holds less than it did: what was made before is not for him any more."""
        for grant in RoleGrant.objects.filter(user=world.secretary).select_related("grid"):
            revoke_role(world.secretary, Role(grant.role), grant.grid, actor=None, source=grant.source)
        if left:
            grant_role(world.secretary, Role.SECRETARY, getattr(world, left), actor=None, source="test")
        with pytest.raises(Refused):
            fetch(ready, actor=world.fresh("secretary"))
        assert "export.download" not in acts()

    def test_the_rows_are_those_of_the_moment(self, wish, world, few):
        asked = ask(wish("secretary"), owner=world.secretary, kind="csv", reason=REASON)
        approve(asked, actor=world.fresh("desk_worker"))
        Household.objects.filter(pk=world.west_household.pk).update(status="closed", closed_on=today())
        run_pending()
        asked.refresh_from_db()
        assert (asked.state, asked.rows) == (ExportState.READY, 3)

    def test_a_list_that_has_become_another_one_is_asked_for_anew(self, asked, world, monkeypatch):
        approve(asked, actor=world.fresh("desk_worker"))
        monkeypatch.setattr("grids.exporting.rules.GROWTH_ROWS", 0)
        Export.objects.filter(pk=asked.pk).update(rows=1)
        run_pending()
        asked.refresh_from_db()
        assert asked.state == ExportState.FAILED

    def test_the_file_is_gone_the_night_after(self, ready, world):
        from grids.jobs.services import purge

        purge(now() + timedelta(hours=25))
        ready.refresh_from_db()
        assert ready.file is None
        assert ready.sha256

    def test_in_the_database_nothing_of_it_is_clear(self, ready):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT path, words FROM grids_export WHERE id = %s", [ready.pk])
            assert "households" not in "".join(map(str, cursor.fetchone()))


class TestQuota:
    def test_files_of_a_day(self, wish, world, settings):
        settings.EXPORT_DAY_FILES = 2
        for _number in range(2):
            taken(wish("secretary"), world.secretary)
        with pytest.raises(ExportRefused):
            taken(wish("secretary"), world.secretary)
        taken(wish("desk_worker"), world.desk_worker)
        with stopped_at(now() + timedelta(days=1)):
            taken(wish("secretary"), world.secretary)

    def test_rows_of_a_day(self, wish, world, settings):
        settings.EXPORT_DAY_ROWS = 7
        taken(wish("secretary"), world.secretary)
        with pytest.raises(ExportRefused, match="7"):
            taken(wish("secretary"), world.secretary)

    def test_what_was_refused_does_not_count(self, asked, wish, world, settings):
        settings.EXPORT_DAY_FILES = 1
        with pytest.raises(ExportRefused):
            ask(wish("secretary"), owner=world.secretary, kind="csv", reason=REASON)
        refuse(asked, actor=world.fresh("desk_worker"), remark="no")
        ask(wish("secretary"), owner=world.secretary, kind="csv", reason=REASON)

    def test_the_day_begins_at_midnight_in_shanghai(self):
        from datetime import UTC, datetime

        with stopped_at(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)):
            assert services.start_of_day() == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("codes", "area"),
    [
        (["990106001001001"], "990106001001001"),
        (["990106001001001", "990106001001002"], "990106001001"),
        (["990106001001001", "990106001002001"], "990106001"),
        (["990106001000", "990106001001001"], "990106001"),
        (["990106000000", "990106001001001"], "990106"),
        (["990106001001001", "990107001001001"], ""),
        (["99010600100100101", "99010600100100101"], "99010600100100101"),
        ([], ""),
    ],
)
def test_the_area_is_the_smallest_grid_that_holds_all(codes, area):
    assert common_area(codes) == area


def test_nobody_but_a_superuser_decides_on_two_districts(asked, world):
    Export.objects.filter(pk=asked.pk).update(area="")
    asked.refresh_from_db()
    with pytest.raises(Refused):
        approve(asked, actor=world.fresh("district_office"))
    assert world.fresh("district_office").has_perm(Permission.APPROVE_EXPORTS)
