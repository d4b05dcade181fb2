"""Questions about places; all of them by their grid."""

from datetime import datetime
from typing import Self

from django.db.models import Case, Count, Q, When

from grids.access.querysets import GridScopedQuerySet
from grids.places.choices import OrganisationKind, PlaceKind, VesselStatus
from grids.places.hours import open_among


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
        """Those whose hours include the local ``moment``. Hours repeat: one query reads the different ones."""
        hours = self.open().order_by().values_list("opening_hours", flat=True).distinct()
        return self.open().filter(opening_hours__in=open_among(hours, moment))
