"""Days as people write them: 1990.1.5, 19900105, 1990年1月5日, a date cell, or the serial number of Excel."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from residents.importing.book import Value
from residents.importing.faults import CellProblem

_FULL = re.compile(
    r"([0-9]{4})(?:\s*[-./年、。]\s*|\s+)([0-9]{1,2})(?:\s*[-./月、。]\s*|\s+)([0-9]{1,2})\s*[日号]?\s*[.。]?"
    r"(?:[\sT]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_ONLY = re.compile(r"[0-9]{4}(?:\s*[-./年]\s*|\s+)?(?:0?[1-9]|1[0-2])?\s*[月年]?\s*[-.]?")
_SHORT_YEAR = re.compile(r"['’]?[0-9]{2}\s*[-./年]\s*[0-9]{1,2}\s*[-./月]\s*[0-9]{1,2}\s*[日号]?")
_DAY_FIRST = re.compile(r"[0-9]{1,2}\s*[-./]\s*[0-9]{1,2}\s*[-./]\s*[0-9]{4}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")
_LUNAR = re.compile("农历|阴历|正月|初|腊月|冬月|闰")
EARLIEST = date(1850, 1, 1)
FIRST_OF_1900 = date(1899, 12, 30)  # serial 61 and later; Excel believes that 1900 was a leap year
FIRST_OF_1904 = date(1904, 1, 1)
YEARS = range(1800, 2200)  # a bare number in here is a year, not a serial number


def read_day(value: Value, *, uses_1904: bool = False) -> tuple[date, bool]:
    """The day, and whether it was written in the usual way (False: worth a note that it was read).

    Raises ``CellProblem`` for what is no day, not one day, or not certainly one.
    """
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        # A year typed into a date cell becomes the 1,990th day of the calendar: in 1905.
        _refuse_year_as_serial(day, FIRST_OF_1904 if uses_1904 else FIRST_OF_1900)
        return _checked(day), True
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _checked(_of_number(value, uses_1904)), False
    if isinstance(value, time | timedelta) or not isinstance(value, str):
        raise CellProblem(_("This is no day. Please write it as 1990-01-05."), "date")
    text = unicodedata.normalize("NFKC", value).strip().lstrip("'’‘`").strip()
    if found := _FULL.fullmatch(text) or _EIGHT.fullmatch(text):
        return _checked(_day(found[1], found[2], found[3])), bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text))
    if _SERIAL.fullmatch(text):
        return _checked(_of_number(float(text), uses_1904)), False
    if _LUNAR.search(text):
        raise CellProblem(_("This is a day of the lunar calendar. Please write the day as 1990-01-05."), "lunar")
    if _SHORT_YEAR.fullmatch(text):
        raise CellProblem(
            _("The year has two digits, so the century is not certain. Please write it as 1990-01-05."), "short_year"
        )
    if _DAY_FIRST.fullmatch(text):
        raise CellProblem(_("Day and month cannot be told apart. Please write it as 1990-01-05."), "day_first")
    if _MONTH_ONLY.fullmatch(text):
        raise CellProblem(_("The day is missing. Please write the whole date, such as 1990-01-05."), "month_only")
    raise CellProblem(_("This is no day. Please write it as 1990-01-05."), "date")


def _of_number(value: float, uses_1904: bool) -> date:
    if value != value or abs(value) == float("inf"):
        raise CellProblem(_("This is no day. Please write it as 1990-01-05."), "date")
    whole = int(value)
    if value == whole and 18_000_101 <= whole <= 22_001_231:
        text = str(whole)
        return _day(text[:4], text[4:6], text[6:])
    if whole in YEARS or (value == whole and 180_001 <= whole <= 220_012):
        raise CellProblem(_("The day is missing. Please write the whole date, such as 1990-01-05."), "month_only")
    if not 1_000 <= whole <= 99_999:
        raise CellProblem(_("This is no day. Please write it as 1990-01-05."), "date")
    return (FIRST_OF_1904 if uses_1904 else FIRST_OF_1900) + timedelta(days=whole)


def _refuse_year_as_serial(day: date, first: date) -> None:
    if (day - first).days in YEARS:
        raise CellProblem(
            _("Only a year was typed here and Excel made another day of it. Please write it as 1990-01-05."),
            "year_as_serial",
        )


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise CellProblem(_("There is no such day in the calendar. Please compare it."), "no_such_day") from None


def _checked(day: date) -> date:
    if day < EARLIEST:
        raise CellProblem(_("This day lies before 1850. Please check the year."), "too_early")
    return day
