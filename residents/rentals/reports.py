"""The figures of rental housing: I38 coverage, colours, I39 checks on time (domain.md M42). Queries of constant number.

The trend of complaints about rental dwellings is a figure of affairs and belongs to governance/indicators.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from residents.rentals.choices import Colour, FileStatus
from residents.rentals.models import RentalCheck, RentalFile
from residents.rentals.querysets import let_dwellings


@dataclass(frozen=True)
class Share:
    """So many of so many; ``value`` (0 to 1) is None where there is nothing to divide by."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


def file_coverage(dwellings: QuerySet) -> Share:
    """I38: let dwellings with a kept file among the let ones of ``dwellings``; one query."""
    numbers = let_dwellings(dwellings).aggregate(whole=Count("pk"), part=Count("pk", filter=Q(has_file=True)))
    return Share(numbers["part"], numbers["whole"])


def colour_distribution(files: QuerySet[RentalFile]) -> dict[str, int]:
    """How many of the kept ``files`` are of each colour; "" is not checked yet. One query."""
    rows = files.filter(status__in=FileStatus.kept()).order_by().values_list("colour").annotate(number=Count("pk"))
    counted = dict(rows)
    return {colour: counted.get(colour, 0) for colour in [*Colour.values, ""]}


def due_checks(checks: QuerySet[RentalCheck], *, since: date, until: date, today: date) -> QuerySet[RentalCheck]:
    """The checks that fell due in [since, until), annotated with `colour_before` ("": first check) and `in_time`.

    ``until`` is cut at ``today``: a check that may still be made in time is not counted. Dwellings that stand empty
    wait and do not count.
    """
    mine = RentalCheck.objects.done().filter(file=OuterRef("file"))
    earlier = mine.filter(Q(checked_at__lt=OuterRef("checked_at")) | Q(pk__lt=OuterRef("pk")), ~Q(pk=OuterRef("pk")))
    return (
        checks.filter(due_on__gte=since, due_on__lt=min(until, today))
        .exclude(Q(checked_at__isnull=True) & ~Q(file__status=FileStatus.ACTIVE))
        .annotate(
            colour_before=Coalesce(Subquery(earlier.order_by("-checked_at", "-pk").values("colour")[:1]), Value("")),
            made_on=TruncDate("checked_at", tzinfo=timezone.get_default_timezone(), output_field=DateField()),
        )
        .annotate(
            in_time=Case(When(made_on__lte=F("due_on"), then=Value(1)), default=Value(0), output_field=IntegerField())
        )
    )


def on_cycle(checks: QuerySet[RentalCheck], *, since: date, until: date, today: date) -> dict[str, Share]:
    """I39: of the checks that fell due, how many were made in time, by the colour before them (see ``due_checks``).

    "" are first checks, "all" is the sum. One query.
    """
    rows = (
        due_checks(checks, since=since, until=until, today=today)
        .order_by()
        .values_list("colour_before")  # type: ignore[misc] # annotated by due_checks
        .annotate(whole=Count("pk"), part=Count("pk", filter=Q(in_time=1)))
    )
    found = {colour: Share(part, whole) for colour, whole, part in rows}
    shares = {colour: found.get(colour, Share(0, 0)) for colour in [*Colour.values, ""]}
    return {**shares, "all": total(shares.values())}


def total(shares: Iterable[Share]) -> Share:
    listed = list(shares)
    return Share(sum(share.part for share in listed), sum(share.whole for share in listed))


def figures(grid: Any, *, today: date) -> dict[str, Any]:
    """What a grid's page says: kept files of the subtree, how many are red, how many overdue. One query."""
    return (
        RentalFile.objects.kept()
        .under(grid)
        .order_by()
        .aggregate(
            files=Count("pk"),
            red=Count("pk", filter=Q(colour=Colour.RED)),
            overdue=Count("pk", filter=Q(status=FileStatus.ACTIVE, next_check_on__lt=today)),
        )
    )
