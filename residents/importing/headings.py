"""Which field a column holds, by its heading: all synonyms found in real rosters, never a guess.

``headings.csv`` lists field, heading and where the heading comes from: ``found`` in public roster templates (facts;
among them those of edouardlicn123/Cortana-grid, MIT), ``usage`` as commonly written, ``lianhu`` added here. Its
"field" ``group`` is the upper part of a heading over two rows that adds nothing to the lower part.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from residents.importing.book import GROUP_SIGN
from residents.importing.fields import DROPPED, FIELDS, NOT_KEPT, RUNNING

GROUP = "group"
PARTS_OF_ADDRESS = ("compound", "building", "unit", "room", "floor")
LONGEST = 300  # letters of a heading that are looked at


class Standing(StrEnum):
    """What is done with a column."""

    USED = "used"  # into the field
    DROPPED = "dropped"  # deliberately not collected: "accepted and dropped"
    NOT_KEPT = "not_kept"  # recognised, but the roster has no place for it
    IGNORED = "ignored"  # a running number, no heading, or a column the user chose to leave out
    ASKED = "asked"  # unknown or ambiguous: the user must say
    TWICE = "twice"  # an earlier column has this field already: the user must say which one counts


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """``field`` is a name of ``fields.FIELDS``, "" for a column left out, None for one that must be asked.

    ``message`` says in one sentence what happens with the column (mostly empty for USED); ``choices`` are the fields
    that an ambiguous heading may mean.
    """

    column: int
    heading: str
    field: str | None
    standing: Standing
    message: str = ""
    choices: tuple[str, ...] = ()


# One word, several meanings: asked, never guessed.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "地址": ("address",),
    "详细地址": ("address",),
    "具体地址": ("address",),
    "通讯地址": ("address",),
    "门牌": ("address", "room"),
    "门牌号": ("address", "room"),
    "门牌号码": ("address", "room"),
    "编号": ("household", "person_key"),
    "编码": ("household", "person_key"),
    "代码": ("household", "person_key"),
    "人员编号": ("person_key", "household"),
    "居民编号": ("person_key", "household"),
    "号码": ("id_number", "phone"),
    "证件": ("id_number", "id_type"),
    "类型": ("kind", "id_type", "use"),
    "类别": ("kind", "id_type", "use"),
    "性质": ("kind", "use"),
    "日期": ("birth_date", "since"),
    "时间": ("birth_date", "since"),
    "登记日期": ("registered_on", "since"),
    "登记时间": ("registered_on", "since"),
    "状态": ("kind", "use"),
    "居住情况": ("kind", "use"),
    "其他": ("note",),
    "其它": ("note",),
    "说明": ("note",),
    "情况说明": ("note",),
    "负责人": ("head_name",),
    "层数": ("floor",),
}
_HINT = re.compile(r"[((\[【〔<《{][^))\]】〕>》}]*[))\]】〕>》}]")
_MARKS = re.compile(r"[\s*＊※★▲●:：、,，.。;；'\"‘’“”_\-—\u200b-\u200f\u2060\ufeff\x00-\x1f]+")


@lru_cache(maxsize=20_000)
def normalise(heading: str) -> str:
    """``heading`` as it is compared and remembered.

    Half-width, lower case, without spaces, line breaks, asterisks and bracketed hints.
    """
    plain = unicodedata.normalize("NFKC", heading[:LONGEST].replace(GROUP_SIGN, ""))
    bare = _MARKS.sub("", _HINT.sub("", plain)).casefold()
    # A heading that is nothing but its bracket, such as （备注）, is what stands in the bracket.
    return bare or _MARKS.sub("", re.sub(r"[()\[\]【】〔〕<>《》{}]", "", plain)).casefold()


def _with_brackets(heading: str) -> str:
    """村（社区） and 村 are different headings: brackets that belong to a heading are looked up before they go."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading[:LONGEST].replace(GROUP_SIGN, ""))).casefold()


