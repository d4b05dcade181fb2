"""Whoever stands in a file is found there, whatever program wrote it and wherever in it he stands."""

from io import BytesIO

import pytest
import xlsxwriter

from grids.common.file_texts import texts_in

NAME = "欧阳百合"


def workbook() -> bytes:
    """The name in a hidden sheet, in two differently printed runs of one cell."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("首页").write(0, 0, "说明")
        page = book.add_worksheet("隐藏")
        page.hide()
        page.write_rich_string(0, 0, book.add_format({"bold": True}), "欧阳", "百合")
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le"])
def test_texts_in_the_usual_encodings(encoding: str) -> None:
    assert any(NAME in text for text in texts_in(f"姓名\n{NAME}\n".encode(encoding)))


def test_a_workbook_with_hidden_sheets_and_split_cells() -> None:
    assert any(NAME in text for text in texts_in(workbook()))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", workbook()[:200], b"\xff\xfe\x00"])
def test_a_broken_file_says_nothing_and_breaks_nothing(content: bytes) -> None:
    assert not any(NAME in text for text in texts_in(content))
