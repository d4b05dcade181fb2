"""The words that people write into coded columns, and what they mean: ``words.csv`` (field, word, value).

The words are those of GB/T 2261.1, GB/T 4761 and GB/T 4658 (codes and names), ISO 3166-1, and everyday usage. What is
not listed is a fault that names the choices; nothing is guessed.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from residents.roster.choices import DwellingUse, Education, IdType, InflowReason, Relation, ResidencyKind, Sex

CHILD = "child"  # 子女: son or daughter, by the person's sex
CHOICES: dict[str, Any] = {
    "sex": Sex,
    "relation": Relation,
    "kind": ResidencyKind,
    "id_type": IdType,
    "use": DwellingUse,
    "education": Education,
    "inflow_reason": InflowReason,
}
_MARKS = re.compile(r"[\s'\"“”‘’。.,，;；]+")
# fmt: off
_EMPTY = frozenset({
    "", "-", "--", "---", "—", "——", "–", "/", "//", "\\", "_", "。", ".", "、", "*", "?", "??",
    "无", "无。", "(无)", "暂无", "没有", "不详", "不清楚", "未填", "未填写", "暂缺", "缺", "空白", "(空)", "(空白)",
    "待补", "待补充", "n/a", "na", "null", "none", "nil", "nan",
})
# fmt: on
_DITTO = frozenset(["同上", "〃", "″", '"', "''", "”", "同前", "同左", "上同"])


@cache
def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            found.setdefault(line["field"], {})[_bare(line["word"])] = line["value"]
    for field, choices in CHOICES.items():
        words = found.setdefault(field, {})
        for choice in choices:
            words.setdefault(choice.value, choice.value)
    return found


def _bare(word: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold()


@lru_cache(maxsize=50_000)
def value_of(field: str, word: str) -> str | None:
    """The value that ``word`` means in ``field``; None when it is not listed."""
    bare = _bare(word)
    found = _table()[field].get(bare)
    if found is None and field in CHOICES:
        # What our own lists show, in whatever language the page is.
        found = next((choice.value for choice in CHOICES[field] if _bare(str(choice.label)) == bare), None)
    return found


def choices_of(field: str) -> str:
    """The choices of a coded field in words, for a message."""
    return "、".join(_labels(CHOICES[field]))


def _labels(choices: Iterable[Any]) -> list[str]:
    return [str(choice.label) for choice in choices]


def says_nothing(text: str) -> bool:
    """Whether a cell such as 无, - or / stands for an empty one."""
    return text.casefold() in _EMPTY


def says_ditto(text: str) -> bool:
    """Whether a cell points to the one above it (同上): that is never filled in by guess."""
    return text in _DITTO
