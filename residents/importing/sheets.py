"""The parts of a sheet: titles, headings, instructions, rows, totals and footers; every row left out has its reason."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from residents.importing.book import (
    GROUP_SIGN,
    MAX_ROWS,
    Cell,
    Skipped,
    SkippedSheet,
    SkipReason,
    SourceRow,
    SourceSheet,
    Value,
)
from residents.importing.fields import RUNNING
from residents.importing.headings import meaning, normalise
from residents.importing.refusals import refuse

Row = tuple[Value, ...]
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), from 0

SEARCHED = 60  # rows in which the headings must begin
LONGEST_HEADING = 60
LONGEST_LINE = 300
MOST_MERGED = 1_000_000

_TOTAL = re.compile(
    r"(?:本页|本户|本楼|本栋|本网格|全村|全社区|全网格|本表|各类|以上)?(?:合计|小计|总计|共计|累计|总数|总人数|总户数)"
    r"[:\s]*[0-9,.]*\s*(?:人|户|元)?|(?:合计|总计|共计?|小计)[:\s]*[0-9]+\s*(?:户|人).*"
)
_FOOTER = re.compile(
    r"(?:填\s*表\s*人|填\s*报\s*人|制\s*表\s*人|制\s*表|填\s*表|审\s*核\s*人|审\s*核|复\s*核|复核人|负\s*责\s*人|经\s*办\s*人|校\s*对|盖\s*章|单位盖章|"
    r"单位\(盖章\)|\(盖章\)|\(公章\)|填报日期|填表日期|制表日期|填表时间|填报时间|填报单位|填表单位|制表单位|统计时间|截止日期|主管|社区书记|"
    r"网格长签字|签\s*字|签\s*名|注|备\s*注|说\s*明|填表说明|填报说明)(?:\(签[字章名]\)|\(盖章\)|\(公章\))?\s*(?:[:].*|[0-9]*[、.].*)?"
)
_FOOTER_OPEN = re.compile(r"(?:注|备注|说明|填表说明|填报说明)\s*[:].*|[*※]\s*.*")
_SAMPLE = re.compile(
    r"[(\[【]?(?:示例|样例|范例|举例|例|例子|填写示例|示例行|sample|example)[)\]】]?[:]?", re.IGNORECASE
)
_TITLE_WORDS = re.compile(r"花名册|名册|登记表|登记册|汇总表|统计表|明细表|信息表|一览表|台账|底册|采集表|名单|情况表")
_HINT = re.compile(
    r"必填|选填|可选|可不填|勿填|无需填|不用填|不填|填写|如[:]|例如|例[:]|如有|如无|格式|yyyy|位身份证|[0-9]+位|1=|0=|男/女|男或女|是/否|"
    r"下拉|请勿|勿改|请按|请选|请填|自动|多个|用[;,、]分隔|可为空|户主、|汉字|文本",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"[0-9]{7,17}[0-9Xx]?")
_NAMES = {"name", "head_name", "id_number", "phone"}


@dataclass
class _Headings:
    top: int  # first and last row of the headings, from 0
    bottom: int
    texts: tuple[str, ...]
    parts: list[tuple[str, ...]] = field(default_factory=list)  # per heading row, normalised


def read_sheet(
    name: str,
    index: int,
    rows: Sequence[Row],
    *,
    merges: Sequence[Range] = (),
    uses_1904: bool = False,
    is_text: bool = False,
) -> SourceSheet | SkippedSheet:
    """``rows`` are all rows of the sheet from Excel's row 1 on. Raises ``UnreadableBook`` when there are too many."""
    if not any(_filled(row) for row in rows):
        return SkippedSheet(name, index, SkipReason.EMPTY_SHEET, _("The sheet is empty."))
    headings = _find_headings(rows, merges)
    if headings is None:
        return SkippedSheet(
            name, index, SkipReason.NO_HEADINGS, _("No headings of a roster were found, such as 姓名 and 身份证号.")
        )
    reader = _RowReader(headings, rows, merges)
    kept = reader.read()
    if len(kept) > MAX_ROWS:
        raise refuse("too_many_rows", place=str(kept[-1].number))
    return SourceSheet(
        name=name,
        index=index,
        heading_rows=tuple(range(headings.top + 1, headings.bottom + 2)),
        headings=headings.texts,
        rows=tuple(kept),
        skipped=tuple(reader.skipped),
        merged=_merged(rows, merges, headings.bottom),
        uses_1904=uses_1904,
        is_text=is_text,
    )


