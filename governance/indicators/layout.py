"""How counts become a report: columns, lines that add up, and behind every number the address of its rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from governance.indicators.choices import Part, Subject
from governance.indicators.definitions import CARDS, Words
from governance.indicators.rules import Figure, Frame, Trend
from grids.tree.choices import Level
from grids.tree.models import Grid

# What the rows of each set are, by the name in their address.
ROW_SUBJECTS = {
    "filed": Subject.AFFAIR,
    "households": Subject.HOUSEHOLD,
    "visited": Subject.HOUSEHOLD,
    "members": Subject.MEMBER,
    "left_out": Subject.TASK,
    "in_grace": Subject.HOUSEHOLD,
    "visits": Subject.ENCOUNTER,
    "effective": Subject.ENCOUNTER,
    "remote": Subject.ENCOUNTER,
    "let": Subject.DWELLING,
    "checks": Subject.CHECK,
    "raised": Subject.AFFAIR,
    "raised_1": Subject.AFFAIR,
    "raised_3": Subject.AFFAIR,
    "member_reports": Subject.REPORT,
    "service_claims": Subject.CLAIM,
}

# Counts by child of a grid, as ``querysets.by_child`` returns them.
Counts = dict[str, dict[str, int]]


def rows_url(name: str, key: str, frame: Frame, *, grid_code: str = "", part: str = "", **filters: str) -> str:
    """The address of the rows: days and not names of periods, so that a kept link shows the same period for ever."""
    days = {"since": frame.period.since, "until": frame.period.until}
    arguments = {"key": key, "code": grid_code or frame.grid.code, **days, **({"part": part} if part else {})}
    address = reverse(f"governance:{name}", kwargs=arguments)
    return f"{address}?{urlencode(filters)}" if filters else address


def may_open(frame: Frame, subject: Subject) -> bool:
    """Whether the reader sees the rows and not only their number."""
    return frame.user.has_perm(subject.power, frame.grid)


@dataclass(frozen=True)
class Column:
    """A column of a report. ``rows`` and ``filters`` name what a count opens.

    ``share`` makes it a figure of two other counts, which opens the denominator of ``card`` (or the row set ``rows``);
    with ``trend`` it is the change from the second count to the first one.
    """

    name: str
    label: Words
    group: Words = ""
    rows: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    share: tuple[str, str] | None = None
    card: str = ""
    strong: bool = False
    trend: bool = False


@dataclass(frozen=True)
class Cell:
    """One number and the address of its rows; ``permille`` is the length of the bar beside a share."""

    text: str
    url: str = ""
    value: int | None = None
    permille: int | None = None
    strong: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a report: ``kind`` is "child", "own" (on the grid itself, in none of its children) or "total"."""

    label: str
    url: str
    cells: list[Cell]
    kind: str


@dataclass(frozen=True)
class Report:
    """A table of counts by child of one grid; the last line is the sum of the others."""

    columns: list[Column]
    lines: list[Line]
    total: Line
    sums: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not any(self.sums.values())

    @property
    def groups(self) -> list[tuple[Words, int]]:
        """Headings over neighbouring columns of one group: ``[(heading, number of columns)]``."""
        groups: list[tuple[Words, int]] = []
        for column in self.columns:
            if groups and groups[-1][0] == column.group:
                groups[-1] = (column.group, groups[-1][1] + 1)
            else:
                groups.append((column.group, 1))
        return groups

    @property
    def records(self) -> list[dict[str, Any]]:
        """The table for a file: one dictionary a line, the total last."""
        return [
            {"label": line.label}
            | {
                column.name: cell.text if cell.value is None else cell.value
                for column, cell in zip(self.columns, line.cells, strict=True)
            }
            for line in [*self.lines, self.total]
        ]


def build(frame: Frame, columns: list[Column], counts: Counts, child_url: Callable[[Grid], str]) -> Report:
    """Lay out ``counts``: a line for every living child and every one with rows, the grid itself, the sum. One query.

    ``child_url(child)`` is the address of the same report about the child.
    """
    left = dict(counts)
    lines, parts = [], []
    children = list(Grid.objects.filter(parent=frame.grid)) if Level(frame.grid.level).child else []
    for child in children:
        found = left.pop(child.prefix, None)
        if found is not None or child.is_living:
            parts.append(found or {})
            cells = _cells(frame, columns, found or {}, grid_code=child.code)
            lines.append(Line(child.name, child_url(child), cells, "child"))
    own = _sum(list(left.values()))
    if any(own.values()):
        parts.append(own)
        narrowed = {"own": "yes"} if lines else {}
        label = _("Directly here") if lines else frame.grid.name
        lines.append(Line(label, "", _cells(frame, columns, own, **narrowed), "own"))
    sums = _sum(parts)
    return Report(columns, lines, Line(_("Total"), "", _cells(frame, columns, sums), "total"), sums)


def _sum(many: list[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in many:
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
    return total


def _cells(
    frame: Frame, columns: list[Column], counts: dict[str, int], *, grid_code: str = "", **filters: str
) -> list[Cell]:
    def address(column: Column) -> str:
        subject = CARDS[column.card].subject if column.card else ROW_SUBJECTS[column.rows]
        if not may_open(frame, subject):
            return ""
        if column.card:
            part = Part.DENOMINATOR.value
            return rows_url("indicator-rows", column.card, frame, grid_code=grid_code, part=part, **filters)
        return rows_url("report-rows", column.rows, frame, grid_code=grid_code, **column.filters, **filters)

    cells = []
    for column in columns:
        if column.share:
            kind = Trend if column.trend else Figure
            share = kind(counts.get(column.share[0], 0), counts.get(column.share[1], 0))
            url = address(column) if share.denominator else ""
            permille = share.permille if share.denominator and not share.is_trend else None
            cells.append(Cell(str(share), url, permille=permille, strong=column.strong))
        else:
            number = counts.get(column.name, 0)
            text = number_format(number, force_grouping=True)
            cells.append(Cell(text, address(column) if number else "", value=number, strong=column.strong))
    return cells
