"""The sheet of paper that a member takes to the briefing on the 5th: his households, and room to write (M19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from governance.affairs.choices import AffairState
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household
from residents.roster.rules import shown_household, shown_name
from residents.visits.doors import for_cards
from residents.visits.models import HouseholdNeed

NEEDS_SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One household of the sheet."""

    door: str
    head: str
    last_visited_at: datetime | None
    needs: list[str]


def lines_of(member: Any, *, reader: Any) -> list[Line]:
    """The member's households in reading order, with the needs that nobody has settled yet. Two queries.

    ``reader`` None writes names and doors out: for the member himself.
    """
    served = ContactAssignment.objects.serving().filter(member=member).order_by().values("household")
    homes = list(for_cards(Household.objects.active().filter(pk__in=served)).in_reading_order())
    needs: dict[int, list[str]] = {}
    unsettled = Q(affair=None) | ~Q(affair__state=AffairState.CLOSED)
    open_needs = HouseholdNeed.objects.filter(unsettled, household__in=[home.pk for home in homes], answer=None)
    for household, words in open_needs.order_by("-raised_at", "-pk").values_list("household", "text"):
        if len(needs.setdefault(household, [])) < NEEDS_SHOWN:
            needs[household].append(words)
    return [
        Line(
            door=shown_household(reader, home),
            head=shown_name(reader, home.grid, home.head_name),
            last_visited_at=home.last_visited_at,
            needs=needs.get(home.pk, []),
        )
        for home in homes
    ]
