"""What visits keep about somebody beside rows that point at him: words in notes, photos, the care plan of his home."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from residents.roster.free_texts import FreeText
from residents.roster.models import Residency
from residents.roster.subjects import SubjectSource, subject_sources
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, VisitTask
from residents.visits.redacting import redact_about


def plans_of_home(person: Any) -> Iterable[Model]:
    """The care plans of the household in which he lives now."""
    homes = person.residencies.active().values("household")
    return CareLevelPlan.objects.filter(household__in=homes).select_related(
        "household__dwelling__unit__building", "set_by"
    )


def erase_about(person: Any, *, words: list[str], actor: Any) -> int:
    """Empty notes and needs that speak of him, delete photos of visits on which he was met or his home was alone his,
    and the care plans of such a home."""
    count = redact_about(person, words=words, actor=actor)
    homes = set(Residency.objects.filter(person=person).order_by().values_list("household_id", flat=True))
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
    return count


def at_homes_of(person: Any, model: Any) -> QuerySet:
    """The rows about the households where he lives or lived."""
    homes = person.residencies.values("household")
    return model.objects.filter(household__in=homes).select_related("household__dwelling__grid")


def grid_of_home(row: Any) -> Any:
    return row.household.grid


subject_sources.register(
    SubjectSource(
        "visits",
        find=plans_of_home,
        erase=erase_about,
        texts=(
            FreeText(
                CareLevelPlan,
                ("reason",),
                lambda person: at_homes_of(person, CareLevelPlan),
                "careplan.redact",
                grid=grid_of_home,
            ),
            FreeText(
                Encounter,
                ("late_reason", "correction_reason"),
                lambda person: at_homes_of(person, Encounter),
                "encounter.redact",
                grid=grid_of_home,
                whole=True,
            ),
            FreeText(
                VisitTask,
                ("cancel_reason",),
                lambda person: at_homes_of(person, VisitTask),
                "visittask.redact",
                grid=grid_of_home,
            ),
        ),
        reaches={
            "residents.Encounter": "note",
            "residents.HouseholdNeed": "text",
            "residents.NeedAnswer": "text",
            "residents.VisitTask": "note",
            "residents.EncounterPhoto": "content",
        },
    )
)
