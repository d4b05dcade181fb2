"""What the double report keeps about somebody: a running report keeps his data; what is over goes with it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from grids.common.clock import now
from grids.trail.services import HIDDEN, record
from residents.roster.subjects import SubjectSource, subject_sources, without
from residents.volunteers.models import PartyMemberReport, ReportSkill, ServiceCall, ServiceClaim


def wishes_of_home(person: Any) -> Iterable[Model]:
    """The wishes of the household in which he lives now, and what he has claimed."""
    homes = person.residencies.active().values("household")
    yield from ServiceCall.objects.filter(household__in=homes).with_place()
    yield from ServiceClaim.objects.filter(report__person=person).with_call()


def running_report(person: Any, on: date) -> str:
    if PartyMemberReport.objects.active().filter(person=person).exists():
        return _("The person has reported to the community as a party member; let him withdraw the report first.")
    return ""


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Empty his reports, and every wish of his households in which his name or a number of his stands."""
    reports = PartyMemberReport.objects.filter(person=person)
    ReportSkill.objects.filter(report__in=reports).delete()
    count = reports.update(employer="", refusal="", changed_at=now())
    homes = person.residencies.values("household")
    named = Q(pk__in=[])
    for word in filter(None, words):
        named |= Q(title__contains=word) | Q(text__contains=word)
    for call in ServiceCall.objects.filter(named, household__in=homes).select_related("grid").order_by("pk"):
        title, text = without(call.title, words), without(call.text, words)
        ServiceCall.objects.filter(pk=call.pk).update(title=title[:40] or HIDDEN, text=text[:300], changed_at=now())
        record("servicecall.redact", call, actor=actor, grid=call.grid)
        count += 1
    return count + ServiceClaim.objects.filter(report__in=reports).exclude(refusal="").update(
        refusal="", changed_at=now()
    )


subject_sources.register(SubjectSource("volunteers", find=wishes_of_home, keep=running_report, erase=forget))
