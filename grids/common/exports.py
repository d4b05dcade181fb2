"""CSV and XLSX of a list as it is seen: the visible columns, the same filters and order, the same masks.

What may leave and how (reason, approval, quota) is decided by the room ``grids/exporting``: it puts itself into
``desk``. Without it every list is handed out at once.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.sheets import Mark, harmless, write_sheet
from grids.common.tables import CellText, Table

if TYPE_CHECKING:
    from grids.common.lists import ListPage

__all__ = ["EXPORT_LIMIT", "KINDS", "ExportTooLarge", "export_response", "harmless"]

EXPORT_LIMIT = 200_000
CHUNK = 1_000
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# Rooms that must know of an export (the audit trail) add a function(request, title, row_count) here in AppConfig.ready.
export_watchers: list[Callable[[HttpRequest, str, int], None]] = []
Desk = Callable[["ListPage", Table, str], HttpResponseBase]
# Who hands out lists: the last one that was put in here.
desks: list[Desk] = []


class ExportRefused(Refused):
    """A list cannot be taken away like this; the list itself says why."""


class ExportTooLarge(ExportRefused):
    """More rows than one file may hold."""


def count_rows(rows: Any, limit: int) -> int:
    """How many rows there are; raises ``ExportTooLarge`` when they are more than ``limit``."""
    count = rows.order_by()[: limit + 1].count() if hasattr(rows, "query") else len(rows)
    if count > limit:
        raise ExportTooLarge(
            gettext("This list has more than %(limit)s rows. Narrow it with search or filters, then export again.")
            % {"limit": f"{limit:,}"}
        )
    return count


def hand_out(page: "ListPage", table: Table, kind: str) -> HttpResponseBase:
    """The answer to "export this list": a file, or the way to one. A request may bring a desk of its own."""
    desk = getattr(page.request, "export_desk", desks[-1] if desks else None)
    if desk is not None:
        return desk(page, table, kind)
    return export_response(page.request, table, kind=kind, title=str(page.get_title()), limit=page.export_limit)


def export_response(request: HttpRequest, table: Table, *, kind: str, title: str, limit: int) -> HttpResponseBase:
    """The rows of ``table`` (unpaginated, already filtered and ordered) as a file named after ``title`` and the day.

    ``kind`` is a key of ``KINDS``. Raises ``ExportTooLarge`` when there are more than ``limit`` rows.
    """
    count = count_rows(table.data.data, limit)
    for watcher in export_watchers:
        watcher(request, title, count)
    # Small enough for the memory: larger lists leave by a desk, as files of their own.
    file, _count = write_sheet(kind, title, header_of(table), texts_of(table), Mark())
    with file:
        return file_response(BytesIO(file.read()), kind=kind, title=title)


def file_response(file: Any, *, kind: str, title: str) -> HttpResponseBase:
    """A file (or bytes in a file) as a download that no cache keeps."""
    response = FileResponse(file, content_type=KINDS[kind])
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name(title, kind))
    return response


def file_name(title: str, kind: str) -> str:
    return f"{title}-{today():%Y%m%d}.{kind}"


def header_of(table: Table) -> list[str]:
    return [head.label for head in table.export_heads]


def texts_of(table: Table) -> Iterator[list[CellText]]:
    """The rows as they are seen, read in portions."""
    rows = table.data.data
    for record in rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows:
        yield table.export_texts(record)