def _text(value: Value) -> str:
    """Half-width and without spaces around, for comparing; what is no text is empty, and a novel is cut."""
    if not isinstance(value, str):
        return ""
    return unicodedata.normalize("NFKC", value.strip()[:LONGEST_LINE]).lstrip("'").strip()


def _filled(row: Row) -> list[int]:
    return [column for column, value in enumerate(row) if not isinstance(value, str) or value.strip()]


# ------------------------------------------------------------------ headings
def _known(row: Row) -> list[int]:
    """The columns of ``row`` whose text is a heading of a roster; running numbers do not count."""
    found = []
    for column, value in enumerate(row):
        if isinstance(value, str) and value.strip() and len(value) <= LONGEST_HEADING:
            means = meaning(value)
            if means and means != RUNNING:
                found.append(column)
    return found


def _find_headings(rows: Sequence[Row], merges: Sequence[Range]) -> _Headings | None:
    candidates = []
    for place in range(min(len(rows), SEARCHED)):
        known, filled = _known(rows[place]), _filled(rows[place])
        if len(known) >= 4 or (len(known) >= 2 and len(known) * 3 >= len(filled)):
            candidates.append((len(known), -place))
    for _count, negative in sorted(candidates, reverse=True):
        top, bottom = _block(rows, merges, -negative)
        headings = _joined(rows, merges, top, bottom)
        if any(_is_of_persons(text) for text in headings.texts):
            return headings
    return None


def _is_of_persons(heading: str) -> bool:
    """Lists of codes and of buildings have headings too; only a list of persons has a name, a number or a phone."""
    means = meaning(heading) if heading else None
    found = {means} if isinstance(means, str) else set(means or ())
    return bool(found & _NAMES) or "姓名" in heading or "身份证" in heading


def _block(rows: Sequence[Row], merges: Sequence[Range], best: int) -> tuple[int, int]:
    """First and last row of the headings around the row with most known headings."""
    top = bottom = best
    for (first, _left), (last, _right) in merges:
        if first <= best <= last and 1 <= last - first <= 2:
            top, bottom = min(top, first), max(bottom, last)
    if (top, bottom) != (best, best):
        return top, bottom
    width = max(len(_filled(rows[best])), 1)
    for upper, lower in ((best - 1, best), (best, best + 1)):
        if upper < 0 or lower >= len(rows):
            continue
        wide = [right - left + 1 for (first, left), (last, right) in merges if first == last == upper and right > left]
        is_group = (
            bool(wide) and max(wide) < max(width, len(_filled(rows[upper]))) + 1 and len(_filled(rows[upper])) > 1
        )
        if (is_group and _mostly_headings(rows[lower])) or (not wide and _complement(rows[upper], rows[lower])):
            return upper, lower
    return best, best


def _mostly_headings(row: Row) -> bool:
    filled = _filled(row)
    return bool(filled) and len(_known(row)) * 5 >= len(filled) * 3


def _complement(upper: Row, lower: Row) -> bool:
    """Whether two rows without merged cells (CSV) are groups above and details below them."""
    above, below = set(_filled(upper)), set(_filled(lower))
    if len(above) < 2 or not below or not _mostly_headings(lower) or not below - above:
        return False
    if any(not isinstance(upper[column], str) for column in above):
        return False
    last = max(above | below)
    # A group stands over the first of its details, the cells right of it are empty.
    return all(column + 1 <= last and column + 1 in below - above for column in above & below)


