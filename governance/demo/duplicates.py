"""Records of the demo that look like one person entered twice, so that there is something to compare.

No person is added: members of one household are rewritten as a slip of the pen would have entered them.
"""

from random import Random
from typing import Any

from governance.demo.territory import DINGSHAN
from residents.roster import services
from residents.roster.models import Residency

PAIRS = 6
OTHER_CHARACTERS = "晓玲军燕平红"


def load_duplicates(random: Random, actor: Any) -> int:
    """Rewrite the second of ``PAIRS`` pairs of members; returns their number."""
    here = Residency.objects.active().filter(household__dwelling__grid__code__startswith=DINGSHAN, is_head=False)
    homes: dict[tuple[int, str], list[Residency]] = {}
    for residency in here.select_related("person").order_by("pk"):
        if residency.person.birth_date:
            homes.setdefault((residency.household_id, residency.person.sex), []).append(residency)
    pairs = [members[:2] for members in homes.values() if len(members) > 1]
    chosen = random.sample(pairs, min(PAIRS, len(pairs)))
    for (one, other), character in zip(chosen, OTHER_CHARACTERS, strict=False):
        name = one.person.name[:-1] + character
        services.change_person(
            other.person,
            actor=actor,
            version=other.person.version,
            name=name,
            id_number="",
            birth_date=one.person.birth_date,
        )
    return len(chosen)
