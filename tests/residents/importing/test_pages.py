"""The pages of an import: upload, columns, preview, confirm, marked workbook, undo."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grids.jobs.worker import run_pending
from residents.importing import marking
from residents.importing.choices import ImportState
from residents.importing.models import RosterImport
from residents.roster.models import Person
from tests.residents.importing.files import HEADINGS, upload, workbook
from tests.residents.importing.test_life import family

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world, client):
    client.force_login(world.secretary)
    return client


def send(client, content, name="花名册.xlsx", **more):
    """Send a file as the page does and let the worker read it; the newest import."""
    data = {"grid": more.pop("grid"), "file": SimpleUploadedFile(name, content), **more}
    response = client.post(reverse("residents:import-create"), data)
    assert response.status_code == 302, response.content.decode()[:2000]
    run_pending()
    return RosterImport.objects.order_by("-pk").first()


def shown(client, one, query=""):
    response = client.get(one.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def test_upload_preview_confirm(world, desk):
    page = desk.get(reverse("residents:import-create")).content.decode()
    assert 'type="file"' in page
    assert f'name="grid" value="{world.community.pk}"' in page.replace('type="hidden" ', "")

    one = send(desk, workbook(family("101", ["甲一", "甲二"])), grid=world.community.pk)
    words = shown(desk, one)
    assert "甲一" in words
    assert one.fingerprint in words
    assert family("101", ["甲一"])[0][1] not in words, "no identity number in clear"

    answer = desk.post(reverse("residents:import-confirm", args=[one.pk]), {"fingerprint": one.fingerprint})
    assert answer.status_code == 302
    assert answer.url == RosterImport.objects.get(pk=one.pk).job.get_absolute_url()
    assert desk.get(one.get_absolute_url()).url == answer.url, "while it is written, its page is the progress"
    run_pending()
    assert Person.objects.filter(name="甲二").exists()
    assert RosterImport.objects.get(pk=one.pk).job.next_url == one.get_absolute_url()
    assert reverse("residents:import-undo", args=[one.pk]) in shown(desk, one)


def test_pasted_cells_are_read_like_a_file(world, desk):
    rows = [HEADINGS, *family("101", ["甲一"])]
    text = "\r\n".join("\t".join(row) for row in rows)
    desk.post(reverse("residents:import-create"), {"grid": world.community.pk, "pasted": text})
    run_pending()
    one = RosterImport.objects.order_by("-pk").first()
    assert (one.state, one.kind, one.new_rows) == (ImportState.PREVIEWED, "paste", 1)


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "leer.xlsx"), (None, ""), (b"x" * (30 * 1024 * 1024 + 1), "gross.xlsx")]
)
def test_no_file_an_empty_one_and_a_giant_are_errors_of_the_form(world, desk, content, name):
    data = {"grid": world.community.pk}
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content)
    before = RosterImport.objects.count()
    answer = desk.post(reverse("residents:import-create"), data)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert RosterImport.objects.count() == before


def test_200_megabytes_are_refused_before_they_are_read(world, desk):
    class Untouchable(BytesIO):
        def read(self, *size):
            raise AssertionError("the body was read")

    answer = desk.generic(
        "POST",
        reverse("residents:import-create"),
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Untouchable()},
    )
    assert answer.status_code == 413
    assert "30 MB" in answer.content.decode()


def test_a_file_that_is_none_says_what_to_do(world, desk):
    one = send(desk, b"%PDF-1.7 something", name="a.pdf", grid=world.community.pk)
    assert one.state == ImportState.FAILED
    words = shown(desk, one)
    assert one.message in words
    assert "PDF" in one.message


def test_a_foreign_roster_cannot_be_chosen(world, desk):
    answer = desk.post(
        reverse("residents:import-create"),
        {"grid": world.foreign_community.pk, "file": SimpleUploadedFile("a.csv", b"a,b")},
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["grid"]


def test_wrong_rows_come_back_in_the_workbook(world, desk):
    rows = family("101", ["甲一", "甲二", "甲三"])
    rows[1][1] = "12345"
    rows[2][2] = "1381234"
    one = send(desk, workbook(rows), grid=world.community.pk)

    words = shown(desk, one)
    assert "B3" in words
    assert "C4" in words
    assert "确认导入" not in words
    answer = desk.get(reverse("residents:import-marked", args=[one.pk]))
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert sheet["B3"].comment.text
    assert sheet["B3"].fill.start_color.rgb.endswith("FFC7CE")
    assert sheet["C4"].comment.text
    assert sheet["A2"].comment is None
    assert sheet["A2"].value == "甲一"


def test_the_page_says_what_does_not_come_back(world, desk, monkeypatch):
    rows = family("101", ["甲一", "甲二"])
    rows[1][1] = "12345"
    small = send(desk, workbook(rows), grid=world.community.pk)
    assert "下拉" not in shown(desk, small)
    monkeypatch.setattr(marking, "STYLED_UP_TO", 1)
    large = send(desk, workbook(rows), grid=world.community.pk)
    assert "公式只剩结果" in shown(desk, large)
    sheet = openpyxl.load_workbook(BytesIO(bytes(large.marked.content))).worksheets[0]
    assert sheet["B3"].comment.text


def test_the_preview_names_the_buildings_that_it_would_add(world, desk):
    one = send(desk, workbook(family("101", ["甲一"])), grid=world.community.pk)
    assert "底册里还没有的楼栋有 1 个，将新增：5幢" in shown(desk, one)
    desk.post(reverse("residents:import-confirm", args=[one.pk]), {"fingerprint": one.fingerprint})
    run_pending()
    assert "还没有的楼栋" not in shown(desk, one)
    again = send(desk, workbook(family("102", ["乙一"], first=1)), grid=world.community.pk)
    assert again.new_rows == 1
    assert "还没有的楼栋" not in shown(desk, again)


def test_unknown_columns_are_asked_and_answered(world, desk):
    one = send(
        desk,
        workbook([[*row, "?"] for row in family("101", ["甲一"])], ["住户大名", *HEADINGS[1:], "备用栏"]),
        grid=world.community.pk,
    )
    where = reverse("residents:import-mapping", args=[one.pk])
    assert desk.get(one.get_absolute_url()).url == where
    page = desk.get(where)
    form = page.context["form"]
    [(switch, asked, known)] = form.column_groups
    assert switch is None
    assert [bound.name for bound in asked] == ["column_0_0", "column_0_9"]
    answers = {bound.name: bound.initial for bound in known}

    missing = desk.post(where, answers)
    assert missing.status_code == 200
    assert set(missing.context["form"].errors) == {"column_0_0", "column_0_9"}
    twice = desk.post(where, {**answers, "column_0_0": "phone", "column_0_9": "-"})
    assert twice.status_code == 200

    answer = desk.post(where, {**answers, "column_0_0": "name", "column_0_9": "-"})
    assert answer.status_code == 302
    run_pending()
    one.refresh_from_db()
    assert (one.state, one.new_rows) == (ImportState.PREVIEWED, 1)
    assert "备用栏" in shown(desk, one)


def test_the_list_and_the_rows_are_only_for_those_who_import_there(world, client, desk):
    one = upload(world, workbook(family("101", ["甲一"])))
    for name, status in [("desk_worker", 200), ("foreign_secretary", 404), ("auditor", 404), ("leader", 404)]:
        client.force_login(world.fresh(name))
        assert client.get(one.get_absolute_url()).status_code == status
    client.force_login(world.desk_worker)
    answer = client.post(reverse("residents:import-confirm", args=[one.pk]), {"fingerprint": one.fingerprint})
    assert answer.status_code == 403


def test_what_a_file_has_and_the_roster_does_not_keep_is_named(world, desk):
    rows = [[*row, "道教"] for row in family("101", ["甲一"])]
    one = send(desk, workbook(rows, [*HEADINGS, "宗教信仰"]), grid=world.community.pk)
    words = shown(desk, one)
    assert "宗教信仰" in words
    assert "道教" not in words
    assert "道教".encode() not in b"".join(bytes(c) for c in one.chunks.values_list("content", flat=True))


def test_queries_do_not_grow_with_rows(world, desk, django_assert_max_num_queries):
    small = send(desk, workbook(family("101", ["甲一"])), grid=world.community.pk)
    many = [row for number in range(60) for row in family(f"{number + 1}02", ["乙甲"], first=number + 5)]
    large = send(desk, workbook(many), grid=world.community.pk)
    with django_assert_max_num_queries(20) as few:
        shown(desk, small)
    with django_assert_max_num_queries(len(few)):
        shown(desk, large)
    with django_assert_max_num_queries(20) as few:
        desk.get(reverse("residents:import-list"))
    for _number in range(5):
        upload(world, workbook(family("101", ["甲一"])))
    with django_assert_max_num_queries(len(few)):
        desk.get(reverse("residents:import-list"))


def test_undo_asks_and_says_what_it_did(world, desk):
    one = send(desk, workbook(family("101", ["甲一"])), grid=world.community.pk)
    desk.post(reverse("residents:import-confirm", args=[one.pk]), {"fingerprint": one.fingerprint})
    run_pending()
    where = reverse("residents:import-undo", args=[one.pk])
    assert desk.get(where).status_code == 200
    answer = desk.post(where)
    assert answer.status_code == 302
    assert not Person.objects.filter(name="甲一").exists()
    assert desk.get(where).status_code == 403
    assert desk.get(one.get_absolute_url()).status_code == 200


def test_the_template_can_be_filled_in_and_imported(world, desk):
    content = b"".join(desk.get(reverse("residents:import-template")).streaming_content)
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    [row] = family("101", ["甲一"])
    values = dict(zip(HEADINGS, row, strict=True))
    given = {
        "姓名": "甲一", "身份证号": values["身份证号"], "微网格": "一幢", "楼栋": "5", "单元": "1", "房号": "101",
        "与户主关系": "户主",
    }  # fmt: skip
    for column, heading in enumerate(headings, start=1):
        for known, value in given.items():
            if heading == known:
                sheet.cell(4, column, value)
    target = BytesIO()
    book.save(target)
    one = send(desk, target.getvalue(), grid=world.community.pk)
    assert (one.state, one.new_rows, one.wrong_rows) == (ImportState.PREVIEWED, 1, 0), headings


def test_an_import_of_the_night_has_the_day_of_the_wall_clock(world, desk):
    one = send(desk, workbook(family("101", ["甲一"]), ["住户大名", *HEADINGS[1:]]), grid=world.community.pk)
    RosterImport.objects.filter(pk=one.pk).update(created_at=datetime(2026, 3, 4, 17, 30, tzinfo=UTC))
    assert str(RosterImport.objects.get(pk=one.pk)) == "2026-03-05"


def test_what_was_not_read_yet_has_no_figures(world, desk):
    send(desk, workbook(family("101", ["甲一"]), ["住户大名", *HEADINGS[1:]]), grid=world.community.pk)
    table = desk.get(reverse("residents:import-list")).context["table"]
    assert [table.rows[0].get_cell(name) for name in ("new_rows", "changed_rows", "wrong_rows")] == ["—"] * 3
    one = send(desk, workbook(family("101", ["甲一"])), grid=world.community.pk)
    assert one.new_rows == 1
    table = desk.get(reverse("residents:import-list")).context["table"]
    assert [table.rows[0].get_cell(name) for name in ("new_rows", "changed_rows", "wrong_rows")] == ["1", "0", "0"]
