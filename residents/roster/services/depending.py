"""What ends by itself when somebody leaves: absences, care tags, and by a death the place on board of a vessel."""

from datetime import date
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from grids.common.clock import now
from grids.trail.services import record
from residents.roster.choices import CareEnd, EndReason
from residents.roster.models import Absence, CareTag, Person, Residency, VesselCrew
from residents.roster.services.rows import rewrite


def end_what_depends(residency: Residency, *, reason: EndReason, on: date, actor: Any, grid: Any) -> None:
    """The absence ends with the residency; the care tags when the person leaves the district or has died."""
    Absence.objects.filter(residency=residency, ended_on__isnull=True).update(
        ended_on=Greatest(F("starts_on"), Value(on)), version=F("version") + 1, changed_at=now()
    )
    if reason == EndReason.DECEASED:
        end_voyages_of(residency.person, on=on, actor=actor)
    if reason in EndReason.to_outside():
        why = CareEnd.MISTAKE if reason == EndReason.ENTERED_WRONGLY else CareEnd.MOVED
        end_tags_of(residency.person, why=why, on=on, actor=actor, grid=grid)


def end_voyages_of(person: Person, *, on: date, actor: Any) -> None:
    """Whoever has died is on board of nothing."""
    for member in VesselCrew.objects.active().filter(person=person).select_related("vessel__grid").order_by("pk"):
        end_voyage(member, on=max(on, member.starts_on), actor=actor)


def end_voyage(member: VesselCrew, *, on: date, actor: Any) -> None:
    """Off board from ``on`` on."""
    rewrite(member, ends_on=on)
    record("crew.leave", member, actor=actor, grid=member.vessel.grid, changes={"ends_on": [None, on]})


def end_tags_of(person: Person, *, why: CareEnd, on: date, actor: Any, grid: Any) -> int:
    """End every care tag of ``person`` that is still on; returns how many. One entry in the trail."""
    ended = (
        CareTag.objects.active()
        .filter(person=person)
        .update(
            ended_on=Greatest(F("starts_on"), Value(on)), end_reason=why, version=F("version") + 1, changed_at=now()
        )
    )
    if ended:
        changes = {"care_tags": [ended, 0], "end_reason": ["", why.value]}
        record("caretag.end", person, actor=actor, grid=grid, changes=changes)
    return ended
