"""Every file that is refused, with the one sentence that says what it is and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.importing.book import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, UnreadableBook

REASONS = {
    "empty_file": gettext_lazy("The file is empty (0 bytes). Please choose the file again."),
    "too_big": gettext_lazy("The file is larger than %(megabytes)s MB. Please divide it, one community a file."),
    "bomb": gettext_lazy("The workbook unpacks to more than a roster can hold. Please copy the table into a new file."),
    "macros": gettext_lazy(
        "The workbook holds macros, which are never opened. Please save it as .xlsx without macros."
    ),
    "encrypted": gettext_lazy("The file is protected by a password. Please take the password away and save it again."),
    "damaged": gettext_lazy(
        "The file is damaged and cannot be read completely. Please open it in Excel and save it again."
    ),
    "not_a_spreadsheet": gettext_lazy("This is no table. Please choose a file of the kind .xlsx, .xls or .csv."),
    "pdf": gettext_lazy("This is a PDF, not a table. Please choose the Excel file it was made from."),
    "image": gettext_lazy("This is a picture, not a table. Please choose the Excel file."),
    "document": gettext_lazy(
        "This is a text document or a presentation. Please copy its table into Excel and save it as .xlsx."
    ),
    "html": gettext_lazy(
        "This is a web page with the name of an Excel file. Please open it in Excel and save it as .xlsx."
    ),
    "xml": gettext_lazy("This is an XML file. Please open it in Excel or WPS and save it as .xlsx."),
    "xlsb": gettext_lazy("This is a binary workbook (.xlsb). Please open it in Excel or WPS and save it as .xlsx."),
    "opendocument": gettext_lazy("This is an OpenDocument file. Please open it in Excel or WPS and save it as .xlsx."),
    "archive": gettext_lazy("This is an archive. Please unpack it and choose the table itself."),
    "encoding": gettext_lazy(
        "The characters of this text file cannot be read. Please save it as .xlsx, or as CSV UTF-8."
    ),
    "quotes": gettext_lazy(
        "A quotation mark in row %(place)s is never closed. Please correct it, or save the file as .xlsx."
    ),
    "too_many_rows": gettext_lazy(
        "The table reaches to %(place)s; a roster has at most %(rows)s rows. Please divide it, or delete what stands "
        "below it."
    ),
    "too_many_columns": gettext_lazy(
        "The table reaches to %(place)s; a roster has at most %(columns)s columns and no cells far away. Please delete "
        "what stands right of it."
    ),
    "too_many_sheets": gettext_lazy("The workbook has more than %(sheets)s sheets. Please divide it."),
    "no_rows": gettext_lazy("There is nothing in this file. Please choose the file with the roster."),
    "no_headings": gettext_lazy(
        "No row with headings was found. Please write headings such as 姓名, 身份证号 and 楼栋 above the columns."
    ),
}


def refuse(reason: str, place: str = "") -> UnreadableBook:
    """The exception for ``reason``, a key of ``REASONS``; ``place`` is the cell or row that shows it."""
    words = {
        "megabytes": MAX_BYTES // (1024 * 1024),
        "rows": f"{MAX_ROWS:,}",
        "columns": MAX_COLUMNS,
        "sheets": MAX_SHEETS,
        "place": place or _("its end"),
    }
    return UnreadableBook(REASONS[reason] % words, code=reason)
