"""What the words of a report suggest: a line of the diversion list, and why. A human decides (domain.md M24, 3.1.7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from governance.affairs.choices import Category, Tier, Urgency


class TieBreak(StrEnum):
    """What outweighs the plain number of words found."""

    NONE = ""
    DANGER = "danger"
    PROTECTION = "protection"
    CORRIDOR = "corridor"


# Danger to life: an official affair and an emergency, whatever else is said.
DANGER = (
    *(
        "起火",
        "着火",
        "火灾",
        "冒烟",
        "爆炸",
        "燃气泄漏",
        "煤气味",
        "煤气泄漏",
        "天然气泄漏",
        "触电",
        "漏电",
        "坠楼",
        "跳楼",
    ),
    *("自杀", "轻生", "溺水", "昏迷", "昏倒", "晕倒", "坍塌", "倒塌", "被困", "有人受伤", "生命危险", "持刀"),
)
# A private matter that breaks the law is never handled by oneself; it must be reported.
PROTECTION = (
    *("家暴", "家庭暴力", "殴打", "被打", "打老婆", "打孩子", "虐待", "遗弃", "性侵", "猥亵", "拐卖"),
    *("无人照看", "无人照顾", "不给饭吃"),
)
# A quarrel between two households that affects a whole corridor is everybody's.
CORRIDOR = ("整栋", "整幢", "整个楼道", "整层", "整个单元", "全楼", "全单元", "全小区", "多户", "很多住户", "邻居们")
# The lines that the tie-breaks lead to: public safety (official 5) and common affairs (collaborative 1).
_OFFICIAL_SAFETY = (Category.OFFICIAL.value, 5)
_COMMON_AFFAIRS = (Category.COLLABORATIVE.value, 1)
_WEIGHT = {TieBreak.DANGER: 3, TieBreak.PROTECTION: 2, TieBreak.CORRIDOR: 1, TieBreak.NONE: 0}


@dataclass(frozen=True)
class Suggestion:
    """A line of the list with the words of the report that point to it."""

    rule: Any
    words: tuple[str, ...]
    tie_break: TieBreak = TieBreak.NONE

    @property
    def category(self) -> Category:
        return Category(self.rule.category)

    @property
    def tier(self) -> Tier:
        return Tier(self.rule.tier)

    @property
    def urgency(self) -> Urgency:
        """A danger to life is an emergency, a person in need of protection is urgent."""
        if self.tie_break is TieBreak.DANGER:
            return Urgency.U1
        if self.tie_break is TieBreak.PROTECTION:
            return Urgency.U2
        return Urgency(self.rule.urgency)

    @property
    def reason(self) -> str:
        """Why, in one sentence: the words found, and the line with its place in the list."""
        why = _("because of “%(words)s”, line %(place)s: %(rule)s") % {
            "words": _("”, “").join(self.words),
            "place": self.rule.place,
            "rule": self.rule.name,
        }
        return f"{why} {_TOLD[self.tie_break]()}".strip()


_TOLD = {
    TieBreak.NONE: lambda: "",
    TieBreak.DANGER: lambda: _("Danger to life is always an official affair and an emergency."),
    TieBreak.PROTECTION: lambda: _("Somebody may need protection: it must be reported, never handled privately."),
    TieBreak.CORRIDOR: lambda: _("It affects a whole corridor, so it is everybody's affair."),
}


def keywords_of(rule: Any) -> list[str]:
    """The words of a line; they are separated by spaces, commas or enumeration commas."""
    return rule.keywords.replace("、", " ").replace("，", " ").replace(",", " ").split()


def suggest(text: str, rules: Iterable[Any]) -> list[Suggestion]:
    """Lines whose words occur in ``text``, the best first; empty when nothing does.

    A tie-break comes first; then the line with more, longer words; then the order of the list.
    """
    listed = [rule for rule in rules if rule.active]
    plain = [Suggestion(rule, words) for rule in listed if (words := _found(text, keywords_of(rule)))]
    found = sorted(plain, key=_rank)
    for suggestion in _tie_breaks(text, listed, found):
        found = [suggestion, *(other for other in found if other.rule is not suggestion.rule)]
    return sorted(found, key=_rank)


def _rank(one: Suggestion) -> tuple[int, int, int]:
    return -_WEIGHT[one.tie_break], -sum(map(len, one.words)), one.rule.place


def _tie_breaks(text: str, listed: list[Any], found: list[Suggestion]) -> Iterable[Suggestion]:
    by_place = {(rule.category, rule.number): rule for rule in listed}
    safety, common = by_place.get(_OFFICIAL_SAFETY), by_place.get(_COMMON_AFFAIRS)
    family = bool(found) and found[0].category is Category.FAMILY
    if common and family and (words := _found(text, CORRIDOR)):
        yield Suggestion(common, words, TieBreak.CORRIDOR)
    if safety and (words := _found(text, DANGER)):
        yield Suggestion(safety, words, TieBreak.DANGER)
    elif safety and (words := _found(text, PROTECTION)):
        yield Suggestion(safety, words, TieBreak.PROTECTION)


def _found(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Those of ``words`` that stand in ``text``, without those that are part of a longer one found."""
    present = [word for word in dict.fromkeys(words) if word in text]
    return tuple(word for word in present if not any(word != longer and word in longer for longer in present))