def _joined(rows: Sequence[Row], merges: Sequence[Range], top: int, bottom: int) -> _Headings:
    width = max(len(rows[place]) for place in range(top, bottom + 1))
    lines = []
    for place in range(top, bottom + 1):
        texts = [_heading_text(value) for value in rows[place]] + [""] * (width - len(rows[place]))
        lines.append(texts)
    spread = [list(texts) for texts in lines]
    for (first, left), (last, right) in merges:
        if top <= first <= last <= bottom:
            for column in range(left, min(right, width - 1) + 1):
                spread[first - top][column] = lines[first - top][left]
    if not merges:
        for upper, lower in zip(spread, lines[1:], strict=False):
            for column in range(1, width):
                # Only further details of the group on the left, never beyond a column without details.
                if not upper[column] and lower[column] and lower[column - 1]:
                    upper[column] = upper[column - 1]
    headings = []
    for column in range(width):
        parts: list[str] = []
        for texts in spread:
            if texts[column] and texts[column] not in parts:
                parts.append(texts[column])
        headings.append(GROUP_SIGN.join(parts))
    while headings and not headings[-1]:
        headings.pop()
    parts_of = [tuple(normalise(text) if text else "" for text in texts) for texts in lines]
    parts_of.append(tuple(normalise(text) if text else "" for text in headings))
    return _Headings(top, bottom, tuple(headings), parts_of)


