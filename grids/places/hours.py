"""Opening hours as one line: weekdays, then spans of time, ``1-5 09:00-17:30; 6 09:00-12:00``. Pure.

Monday is 1, Sunday 7. Several days: ``1,3,5``; several spans: ``1-5 09:00-12:00 14:00-17:30``. Public holidays are not
known here: the hours are those of an ordinary week; ``special_days`` knows the others.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_PART = re.compile(r"(?P<days>[0-9,\- ]*?[0-9])\s+(?P<spans>[0-9].*)")
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_DASHES = re.compile("[\u2010-\u2015\u2212~至到]")
MIDNIGHT = 24 * 60
DAYS_OF_WEEK = range(1, 8)


@dataclass(frozen=True, order=True)
class Opening:
    """One span on one weekday; minutes since midnight, ``closes`` not included."""

    day: int
    opens: int
    closes: int


def read_hours(text: str) -> list[Opening]:
    """The openings of a week in order; no text, no openings. Raises ``ValidationError`` naming the faulty part."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text or "")).replace("、", ",")
    openings: list[Opening] = []
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", plain))):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValidationError(_unreadable(part))
        for day in _days(found["days"], part):
            openings += [Opening(day, opens, closes) for opens, closes in read_spans(found["spans"], part)]
    openings.sort()
    for one, following in pairwise(openings):
        if one.day == following.day and following.opens < one.closes:
            raise ValidationError(_("Two spans of the same day overlap. Write each hour once."))
    return openings


def _unreadable(part: str) -> str:
    return _("“%(part)s” cannot be read. Write weekdays and hours like this: 1-5 09:00-17:30; 6 09:00-12:00") % {
        "part": part[:40]
    }


def _days(text: str, part: str) -> list[int]:
    days: set[int] = set()
    for piece in text.replace(" ", "").split(","):
        ends = piece.split("-")
        if len(ends) > 2 or not all(len(end) == 1 and end in "1234567" for end in ends) or ends[0] > ends[-1]:
            raise ValidationError(_unreadable(part))
        days |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return sorted(days)


def read_spans(text: str, part: str) -> list[tuple[int, int]]:
    """The spans of one day in minutes, as they stand. Raises ``ValidationError`` naming ``part``."""
    spans = []
    for hour, minute, until_hour, until_minute in _SPAN.findall(text):
        opens, closes = int(hour) * 60 + int(minute), int(until_hour) * 60 + int(until_minute)
        if max(int(minute), int(until_minute)) > 59 or not opens < closes <= MIDNIGHT:
            raise ValidationError(_unreadable(part))
        spans.append((opens, closes))
    if not spans or re.sub(r"[\s,]", "", _SPAN.sub("", text)):
        raise ValidationError(_unreadable(part))
    return spans


def clean_hours(text: str) -> str:
    """The hours in their one written form: days that open alike are put together. Raises ``ValidationError``."""
    return "; ".join(
        f"{_ranges(days)} {' '.join(f'{clock(opens)}-{clock(closes)}' for opens, closes in spans)}"
        for days, spans in _alike(read_hours(text))
    )


def hours_in_words(text: str) -> list[str]:
    """One line for the days that open alike: "Monday to Friday 09:00-17:30"."""
    names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    lines = []
    for days, spans in _alike(read_hours(text)):
        words = [
            names[first - 1]
            if first == last
            else pgettext("weekdays", "%(first)s to %(last)s") % {"first": names[first - 1], "last": names[last - 1]}
            for first, last in _runs(days)
        ]
        hours = _(", ").join(f"{clock(opens)}–{clock(closes)}" for opens, closes in spans)
        lines.append(f"{_(', ').join(words)} {hours}")
    return lines


def _alike(openings: list[Opening]) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Days with the same spans together, in the order of their first day."""
    by_day = {day: tuple((one.opens, one.closes) for one in openings if one.day == day) for day in DAYS_OF_WEEK}
    groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day, spans in by_day.items():
        if spans:
            groups.setdefault(spans, []).append(day)
    return [(days, list(spans)) for spans, days in groups.items()]


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Neighbouring days as (first, last)."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _ranges(days: list[int]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(days))


def clock(minutes: int) -> str:
    """Minutes since midnight as 09:00; 24:00 is the end of the day."""
    if minutes == MIDNIGHT:
        return "24:00"
    return f"{time(minutes // 60, minutes % 60):%H:%M}"
