"""Where the work falls behind: gaps by grid and by kind, down to the doors. Never a ranking of persons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission, Role
from grids.team.models import Post
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment
from residents.contacts.querysets import uncovered
from residents.roster.models import Household
from residents.visits.models import VisitTask
from residents.visits.querysets import is_due, with_due

POWER = Permission.ASSIGN_CONTACTS


class Gap(models.TextChoices):
    """What can be behind."""

    VISITS = "visits", _("Visits overdue")
    TASKS = "tasks", _("Must arrive, past its time")
    UNCOVERED = "uncovered", _("Households without contact")
    PROPOSALS = "proposals", _("Proposals without answer")


@dataclass(frozen=True)
class Row:
    """One grid: a number for each kind, and whether nobody goes to its doors at all."""

    grid: Any
    numbers: list[tuple[Gap, int]]
    is_vacant: bool

    @property
    def total(self) -> int:
        return sum(number for _gap, number in self.numbers)


def doors_behind(user: Any, gap: Gap, *, now: datetime) -> QuerySet:
    """The households in the user's reach that are behind in this way."""
    homes = Household.objects.active().restrict(user, POWER)
    if gap == Gap.VISITS:
        return with_due(homes).filter(is_due(now))
    if gap == Gap.TASKS:
        return homes.filter(pk__in=VisitTask.objects.open().filter(due_at__lt=now).order_by().values("household"))
    if gap == Gap.UNCOVERED:
        return uncovered(homes.covered_by_duty())
    waiting = ContactAssignment.objects.proposed()
    return homes.filter(pk__in=waiting.order_by().values("household"))


def gaps_of(user: Any, *, now: datetime) -> list[Row]:
    """A row for each grid in the user's reach, in the order of the territory (not of the numbers). Six queries."""
    counted = {gap: _by_grid(doors_behind(user, gap, now=now)) for gap in Gap}
    going = Q(role__in=[Role.FULL_TIME, Role.PART_TIME])
    served = set(Post.objects.held_on().filter(going).values_list("grid", flat=True))
    grids = Grid.objects.restrict(user, POWER).living().at_level(Level.GRID).order_by("code")
    return [
        Row(grid, [(gap, counted[gap].get(grid.code, 0)) for gap in Gap], is_vacant=grid.pk not in served)
        for grid in grids
    ]


def _by_grid(households: QuerySet) -> dict[str, int]:
    code = Substr(F("scope_grid__code"), 1, Level.GRID.digits)
    rows = households.order_by().values(at=code).annotate(number=Count("pk", distinct=True))
    return dict(rows.values_list("at", "number"))
