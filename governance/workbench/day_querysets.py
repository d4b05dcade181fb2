"""What my day is made of, as light rows: the doors are fetched only for the page that is shown."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from governance.affairs.choices import AffairState
from governance.affairs.models import Affair
from governance.workbench.choices import Kind
from governance.workbench.querysets import owed_visits
from grids.access.choices import Permission
from residents.rentals.models import RentalFile
from residents.roster.choices import HouseholdStatus
from residents.visits.doors import due_doors
from residents.visits.models import CareLevelPlan, Encounter
from residents.visits.rules import midnight_before

# Visits that fall due within so many days belong to today's walk already: the stairs are climbed once.
AHEAD = timedelta(days=7)


class Stop(NamedTuple):
    """One thing to do at one place. ``pk`` is the household of a visit or call, else the task, the file, the affair.

    ``code`` and ``key`` order stops as one climbs stairs; ``due_at`` is None for a household never visited.
    """

    kind: Kind
    pk: int
    code: str
    key: str
    due_at: datetime | None
    household: int | None = None

    @property
    def way(self) -> tuple[str, str, str, int]:
        return self.code, self.key, self.kind.value, self.pk

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now


def stops_of(user: Any, *, now: datetime) -> list[Stop]:
    """Everything that the account has to go to, in the order of the stairs. Five queries.

    Where a visit is owed at once, the ordinary one is not told beside it, and no call beside a visit: one settles both.
    """
    tasks = list(_tasks(user))
    visits = list(_visits(user, now=now, but={stop.household for stop in tasks if stop.household}))
    calls = _calls(user, now=now, but={stop.household for stop in [*tasks, *visits] if stop.household})
    return sorted([*tasks, *visits, *calls, *_checks(user, now=now), *_orders(user)], key=lambda stop: stop.way)


def _tasks(user: Any) -> Iterator[Stop]:
    rows = owed_visits(user).order_by()
    columns = ("pk", "household", "household__dwelling__grid__code", "household__dwelling__sort_key", "due_at")
    for pk, household, code, key, due_at in rows.values_list(*columns):
        yield Stop(Kind.TASK, pk, code, key, due_at, household)


def _visits(user: Any, *, now: datetime, but: set[int]) -> Iterator[Stop]:
    """Households whose visit is due within days, as the list of doors has them: not visited too lately, nor today."""
    for door in due_doors(user, now=now, ahead=AHEAD, but=but):
        due = door.next_due_at if door.last_counted_at else None
        yield Stop(Kind.VISIT, door.pk, door.code, door.key, due, door.pk)


def _calls(user: Any, *, now: datetime, but: set[int]) -> Iterator[Stop]:
    """Households that are called every day (domain.md 2.9, level A) and that nobody has reached today.

    For those with a care duty only: that somebody is called tells that he needs it.
    """
    reached = Encounter.objects.current().met().filter(household=OuterRef("household"))
    plans = CareLevelPlan.objects.current().filter(daily_phone=True, household__status=HouseholdStatus.ACTIVE)
    plans = plans.restrict(user, Permission.VIEW_CARE).restrict(user, Permission.LOG_VISITS)
    waiting = plans.filter(~Exists(reached.filter(occurred_at__gte=midnight_before(now)))).order_by()
    ends = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time.max))
    for household, code, key in waiting.values_list(
        "household", "household__dwelling__grid__code", "household__dwelling__sort_key"
    ):
        if household not in but:
            yield Stop(Kind.CALL, household, code, key, ends, household)


def _checks(user: Any, *, now: datetime) -> Iterator[Stop]:
    """Let dwellings whose check is overdue or near."""
    today = timezone.localtime(now).date()
    files = RentalFile.objects.restrict(user, Permission.INSPECT_RENTALS)
    near = files.due_soon(on=today, cycle=settings.RENTAL_CYCLE_DAYS)
    rows = (files.overdue(on=today) | near).order_by()
    for pk, code, key, day in rows.values_list("pk", "dwelling__grid__code", "dwelling__sort_key", "next_check_on"):
        # The whole day is its time.
        ends = timezone.make_aware(datetime.combine(day, time.max))
        yield Stop(Kind.CHECK, pk, code, key, ends)


def _orders(user: Any) -> Iterator[Stop]:
    """Affairs that wait to be taken or are being handled; without a household they come first in their grid."""
    rows = Affair.objects.waiting_for(user, AffairState.in_hand()).order_by()
    columns = ("pk", "grid__code", "household", "household__dwelling__grid__code", "household__dwelling__sort_key")
    for pk, code, household, door_code, key, due_at in rows.values_list(*columns, "due_at"):
        yield Stop(Kind.ORDER, pk, door_code or code, key or "", due_at, household)
