"""Every dirty workbook end to end: uploaded over HTTP, read by the worker, looked at in the preview (promise P26)."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grids.jobs.worker import run_pending
from residents.importing.book import column_letter
from residents.importing.choices import ImportState, Outcome
from residents.importing.headings import normalise
from residents.importing.models import HeadingMemory, RosterImport
from residents.importing.packets import stored_rows
from residents.roster.models import Person
from tests.residents.importing.dirty import BOOKS, Dirty

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def send(client, world, book: Dirty) -> RosterImport | None:
    """Upload and read; None when the form itself refuses the file."""
    content = book.build()
    data = {"grid": world.community.pk}
    if book.paste:
        data["pasted"] = content.decode()
    else:
        data["file"] = SimpleUploadedFile(book.filename, content)
    before = RosterImport.objects.count()
    answer = client.post(reverse("residents:import-create"), data)
    if RosterImport.objects.count() == before:
        assert answer.status_code == 200
        assert answer.context["form"].errors["file"]
        return None
    assert answer.status_code == 302
    run_pending()
    return RosterImport.objects.select_related("job").latest("pk")


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_every_trap_is_told_on_the_page(world, client, book):
    client.force_login(world.secretary)
    for heading, field in book.answers.items():
        HeadingMemory.objects.create(user=world.secretary, heading=normalise(heading), field=field)
    people = Person.objects.count()

    one = send(client, world, book)

    if book.refusal:
        assert one is None or one.state == ImportState.FAILED, one.state
        if one is not None:
            page = client.get(one.get_absolute_url())
            assert page.status_code == 200
            assert one.message in unescape(page.content.decode())
        assert Person.objects.count() == people
        return
    assert one is not None
    assert one.job.state == "done", one.job.message
    page = client.get(one.get_absolute_url())
    if one.state == ImportState.MAPPING:
        # What the file does not say is asked; nothing is read on a guess.
        assert book.asked, one.digest
        page = client.get(page.url)
        asked = {match[1] for sheet in json.loads(one.digest)["sheets"] for match in sheet["matches"] if not match[2]}
        assert set(book.asked) <= asked
        assert page.status_code == 200
        return
    assert not book.asked or book.answers
    assert page.status_code == 200
    names = {sheet["index"]: sheet["name"] for sheet in json.loads(one.digest)["sheets"]}
    rows = list(stored_rows(one))
    assert len(rows) == book.rows
    found = {
        (names[row.draft.sheet], row.draft.row, column_letter(fault.column) if fault.column is not None else "")
        for row in rows
        for fault in row.faults
    }
    for sheet, number, letter, _code in book.faults:
        assert any(
            place == sheet and row == number and (column == letter or not letter) for place, row, column in found
        ), (sheet, number, letter, found)
    if book.faults:
        assert one.wrong_rows
        assert one.marked is not None
        shown = unescape(page.content.decode())
        assert any(f"{letter}{number}" in shown for _sheet, number, letter, _code in book.faults if letter) or all(
            not letter for _sheet, _number, letter, _code in book.faults
        )
    gone = {(names[row.draft.sheet], row.draft.row) for row in rows if row.outcome == Outcome.LEFT_OUT}
    assert set(book.left_out) == gone
    for (sheet, number), values in book.values.items():
        [row] = [row for row in rows if (names[row.draft.sheet], row.draft.row) == (sheet, number)]
        for field, value in values.items():
            if hasattr(row.draft, field):
                assert getattr(row.draft, field) == value, (number, field)
    assert Person.objects.count() == people, "nothing is written before it is confirmed"
