"""The workbook that is handed out: it holds nobody, and what is filled in is read as it was meant."""

from io import BytesIO

import openpyxl
import pytest
from django.utils import translation

from residents.importing.cells import clean_row, columns_of
from residents.importing.headings import match_headings
from residents.importing.template import AS_TEXT, COLUMNS, LISTS, workbook
from residents.importing.workbooks import read_book
from tests.residents.importing.dirty.making import ON, ZHANG


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_as_it_is_holds_nobody(language):
    with translation.override(language):
        [sheet] = read_book(workbook(), "模板.xlsx").sheets
    assert sheet.rows == ()
    assert [str(row.reason) for row in sheet.skipped] == ["instructions", "sample"]
    assert match_headings(sheet.headings) == ["", *COLUMNS]


def test_what_is_filled_in_is_read():
    book = openpyxl.load_workbook(BytesIO(workbook()))
    sheet = book.worksheets[0]
    given = {
        "name": ZHANG[0],
        "id_number": ZHANG[2],
        "building": "3号楼",
        "unit": "2单元",
        "room": "501",
        "relation": "户主",
    }
    for name, value in given.items():
        sheet.cell(4, COLUMNS.index(name) + 2, value)
    target = BytesIO()
    book.save(target)
    [read] = read_book(target.getvalue(), "模板.xlsx").sheets
    [row] = read.rows
    clean = clean_row(row, columns_of(read, match_headings(read.headings)), on=ON)
    assert (row.number, clean.faults) == (4, ())
    assert {name: clean.values[name] for name in given} == given | {"relation": "02"}


def test_numbers_are_text_choices_are_lists_and_the_key_is_hidden():
    sheet = openpyxl.load_workbook(BytesIO(workbook())).worksheets[0]
    letters = {name: openpyxl.utils.get_column_letter(place) for place, name in enumerate(COLUMNS, start=2)}
    assert {sheet.column_dimensions[letters[name]].hidden for name in COLUMNS if name != "person_key"} == {False}
    assert sheet.column_dimensions[letters["person_key"]].hidden
    for name in AS_TEXT:
        assert sheet[f"{letters[name]}3"].number_format == "@"
    listed = {str(one.sqref).partition("4")[0] for one in sheet.data_validations.dataValidation}
    assert listed == {letters[name] for name in LISTS}
