"""Every dirty file gives what its trap should give: read, or named cell by cell, or refused in one clear sentence."""

from collections import Counter

import pytest
from django.utils import translation

from residents.importing.book import Book, UnreadableBook, column_letter
from residents.importing.cells import CleanRow, clean_row, columns_of
from residents.importing.headings import Standing, match_columns, match_headings
from residents.importing.refusals import REASONS, refuse
from residents.importing.workbooks import check_size, read_book, read_paste
from tests.residents.importing.dirty import BOOKS, ON, Dirty

READABLE = [book for book in BOOKS if not book.refusal]
REFUSED = [book for book in BOOKS if book.refusal]


def opened(dirty: Dirty) -> Book:
    content = dirty.build()
    return read_paste(content.decode()) if dirty.paste else read_book(content, dirty.filename)


def cleaned(dirty: Dirty, book: Book) -> dict[tuple[str, int], CleanRow]:
    rows = {}
    for sheet in book.sheets:
        columns = columns_of(sheet, match_headings(sheet.headings, dirty.answers))
        for row in sheet.rows:
            rows[sheet.name, row.number] = clean_row(row, columns, on=ON)
    return rows


def test_there_are_enough_books_and_no_two_of_a_name():
    assert len(BOOKS) >= 60
    assert max(Counter(book.name for book in BOOKS).values()) == 1


@pytest.mark.parametrize("dirty", REFUSED, ids=str)
def test_what_cannot_be_read_is_refused_for_its_reason(dirty):
    with pytest.raises(UnreadableBook) as refusal:
        opened(dirty)
    assert refusal.value.code == dirty.refusal


@pytest.mark.parametrize("dirty", READABLE, ids=str)
def test_a_dirty_book_gives_what_it_should(dirty):
    book = opened(dirty)
    rows = cleaned(dirty, book)

    assert book.row_count == dirty.rows
    found = [
        (sheet, row, column_letter(fault.column) if fault.column is not None else "", fault.code)
        for (sheet, row), clean in rows.items()
        for fault in clean.faults
    ]
    assert sorted(found) == sorted(dirty.faults)
    for place, values in dirty.values.items():
        assert {name: rows[place].values.get(name) for name in values} == values
    assert tuple(place for place, clean in rows.items() if clean.left_out) == dirty.left_out
    assert set(dirty.notes) <= {note.code for clean in rows.values() for note in clean.notes}


@pytest.mark.parametrize("dirty", READABLE, ids=str)
def test_everything_left_out_of_a_book_is_listed(dirty):
    book = opened(dirty)
    matches = [match for sheet in book.sheets for match in match_columns(sheet.headings)]

    skipped = sorted((sheet.name, row.row, str(row.reason)) for sheet in book.sheets for row in sheet.skipped)
    assert skipped == sorted(dirty.skipped)
    assert sorted((sheet.name, str(sheet.reason)) for sheet in book.skipped_sheets) == sorted(dirty.skipped_sheets)
    assert tuple(match.heading for match in matches if match.field is None) == dirty.asked
    assert tuple(match.heading for match in matches if match.standing is Standing.DROPPED) == dirty.dropped


def test_a_fault_never_repeats_the_value():
    """Messages end in notes, marked workbooks and lists; numbers and phones stay in the file."""
    for dirty in READABLE:
        book = opened(dirty)
        rows = cleaned(dirty, book)
        for sheet in book.sheets:
            for row in sheet.rows:
                shown = " ".join(fault.message for fault in rows[sheet.name, row.number].faults)
                for value in row.values:
                    if isinstance(value, str) and len(value) > 8 and any(letter.isdigit() for letter in value):
                        assert value not in shown.replace("1990-01-05", "")


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_says_in_chinese_what_to_do(reason):
    with translation.override("zh-hans"):
        message = refuse(reason, place="A1").messages[0]
    assert "请" in message
    assert message.endswith("。")
    assert "%" not in message


@pytest.mark.parametrize("dirty", [book for book in READABLE if book.faults], ids=str)
def test_a_fault_says_in_chinese_what_is_wrong(dirty):
    with translation.override("zh-hans"):
        rows = cleaned(dirty, opened(dirty))
    for clean in rows.values():
        for fault in clean.faults:
            assert fault.message.endswith(("。", "：")) or "：" in fault.message
            assert not any(word in fault.message for word in ("非法", "无效", "操作失败"))


def test_a_large_upload_is_refused_by_its_size_alone():
    with pytest.raises(UnreadableBook) as refusal:
        check_size(200 * 1024 * 1024)
    assert refusal.value.code == "too_big"
    with pytest.raises(UnreadableBook) as refusal:
        check_size(0)
    assert refusal.value.code == "empty_file"


def test_a_book_read_as_something_else_than_its_name_says_so():
    notes = {book.name: opened(book).notes for book in READABLE if book.name in {"csv_named_xlsx", "clean", "xls"}}
    assert len(notes["csv_named_xlsx"]) == 2  # the encoding, and the kind
    assert notes["clean"] == notes["xls"] == ()
