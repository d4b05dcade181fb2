"""Questions about notices that are carried from door to door."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, scope_of
from grids.tree.choices import Level


class DoorNoticeQuerySet(GridScopedQuerySet):
    """Notices by the grid whose doors they are for."""

    def running(self, *, on: date) -> Self:
        """Those that are still to be carried on this day."""
        return self.filter(withdrawn_at__isnull=True, until_on__gte=on)

    def reaching(self, code: str) -> Self:
        """Notices for the grid with ``code``, or for one above it."""
        return self.filter(grid__code__in=_above(code))

    def visible_to(self, user: Any) -> Self:
        """Those of the grids that the user keeps, those he made, and those whose doors he goes to."""
        kept = scope_of(user, Permission.EDIT_ROSTER).condition("grid__code")
        walked = scope_of(user, Permission.LOG_VISITS)
        above = {code for prefix in walked.prefixes for code in _above(prefix)}
        inside = walked.condition("grid__code")
        return self.filter(kept | inside | Q(grid__code__in=above) | Q(made_by=user.pk))


class DoorTickQuerySet(GridScopedQuerySet):
    """Doors that a notice has reached, by the grid of the door."""

    grid_path = "household__dwelling__grid"


def with_tick(households: models.QuerySet, notice: Any) -> models.QuerySet:
    """Annotate `is_reached`: whether the notice was brought to the door."""
    ticks = apps.get_model("residents.DoorTick").objects.filter(notice=notice, household=OuterRef("pk"))
    return households.annotate(is_reached=Exists(ticks))


def doors_of(user: Any) -> models.QuerySet:
    """The households whose doors ``user`` goes to: those of the grids in which he visits."""
    households = apps.get_model("residents.Household").objects.active()
    return households.restrict(user, Permission.LOG_VISITS)


def reach_by_microgrid(notice: Any, households: models.QuerySet) -> dict[int, tuple[int, int]]:
    """Grid with doors of the notice -> (doors, doors reached), of ``households``. One query."""
    counted = (
        with_tick(households.under(notice.grid), notice)
        .order_by()
        .values("scope_grid")
        .annotate(doors=Count("pk"), reached=Count("pk", filter=Q(is_reached=True)))
    )
    return {row["scope_grid"]: (row["doors"], row["reached"]) for row in counted}


def _above(code: str) -> set[str]:
    """The codes, as they stand in the column, of the grid with ``code`` (or its significant digits) and those above."""
    return {code[: level.digits].ljust(12, "0") for level in Level if level.digits <= len(code)}
