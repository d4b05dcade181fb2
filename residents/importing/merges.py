"""The merged cells of a sheet that is written row by row: which stay, and which cell speaks for the others. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from residents.importing.sheets import Range

Area = tuple[int, int, int, int]  # first row and column, last row and column; rows from 1 as Excel shows them
Place = tuple[int, int]  # row from 1, column from 0


class Merges:
    """``ranges`` as the reader gives them, both ends from 0. Those around a cell in ``typed`` are parted.

    Parted cells each get the value of all: what was typed there is meant for one row. A broken file may name ranges
    that overlap, which no program opens again: only the first of such is kept.
    """

    def __init__(self, ranges: Iterable[Range], *, typed: Iterable[Place] = ()) -> None:
        areas = _apart((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
        parted = set(_around(areas, typed).values())
        self.kept: list[Area] = [area for area in areas if area not in parted]
        self._parted: dict[int, list[Area]] = {}
        for area in parted:
            self._parted.setdefault(area[0], []).append(area)
        self._filling: dict[Area, Any] = {}

    def at_first(self, words: Mapping[Place, str]) -> dict[Place, str]:
        """``words`` at the cells that can carry them: of merged cells only the first one can."""
        around = _around(self.kept, words)
        found: dict[Place, str] = {}
        for place, message in sorted(words.items()):
            area = around.get(place)
            first = (area[0], area[1]) if area else place
            known = found.get(first)
            found[first] = f"{known}\n{message}" if known and message not in known else message
        return found

    def filled(self, row: int, values: Sequence[Any]) -> Sequence[Any]:
        """The values of ``row`` with those of parted cells further up. Rows must be asked for in their order."""
        for area in self._parted.pop(row, ()):
            self._filling[area] = values[area[1]] if area[1] < len(values) else ""
        self._filling = {area: value for area, value in self._filling.items() if area[2] >= row}
        if not self._filling:
            return values
        cells = [*values, *[""] * (1 + max(area[1] for area in self._filling) - len(values))]
        for area, value in self._filling.items():
            cells[area[1]] = value
        return cells


def _apart(areas: Iterable[Area]) -> list[Area]:
    """Those of more than one cell that overlap none before them."""
    kept: list[Area] = []
    open_ones: list[Area] = []  # reach into the present row; they lie side by side, so they are few
    for area in sorted(areas):
        top, left, bottom, right = area
        open_ones = [one for one in open_ones if one[2] >= top]
        is_one_cell = (top, left) == (bottom, right)
        if not is_one_cell and not any(one[1] <= right and left <= one[3] for one in open_ones):
            kept.append(area)
            open_ones.append(area)
    return kept


def _around(areas: Iterable[Area], places: Iterable[Place]) -> dict[Place, Area]:
    """The area that holds each of ``places``, for those that lie in one."""
    by_row: dict[int, list[int]] = {}
    for row, column in places:
        by_row.setdefault(row, []).append(column)
    rows = sorted(by_row)
    return {
        (row, column): area
        for area in areas
        for row in rows[bisect_left(rows, area[0]) : bisect_right(rows, area[2])]
        for column in by_row[row]
        if area[1] <= column <= area[3]
    }
