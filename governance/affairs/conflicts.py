"""Who may not contact a household because both are sides of an open dispute (domain.md 3.4, C7).

An affair names no parties. What is known is the household that it is about and, when a resident reported it, his name.
So the two sides of a dispute are taken to be that household and whoever lives under the name of the resident: it is a
conflict where the one is the household and the other the member or somebody who lives with him, either way round. A
namesake is refused as well, as with landlords: another member is soon found. The account that entered an affair is no
side, nor is the spokesman: members and grid members pass on what others quarrel about. Closed affairs say nothing.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from governance.affairs.arriving import DISCORD, is_dispute
from governance.affairs.choices import Category
from governance.affairs.models import Affair, ClassificationRule
from residents.contacts.conflicts import Pair, conflict_sources
from residents.roster.models import Residency

# Noise, pets or leaks between two households: they are at odds, whatever words are chosen.
BETWEEN_DOORS = (Category.FAMILY.value, 5)
LINES = (DISCORD, BETWEEN_DOORS)


def in_dispute(pairs: list[Pair]) -> dict[tuple[int, int], str]:
    """The pairs on two sides of an open dispute, with the reason; two queries, four where there is a dispute."""
    people = {member.person_id for _household, member in pairs}
    living_at = Residency.objects.active().filter(person__in=people).order_by("pk")
    homes = dict(living_at.values_list("person_id", "household_id"))
    doors = {household.pk for household, _member in pairs} | set(homes.values())
    sides = _sides(doors)
    if not sides:
        return {}
    names = _names_at(doors)
    reason = _("Between the two sides of an open dispute nobody is the other one's contact.")
    found = {}
    for household, member in pairs:
        home = homes.get(member.person_id)
        his = names.get(home, set()) | {member.person.name}
        against_him = any(name in his for name in sides.get(household.pk, ()))
        by_him = any(name in names.get(household.pk, ()) for name in sides.get(home, ()))
        if household.pk != home and (against_him or by_him):
            found[household.pk, member.pk] = reason
    return found


def _sides(doors: Iterable[int]) -> dict[int | None, set[str]]:
    """By household, the names of the residents who reported an open dispute that is about it."""
    affairs = Affair.objects.open().filter(household__in=doors).exclude(reporter_name="")
    affairs = list(affairs.select_related("rule").defer("reporter_phone").order_by("pk"))
    rules = list(ClassificationRule.objects.filter(active=True)) if affairs else []
    sides: dict[int | None, set[str]] = {}
    for affair in affairs:
        if is_dispute(affair, rules, lines=LINES):
            sides.setdefault(affair.household_id, set()).add(affair.reporter_name)
    return sides


def _names_at(doors: Iterable[int]) -> dict[int | None, set[str]]:
    names: dict[int | None, set[str]] = {}
    rows = Residency.objects.active().filter(household__in=doors).order_by("pk")
    for household, name in rows.values_list("household_id", "person__name"):
        names.setdefault(household, set()).add(name)
    return names


if in_dispute not in conflict_sources:
    conflict_sources.append(in_dispute)
