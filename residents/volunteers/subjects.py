"""What the double report keeps about somebody: a running report keeps his data; what is over goes with it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from grids.common.clock import now
from residents.roster.free_texts import FreeText, in_communities
from residents.roster.subjects import SubjectSource, subject_sources
from residents.volunteers.models import PartyMemberReport, ReportSkill, ServiceCall, ServiceClaim


def wishes_of_home(person: Any) -> Iterable[Model]:
    """The wishes of the household in which he lives now, and what he has claimed."""
    homes = person.residencies.active().values("household")
    yield from ServiceCall.objects.filter(household__in=homes).with_place()
    yield from ServiceClaim.objects.filter(report__person=person).with_call()


def wishes_ever(person: Any) -> QuerySet[ServiceCall]:
    """The wishes of every household in which he lived."""
    homes = person.residencies.values("household")
    return ServiceCall.objects.filter(household__in=homes).select_related("grid")


def posts_around(person: Any) -> QuerySet[ServiceCall]:
    """The posts of the communities in which he lived."""
    return ServiceCall.objects.filter(in_communities(person), household__isnull=True).select_related("grid")


def running_report(person: Any, on: date) -> str:
    if PartyMemberReport.objects.active().filter(person=person).exists():
        return _("The person has reported to the community as a party member; let him withdraw the report first.")
    return ""


def forget(person: Any, *, words: list[str], actor: Any) -> int:
    """Empty his reports, and why what he claimed was not confirmed."""
    reports = PartyMemberReport.objects.filter(person=person)
    ReportSkill.objects.filter(report__in=reports).delete()
    count = reports.update(employer="", refusal="", changed_at=now())
    claims = ServiceClaim.objects.filter(report__in=reports).exclude(refusal="")
    return count + claims.update(refusal="", changed_at=now())


subject_sources.register(
    SubjectSource(
        "volunteers",
        find=wishes_of_home,
        keep=running_report,
        erase=forget,
        texts=(
            FreeText(ServiceCall, ("title", "text"), wishes_ever, "servicecall.redact"),
            FreeText(ServiceCall, ("title", "text"), posts_around, "servicecall.redact", numbers_only=True),
        ),
        reaches={
            "residents.PartyMemberReport": "employer refusal",
            "residents.ReportSkill": "skill",
            "residents.ServiceClaim": "refusal",
        },
    )
)
