"""What every figure begins with: the rows of one's own territory, the households in it, and shares of rows."""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.indicators.choices import Part
from governance.indicators.rules import Frame
from grids.access.choices import Permission
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household

RowsOf = Callable[[Frame], QuerySet]


def among(denominator: RowsOf, condition: Callable[[Frame], Q]) -> dict[Part, RowsOf]:
    return {
        Part.NUMERATOR: lambda frame: denominator(frame).filter(condition(frame)),
        Part.DENOMINATOR: denominator,
        Part.MISSING: lambda frame: denominator(frame).exclude(condition(frame)),
    }


class Scoped(Protocol):
    """A manager whose rows are restricted by ``restrict`` and narrowed by ``under``."""

    def restrict(self, user: Any, permission: Permission) -> Any: ...


def within(manager: Scoped, frame: Frame) -> Any:
    return manager.restrict(frame.user, Permission.VIEW_INDICATORS).under(frame.grid)


def contacts_on(day: date) -> QuerySet:
    """Primary contacts in office on ``day``; neither suspended nor only proposed ones."""
    return ContactAssignment.objects.on(day).primary()


def households(frame: Frame) -> QuerySet:
    """The denominator of coverage (domain.md 3.4) on ``frame.day``; `covered`: whether somebody answers for it."""
    serving = contacts_on(frame.day).counting().filter(household=OuterRef("pk"))
    return (
        within(Household.objects, frame)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=frame.day), opened_on__lte=frame.day)
        .exclude(dwelling__use="collective")
        .annotate(covered=Exists(serving))
    )
