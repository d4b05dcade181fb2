"""Wrong cells corrected on the page: as if the file had held them, and never past anybody else's correction."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.retention import retention_rules
from grids.jobs.worker import run_pending
from grids.trail.models import AuditEntry
from residents.importing.choices import ChunkKind, ImportState, Outcome
from residents.importing.packets import aside_keys, stored_rows, typed_cells
from residents.importing.rules import KEEP_FILE
from residents.importing.services import cancel_import, correct_rows, read_again, take_rows_in, undo_import
from residents.importing.services.correcting import RowsMovedOn
from residents.roster.models import Person
from tests.residents.importing.files import HEADINGS, confirm, counts, fresh, upload, workbook
from tests.residents.importing.test_life import family, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world, client):
    client.force_login(world.secretary)
    return client


def planted():
    """A household with three wrong cells: a number (B3), a phone (C4) and a relation (D4); the right ones beside."""
    rows = family("101", ["甲一", "甲二", "甲三"])
    right = {"cell_0_3_1": rows[1][1], "cell_0_4_2": rows[2][2], "cell_0_4_3": rows[2][3]}
    rows[1][1], rows[2][2], rows[2][3] = "12345", "1381234", "远房"
    return rows, right


def page_of(one):
    return reverse("residents:import-wrong", args=[one.pk])


def opened(client, one, query=""):
    answer = client.get(page_of(one) + query)
    assert answer.status_code == 200
    return answer


def sent(answer, **typed):
    """What the browser sends of an opened page: every field of its form, some of them typed in."""
    form = answer.context["form"]
    values = {bound.name: bound.value() or "" for bound in form}
    assert set(typed) <= set(values)
    return {**values, **typed}


def save(client, one, **typed):
    answer = client.post(page_of(one), sent(opened(client, one), **typed))
    assert answer.status_code == 302, answer.context["form"].errors
    run_pending()
    return fresh(one)


def wrong_keys(one):
    return [row.key for row in stored_rows(one) if row.outcome == Outcome.WRONG]


def test_corrected_cells_are_imported_undone_and_known_again(world, desk):
    rows, right = planted()
    one = upload(world, workbook(rows))
    assert counts(one) == (1, 0, 0, 2)
    before = register()

    one = save(desk, one, **right)

    assert (one.state, counts(one)) == (ImportState.PREVIEWED, (3, 0, 0, 0))
    assert one.job.next_url == one.get_absolute_url()
    corrected = desk.get(reverse("residents:import-marked", args=[one.pk])).content
    done = confirm(one)
    assert done.state == ImportState.DONE
    head, second, third = (Person.objects.get(name=name) for name in ("甲一", "甲二", "甲三"))
    assert second.id_number == right["cell_0_3_1"]
    assert third.phone == right["cell_0_4_2"]
    assert third.residencies.get().household_id == head.residencies.get().household_id

    again = upload(world, corrected)
    assert counts(again) == (0, 0, 3, 0), "the corrected workbook says what is in the roster"
    undo_import(done, actor=world.fresh("secretary"))
    assert register() == before


def test_what_is_still_wrong_stays_typed_and_comes_back_in_the_workbook(world, desk):
    rows, right = planted()
    one = save(desk, upload(world, workbook(rows)), cell_0_3_1="123456", cell_0_4_2=right["cell_0_4_2"])

    assert counts(one) == (1, 0, 0, 2)
    assert one.job.next_url == page_of(one), "whoever corrects comes back to what is still wrong"
    answer = opened(desk, one)
    form = answer.context["form"]
    assert form["cell_0_3_1"].value() == "123456"
    assert "12345" in answer.content.decode()
    assert "原表中为：12345<" in answer.content.decode()
    assert 'id="fault_cell_0_3_1"' in answer.content.decode()
    assert 'id="fault_cell_0_4_2"' not in answer.content.decode(), "the phone is right now"
    marked = openpyxl.load_workbook(BytesIO(desk.get(reverse("residents:import-marked", args=[one.pk])).content))
    sheet = marked.worksheets[0]
    assert (sheet["B3"].value, sheet["C4"].value) == ("123456", right["cell_0_4_2"])
    assert sheet["B3"].comment.text
    assert sheet["C4"].comment is None

    one = save(desk, one, cell_0_3_1="12345")
    assert (0, 3) not in typed_cells(one), "what the file says itself is no correction"
    assert (0, 4) in typed_cells(one)


def test_an_emptied_cell_is_empty(world, desk):
    rows, _right = planted()
    one = save(desk, upload(world, workbook(rows)), cell_0_3_1="", cell_0_4_2="", cell_0_4_3="其他亲属")
    assert counts(one) == (3, 0, 0, 0)
    confirm(one)
    assert Person.objects.get(name="甲二").id_number == ""


def test_two_windows_do_not_overwrite_each_other(world, desk):
    rows, right = planted()
    one = upload(world, workbook(rows))
    first, second = opened(desk, one), opened(desk, one)
    desk.post(page_of(one), sent(first, cell_0_3_1="111"))

    checking = desk.post(page_of(one), sent(second, cell_0_3_1=right["cell_0_3_1"]))
    assert checking.status_code == 200, "the file is being read: nothing is saved and nothing is lost"
    assert checking.context["form"]["cell_0_3_1"].value() == right["cell_0_3_1"]
    assert checking.context["form"].non_field_errors()

    run_pending()
    moved = desk.post(page_of(one), sent(second, cell_0_3_1=right["cell_0_3_1"], cell_0_4_2=right["cell_0_4_2"]))
    assert moved.status_code == 200
    assert typed_cells(one)[0, 3] == {1: "111"}
    words = moved.content.decode()
    assert "另一窗口已改为：111" in words
    form = moved.context["form"]
    assert form.moved == {(0, 3)}
    assert form["cell_0_4_2"].value() == right["cell_0_4_2"]

    assert desk.post(page_of(one), sent(moved, cell_0_4_3="其他亲属")).status_code == 302
    run_pending()
    assert counts(fresh(one)) == (3, 0, 0, 0), "whoever has seen the other's word may put his own in its place"


def test_what_was_typed_in_a_row_that_is_right_by_now_is_shown(world, desk):
    rows, right = planted()
    one = upload(world, workbook(rows))
    late = opened(desk, one)
    save(desk, one, cell_0_3_1=right["cell_0_3_1"])

    answer = desk.post(page_of(one), sent(late, cell_0_3_1="990000", cell_0_4_2=right["cell_0_4_2"]))

    assert answer.status_code == 200
    assert answer.context["left_over"] == [("B3", "990000")]
    assert answer.context["form"]["cell_0_4_2"].value() == right["cell_0_4_2"]
    assert typed_cells(one) == {(0, 3): {1: right["cell_0_3_1"]}}
    assert desk.post(page_of(one), sent(answer)).status_code == 302, "seen once, it stands in nobody's way"


def test_the_service_goes_by_the_rows_as_seen(world):
    rows, _right = planted()
    one = upload(world, workbook(rows))
    marks = {row.key: row.mark for row in stored_rows(one)}
    with pytest.raises(RowsMovedOn):
        correct_rows(one, actor=one.owner, cells={(0, 2): {0: "乙"}}, marks=marks)
    with pytest.raises(RowsMovedOn):
        correct_rows(one, actor=one.owner, cells={(0, 3): {1: "1"}}, marks={})
    with pytest.raises(Refused):
        correct_rows(one, actor=one.owner, cells={(0, 3): {40: "1"}}, marks=marks)
    assert typed_cells(one) == {}


def test_nothing_typed_is_no_work(world, desk):
    rows, _right = planted()
    one = upload(world, workbook(rows))
    jobs = fresh(one).job_id
    answer = desk.post(page_of(one), sent(opened(desk, one)))
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert fresh(one).job_id == jobs


def test_numbers_are_encrypted_masked_and_out_of_the_trail(world, desk):
    rows, right = planted()
    one = upload(world, workbook(rows))
    words = opened(desk, one).content.decode()
    assert "12345" in words, "a wrong number is shown, for it cannot be corrected otherwise"
    # The right number of the third person, whose phone is wrong, is masked.
    assert rows[2][1] not in words
    assert f"{rows[2][1][:6]}********{rows[2][1][-4:]}" in words
    one = save(desk, one, cell_0_3_1=right["cell_0_3_1"])

    number = right["cell_0_3_1"]
    assert number not in desk.get(one.get_absolute_url() + "?outcome=all").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM residents_importchunk")
        assert all(number.encode() not in bytes(content) for (content,) in cursor.fetchall())
    entries = AuditEntry.objects.filter(act__startswith="import.").order_by("pk")
    assert [entry.act for entry in entries if entry.act != "import.upload"][:2] == ["import.wrong", "import.wrong"]
    entry = AuditEntry.objects.get(act="import.correct")
    assert (entry.actor, entry.grid, entry.changes) == (world.secretary, world.community, {"cells": ["", "B3"]})
    assert not any(number in str(entry.changes) for entry in AuditEntry.objects.all())


def test_columns_that_are_not_kept_are_neither_shown_nor_stored(world, desk):
    rows, _right = planted()
    one = upload(world, workbook([[*row, "道教"] for row in rows], [*HEADINGS, "宗教信仰"]))
    answer = opened(desk, one)
    assert "道教" not in answer.content.decode()
    assert all("道教" not in row.cells for row in stored_rows(one))


@pytest.mark.parametrize(
    ("name", "status"), [("desk_worker", 403), ("foreign_secretary", 404), ("auditor", 404), ("leader", 404)]
)
def test_only_whoever_uploaded_it_corrects_it(world, client, name, status):
    rows, right = planted()
    one = upload(world, workbook(rows))
    client.force_login(world.fresh(name))
    assert client.get(page_of(one)).status_code == status
    answer = client.post(page_of(one), {"seen_0_3": "x", "cell_0_3_1": right["cell_0_3_1"]})
    assert answer.status_code == status
    assert typed_cells(one) == {}


def test_damage_of_a_column_is_judged_by_the_file(world, desk):
    """Numbers that Excel has damaged stay found when others of their column have been typed again."""
    rows = family("101", ["甲一", "甲二", "甲三"])
    right = rows[0][1]
    rows[0][1] = "1.10105E+17"
    rows[1][1] = "990101199001011000"
    rows[2][1] = "990101199001012000"
    one = upload(world, workbook(rows))
    assert wrong_keys(one) == [(0, 2), (0, 3), (0, 4)]
    one = save(desk, one, cell_0_2_1=right)
    assert wrong_keys(one) == [(0, 3), (0, 4)]


def test_pages_and_rows_that_leave_them(world, desk, django_assert_max_num_queries):
    rows = [row for number in range(45) for row in family(f"{number + 1}01", ["乙甲"], first=number)]
    right = [row[2] for row in rows]
    for row in rows:
        row[2] = "1381234"
    one = upload(world, workbook(rows))
    last = opened(desk, one, "?page=3")
    assert [line.row.key for line, _words in last.context["lines"]] == [(0, row) for row in range(42, 47)]
    with django_assert_max_num_queries(25):
        opened(desk, one)
    answer = desk.post(page_of(one), sent(last, cell_0_46_2=right[44]))
    assert answer.status_code == 302
    run_pending()
    assert wrong_keys(fresh(one)) == [(0, row) for row in range(2, 46)]


def test_merged_cells_are_parted_where_one_of_their_rows_is_corrected(world, desk):
    rows = family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=2)
    for row in rows[:2]:
        row[5] = "没有的网格"
    book = openpyxl.load_workbook(BytesIO(workbook(rows)))
    book.worksheets[0].merge_cells("F2:F3")
    target = BytesIO()
    book.save(target)
    one = upload(world, target.getvalue())
    assert wrong_keys(one) == [(0, 2), (0, 3)]

    one = save(desk, one, cell_0_3_5="一幢")
    assert wrong_keys(one) == [(0, 2)]
    sheet = openpyxl.load_workbook(BytesIO(bytes(one.marked.content))).worksheets[0]
    assert (sheet["F2"].value, sheet["F3"].value, sheet["F4"].value) == ("没有的网格", "一幢", "一幢")
    assert counts(upload(world, bytes(one.marked.content)))[3] == 1


def test_text_files_and_formulas_come_back_as_typed(world, desk):
    rows, right = planted()
    text = "\r\n".join(",".join(row) for row in [HEADINGS, *rows]).encode("gb18030")
    one = save(desk, upload(world, text, name="a.csv"), cell_0_3_1=right["cell_0_3_1"], cell_0_4_3="=1+1")
    sheet = openpyxl.load_workbook(BytesIO(bytes(one.marked.content))).worksheets[0]
    assert sheet["B3"].value == right["cell_0_3_1"]
    assert (sheet["D4"].value, sheet["D4"].data_type) == ("=1+1", "s")


def test_corrections_stay_with_the_columns_named_anew_and_go_with_the_file(world, desk):
    rows, right = planted()
    one = save(desk, upload(world, workbook(rows)), **right)
    read_again(one, actor=one.owner)
    run_pending()
    one = fresh(one)
    assert counts(one) == (3, 0, 0, 0)

    rule = retention_rules.get("residents.import_rows")
    due = rule.due(today() + KEEP_FILE + timedelta(days=1))
    assert set(due.filter(roster_import=one).values_list("kind", flat=True)) == {ChunkKind.PLAN, ChunkKind.TYPED}
    cancel_import(one, actor=one.owner)
    assert not one.chunks.filter(kind=ChunkKind.TYPED).exists()


# ------------------------------------------------------------------ rows left out
def take_in(client, one, *keys):
    url = reverse("residents:import-take-in", args=[one.pk])
    return client.post(url, {"row": [f"{sheet}_{row}" for sheet, row in keys]})


def test_a_wrong_row_is_left_out_counted_and_taken_back_in(world, desk):
    rows, right = planted()
    one = save(desk, upload(world, workbook(rows)), out_0_3="on", cell_0_4_2=right["cell_0_4_2"])
    assert (counts(one), one.left_out_rows) == ((1, 0, 0, 1), 1), "the row beside it was corrected in part"
    assert one.job.next_url == page_of(one)
    assert "您选择不导入的有 1 行" in opened(desk, one).content.decode()

    one = save(desk, one, out_0_4="on")
    assert (counts(one), one.left_out_rows) == ((1, 0, 0, 0), 2)
    words = desk.get(one.get_absolute_url() + "?outcome=left_out").content.decode()
    assert words.count("您已选择不导入本行") == 2
    assert "有 2 行不导入" in words

    assert take_in(desk, one, (0, 4)).status_code == 302
    run_pending()
    one = fresh(one)
    assert (wrong_keys(one), one.left_out_rows) == ([(0, 4)], 1)
    assert typed_cells(one)[0, 4] == {2: right["cell_0_4_2"]}, "what was typed is kept"
    one = save(desk, one, cell_0_4_3="其他亲属")

    done = confirm(one)
    assert set(Person.objects.filter(name__in=["甲一", "甲二", "甲三"]).values_list("name", flat=True)) == {
        "甲一",
        "甲三",
    }
    assert "文件中有 1 行没有导入" in desk.get(done.get_absolute_url()).content.decode()
    entries = AuditEntry.objects.filter(act__in=["import.leave_out", "import.take_in", "import.apply"]).order_by("pk")
    assert [(entry.act, entry.changes.get("rows")) for entry in entries] == [
        ("import.leave_out", ["", "3"]),
        ("import.leave_out", ["", "4"]),
        ("import.take_in", ["4", ""]),
        ("import.apply", None),
    ]
    assert entries.last().changes["left_out"] == [0, 1]
    with pytest.raises(Refused):
        take_rows_in(done, actor=world.fresh("secretary"), keys=[(0, 3)])


def test_leaving_out_and_taking_in_twice_is_once(world, desk):
    rows, _right = planted()
    one = upload(world, workbook(rows))
    first = opened(desk, one)
    one = save(desk, one, out_0_3="on", out_0_4="on")
    job = one.job_id
    assert desk.post(page_of(one), sent(first, out_0_3="on")).status_code == 302, "sent twice by a slow connection"
    assert take_in(desk, one, (0, 2), (7, 9)).status_code == 302, "a row that was never left out"
    assert desk.post(reverse("residents:import-take-in", args=[one.pk]), {"row": "x_1"}).status_code == 302
    assert (fresh(one).job_id, AuditEntry.objects.filter(act="import.leave_out").count()) == (job, 1)

    take_in(desk, one, (0, 3))
    run_pending()
    assert take_in(desk, one, (0, 3)).status_code == 302
    assert AuditEntry.objects.filter(act="import.take_in").count() == 1


def test_only_wrong_rows_as_seen_are_left_out(world):
    rows, _right = planted()
    one = upload(world, workbook(rows))
    marks = {row.key: row.mark for row in stored_rows(one)}
    with pytest.raises(RowsMovedOn):
        correct_rows(one, actor=one.owner, cells={}, marks=marks, leave_out=[(0, 2)])
    with pytest.raises(RowsMovedOn):
        correct_rows(one, actor=one.owner, cells={}, marks={}, leave_out=[(0, 3)])
    assert aside_keys(one) == set()


def test_without_its_head_a_household_is_wrong(world, desk):
    rows, _right = planted()
    rows[0][1] = "12345"
    one = save(desk, upload(world, workbook(rows)), out_0_2="on")
    assert wrong_keys(one) == [(0, 3), (0, 4)]
    one = save(desk, one, out_0_3="on", out_0_4="on")
    assert "除不导入的行以外" in desk.get(one.get_absolute_url()).content.decode()
    cancel_import(one, actor=one.owner)
    assert not one.chunks.exists(), "which rows were left out goes with the file"
