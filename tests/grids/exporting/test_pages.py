"""The pages of exports and ledgers: asking, deciding, taking; the centre, a ledger, printing, sharing."""

import csv
import io
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from grids.exporting.choices import ExportState
from grids.exporting.ledgers import save_ledger
from grids.exporting.models import Export, SavedLedger
from grids.exporting.rules import hidden_numbers
from grids.jobs.worker import run_pending
from grids.trail.models import AuditEntry
from tests.grids.exporting.conftest import HOUSEHOLDS

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "report", "words": "", "kind": "xlsx"}


@pytest.fixture
def log_in(client, world):
    def log_in(name: str):
        client.force_login(world.users[name])
        return client

    return log_in


def own(world, name: str = "secretary") -> list[Export]:
    return list(Export.objects.filter(owner=world.users[name]))


def lines_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


class TestFromAList:
    def test_a_small_list_comes_at_once_with_its_mark(self, log_in, world):
        text = log_in("secretary").get(f"{HOUSEHOLDS}?export=csv").getvalue().decode()
        lines = lines_of(text)
        (export,) = own(world)
        assert export.state == ExportState.TAKEN
        assert export.number in lines[-1][0]
        assert "周书记" in lines[-1][0]
        assert set(hidden_numbers(text)) == {export.pk}

    def test_a_large_one_leads_to_the_question_what_for(self, log_in, world, few):
        client = log_in("secretary")
        address = f"{HOUSEHOLDS}?status=active&sort=-door"
        response = client.get(f"{address}&export=xlsx&page=3")
        assert response.status_code == 302
        assert not own(world)
        assert client.get(response["Location"]).context["wish"].rows == 4
        sent = client.post(response["Location"], {**PURPOSE, "words": "十一月"})
        (export,) = own(world)
        assert sent["Location"] == export.get_absolute_url()
        assert (export.state, export.reason, export.kind) == (ExportState.WAITING, "报送台账：十一月", "xlsx")
        assert export.path == address

    def test_something_else_needs_words(self, log_in, world, few):
        client = log_in("secretary")
        address = f"{reverse('grids:export-ask')}?{urlencode({'list': HOUSEHOLDS})}"
        assert client.post(address, {**PURPOSE, "purpose": "other"}).status_code == 200
        assert not own(world)

    def test_beyond_the_quota_the_list_says_so(self, log_in, world, settings):
        settings.EXPORT_DAY_FILES = 0
        client = log_in("secretary")
        response = client.get(f"{HOUSEHOLDS}?export=csv", follow=True)
        assert response.redirect_chain == [(f"{HOUSEHOLDS}?", 302)]
        assert "今天已导出 0 份文件" in response.content.decode()

    @pytest.mark.parametrize(
        "address", ["/households/1/", "/nowhere/", "https://elsewhere.test/households/", "/admin/", ""]
    )
    def test_what_is_no_list_is_not_asked_for(self, log_in, address):
        query = urlencode({"list": address})
        for name in ("export-ask", "ledger-create", "ledger-filter"):
            assert log_in("secretary").get(f"{reverse(f'grids:{name}')}?{query}").status_code in {403, 200}
        assert not SavedLedger.objects.exclude(title="住户台账").exists()


