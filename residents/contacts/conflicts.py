"""Who may not contact a household because of a conflict of interest (domain.md 3.4, C7).

A source answers for many pairs of household and member at once, in a constant number of queries::

    def in_dispute(pairs) -> dict[tuple[int, int], str]:     # {(household, member): why not}

    conflict_sources.append(in_dispute)

The reason is shown to whoever assigns: it names the rule, never what a dispute is about.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from residents.rentals.models import RentalFile, Tenancy
from residents.roster.models import Residency

Pair = tuple[Any, Any]
ConflictSource = Callable[[list[Pair]], dict[tuple[int, int], str]]

conflict_sources: list[ConflictSource] = []
CHUNK = 800


def conflicts(pairs: Iterable[Pair]) -> dict[tuple[int, int], str]:
    """Which of these members (with their person) may not contact which household, and why; the first source answers."""
    asked = list(pairs)
    found: dict[tuple[int, int], str] = {}
    for start in range(0, len(asked), CHUNK):
        for source in conflict_sources:
            for pair, reason in source(asked[start : start + CHUNK]).items():
                found.setdefault(pair, reason)
    return found


def landlord_and_tenant(pairs: list[Pair]) -> dict[tuple[int, int], str]:
    """A member lets the dwelling to this household, or rents one from somebody who lives here.

    A landlord is known by name only, so a namesake is refused as well: another member is soon found.
    """
    dwellings = {household.dwelling_id for household, _member in pairs}
    let = RentalFile.objects.kept().filter(dwelling__in=dwellings)
    landlords = dict(let.values_list("dwelling_id", "landlord_name"))
    people = {member.person_id for _household, member in pairs}
    tenancies = Tenancy.objects.filter(person__in=people, ends_on__isnull=True)
    rents_from = {(person, name) for person, name in tenancies.values_list("person_id", "file__landlord_name")}
    living: dict[int, set[str]] = {}
    if rents_from:
        households = {household.pk for household, _member in pairs}
        rows = Residency.objects.active().filter(household__in=households, person__name__in={n for _p, n in rents_from})
        for household_id, name in rows.values_list("household_id", "person__name"):
            living.setdefault(household_id, set()).add(name)
    reason = _("Between landlord and tenant nobody is the other one's contact.")
    return {
        (household.pk, member.pk): reason
        for household, member in pairs
        if (household.dwelling_id in landlords and member.person.name == landlords[household.dwelling_id])
        or any((member.person_id, name) in rents_from for name in living.get(household.pk, ()))
    }


if landlord_and_tenant not in conflict_sources:
    conflict_sources.append(landlord_and_tenant)
