"""How many households a member of staff sees less and more when he moves to another grid."""

from collections.abc import Sequence

from django.db.models import Count, Q

from grids.access.querysets import Scope
from grids.moves.parts import household_counters
from residents.roster.models import Household


def count_each(pairs: Sequence[tuple[Scope, Scope]]) -> list[int]:
    """For each (inside, outside) the active households in the first part and not in the second; one query for all."""
    households = Household.objects.active()
    path = households.code_path()
    conditions = [inside.condition(path) & ~outside.condition(path) for inside, outside in pairs]
    numbers = {f"number{place}": Count("pk", filter=Q(condition)) for place, condition in enumerate(conditions)}
    counted = households.order_by().aggregate(**numbers)
    return [counted[f"number{place}"] for place in range(len(conditions))]


if count_each not in household_counters:
    household_counters.append(count_each)