class TestDecisionAndFile:
    def test_from_the_question_to_the_file(self, log_in, world, few):
        client = log_in("secretary")
        client.post(f"{reverse('grids:export-ask')}?{urlencode({'list': HOUSEHOLDS})}", PURPOSE)
        (export,) = own(world)
        page = client.get(export.get_absolute_url()).content.decode()
        assert "撤回" in page
        assert "批准导出" not in page
        assert client.post(reverse("grids:export-approve", args=[export.pk])).status_code == 403
        desk = log_in("desk_worker")
        assert "周书记" in desk.get(reverse("grids:export-queue")).content.decode()
        assert "待审批的导出" in desk.get("/").content.decode()
        assert desk.post(reverse("grids:export-approve", args=[export.pk]), {"remark": ""}).status_code == 302
        assert desk.post(reverse("grids:export-approve", args=[export.pk]), {"remark": ""}).status_code == 409
        assert desk.post(reverse("grids:export-download", args=[export.pk])).status_code == 404
        run_pending()
        client = log_in("secretary")
        assert (
            reverse("grids:export-download", args=[export.pk]) in client.get(export.get_absolute_url()).content.decode()
        )
        file = client.post(reverse("grids:export-download", args=[export.pk]))
        assert file["Cache-Control"] == "no-store"
        assert load_workbook(io.BytesIO(file.getvalue())).active.max_row > 4
        assert AuditEntry.objects.filter(act="export.download", object_id=str(export.pk)).count() == 1

    def test_the_lists_cost_the_same_for_many(self, log_in, world):
        def cost(name: str, page: str) -> int:
            client = log_in(name)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"grids:{page}")).status_code == 200
            return len(queries)

        def fill(count: int) -> None:
            for number in range(count):
                Export.objects.create(
                    owner=world.secretary,
                    title=f"列表{number}",
                    path=HOUSEHOLDS,
                    kind="csv",
                    area="990106001001",
                    rows=300,
                    state="waiting",
                )
                save_ledger(actor=world.secretary, title=f"台账{number}", address=HOUSEHOLDS, pinned=True)

        pages = [("secretary", "export-list"), ("desk_worker", "export-queue"), ("secretary", "ledger-centre")]
        fill(2)
        before = [cost(*page) for page in pages]
        fill(25)
        assert [cost(*page) for page in pages] == before


