"""Questions about rental files. Everything is where its dwelling is."""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from grids.access.querysets import GridScopedQuerySet
from grids.tree.choices import Level
from residents.rentals.choices import Colour, FileStatus
from residents.rentals.rules import Cycle, soon_days
from residents.roster.choices import DwellingUse
from residents.roster.querysets import DoorSearch


class RentalFileQuerySet(DoorSearch):
    """Rental files by the grid of their dwelling; the landlord is searched where names are read."""

    grid_path = "dwelling__grid"

    def with_name(self, name: str) -> Q:
        return Q(landlord_name__contains=name)

    def with_phone_tail(self, tail: str) -> Q:
        return Q(pk__in=[])

    def kept(self) -> Self:
        """Files of dwellings that are rented out, empty ones included."""
        return self.filter(status__in=FileStatus.kept())

    def in_reading_order(self) -> Self:
        return self.order_by("dwelling__grid__code", "dwelling__sort_key", "pk")

    def with_place(self) -> Self:
        """Fetch what the door is written from."""
        return self.select_related("dwelling__grid__parent", "dwelling__unit__building")

    def overdue(self, *, on: date) -> Self:
        """Let dwellings whose check should have been made before ``on``; those that stand empty wait."""
        return self.filter(status=FileStatus.ACTIVE, next_check_on__lt=on)

    def due_soon(self, *, on: date, cycle: Cycle) -> Self:
        """Let dwellings whose check is near or due ``on`` this day (``rules.soon_days`` by colour), not overdue."""
        near = Q(pk__in=[])
        for colour in ["", *Colour.values]:
            near |= Q(colour=colour, next_check_on__lte=on + timedelta(days=soon_days(colour, cycle)))
        return self.filter(near, status=FileStatus.ACTIVE, next_check_on__gte=on)

    def with_tenants(self) -> Self:
        """Annotate `tenant_count`: the number of present tenants."""
        tenancies = apps.get_model("residents.Tenancy").objects.active().filter(file=OuterRef("pk")).order_by()
        counted = tenancies.values("file").annotate(number=Count("pk")).values("number")
        return self.annotate(tenant_count=Coalesce(Subquery(counted, output_field=models.IntegerField()), 0))


class RentalCheckQuerySet(GridScopedQuerySet):
    """Checks, planned and done, by the grid of their dwelling."""

    grid_path = "file__dwelling__grid"

    def done(self) -> Self:
        return self.filter(checked_at__isnull=False)

    def planned(self) -> Self:
        return self.filter(checked_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-checked_at", "-pk")

    def with_place(self) -> Self:
        return self.select_related("file__dwelling__grid__parent", "file__dwelling__unit__building", "checked_by")

    def with_later(self) -> Self:
        """Annotate `is_followed`: whether another check of the dwelling was made after this one."""
        later = self.model._default_manager.filter(file=OuterRef("file"), checked_at__gt=OuterRef("checked_at"))
        return self.annotate(is_followed=Exists(later))


class NoticeQuerySet(GridScopedQuerySet):
    """Rectification notices by the grid of their dwelling."""

    grid_path = "rental_check__file__dwelling__grid"

    def unsettled(self) -> Self:
        return self.filter(settled_on__isnull=True)

    def with_place(self) -> Self:
        return self.select_related(
            "rental_check__checked_by",
            "rental_check__file__dwelling__grid__parent",
            "rental_check__file__dwelling__unit__building",
        )


class TenancyQuerySet(GridScopedQuerySet):
    """Who rents where, by the grid of the dwelling."""

    grid_path = "file__dwelling__grid"

    def active(self) -> Self:
        return self.filter(ends_on__isnull=True)


class FindingPhotoQuerySet(GridScopedQuerySet):
    """Photos by the grid of their dwelling."""

    grid_path = "rental_check__file__dwelling__grid"

    def without_content(self) -> Self:
        """Everything but the picture itself."""
        return self.defer("content")


class ChecklistQuerySet(models.QuerySet):
    """Published checklists: those that ship hold everywhere, a district's own ones hold there."""

    def holding_in(self, grid: Any) -> Self:
        """Those of the district that ``grid`` (or None) lies in, and those that ship with the portal."""
        shipped = Q(district__isnull=True)
        if grid is None:
            return self.filter(shipped)
        return self.filter(shipped | Q(district__code=grid.code[: Level.DISTRICT.digits].ljust(12, "0")))

    def in_force(self, grid: Any, *, on: date) -> Any:
        """The checklist by which the dwellings of ``grid`` are checked ``on`` this day, or None."""
        return (
            self.holding_in(grid)
            .filter(valid_from__lte=on)
            .order_by(models.F("district").desc(nulls_last=True), "-valid_from", "-version")
            .first()
        )


def let_dwellings(dwellings: models.QuerySet) -> models.QuerySet:
    """Those of ``dwellings`` that are let, annotated with `has_file`: whether a file is kept for them."""
    files = apps.get_model("residents.RentalFile").objects.kept().filter(dwelling=OuterRef("pk"))
    return dwellings.filter(use=DwellingUse.LET).annotate(has_file=Exists(files))
