"""Questions about places; all of them by their grid."""

from datetime import datetime
from typing import Self

from django.db.models import Case, Count, Q, When

from grids.access.querysets import GridScopedQuerySet
from grids.common.workdays import calendar_day
from grids.places.choices import OrganisationKind, PlaceKind, VesselStatus
from grids.places.special_days import plan_of


class BuildingQuerySet(GridScopedQuerySet):
    """Buildings by their grid."""


class OpenQuerySet(GridScopedQuerySet):
    """Things that open and close for good."""

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)


class CompoundQuerySet(OpenQuerySet):
    """Compounds by their grid."""


class OrganisationQuerySet(OpenQuerySet):
    """Organisations by their grid."""

    def economic(self) -> Self:
        """What the counter "enterprises" counts."""
        return self.filter(kind__in=OrganisationKind.economic())


class PlaceQuerySet(OpenQuerySet):
    """Places by their grid."""

    def schools(self) -> Self:
        return self.filter(kind__in=PlaceKind.schools())

    def markets(self) -> Self:
        return self.filter(kind__in=PlaceKind.markets())


class VesselQuerySet(OpenQuerySet):
    """Vessels by their grid."""

    def by_berth(self) -> Self:
        """In the order of the quay: by berth, those without one last."""
        return self.order_by(Case(When(berth_key="", then=1), default=0), "berth_key", "name", "pk")

    def numbers(self) -> dict[VesselStatus, int]:
        """How many vessels have each status."""
        counted = dict(self.order_by().values_list("status").annotate(number=Count("pk")))
        return {status: counted.get(status.value, 0) for status in VesselStatus}


class ServicePointQuerySet(OpenQuerySet):
    """Service points by their grid."""

    def matching(self, word: str) -> Self:
        """Those whose name, address or services hold ``word``."""
        return self.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(services__icontains=word)
            | Q(grid__name_zh__icontains=word)
        )

    def open_at(self, moment: datetime) -> Self:
        """Those that are open at the local ``moment``, holidays and exceptions minded.

        Hours repeat: two queries read the different ones, and those of the few points with a day of their own.
        """
        calendar = calendar_day(moment.date())
        usual = self.open().filter(exception_days="")
        special = self.open().exclude(exception_days="")
        found = Q(pk__in=[])
        for hours, policy in usual.order_by().values_list("opening_hours", "holiday_policy").distinct():
            if plan_of(hours, policy, "", moment.date(), calendar).is_open(moment):
                found |= Q(exception_days="", opening_hours=hours, holiday_policy=policy)
        rows = special.order_by().values_list("pk", "opening_hours", "holiday_policy", "exception_days")
        keys = [pk for pk, *how in rows if plan_of(*how, moment.date(), calendar).is_open(moment)]
        return self.open().filter(found | Q(pk__in=keys))
