"""Reading a file of administrative divisions: what it says, made into districts, streets and communities. No database.

A file is a CSV in UTF-8 with a code of 12 digits, a name, a level and the parent's code in each row (the statistical
division codes of the national bureau; ``data/`` of the demo holds two). Provinces and ordinary cities stand above the
forest and are left out; a city without districts becomes the district of its towns. A file is taken whole or refused
whole: ``DivisionFault`` names the line and what to do.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from grids.common.codes import significant
from grids.tree.choices import Level

NEEDED = ("code12", "name", "level", "parent_code")
ABOVE = {"province", "city"}
LEVELS = {"county": Level.DISTRICT, "town": Level.STREET, "village": Level.COMMUNITY}
LONGEST_NAME = 80
# More steps than there are levels lead upwards only in a circle.
STEPS = len(ABOVE) + len(LEVELS) + 1


class DivisionFault(Exception):
    """The file is refused; the message names the line (where there is one), the reason, and what to do."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(_("line %(line)s: %(reason)s") % {"line": line, "reason": reason} if line else reason)
        self.line = line


@dataclass(frozen=True)
class Row:
    """One line of the file as it stands there."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str
    urban_rural: str = ""
    is_virtual: bool = False
    is_dummy: bool = False


@dataclass(frozen=True)
class Division:
    """One district, street or community to be in the forest; ``parent_code`` is empty for a district."""

    line: int
    code: str
    name: str
    level: Level
    parent_code: str
    urban_rural: str = ""


@dataclass
class Plan:
    """The divisions of a file in the order of their codes, and what was left out."""

    divisions: list[Division] = field(default_factory=list)
    dummies: int = 0
    flattened: int = 0

    def of_district(self, code: str) -> "Plan":
        """Only the district ``code`` (6 or 12 digits) with what lies below it. Raises ``DivisionFault``."""
        prefix = significant(code.ljust(12, "0"))
        kept = [division for division in self.divisions if division.code.startswith(prefix)]
        if not any(division.level == Level.DISTRICT and significant(division.code) == prefix for division in kept):
            raise DivisionFault(_("The file has no district with the code %(code)s.") % {"code": code})
        return Plan(kept, self.dummies, self.flattened)


# ------------------------------------------------------------------ reading
def read_divisions(content: bytes) -> Plan:
    """What the file says. Raises ``DivisionFault``, and nothing else whatever the bytes are."""
    return plan_of(read_rows(content))


def read_rows(content: bytes) -> list[Row]:
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = _header(next(reader, []))
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(header, cells, reader.line_num))
    except csv.Error as problem:
        raise DivisionFault(
            _("is not a line of a CSV file (%(problem)s). Save the table as CSV again.") % {"problem": problem},
            reader.line_num,
        ) from problem
    if not rows:
        raise DivisionFault(_("The file is empty: it has no division in it."))
    return rows


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise DivisionFault(
            _("The file is not in UTF-8 (perhaps in GBK). Save it as “CSV UTF-8” and import it again."), line
        ) from problem


def _header(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells]
    if not any(names):
        raise DivisionFault(_("The file is empty: its first line must name the columns."))
    header = {name: place for place, name in enumerate(names)}
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise DivisionFault(
            _("the columns %(missing)s are missing; the first line must name %(needed)s.")
            % {"missing": ", ".join(missing), "needed": ", ".join(NEEDED)},
            1,
        )
    return {**header, "": len(names)}


def _row(header: dict[str, int], cells: list[str], line: int) -> Row:
    if len(cells) != header[""]:
        raise DivisionFault(
            _("has %(found)s columns instead of %(expected)s.") % {"found": len(cells), "expected": header[""]}, line
        )

    def cell(name: str) -> str:
        return cells[header[name]].strip() if name in header else ""

    row = Row(
        line=line,
        code=cell("code12"),
        name=cell("name"),
        level=cell("level").lower(),
        parent_code=cell("parent_code"),
        urban_rural=cell("ur_class"),
        is_virtual=_flag(cell("is_virtual"), "is_virtual", line),
        is_dummy=_flag(cell("is_dummy"), "is_dummy", line),
    )
    if fault := _row_fault(row):
        raise DivisionFault(fault, line)
    return row


def _flag(text: str, column: str, line: int) -> bool:
    if text not in {"", "0", "1"}:
        raise DivisionFault(_("%(column)s must be 0 or 1.") % {"column": column}, line)
    return text == "1"


def _is_code(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _row_fault(row: Row) -> str:
    if not _is_code(row.code):
        return _("the code “%(code)s” does not have 12 digits.") % {"code": row.code[:20]}
    if row.level not in ABOVE and row.level not in LEVELS:
        return _("the level “%(level)s” is none of province, city, county, town, village.") % {"level": row.level[:20]}
    if row.parent_code and not _is_code(row.parent_code):
        return _("the parent's code “%(code)s” does not have 12 digits.") % {"code": row.parent_code[:20]}
    if not row.name or len(row.name) > LONGEST_NAME or not row.name.isprintable():
        return _("the name must have 1 to %(longest)s printable signs.") % {"longest": LONGEST_NAME}
    if row.level in LEVELS and len(significant(row.code)) != LEVELS[row.level].digits:
        return _("the code %(code)s is not one of the level “%(level)s”.") % {"code": row.code, "level": row.level}
    if row.urban_rural and not (row.urban_rural.isascii() and row.urban_rural.isdigit() and len(row.urban_rural) == 3):
        return _("the urban-rural class “%(text)s” does not have 3 digits.") % {"text": row.urban_rural[:20]}
    return ""


# ------------------------------------------------------------------ planning
def plan_of(rows: list[Row]) -> Plan:
    """The divisions that the rows come to. Raises ``DivisionFault`` for orphans, duplicates and codes that disagree."""
    by_code = _by_code(rows)
    has_above = any(row.level in ABOVE for row in rows)
    below: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        below[row.parent_code].append(row)
    dropped = _dummies(rows, by_code)
    plan = Plan(dummies=len(dropped))
    kept: dict[str, Division] = {}
    for row in sorted(rows, key=lambda row: (row.code, row.line)):
        if row.code in dropped:
            continue
        living = [child for child in below[row.code] if child.code not in dropped]
        parent = by_code.get(row.parent_code)
        if row.level in {"town", "village"} or (row.level == "county" and has_above):
            _require_parent(row, parent)
        division = _division(row, parent, living)
        if division is None:
            plan.flattened += row.is_virtual
        else:
            kept[division.code] = division
    for division in kept.values():
        _check_place(division, kept)
        plan.divisions.append(division)
    _check_names(plan.divisions)
    if not plan.divisions:
        raise DivisionFault(_("The file has no district, town or village in it."))
    return plan


def _by_code(rows: list[Row]) -> dict[str, Row]:
    by_code: dict[str, Row] = {}
    for row in rows:
        if row.code in by_code:
            raise DivisionFault(
                _("the code %(code)s stands in line %(line)s already.")
                % {"code": row.code, "line": by_code[row.code].line},
                row.line,
            )
        by_code[row.code] = row
    return by_code


def _dummies(rows: list[Row], by_code: dict[str, Row]) -> set[str]:
    """Codes of placeholder divisions ("虚拟社区") and of everything below them."""
    dropped: set[str] = set()
    for row in rows:
        step: Row | None = row
        for _step in range(STEPS):
            if step is None:
                break
            if step.is_dummy:
                dropped.add(row.code)
                break
            step = by_code.get(step.parent_code)
    return dropped


def _require_parent(row: Row, parent: Row | None) -> None:
    if parent is None:
        raise DivisionFault(
            _("the parent %(parent)s of %(name)s is not in the file.")
            % {"parent": row.parent_code or "-", "name": row.name},
            row.line,
        )


def _division(row: Row, parent: Row | None, children: list[Row]) -> Division | None:
    """What ``row`` becomes in the forest; None when it stands above the forest or is only a heading."""
    if row.level in ABOVE:
        # A city that is not divided into districts (不设区的市) holds its towns itself.
        own_towns = any(child.level == "town" and child.code[:6] == row.code[:6] for child in children)
        if row.level == "city" and own_towns and len(significant(row.code)) == Level.DISTRICT.digits:
            return Division(row.line, row.code, row.name, Level.DISTRICT, "", row.urban_rural)
        return None
    if row.is_virtual and not children:
        return None
    level, name = LEVELS[row.level], row.name
    if level == Level.DISTRICT:
        # "市辖区" says nothing by itself; with its city's name it does.
        if row.is_virtual and parent is not None:
            name = f"{parent.name}{row.name}"
        return Division(row.line, row.code, name, level, "", row.urban_rural)
    return Division(row.line, row.code, name, level, row.parent_code, row.urban_rural)


def _check_place(division: Division, kept: dict[str, Division]) -> None:
    if division.level == Level.DISTRICT:
        return
    parent = kept.get(division.parent_code)
    if parent is None or parent.level != division.level - 1:
        raise DivisionFault(
            _("%(name)s hangs on %(parent)s, which is not of the level above; check its code and parent.")
            % {"name": division.name, "parent": division.parent_code},
            division.line,
        )
    prefix = significant(parent.code)
    if not division.code.startswith(prefix):
        raise DivisionFault(
            _("the code %(code)s of %(name)s does not begin with %(prefix)s, the digits of %(parent)s.")
            % {"code": division.code, "name": division.name, "prefix": prefix, "parent": parent.name},
            division.line,
        )


def _check_names(divisions: list[Division]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for division in divisions:
        key = (division.parent_code, division.name)
        if key in seen:
            raise DivisionFault(
                _("%(name)s stands under the same parent in line %(line)s already.")
                % {"name": division.name, "line": seen[key]},
                division.line,
            )
        seen[key] = division.line