class TestLedgers:
    @pytest.fixture
    def ledger(self, world):
        return save_ledger(
            actor=world.secretary,
            title="丁香社区户籍台账",
            address=f"{HOUSEHOLDS}?columns=grid&columns=door&columns=head_name&sort=-door",
            unit="丁香社区",
            period="2026年11月",
            preparer="吴社工",
            reviewer="周书记",
            pinned=True,
        )

    def test_every_list_offers_to_be_kept(self, log_in):
        page = log_in("secretary").get(f"{HOUSEHOLDS}?use=own").content.decode()
        assert reverse("grids:ledger-create") in page
        assert reverse("grids:ledger-create") not in log_in("east_worker").get(HOUSEHOLDS).content.decode()

    def test_saving_a_list_keeps_its_filters_columns_and_order(self, log_in, world):
        address = f"{HOUSEHOLDS}?columns=grid&columns=door&sort=-door&page=2"
        client = log_in("secretary")
        form = {
            "title": "网格与门牌",
            "unit": "丁香社区",
            "pinned": "on",
            "shared": "on",
            "grid": str(world.community.pk),
        }
        assert client.post(f"{reverse('grids:ledger-create')}?{urlencode({'list': address})}", form).status_code == 302
        kept = SavedLedger.objects.get(title="网格与门牌")
        assert (kept.address, kept.pinned, kept.grid) == (
            f"{HOUSEHOLDS}?columns=grid&columns=door&sort=-door",
            True,
            world.community,
        )
        assert AuditEntry.objects.filter(act="ledger.share").count() == 1

    def test_it_is_not_shared_where_one_may_not_export(self, log_in, world):
        form = {"title": "x", "shared": "on", "grid": str(world.foreign_community.pk)}
        response = log_in("secretary").post(f"{reverse('grids:ledger-create')}?{urlencode({'list': HOUSEHOLDS})}", form)
        assert response.status_code == 200
        assert not SavedLedger.objects.filter(title="x").exists()

    def test_the_sheet_has_its_lines_and_its_columns_in_order(self, log_in, ledger):
        page = log_in("secretary").get(ledger.get_absolute_url())
        assert page.context["sheet"]["head"] == ["网格", "门牌", "户主"]
        text = page.content.decode()
        for line in (
            "丁香社区户籍台账",
            "填报单位：丁香社区",
            "所属期：2026年11月",
            "填表人：吴社工",
            "审核人：周书记",
        ):
            assert line in text

    def test_it_is_exported_with_its_lines_in_two_steps(self, log_in, ledger, world):
        client = log_in("secretary")
        assert ledger.get_absolute_url() in client.get("/").content.decode()
        file = client.post(ledger.get_absolute_url(), PURPOSE)
        rows = [row[0] for row in load_workbook(io.BytesIO(file.getvalue())).active.values]
        assert rows[:2] == ["丁香社区户籍台账", "填报单位：丁香社区    所属期：2026年11月"]
        assert any(str(row).startswith("填表人：吴社工") for row in rows)
        (export,) = own(world)
        assert export.reason == "报送台账"

    def test_above_the_limit_it_waits_with_its_lines(self, log_in, ledger, world, few):
        client = log_in("secretary")
        assert client.post(ledger.get_absolute_url(), PURPOSE).status_code == 302
        (export,) = own(world)
        assert export.around.above[0] == "丁香社区户籍台账"
        log_in("desk_worker").post(reverse("grids:export-approve", args=[export.pk]), {})
        run_pending()
        file = log_in("secretary").post(reverse("grids:export-download", args=[export.pk]))
        assert load_workbook(io.BytesIO(file.getvalue())).active["A1"].value == "丁香社区户籍台账"

    def test_the_columns_can_be_put_in_another_order(self, log_in, ledger):
        form = {"title": ledger.title, "version": 1, "place_head_name": 1, "place_door": 2, "place_size": 3, "grid": ""}
        client = log_in("secretary")
        assert client.get(reverse("grids:ledger-update", args=[ledger.pk])).status_code == 200
        assert client.post(reverse("grids:ledger-update", args=[ledger.pk]), form).status_code == 302
        ledger.refresh_from_db()
        assert ledger.query == "columns=head_name&columns=door&columns=size&sort=-door"
        stale = client.post(reverse("grids:ledger-update", args=[ledger.pk]), {**form, "title": "另一本台账"})
        assert stale.status_code == 409
        assert 'value="另一本台账"' in stale.content.decode(), "what was typed stays"
        none = {"title": ledger.title, "version": 2, "grid": ""}
        assert client.post(reverse("grids:ledger-update", args=[ledger.pk]), none).status_code == 200

    def test_a_shared_one_shows_everybody_his_own_rows(self, log_in, ledger, world):
        SavedLedger.objects.filter(pk=ledger.pk).update(shared=True, grid=world.community)
        mine = log_in("secretary").get(ledger.get_absolute_url()).context["count"]
        assert log_in("desk_worker").get(ledger.get_absolute_url()).context["count"] == mine
        street = log_in("street_desk").get(ledger.get_absolute_url())
        assert street.status_code == 200
        assert "赵一" not in street.content.decode()  # masked there
        assert log_in("desk_worker").get(reverse("grids:ledger-update", args=[ledger.pk])).status_code == 403
        for name in ("foreign_secretary", "east_worker", "stranger"):
            assert log_in(name).get(ledger.get_absolute_url()).status_code == 404

    def test_a_shared_one_is_listed_where_its_list_opens(self, log_in, ledger, world):
        SavedLedger.objects.filter(pk=ledger.pk).update(shared=True, grid=world.community)
        centre = reverse("grids:ledger-centre")
        assert log_in("street_desk").get(centre).context["shared"] == [ledger]
        district = log_in("district_office")  # exports affairs and figures, and reads no roster
        assert district.get(HOUSEHOLDS).status_code == 403
        assert district.get(centre).context["shared"] == []
        assert district.get(ledger.get_absolute_url()).status_code == 404

    def test_ones_own_whose_list_does_not_open_any_more_can_be_deleted(self, log_in, world):
        district = world.users["district_office"]
        ledger = SavedLedger.objects.create(owner=district, title="旧台账", path="/households/")
        client = log_in("district_office")
        page = client.get(ledger.get_absolute_url())
        assert page.status_code == 200
        assert [action.label for action in page.context["actions"]] == ["删除"]
        assert page.context["closed"] in page.content.decode()
        assert client.post(ledger.get_absolute_url(), PURPOSE).status_code == 200  # says why, and takes nothing out
        assert client.post(reverse("grids:ledger-delete", args=[ledger.pk])).status_code == 302
        assert not SavedLedger.objects.filter(pk=ledger.pk).exists()

    def test_the_print_has_the_mark_and_the_numbers_of_pages(self, log_in, ledger):
        page = log_in("secretary").get(reverse("grids:ledger-print", args=[ledger.pk])).content.decode()
        assert "ledger_print.css" in page
        assert "周书记 20" in page

    def test_kept_filters_lead_back_to_the_list(self, log_in, world):
        client = log_in("secretary")
        client.post(
            f"{reverse('grids:ledger-filter')}?{urlencode({'list': HOUSEHOLDS + '?use=own'})}", {"title": "自住"}
        )
        kept = SavedLedger.objects.get(title="自住")
        assert kept.get_absolute_url() == f"{HOUSEHOLDS}?use=own"
        centre = client.get(reverse("grids:ledger-centre")).content.decode()
        assert f'href="{HOUSEHOLDS}?use=own"' in centre
        assert client.post(reverse("grids:ledger-delete", args=[kept.pk])).status_code == 302
        assert not SavedLedger.objects.filter(pk=kept.pk).exists()


