"""First letters of names in pinyin: what people type instead of a name (zs finds 张三). Pure, like ``rules``."""

import re
import unicodedata
from functools import cache

LONGEST = 60  # as long as a name may be
_LATIN = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])\b")

# Surnames that sound otherwise than the character does elsewhere (《现代汉语词典》).
SURNAMES = {
    "乜": "n",  # niè
    "仇": "q",  # qiú
    "单": "s",  # shàn
    "召": "s",  # shào
    "区": "o",  # ōu
    "折": "s",  # shé
    "曾": "z",  # zēng
    "查": "z",  # zhā
    "祭": "z",  # zhài
    "秘": "b",  # bì
    "种": "c",  # chóng
    "繁": "p",  # pó
    "翟": "z",  # zhái
    "覃": "q",  # qín; the rarer reading is tán
    "解": "x",  # xiè
    "郇": "x",  # xún
    "隗": "w",  # wěi
    "阚": "k",  # kàn
    "适": "k",  # kuò
    "佴": "n",  # nài
    "乐": "y",  # yuè
    "重": "c",  # chóng
    "朴": "p",  # piáo
    "盖": "g",  # gě
    "缪": "m",  # miào
    "员": "y",  # yùn
}

# Surnames of two characters in which one sounds otherwise; the others are read character by character.
DOUBLE_SURNAMES = {
    "万俟": "mq",  # mò qí
    "尉迟": "yc",  # yù chí
    "尉犁": "yl",  # yù lí
    "单于": "cy",  # chán yú
    "澹台": "tt",  # tán tái
    "长孙": "zs",  # zhǎng sūn
    "亓官": "qg",  # qí guān
    "鲜于": "xy",  # xiān yú
}


def initials_of(name: str) -> str:
    """``zs`` for 张三, ``mqx`` for 万俟星, ``js`` for John Smith: small Latin letters and digits, at most 60.

    Of words in letters the first one of each word counts, accents off; other signs are left out. A character that is
    read in several ways counts by its commonest reading in names, the surname by its own.
    """
    plain = unicodedata.normalize("NFKC", name or "").strip()
    beginning = DOUBLE_SURNAMES.get(plain[:2], "")
    if not beginning:
        beginning = SURNAMES.get(plain[:1], "")
    letters = [beginning]
    in_word = False
    for character in plain[len(beginning) :]:
        if is_hanzi(character):
            letters.append(_letter(character))
            in_word = False
        elif character.isalnum():
            if not in_word:
                letters.append(_base_letter(character))
            in_word = True
        else:
            in_word = in_word and character in "'’-"
    return "".join(letters)[:LONGEST]


def is_hanzi(character: str) -> bool:
    """Whether the character is a Chinese one (any of the unified ideographs)."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def looks_like_initials(word: str) -> bool:
    """Whether somebody who types ``word`` may mean first letters: Latin letters only, and no more than a name has."""
    return word.isascii() and word.isalpha() and len(word) <= LONGEST


@cache
def _letter(character: str) -> str:
    # Not at the top: the table has 40,000 lines, and a process that writes no name needs none of them.
    from pypinyin import Style, lazy_pinyin

    reading = lazy_pinyin(character, style=Style.NORMAL, errors="ignore")
    return _base_letter(reading[0][0]) if reading and reading[0] else ""


def _base_letter(character: str) -> str:
    """The letter without its accents, small; empty for letters of other scripts."""
    found = _LATIN.match(unicodedata.name(character, ""))
    return found[1].lower() if found else ""