@cache
def _lines() -> list[dict[str, str]]:
    with Path(__file__).with_name("headings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def synonyms() -> dict[str, str]:
    """Normalised heading to field (or to a name of DROPPED, NOT_KEPT, or RUNNING)."""
    found: dict[str, str] = {}
    for line in _lines():
        if line["field"] != GROUP:
            found.setdefault(_with_brackets(line["heading"]), line["field"])
            found.setdefault(normalise(line["heading"]), line["field"])
    return found


@cache
def neutral_groups() -> frozenset[str]:
    return frozenset(normalise(line["heading"]) for line in _lines() if line["field"] == GROUP)


@lru_cache(maxsize=20_000)
def meaning(heading: str) -> str | tuple[str, ...] | None:
    """The field a heading means; several when it is ambiguous; None when it is unknown."""
    known = synonyms()
    parts = heading.split(GROUP_SIGN)
    for text in (_with_brackets(heading), normalise(heading)):
        if text in AMBIGUOUS:
            return AMBIGUOUS[text]
        if text in known:
            return known[text]
    if len(parts) > 1:
        detail = meaning(parts[-1])
        if all(_adds_nothing(normalise(part), detail) for part in parts[:-1]):
            return detail
        # 户籍地址 › 楼栋 is not the building where somebody lives: offered, not taken.
        return (
            (detail,) if isinstance(detail, str) and detail in FIELDS else detail if isinstance(detail, tuple) else None
        )
    return None


def _adds_nothing(group: str, detail: str | tuple[str, ...] | None) -> bool:
    """Whether the detail means the same without its group: 联系方式 › 手机, 家庭住址 › 楼栋, 基本信息 › 姓名."""
    own = synonyms().get(group)
    return group in neutral_groups() or own == detail or (own == "address" and detail in PARTS_OF_ADDRESS)


def match_columns(headings: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[ColumnMatch]:
    """One match a column. ``remembered`` maps ``normalise(heading)`` to a field, "" for "leave out"; it goes first."""
    remembered = remembered or {}
    meanings = [_choose(heading, remembered) for heading in headings]
    if "name" not in meanings and meanings.count("head_name") == 1:
        # A list of households has no 姓名, only 户主. Or the names are missing: only the user knows.
        place = meanings.index("head_name")
        if normalise(headings[place]) not in remembered:
            meanings[place] = ("name", "head_name")
    matches: list[ColumnMatch] = []
    taken: dict[str, int] = {}
    for column, (heading, found) in enumerate(zip(headings, meanings, strict=True)):
        match = _match(column, heading, found)
        if match.standing is Standing.USED and match.field in taken:
            match = _second(match, taken, headings)
        if match.standing is Standing.USED and match.field:
            taken[match.field] = column
        matches.append(match)
    return matches


def match_headings(headings: Sequence[str], remembered: Mapping[str, str] | None = None) -> list[str | None]:
    """The field a column, "" for one that is left out, None for one that must be asked; see ``match_columns``."""
    return [match.field for match in match_columns(headings, remembered)]


def _choose(heading: str, remembered: Mapping[str, str]) -> str | tuple[str, ...] | None:
    key = normalise(heading)
    chosen = remembered.get(key)
    # What must not be collected cannot be chosen either, and a field may have gone since it was remembered.
    if chosen is not None and (chosen == "" or chosen in FIELDS) and meaning(heading) not in DROPPED:
        return chosen
    return meaning(heading)


def _match(column: int, heading: str, found: str | tuple[str, ...] | None) -> ColumnMatch:
    title = heading.replace("\n", "").strip()
    if not title:
        return ColumnMatch(column, heading, "", Standing.IGNORED)
    if isinstance(found, tuple):
        message = _("“%(heading)s” can mean several things. Please choose the field.") % {"heading": title}
        return ColumnMatch(column, heading, None, Standing.ASKED, message, found)
    if found is None:
        message = _("“%(heading)s” is not known. Please choose the field, or leave the column out.") % {
            "heading": title
        }
        return ColumnMatch(column, heading, None, Standing.ASKED, message)
    if found in DROPPED:
        message = _("Accepted and dropped: %(heading)s") % {"heading": title}
        return ColumnMatch(column, heading, "", Standing.DROPPED, message)
    if found in NOT_KEPT:
        message = _("Not kept: %(heading)s, because %(reason)s.") % {"heading": title, "reason": NOT_KEPT[found]}
        return ColumnMatch(column, heading, "", Standing.NOT_KEPT, message)
    if found in {RUNNING, ""}:
        return ColumnMatch(column, heading, "", Standing.IGNORED)
    return ColumnMatch(column, heading, found, Standing.USED)


def _second(match: ColumnMatch, taken: Mapping[str, int], headings: Sequence[str]) -> ColumnMatch:
    """Two columns with one meaning: a second phone is a further phone, everything else is asked."""
    words = {"heading": match.heading.strip(), "first": headings[taken[match.field or ""]].strip()}
    if match.field == "phone" and "phone_more" not in taken:
        message = _("“%(heading)s” is taken as a further phone beside “%(first)s”.") % words
        return ColumnMatch(match.column, match.heading, "phone_more", Standing.USED, message)
    message = _("“%(heading)s” means the same as “%(first)s”. Please choose which of the two counts.") % words
    return ColumnMatch(match.column, match.heading, None, Standing.TWICE, message, (match.field or "",))
