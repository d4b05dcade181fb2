"""Small workbooks for the tests, and an import taken through its steps without pages."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from grids.jobs.worker import run_pending
from residents.importing.models import RosterImport
from residents.importing.services import confirm_import, start_import

HEADINGS = ["姓名", "身份证号", "联系电话", "与户主关系", "户编号", "所属网格", "幢", "单元", "室"]


def workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, *, sheet: str = "花名册") -> bytes:
    """An XLSX with the headings in row 1."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate([headings, *rows]):
            for column, value in enumerate(row):
                page.write(number, column, value)
    return target.getvalue()


def upload(
    world: Any, content: bytes, *, user: str = "secretary", name: str = "花名册.xlsx", **more: Any
) -> RosterImport:
    """Upload and read: afterwards the import waits for its user."""
    started = start_import(
        actor=world.fresh(user), grid=more.pop("grid", world.community), content=content, name=name, **more
    )
    run_pending()
    return fresh(started)


def confirm(roster_import: RosterImport) -> RosterImport:
    """Confirm and write."""
    confirm_import(roster_import, actor=roster_import.owner, fingerprint=roster_import.fingerprint)
    run_pending()
    return fresh(roster_import)


def fresh(roster_import: RosterImport) -> RosterImport:
    return RosterImport.objects.select_related("job", "owner", "grid", "file", "marked").get(pk=roster_import.pk)


def counts(roster_import: RosterImport) -> tuple[int, int, int, int]:
    """New, changed, unchanged, wrong."""
    return (
        roster_import.new_rows,
        roster_import.changed_rows,
        roster_import.unchanged_rows,
        roster_import.wrong_rows,
    )
