"""Files that are something else than they seem, cannot be read, or are text in some encoding."""

import struct
import zipfile
from io import BytesIO
from typing import Any

import xlsxwriter

from tests.residents.importing.dirty.making import (
    HEADINGS,
    PEOPLE,
    SHEET,
    Dirty,
    archive,
    in_sheet,
    keep,
    repacked,
    text,
    with_further_stream,
    with_record,
    with_stream_named,
    xls,
    xlsx,
)

TABLE = [HEADINGS, *PEOPLE]


def _clean() -> bytes:
    return xlsx(TABLE)


def _bomb() -> bytes:
    """300 MB of zeros in one part."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        new.writestr("xl/workbook.xml", "<workbook/>")
        with new.open("xl/worksheets/sheet1.xml", "w") as part:
            for _number in range(300):
                part.write(b"\0" * 1024 * 1024)
    return stream.getvalue()


def _lying_bomb() -> bytes:
    """The labels say that a part of 40 MB unpacks to 1,000 bytes."""
    content = bytearray(repacked(_clean(), keep, xl__worksheets__sheet9_dot_xml=b" " * 40 * 1024 * 1024))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = -1
        while (start := content.find(signature, start + 1)) >= 0:
            if b"sheet9.xml" in content[start : start + 90].split(b"PK", 2)[1][:90]:
                content[start + place : start + place + 4] = struct.pack("<I", 1000)
    return bytes(content)


def _repeated_text() -> bytes:
    """One text of 32,000 letters that 100,000 cells show: the file is small, the table would take gigabytes."""
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 100_001))
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet(SHEET).write_row(0, 0, HEADINGS)
    book.close()
    return repacked(
        stream.getvalue(),
        lambda name, data: {
            "xl/sharedStrings.xml": b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
            + b"x" * 32_000
            + b"</t></si></sst>",
            "xl/worksheets/sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + rows + b"</sheetData></worksheet>",
        }.get(name, data),
    )


def _unplaced_far() -> bytes:
    """Cells that do not say where they are, in a row that is far away."""
    return repacked(
        _clean(),
        lambda name, data: (
            data.replace(b"</sheetData>", b'<row r="1048576"><c t="n"><v>1</v></c></row></sheetData>')
            if name == "xl/worksheets/sheet1.xml"
            else data
        ),
    )


def _far_cell() -> bytes:
    def then(_workbook: Any, sheet: Any) -> None:
        sheet["XFD1048576"] = "x"

    return xlsx(TABLE, then=then)


def _wide() -> bytes:
    return xlsx([[*HEADINGS, *(f"列{place}" for place in range(300))], *PEOPLE])


def _encrypted_zip() -> bytes:
    content = bytearray(_clean())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := content.find(signature, start + 1)) >= 0:
            content[start + place] |= 1
    return bytes(content)


def _macro_sheet(record: bytearray) -> None:
    record[9] = 1


def _password(record: bytearray) -> None:
    record[:2] = struct.pack("<H", 0x2F)


def refused(name: str, reason: str, trap: str, filename: str, build: Any) -> Dirty:
    return Dirty(name, trap, filename, build, refusal=reason)


REFUSED = [
    refused("nothing", "empty_file", "0 bytes", "花名册.xlsx", lambda: b""),
    refused("huge", "too_big", "more than 30 MB", "花名册.xlsx", lambda: b"PK\x03\x04" + bytes(31 * 1024 * 1024)),
    refused("bomb", "bomb", "300 MB in a small zip file", "花名册.xlsx", _bomb),
    refused("lying_bomb", "damaged", "the zip file lies about the length of its parts", "花名册.xlsx", _lying_bomb),
    refused(
        "macros_xlsm",
        "macros",
        "a macro project",
        "花名册.xlsm",
        lambda: repacked(_clean(), keep, xl__vbaProject_dot_bin=b"macro"),
    ),
    refused(
        "macro_sheet_xlsm",
        "macros",
        "a sheet of old macros",
        "花名册.xlsm",
        lambda: repacked(_clean(), keep, xl__macrosheets__sheet1_dot_xml=b"<x/>"),
    ),
    refused(
        "macros_xls",
        "macros",
        "a macro project",
        "花名册.xls",
        lambda: with_further_stream(xls(TABLE), "_VBA_PROJECT_CUR"),
    ),
    refused(
        "macro_sheet_xls",
        "macros",
        "a sheet of old macros",
        "花名册.xls",
        lambda: with_record(xls(TABLE), 0x85, _macro_sheet),
    ),
    refused(
        "encrypted_xlsx",
        "encrypted",
        "a password for opening",
        "花名册.xlsx",
        lambda: with_stream_named(xls(TABLE), "Workbook", "EncryptedPackage"),
    ),
    refused(
        "encrypted_xls",
        "encrypted",
        "a password for opening",
        "花名册.xls",
        lambda: with_record(xls(TABLE), 0x5C, _password),
    ),
    refused("encrypted_zip", "encrypted", "a zip password", "花名册.xlsx", _encrypted_zip),
    refused("cut_xlsx", "damaged", "half of the file is missing", "花名册.xlsx", lambda: _clean()[:3000]),
    refused("cut_xls", "damaged", "half of the file is missing", "花名册.xls", lambda: xls(TABLE * 50)[:12_000]),
    refused(
        "flipped_bytes",
        "damaged",
        "bytes of a part were changed on the way",
        "花名册.xlsx",
        lambda: _clean()[:700] + b"\xff\x00\xff" + _clean()[703:],
    ),
    refused(
        "entities",
        "damaged",
        "the XML defines its own entities",
        "花名册.xlsx",
        lambda: repacked(
            xlsx(TABLE, then=lambda _workbook, sheet: sheet.__setitem__("A9", "=1+1")),
            in_sheet("<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet'),
        ),
    ),
    refused("pdf", "pdf", "a PDF", "花名册.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    refused(
        "picture", "image", "a photo of the list", "花名册.xlsx", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200)
    ),
    refused(
        "text_document", "document", "a Word file", "花名册.xls", lambda: archive(word__document_dot_xml=b"<w/>", a=b"")
    ),
    refused(
        "old_text_document",
        "document",
        "an old Word file",
        "花名册.xls",
        lambda: with_stream_named(xls(TABLE), "Workbook", "WordDocument"),
    ),
    refused(
        "web_page",
        "html",
        "a web page saved as .xls",
        "花名册.xls",
        lambda: "<html><body><table><tr><td>姓名</td><td>身份证号</td></tr></table></body></html>".encode(),
    ),
    refused(
        "xml_2003",
        "xml",
        "a workbook of 2003 in XML",
        "花名册.xls",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ),
    refused("archive", "archive", "workbooks in a zip file", "花名册.zip", lambda: archive(a_dot_xlsx=_clean())),
    refused("rar", "archive", "a RAR file", "花名册.rar", lambda: b"Rar!\x1a\x07\x00" + bytes(50)),
    refused("xlsb", "xlsb", "a binary workbook", "花名册.xlsb", lambda: archive(xl__workbook_dot_bin=b"\0")),
    refused(
        "opendocument",
        "opendocument",
        "an OpenDocument file",
        "花名册.ods",
        lambda: archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_dot_xml=b"<x/>"),
    ),
    refused(
        "program",
        "not_a_spreadsheet",
        "no table at all",
        "花名册.xlsx",
        lambda: b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 8,
    ),
    refused("blank", "no_rows", "a workbook with nothing in it", "花名册.xlsx", lambda: xlsx()),
    refused("no_headings", "no_headings", "rows without headings", "花名册.xlsx", lambda: xlsx(PEOPLE)),
    refused("far_cell", "too_many_rows", "a letter in the last cell of the sheet", "花名册.xlsx", _far_cell),
    refused("unplaced_far_cell", "too_many_rows", "a far cell that hides its place", "花名册.xlsx", _unplaced_far),
    refused("repeated_text", "bomb", "one long text shown by very many cells", "花名册.xlsx", _repeated_text),
    refused("wide", "too_many_columns", "more than 200 columns", "花名册.xlsx", _wide),
    refused(
        "long",
        "too_many_rows",
        "more than 200,000 rows",
        "花名册.csv",
        lambda: text([HEADINGS]) + text([PEOPLE[0]]) * 200_000,
    ),
    refused(
        "open_quote",
        "quotes",
        "a quotation mark that is never closed",
        "花名册.csv",
        lambda: text(TABLE).replace("李秀英".encode(), '"李秀英'.encode()),
    ),
]

_ALL = {("", row): {"name": person[0], "id_number": person[2]} for row, person in enumerate(PEOPLE, start=2)}
_OF_SHEET = {(SHEET, row): {"name": person[0], "id_number": person[2]} for row, person in enumerate(PEOPLE, start=2)}


def clean_text(name: str, trap: str, build: Any, filename: str = "花名册.csv", **more: Any) -> Dirty:
    return Dirty(name, trap, filename, build, rows=4, values=_ALL, **more)


TEXTS = [
    clean_text("csv_utf8", "UTF-8 without a mark", lambda: text(TABLE)),
    clean_text("csv_utf8_bom", "UTF-8 with a mark", lambda: text(TABLE, encoding="utf-8-sig")),
    clean_text("csv_gbk", "GBK, as WPS writes CSV", lambda: text(TABLE, encoding="gbk")),
    clean_text(
        "csv_utf16",
        "UTF-16, Excel's Unicode text",
        lambda: text(TABLE, delimiter="\t", encoding="utf-16"),
        "花名册.txt",
    ),
    clean_text("csv_utf16_unmarked", "UTF-16 without a mark", lambda: text(TABLE, encoding="utf-16-le")),
    clean_text("csv_semicolon", "divided by ;", lambda: text(TABLE, delimiter=";", encoding="gbk")),
    clean_text("csv_pipe", "divided by |", lambda: text(TABLE, delimiter="|")),
    clean_text("tsv", "divided by tabs", lambda: text(TABLE, delimiter="\t"), "花名册.tsv"),
    clean_text("csv_sep_line", "a first line sep=;", lambda: b"sep=;\r\n" + text(TABLE, delimiter=";")),
    clean_text("csv_named_xlsx", "CSV with the name of a workbook", lambda: text(TABLE, encoding="gbk"), "花名册.xlsx"),
    clean_text("csv_mac_lines", "line ends of an old Mac", lambda: text(TABLE).replace(b"\r\n", b"\r")),
    clean_text("pasted", "a block copied from Excel", lambda: text(TABLE, delimiter="\t"), "", paste=True),
    Dirty("xlsx_named_csv", "a workbook with the name of a text", "花名册.csv", _clean, rows=4, values=_OF_SHEET),
    Dirty("xlsx_named_xls", "a workbook with the old name", "花名册.xls", _clean, rows=4, values=_OF_SHEET),
    Dirty("xls", "a workbook of Excel 97", "花名册.xls", lambda: xls(TABLE), rows=4, values=_OF_SHEET),
    Dirty(
        "xls_named_xlsx",
        "an old workbook with the new name",
        "花名册.xlsx",
        lambda: xls(TABLE),
        rows=4,
        values=_OF_SHEET,
    ),
    Dirty(
        "external_links",
        "links to other workbooks",
        "花名册.xlsx",
        lambda: repacked(_clean(), keep, xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>"),
        rows=4,
        values=_OF_SHEET,
    ),
]
