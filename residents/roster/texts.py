"""The free text of the roster in which somebody may be named: the note on a door."""

from residents.roster.free_texts import FreeText
from residents.roster.models import Household
from residents.roster.subjects import SubjectSource, subject_sources

subject_sources.register(
    SubjectSource(
        "roster",
        texts=(
            FreeText(
                Household,
                ("note",),
                lambda person: Household.objects.filter(
                    pk__in=person.residencies.order_by().values("household")
                ).select_related("dwelling__grid"),
                "household.redact",
            ),
        ),
    )
)
