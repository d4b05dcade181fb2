"""Kept hand-over sheets in which somebody's name or number is written down."""

from typing import Any

from django.db import transaction

from grids.common.clock import now
from grids.trail.services import record
from residents.contacts.models import ContactHandover
from residents.roster.subjects import SubjectSource, subject_sources, without


@transaction.atomic
def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Take the person out of the sheets of the households where he lives or lived."""
    homes = person.residencies.values("household")
    count = 0
    for handover in ContactHandover.objects.filter(household__in=homes).select_related("household").order_by("pk"):
        sheet = [{**part, "lines": [without(line, words) for line in part["lines"]]} for part in handover.sheet]
        if sheet != handover.sheet:
            ContactHandover.objects.filter(pk=handover.pk).update(sheet=sheet, changed_at=now())
            record("contacthandover.redact", handover, actor=actor, grid=handover.household.grid)
            count += 1
    return count


subject_sources.register(SubjectSource("contacts", erase=forget))
