"""What waits for somebody: the questions behind the home page, a fixed number of them for every role."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber, Substr

from governance.affairs.models import Affair
from governance.workbench.rules import RED_WORKING_DAYS, YELLOW_WORKING_DAYS, due_before
from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.access.querysets import scope_of
from grids.team.models import Post
from grids.team.rules import FULL_NEEDED, PART_NEEDED
from grids.tree.choices import Level
from grids.tree.models import Grid
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import served_by, uncovered
from residents.roster.models import Household
from residents.visits.doors import for_cards
from residents.visits.models import VisitTask


def held_roles(user: Any) -> list[RoleGrant]:
    """The roles of an account with their grids, the highest first."""
    return list(RoleGrant.objects.filter(user=user).select_related("grid").order_by("grid__level", "grid__code", "pk"))


# ------------------------------------------------------------------ affairs
def first_of(rows: QuerySet, limit: int) -> tuple[list[Any], int]:
    """The first ``limit`` rows and how many there are altogether, in one query."""
    first = list(rows.annotate(altogether=Window(Count("pk")))[:limit])
    return first, first[0].altogether if first else 0


def waiting(user: Any, *, each: int) -> dict[str, tuple[list[Affair], int]]:
    """Affairs that wait for the account's own step: ``{state: (the most urgent ``each`` of them, how many)}``."""
    line = {"partition_by": [F("state")]}
    rows = (
        Affair.objects.waiting_for(user)
        .for_steps()
        .annotate(
            place_in_line=Window(RowNumber(), **line, order_by=[F("due_at").asc(nulls_last=True), F("pk").asc()]),
            altogether=Window(Count("pk"), **line),
        )
        .filter(place_in_line__lte=each)
    )
    found: dict[str, tuple[list[Affair], int]] = {}
    for affair in rows.order_by("state", "place_in_line"):
        found.setdefault(affair.state, ([], affair.altogether))[0].append(affair)
    return found


def overdue(user: Any, *, now: datetime) -> QuerySet:
    """Affairs in sight whose clock has run out, the longest first."""
    return Affair.objects.restrict(user, Permission.VIEW_AFFAIRS).overdue(now=now).for_steps().order_by("due_at", "pk")


def overdue_by_street(user: Any, *, now: datetime) -> list[dict[str, Any]]:
    """``[{"code", "name", "overdue", "yellow", "red"}]`` of every street with late affairs, the worst first.

    Yellow and red: missed by two and by five working days (domain.md 3.2.3). Two queries.
    """
    red, yellow = due_before(now, RED_WORKING_DAYS), due_before(now, YELLOW_WORKING_DAYS)
    late = Affair.objects.restrict(user, Permission.VIEW_INDICATORS).overdue(now=now)
    key = Substr(F(late.code_path()), 1, Level.STREET.digits)
    counted = (
        late.order_by()
        .values(child_code=key)
        .annotate(
            overdue=Count("pk"),
            yellow=Count("pk", filter=Q(due_at__lt=yellow, due_at__gte=red)),
            red=Count("pk", filter=Q(due_at__lt=red)),
        )
    )
    # What lies on the district itself comes under the district's own code.
    by_code = {row.pop("child_code").ljust(12, "0"): row for row in counted}
    named = Grid.objects.filter(code__in=by_code)
    streets = [{"code": grid.code, "name": grid.name, **by_code[grid.code]} for grid in named]
    return sorted(streets, key=lambda row: (-row["red"], -row["overdue"], row["code"]))


# ------------------------------------------------------------------ households, members, grids
def without_contact(user: Any, permission: Permission) -> QuerySet:
    """Households that owe a contact and have none."""
    rows = Household.objects.restrict(user, permission).covered_by_duty()
    return uncovered(rows).with_place().in_reading_order()


def out_of_band(user: Any) -> QuerySet:
    """Members in office with too few or too many households for the band of their community, the most loaded first.

    Those excused from the minimum, and those above it by an exception that still holds, are left out.
    """
    rows = ContactMember.objects.restrict(user, Permission.VIEW_CONTACTS).serving().with_load().with_band()
    return rows.out_of_band().select_related("person", "grid").order_by("-load", "pk")


def understaffed(user: Any) -> QuerySet:
    """Grids without "one full, two part" (M09); `full` and `part` are annotated."""
    held = Q(posts__in=Post.objects.held_on())
    return (
        Grid.objects.restrict(user, Permission.VIEW_TEAM)
        .living()
        .at_level(Level.GRID)
        .annotate(
            full=Count("posts", filter=held & Q(posts__role=Role.FULL_TIME), distinct=True),
            part=Count("posts", filter=held & Q(posts__role=Role.PART_TIME), distinct=True),
        )
        .filter(Q(full__lt=FULL_NEEDED) | Q(part__lt=PART_NEEDED))
        .order_by("code")
    )


# ------------------------------------------------------------------ doors
def owed_visits(user: Any) -> QuerySet:
    """Visits that the account must make at once (M20): at households that it contacts, and in grids whose visits it
    reads and makes. A liaison makes visits and reads none: why a neighbour is in need is not told to him.
    """
    path = VisitTask.objects.none().code_path()
    served = Exists(ContactAssignment.objects.of_user(user).filter(household=OuterRef("household")))
    reads = scope_of(user, Permission.VIEW_VISITS).condition(path)
    makes = scope_of(user, Permission.LOG_VISITS).condition(path)
    return VisitTask.objects.open().filter((reads & makes) | Q(served)).with_place().order_by("due_at", "pk")


def my_households(user: Any) -> QuerySet:
    """Households that the account's own member contacts, those not seen for longest first, as door cards need them."""
    rows = for_cards(served_by(Household.objects.active(), user))
    return rows.order_by(F("last_visited_at").asc(nulls_first=True), "pk")
