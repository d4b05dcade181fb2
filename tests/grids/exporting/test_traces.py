"""A leaked piece of a file leads back to the account that took it (P37)."""

import csv
import io
import random

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from grids.common.sheets import Mark, write_sheet
from grids.exporting.models import Export
from grids.exporting.rules import hidden_numbers, hidden_word

ROWS = [[f"住户{n}", f"丁香花园{n}幢", "常住", "2026-01-01"] for n in range(400)]


def written(kind: str, number: int) -> bytes:
    file, _count = write_sheet(kind, "住户", ["甲", "乙", "丙", "丁"], iter(ROWS), Mark("", hidden_word(number)))
    with file:
        return file.read()


def rows_of(content: bytes) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in load_workbook(io.BytesIO(content)).active.values][1:]


def test_a_word_is_read_back_and_proves_itself() -> None:
    for number in (1, 7, 65_536, 2**32 - 1):
        assert hidden_numbers(f"常住{hidden_word(number)}，{hidden_word(number)}") == {number: 2}
    assert hidden_numbers("常住" + hidden_word(7)[:-1]) == {}
    flipped = hidden_word(7).replace("\u200b", "x", 1)
    assert hidden_numbers(flipped) == {}
    assert hidden_numbers("\u200b" * 200) in ({}, {0: 153})


def test_fifty_fragments_of_thirty_rows_name_their_export_however_they_were_treated() -> None:
    source = random.Random(20261122)
    for number in range(1, 51):
        rows = rows_of(written("xlsx", number))
        start = source.randrange(len(rows) - 30)
        fragment = rows[start : start + 30]
        source.shuffle(fragment)  # sorted anew
        if number % 2:  # copied into another file, and that saved as CSV
            text = io.StringIO()
            csv.writer(text).writerows(fragment)
            told = text.getvalue()
        else:
            told = "\n".join("\t".join(row) for row in fragment)
        assert set(hidden_numbers(told)) == {number}


@pytest.mark.django_db
def test_the_command_names_the_account(world, tmp_path, capsys) -> None:
    export = Export.objects.create(
        owner=world.secretary, title="住户", path="/households/", kind="xlsx", rows=400, state="taken"
    )
    leaked = tmp_path / "leaked.xlsx"
    book = Workbook()
    for row in rows_of(written("xlsx", export.pk))[100:130]:
        book.active.append(row)
    book.save(leaked)
    call_command("trace_export", leaked)
    told = capsys.readouterr().out
    assert f"{export.number}: 住户, 400 rows, taken by secretary" in told
    assert "hidden marks" in told
    clean = tmp_path / "clean.csv"
    clean.write_text("甲,乙\n")
    with pytest.raises(CommandError, match="No mark"):
        call_command("trace_export", clean)
