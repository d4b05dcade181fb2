"""Export, edit, import: only the edited cells change, whatever is masked in the file."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from grids.exporting.ledgers import save_ledger
from residents.importing.choices import ImportState
from residents.importing.packets import stored_rows
from residents.roster.bulk import Row, load_roster
from residents.roster.choices import Relation, ResidencyKind, Sex
from residents.roster.keys import person_key, read_person_key
from residents.roster.models import Person, Residency
from tests.residents.importing.files import confirm, counts, upload, workbook
from tests.residents.importing.test_life import family, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def exported(world, client):
    """The list of persons as the secretary takes it away."""
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=4))))
    client.force_login(world.fresh("secretary"))
    answer = client.get(reverse("residents:person-list"), {"export": "xlsx"})
    assert answer.status_code == 200, answer.content[:500]
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))


def saved(book) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def heads(book) -> dict[str, int]:
    return {cell.value: cell.column for cell in book.worksheets[0][1]}


def test_what_is_taken_away_and_brought_back_changes_nothing(world, exported):
    before = register()
    read = upload(world, saved(exported), name="居民.xlsx")
    assert read.state == ImportState.PREVIEWED, read.digest
    problems = [(row.draft.row, row.faults, row.changes) for row in stored_rows(read) if row.outcome != "unchanged"]
    assert problems == [], problems
    assert counts(read)[2] == Residency.objects.active().under(world.community).count()
    assert register() == before


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_way_of_living_comes_back_as_it_was(world, client, kind):
    """Doors that cannot be read in parts, every relation and kind, names and phones of all sorts."""

    def row(room, **values):
        return Row(
            **{"grid": world.east_micro.code, "building": "7幢", "unit": "1", "name": "丁一", **values}, room=room
        )

    rows = [row("101")]
    rows += [row("101", relation=one, name=f"丁{label[:8]}") for one, label in Relation.choices if one != Relation.HEAD]
    rows += [row(f"2{place:02d}", kind=one, use="let") for place, one in enumerate(ResidencyKind.values)]
    rows += [row(f"3{place:02d}", sex=one) for place, one in enumerate(Sex.values)]
    rows += [row(room, phone="0511-88123456") for room in ("501-1", "1-2", "B1", "地下室", "一楼东", "院内")]
    rows += [row("601", household=one, since=date(2001, 2, 3)) for one in "12"]
    names = ["买买提·吐尔逊", "SMITH John", "𠮷田"]
    rows += [row(f"7{place:02d}", name=name, building="中山路12号", unit="") for place, name in enumerate(names)]
    load_roster(rows, grid=world.community, actor=None)
    client.force_login(world.fresh("secretary"))
    content = b"".join(client.get(reverse("residents:person-list"), {"export": kind}).streaming_content)

    read = upload(world, content, name=f"居民.{kind}")
    assert [(row.draft.row, row.faults, row.changes) for row in stored_rows(read) if row.outcome != "unchanged"] == []
    assert counts(read)[2] == Residency.objects.active().under(world.community).count()


def test_only_the_edited_cells_change(world, exported):
    sheet, columns = exported.worksheets[0], heads(exported)
    [line] = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, columns["姓名"]).value == "甲二"]
    assert sheet.cell(line, columns["电话"]).value == "139****0001"
    sheet.cell(line, columns["姓名"], "甲小二")
    sheet.cell(line, columns["电话"], "13700000009")
    other = Person.objects.get(name="乙一")

    read = upload(world, saved(exported), name="居民.xlsx")
    assert counts(read)[:2] == (0, 1)
    [row] = [row for row in stored_rows(read) if row.outcome == "changed"]
    assert {name for name, _old, _new in row.changes} == {"name", "phone"}
    assert confirm(read).state == ImportState.DONE

    person = Person.objects.get(name="甲小二")
    assert (person.phone, person.id_number) == ("13700000009", family("101", ["甲一", "甲二"])[1][1])
    assert Person.objects.get(pk=other.pk).version == other.version


def test_a_mask_that_was_changed_by_hand_is_a_fault(world, exported):
    sheet, columns = exported.worksheets[0], heads(exported)
    sheet.cell(2, columns["电话"], "137****9999")
    read = upload(world, saved(exported), name="居民.xlsx")
    assert counts(read)[3] == 1
    [row] = [row for row in stored_rows(read) if row.faults]
    assert (row.draft.row, row.faults[0].column) == (2, columns["电话"] - 1)


def test_a_foreign_system_number_tells_nothing(world, exported):
    sheet, columns = exported.worksheets[0], heads(exported)
    sheet.cell(2, columns["系统编号"], person_key(world.foreign_person.pk))
    sheet.cell(3, columns["系统编号"], "123:abc")
    read = upload(world, saved(exported), name="居民.xlsx")
    foreign, invented = [row.faults for row in stored_rows(read) if row.faults][:2]
    assert {fault.message for fault in foreign if fault.field == "person_key"} == {
        fault.message for fault in invented if fault.field == "person_key"
    }
    assert not any("外区" in fault.message for fault in foreign)


def test_only_those_who_import_take_system_numbers_away(world, client):
    client.force_login(world.auditor)
    answer = client.get(reverse("residents:person-list"), {"export": "csv"})
    assert "系统编号" not in b"".join(answer.streaming_content).decode()


def test_a_key_cannot_be_invented():
    key = person_key(17)
    assert read_person_key(key) == 17
    assert read_person_key(key.replace("17", "18", 1)) is None
    assert read_person_key("17") is None
    assert read_person_key("") is None


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_ledger_with_its_lines_comes_back_as_it_was(world, client, kind):
    """Title, unit and period above, who made it and who took it below; two columns and the system number are enough."""
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=4))))
    client.force_login(world.fresh("secretary"))
    columns = "columns=name&columns=phone"
    ledger = save_ledger(
        actor=world.secretary,
        title="合计户籍台账",
        address=f"{reverse('residents:person-list')}?{columns}",
        unit="丁香社区",
        period="2026年11月",
        preparer="周书记",
    )
    answer = client.post(ledger.get_absolute_url(), {"purpose": "report", "kind": kind})
    read = upload(world, b"".join(answer.streaming_content), name=f"台账.{kind}")
    assert read.state == ImportState.PREVIEWED, read.digest
    assert counts(read) == (0, 0, Residency.objects.active().under(world.community).count(), 0)


def test_a_list_that_excel_saved_in_its_own_code_page_changes_nothing(world, client):
    """GBK has none of the hidden characters of the mark: Excel writes a question mark for each of them."""
    confirm(upload(world, workbook(family("101", ["甲一", "甲二"]) + family("102", ["乙一"], first=4))))
    client.force_login(world.fresh("secretary"))
    answer = client.get(reverse("residents:person-list"), {"export": "csv"})
    saved_as = b"".join(answer.streaming_content).decode("utf-8-sig").encode("gbk", "replace")
    assert b"?" * 48 in saved_as
    read = upload(world, saved_as, name="居民.csv")
    assert counts(read) == (0, 0, Residency.objects.active().under(world.community).count(), 0)
