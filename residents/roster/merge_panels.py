"""What merging adds to a person's page: records that may be the same person, and what was merged into this one."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from grids.access.choices import Permission
from grids.common.panels import Panel, person_panels
from residents.roster import duplicates
from residents.roster.comparing import sides_of
from residents.roster.models import Person, PersonMerge
from residents.roster.services.merging import may_undo
from residents.roster.services.rows import grid_of


def on_person(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """None for those who merge nothing here, and where there is nothing to merge."""
    user: Any = request.user
    grid = grid_of(person)
    if grid is None or not user.has_perm(Permission.MERGE_PERSONS, grid):
        return None
    pairs = duplicates.of_person(person, user)
    others = [pair.second if pair.first == person.pk else pair.first for pair in pairs]
    sides = sides_of(Person.objects.filter(pk__in=others), user)
    merges = PersonMerge.objects.standing().filter(kept=person).defer("snapshot").select_related("merged_by")
    undoable = [merge for merge in merges if may_undo(merge, grid, actor=user)]
    if not pairs and not undoable:
        return None
    return {
        "pairs": [
            {
                "sign": pair.sign.label,
                "side": sides[pk],
                "url": reverse("residents:personmerge-create", args=[pair.first, pair.second]),
            }
            for pair, pk in zip(pairs, others, strict=True)
        ],
        "merges": [
            {
                "at": merge.merged_at,
                "by": merge.merged_by,
                "url": reverse("residents:personmerge-undo", args=[merge.pk]),
            }
            for merge in undoable
        ],
    }


person_panels.register(Panel("merging", "residents/roster/personmerge_panel.html", on_person, order=90, area="side"))