class TestReadyMade:
    def test_the_centre_offers_what_one_may_open(self, log_in):
        offered = {entry.key for entry in log_in("secretary").get(reverse("grids:ledger-centre")).context["ready_made"]}
        assert {"households", "residents", "migrants", "rentals", "visits", "affairs"} <= offered
        district = log_in("district_office").get(reverse("grids:ledger-centre")).context["ready_made"]
        assert "households" not in {entry.key for entry in district}

    @pytest.mark.parametrize("key", ["households", "residents", "migrants", "rentals", "visits", "affairs"])
    def test_each_gives_a_file_of_one_grid(self, log_in, world, key):
        client = log_in("secretary")
        address = reverse("grids:ledger-new", args=[key])
        assert client.get(address).status_code == 200
        response = client.post(address, {**PURPOSE, "grid": world.east_grid.code})
        assert response["Content-Disposition"].startswith("attachment")
        (export,) = own(world)
        assert "第一网格" in export.title
        assert "%E7%AC%AC" not in export.path
        told = [
            str(cell) for row in load_workbook(io.BytesIO(response.getvalue())).active.values for cell in row if cell
        ]
        assert not any("李四" in cell for cell in told)  # lives in the west grid

    def test_care_groups_never_leave_without_a_second_person(self, log_in, world):
        response = log_in("secretary").post(
            reverse("grids:ledger-new", args=["care"]), {**PURPOSE, "grid": world.east_grid.code}
        )
        (export,) = own(world)
        assert response["Location"] == export.get_absolute_url()
        assert (export.state, export.sensitive) == (ExportState.WAITING, True)
        assert log_in("auditor").get(reverse("grids:ledger-new", args=["care"])).status_code == 403

    @pytest.mark.parametrize(("query", "leaves"), [("age=child", False), ("care=any", False), ("age=adult", True)])
    def test_children_and_care_groups_are_sensitive_however_few(self, log_in, query, leaves):
        answer = log_in("secretary").get(f"{reverse('residents:person-list')}?{query}&export=csv")
        if leaves:
            assert b"".join(answer.streaming_content)
        else:
            assert answer.url.startswith(reverse("grids:export-ask"))

    def test_a_foreign_grid_is_no_choice(self, log_in, world):
        response = log_in("secretary").post(
            reverse("grids:ledger-new", args=["households"]), {**PURPOSE, "grid": world.foreign_grid.code}
        )
        assert response.status_code == 200
        assert not own(world)

    def test_an_unknown_key_is_404(self, log_in):
        assert log_in("secretary").get(reverse("grids:ledger-new", args=["nothing"])).status_code == 404
