"""Two imports of the Dingshan secretary, so that the pages show something: one with wrong rows, one to be confirmed."""

from io import BytesIO
from itertools import islice
from typing import Any

import xlsxwriter

from governance.demo.territory import CommunityPlan
from grids.access.models import User
from grids.jobs.worker import run_pending
from grids.tree.models import Grid
from residents.importing.services import start_import

HEADINGS = ("微网格", "幢", "单元", "室", "户号", "姓名", "与户主关系", "身份证号", "手机号码", "备注", "宗教信仰")
HOMES = 12


def load_imports(plan: CommunityPlan, secretary: User) -> dict[str, int]:
    """A file with two damaged cells, and its corrected form; neither is confirmed, so nobody new comes into being."""
    rows = list(_rows(plan))
    rows[1][8] = "13800001234"
    wrong = [list(row) for row in rows]
    wrong[2][7], wrong[4][8] = "3.20106E+17", "1380000"
    community = Grid.objects.get(code=plan.code)
    for content in (wrong, rows):
        start_import(actor=secretary, grid=community, content=_workbook(content), name="丁山花名册（11月更新）.xlsx")
        run_pending()
    return {"imports": 2}


def _rows(plan: CommunityPlan) -> Any:
    """The first households as they are in the roster, with somebody else's phone here and there."""
    for number, (_grid, micro_grid, door) in enumerate(islice(plan.doors(), HOMES), start=1):
        for person in door.family.persons:
            place = [micro_grid.name, micro_grid.building, door.unit, door.room, f"{number:04d}"]
            relation = str(person.relation.label)
            yield [*place, person.name, relation, person.id_number, person.phone, "", "无"]


def _workbook(rows: list[list[str]]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "丁山社区居民花名册")
        for line, row in enumerate([HEADINGS, *rows], start=1):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value)
    return target.getvalue()
