"""The empty workbook for those who begin one: headings, hints, a sample, lists to choose from, numbers as text.

Always in Chinese, as the rosters are, so that it is read back whatever language its reader has chosen. The reader
knows its rows of hints and of the sample: the workbook as it is handed out holds nobody.
"""

from io import BytesIO

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from residents.importing.fields import FIELDS
from residents.roster.choices import DwellingUse, Relation, ResidencyKind, Sex

RUNNING = "序号"
SAMPLE = "示例"  # the reader leaves out a row that begins with it
COLUMNS = (
    "micro_grid", "building", "unit", "room", "household", "name", "relation", "id_number", "phone", "sex",
    "birth_date", "kind", "since", "use", "note", "person_key",
)  # fmt: skip
REQUIRED = ("building", "room", "name", "relation")
HIDDEN = ("person_key",)  # filled in by our own lists only
LISTS = {"relation": Relation, "sex": Sex, "kind": ResidencyKind, "use": DwellingUse}
# Excel would damage, shorten or turn into days whatever is not text.
AS_TEXT = ("building", "unit", "room", "household", "id_number", "phone", "birth_date", "since", "person_key")
ROWS = 2000


def workbook() -> bytes:
    """An XLSX with one sheet: row 1 headings, row 2 hints, row 3 a sample, then room for the roster."""
    target = BytesIO()
    with translation.override("zh-hans"), xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet(_("Roster"))
        head = book.add_format({"bold": True, "bg_color": "#EAEEF3", "bottom": 1})
        pale = book.add_format({"font_color": "#5B6470", "italic": True, "num_format": "@", "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        sheet.write_string(0, 0, RUNNING, head)
        sheet.write_string(2, 0, SAMPLE, pale)
        sample = _sample()
        for column, name in enumerate(COLUMNS, start=1):
            field = FIELDS[name]
            width = 22 if name == "id_number" else 14
            sheet.set_column(column, column, width, text if name in AS_TEXT else None, {"hidden": name in HIDDEN})
            sheet.write_string(0, column, str(field.label), head)
            needed = _("Must be filled in") if name in REQUIRED else _("May stay empty")
            sheet.write_string(1, column, f"{needed}，{field.hint}" if field.hint else needed, pale)
            sheet.write_string(2, column, sample.get(name, ""), pale)
            if choices := LISTS.get(name):
                words = [str(label) for _value, label in choices.choices]
                sheet.data_validation(3, column, ROWS, column, {"validate": "list", "source": words})
    return target.getvalue()


def _sample() -> dict[str, str]:
    """An invented person (area 9901 is nobody's)."""
    return {
        "micro_grid": "第一微网格",
        "building": "3号楼",
        "unit": "2单元",
        "room": "501",
        "household": "1",
        "name": "张三",
        "relation": str(Relation.HEAD.label),
        "id_number": "990101194904120013",
        "phone": "13800138000",
        "sex": str(Sex.MALE.label),
        "birth_date": "1949-04-12",
        "kind": str(ResidencyKind.PERMANENT_LOCAL.label),
        "since": "2019-05-01",
        "use": str(DwellingUse.OWN.label),
    }
