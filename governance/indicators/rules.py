"""How a figure is worked out: rounding, periods, and what a question is about (domain.md 3.7, common rules). Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.indicators.choices import Preset

DASH = "—"
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_DAYS = 5 * 366


@dataclass(frozen=True)
class Figure:
    """A share of two counts. ``excluded``: rows left out of the denominator on purpose, told beside the figure."""

    numerator: int
    denominator: int
    excluded: int = 0
    places: int = 1
    is_trend: ClassVar[bool] = False

    @property
    def value(self) -> Decimal | None:
        """Percent, rounded half up to ``places`` decimals; None when there is nothing to divide by."""
        if self.denominator == 0:
            return None
        exact = Decimal(100 * self.numerator) / Decimal(self.denominator)
        return exact.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)

    @property
    def missing(self) -> int:
        """Rows of the denominator that are not in the numerator."""
        return self.denominator - self.numerator

    @property
    def permille(self) -> int:
        """The share as a length between 0 and 1000, for bars; never full or empty unless it really is."""
        if not self.denominator:
            return 0
        length = 1000 * self.numerator // self.denominator
        return max(length, 4) if self.numerator else 0

    def __str__(self) -> str:
        return DASH if self.value is None else f"{self.value}%"

    def to(self, places: int) -> "Figure":
        """The same figure with other decimals (2 for comparison with figures published elsewhere)."""
        return type(self)(self.numerator, self.denominator, self.excluded, places)


@dataclass(frozen=True)
class Trend(Figure):
    """By how much a count differs from that of a base period: (x - x0) / x0, x over x0 being the two counts."""

    is_trend: ClassVar[bool] = True

    @property
    def value(self) -> Decimal | None:
        """Percent, rounded half up to ``places`` decimals; None when nothing was counted in the base period."""
        if self.denominator == 0:
            return None
        exact = Decimal(100 * (self.numerator - self.denominator)) / Decimal(self.denominator)
        return exact.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)

    @property
    def missing(self) -> int:
        """A trend compares two counts: no row is left over."""
        return 0

    def __str__(self) -> str:
        if self.value is None:
            return DASH
        sign = "+" if self.value > 0 else "−" if self.value < 0 else ""
        return f"{sign}{abs(self.value)}%"


@dataclass(frozen=True)
class Period:
    """Days from ``since`` to ``until``, both included: the half-open span [since 00:00, the day after until 00:00)."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValidationError(_("The last day lies before the first one. Swap them."), code="period")
        if not (self.since.year >= FIRST_YEAR and self.until.year <= LAST_YEAR):
            raise ValidationError(
                _("Choose days between the years %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
                code="period",
            )
        if (self.until - self.since).days >= LONGEST_DAYS:
            raise ValidationError(_("A report covers at most five years. Choose a shorter period."), code="period")

    @property
    def start_at(self) -> datetime:
        """The first moment of the period."""
        return _midnight(self.since)

    @property
    def end_at(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.until + timedelta(days=1))

    @property
    def months(self) -> list["Period"]:
        """The calendar months of the period, the first and last one cut to it."""
        months = []
        day = self.since
        while day <= self.until:
            following = _month_after(day)
            months.append(Period(day, min(following - timedelta(days=1), self.until)))
            day = following
        return months

    def __str__(self) -> str:
        return _("%(first)s to %(last)s") % {"first": self.since.isoformat(), "last": self.until.isoformat()}


@dataclass(frozen=True)
class Frame:
    """Whose eyes see which subtree in which period, and when: everything that a figure depends on."""

    user: Any
    grid: Any
    period: Period
    as_of: datetime

    @property
    def day(self) -> date:
        """The day for which stocks (households, contacts, members) are counted: the period's last one, or today."""
        return min(self.period.until, timezone.localtime(self.as_of).date())

    @property
    def moment(self) -> datetime:
        """The moment for which it is asked what is due: the last one of the period, or now."""
        return min(self.period.end_at - timedelta(microseconds=1), self.as_of)

    def of(self, grid: Any) -> "Frame":
        """The same question about another subtree."""
        return Frame(self.user, grid, self.period, self.as_of)


def named_period(preset: str, today: date) -> Period:
    """The period that a name means on ``today``; raises ``ValueError`` for "custom" and unknown names."""
    month = today.replace(day=1)
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    if preset == Preset.THIS_MONTH:
        return Period(month, _month_after(month) - timedelta(days=1))
    if preset == Preset.LAST_MONTH:
        last = month - timedelta(days=1)
        return Period(last.replace(day=1), last)
    if preset == Preset.THIS_QUARTER:
        return Period(quarter, _months_after(quarter, 3) - timedelta(days=1))
    if preset == Preset.LAST_QUARTER:
        last = quarter - timedelta(days=1)
        return Period(last.replace(month=last.month - 2, day=1), last)
    if preset == Preset.THIS_YEAR:
        return Period(date(today.year, 1, 1), date(today.year, 12, 31))
    raise ValueError(f"{preset!r} names no period")


def in_a_row(months: list[tuple[date, bool]]) -> int:
    """How many of ``[(first of a month, whether it went well)]``, newest first, went well without a gap."""
    count = 0
    for month, went_well in months:
        if not went_well or (count and month != _months_after(months[0][0], -count)):
            break
        count += 1
    return count


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _month_after(day: date) -> date:
    return _months_after(day.replace(day=1), 1)


def _months_after(first: date, count: int) -> date:
    years, month = divmod(first.month - 1 + count, 12)
    return date(first.year + years, month + 1, 1)