def _heading_text(value: Value) -> str:
    """A heading as the user sees it; a number as heading (a numbered column) is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


# ------------------------------------------------------------------ rows
class _RowReader:
    """Goes through the rows below the headings and keeps those that are persons."""

    def __init__(self, headings: _Headings, rows: Sequence[Row], merges: Sequence[Range]) -> None:
        self.headings, self.rows = headings, rows
        self.skipped: list[Skipped] = []
        means = [meaning(text) if text else None for text in headings.texts]
        self.running = {column for column, found in enumerate(means) if found == RUNNING}
        self.names = {column for column, found in enumerate(means) if found in {"name", "head_name"}}
        self.numbers = {column for column, found in enumerate(means) if found in {"id_number", "other_id_number"}}
        self.unknown = {column for column, found in enumerate(means) if found is None} | self.running
        self.titles = {
            _text(rows[place][column]) for place in range(headings.top) for column in _filled(rows[place])
        } - {""}
        self.wide = {(first, left) for (first, left), (last, right) in merges if first == last and right - left >= 2}

    def read(self) -> list[SourceRow]:
        for place in range(self.headings.top):
            if _filled(self.rows[place]):
                self._skip(place, SkipReason.TITLE)
        kept = []
        hints_end = self.headings.bottom + 2
        for place in range(self.headings.bottom + 1, len(self.rows)):
            row = self.rows[place]
            filled = _filled(row)
            if not filled:
                hints_end += place <= hints_end
                continue
            reason = self._reason(place, row, filled)
            if reason is None and place <= hints_end and not kept and self._is_instructions(row, filled):
                reason = SkipReason.INSTRUCTIONS
            if reason is None:
                kept.append(SourceRow(place + 1, row))
            else:
                self._skip(place, reason)
        return kept

    def _skip(self, place: int, reason: SkipReason) -> None:
        self.skipped.append(Skipped(place + 1, reason, skip_message(reason)))

    def _reason(self, place: int, row: Row, filled: list[int]) -> SkipReason | None:
        if self.running.issuperset(filled):
            return (
                SkipReason.ONLY_NUMBERED
                if not isinstance(row[filled[0]], str) or row[filled[0]].strip().isdecimal()
                else (self._by_words(place, row, filled) or SkipReason.TITLE)
            )
        if _SAMPLE.fullmatch(_text(row[filled[0]])):
            return SkipReason.SAMPLE
        if any(_LONG_NUMBER.fullmatch(_text(row[column])) for column in self.numbers if column < len(row)):
            return None
        return self._by_words(place, row, filled)

    def _by_words(self, place: int, row: Row, filled: list[int]) -> SkipReason | None:
        texts = [(column, _text(row[column])) for column in filled[:3]]
        if any(text and _TOTAL.fullmatch(text) for _column, text in texts):
            return SkipReason.TOTAL
        if self._is_repeated(row, filled):
            return SkipReason.REPEATED_HEADING
        first, text = texts[0]
        if text and (_FOOTER_OPEN.fullmatch(text) or _FOOTER.fullmatch(text)):
            return SkipReason.FOOTER
        if len(filled) == 1 and text:
            across = (place, first) in self.wide
            if text in self.titles or _TITLE_WORDS.search(text) or across:
                return SkipReason.TITLE
            if first in self.unknown and first not in self.names:
                return SkipReason.TITLE
        return None

    def _is_repeated(self, row: Row, filled: list[int]) -> bool:
        if not isinstance(row[filled[0]], str) and not isinstance(row[filled[-1]], str):
            return False
        for parts in self.headings.parts:
            same = sum(
                1
                for column in filled
                if column < len(parts)
                and parts[column]
                and isinstance(row[column], str)
                and len(row[column]) <= LONGEST_HEADING
                and normalise(row[column]) == parts[column]
            )
            if same >= 2 and same * 5 >= len(filled) * 3:
                return True
        return False

    def _is_instructions(self, row: Row, filled: list[int]) -> bool:
        texts = [_text(row[column]) for column in filled]
        if _are_column_numbers([row[column] for column in filled]):
            return True
        hints = sum(1 for text in texts if _HINT.search(text))
        if any(_LONG_NUMBER.fullmatch(text) for text in texts) or any(
            not isinstance(row[column], str) for column in filled if column not in self.running
        ):
            return False
        return hints >= 2 or (hints == 1 and len(filled) <= 2)


def _are_column_numbers(values: Sequence[Value]) -> bool:
    """1, 2, 3 ... (after 甲, 乙) below the headings, as forms of statistics have them."""
    texts = [text for text in (Cell.of(value).text for value in values) if text not in {"甲", "乙", "丙", "丁"}]
    return len(texts) >= 3 and texts == [str(place) for place in range(1, len(texts) + 1)]


def skip_message(reason: SkipReason) -> str:
    return {
        SkipReason.TITLE: _("A title or a line of text across the table."),
        SkipReason.INSTRUCTIONS: _("Instructions how to fill in the table."),
        SkipReason.TOTAL: _("A row with totals."),
        SkipReason.REPEATED_HEADING: _("The headings once more."),
        SkipReason.FOOTER: _("A line below the table, such as who filled it in."),
        SkipReason.SAMPLE: _("A sample row."),
        SkipReason.ONLY_NUMBERED: _("Nothing but a running number."),
    }[reason]


def _merged(rows: Sequence[Row], merges: Sequence[Range], bottom: int) -> Mapping[tuple[int, int], Value]:
    """The value of each merged cell for the empty cells that it covers further down, by (row number, column)."""
    found: dict[tuple[int, int], Value] = {}
    covered = 0
    for (first, column), (last, _right) in merges:
        if first <= bottom or last <= first or first >= len(rows) or column >= len(rows[first]):
            continue
        value = rows[first][column]
        if isinstance(value, str) and not value.strip():
            continue
        last = min(last, len(rows) - 1)
        covered += last - first
        if covered > MOST_MERGED:
            raise refuse("damaged")
        for place in range(first + 1, last + 1):
            row = rows[place]
            own = row[column] if column < len(row) else ""
            if isinstance(own, str) and not own.strip():
                found[place + 1, column] = value
    return found
