"""What visits keep about somebody beside rows that point at him: words in notes, photos, the care plan of his home."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from residents.roster.models import Residency
from residents.roster.subjects import SubjectSource, subject_sources
from residents.visits.models import CareLevelPlan, EncounterPhoto
from residents.visits.redacting import redact_about


def plans_of_home(person: Any) -> Iterable[Model]:
    """The care plans of the household in which he lives now."""
    homes = person.residencies.active().values("household")
    return CareLevelPlan.objects.filter(household__in=homes).select_related(
        "household__dwelling__unit__building", "set_by"
    )


def erase_about(person: Any, *, words: list[str], actor: Any) -> int:
    """Empty notes and needs that speak of him, delete photos of visits on which he was met or his home was alone his,
    and the care plans of such a home; elsewhere a reason that names him is emptied."""
    count = redact_about(person, words=words, actor=actor)
    homes = set(person.residencies.order_by().values_list("household_id", flat=True))
    shared = set(
        Residency.objects.active()
        .filter(household__in=homes)
        .exclude(person=person)
        .order_by()
        .values_list("household_id", flat=True)
    )
    alone = homes - shared
    photos = EncounterPhoto.objects.without_content()
    kept = photos.filter(encounter__person=person) | photos.filter(encounter__household__in=alone)
    count += EncounterPhoto.objects.filter(pk__in=list(kept.values_list("pk", flat=True))).delete()[0]
    count += CareLevelPlan.objects.filter(household__in=alone).delete()[0]
    for plan in CareLevelPlan.objects.filter(household__in=shared):
        if any(word in plan.reason for word in words if word):
            count += CareLevelPlan.objects.filter(pk=plan.pk).update(reason="")
    return count


subject_sources.register(SubjectSource("visits", find=plans_of_home, erase=erase_about))
