"""I51: how many matters residents raised, beside the same days of earlier years (domain.md 3.7 and M42)."""

from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import Source
from governance.affairs.models import Affair
from governance.indicators.choices import Part
from governance.indicators.rules import Frame
from grids.access.choices import Permission

# The base of the card is the year before (同比); M42 looks back three years (较基期).
CARD_YEARS = 1
YEARS = (1, 3)
LABELS = {1: _("The same days one year earlier"), 3: _("The same days three years earlier")}


def raised(frame: Frame, *, years: int = 0) -> QuerySet:
    """Matters of residents reported in the period, or in the same days ``years`` earlier; up to now, or up to then.

    Their own reports and those that a joint-family member, a liaison or a desk passed on for them, whatever became of
    them; what grid members found themselves is no complaint.
    """
    start = _midnight(years_before(frame.period.since, years))
    end = _midnight(years_before(frame.period.until + timedelta(days=1), years))
    as_of = timezone.localtime(frame.as_of)
    then = as_of.replace(year=as_of.year - years, day=years_before(as_of.date(), years).day)
    rows = Affair.objects.restrict(frame.user, Permission.VIEW_INDICATORS).under(frame.grid)
    return rows.exclude(source=Source.GRID_MEMBER).filter(
        reported_at__gte=start, reported_at__lt=end, reported_at__lte=then
    )


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; of the 29th of February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


raised_before = {years: partial(raised, years=years) for years in YEARS}

# A trend compares two counts: no row is missing from one of them.
FIGURE = {
    Part.NUMERATOR: raised,
    Part.DENOMINATOR: raised_before[CARD_YEARS],
    Part.MISSING: lambda frame: raised(frame).none(),
}
COUNTS = {"raised": raised} | {f"raised_{years}": rows for years, rows in raised_before.items()}
