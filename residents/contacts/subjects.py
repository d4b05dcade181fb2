"""Hand-over sheets and reasons in which somebody is named, and why a member was excused from the minimum."""

from typing import Any

from django.db.models import Q, QuerySet

from grids.common.clock import now
from residents.contacts.choices import ExemptionReason
from residents.contacts.models import ContactAssignment, ContactExemption, ContactHandover
from residents.roster.free_texts import FreeText
from residents.roster.subjects import SubjectSource, subject_sources


def handovers_of(person: Any) -> QuerySet:
    """Those of the households where he lives or lived, and those from or to him as a member."""
    homes = person.residencies.values("household")
    own = Q(from_assignment__member__person=person) | Q(to_assignment__member__person=person)
    return ContactHandover.objects.filter(Q(household__in=homes) | own).select_related("household__dwelling__grid")


def assignments_of(person: Any) -> QuerySet:
    homes = person.residencies.values("household")
    rows = ContactAssignment.objects.filter(Q(household__in=homes) | Q(member__person=person))
    return rows.select_related("household__dwelling__grid", "member")


def forget_exemptions(person: Any, *, words: list[str], actor: Any) -> int:
    """Why he was excused is health or age; that he was stays. What had no last day lasted as long as he served."""
    count = 0
    for one in ContactExemption.objects.filter(member__person=person).select_related("member"):
        until = one.until or max(one.starts_on, one.member.ends_on or one.starts_on)
        count += ContactExemption.objects.filter(pk=one.pk).update(
            reason=ExemptionReason.OTHER, until=until, changed_at=now()
        )
    return count


subject_sources.register(
    SubjectSource(
        "contacts",
        erase=forget_exemptions,
        texts=(
            FreeText(ContactHandover, ("note", "sheet"), handovers_of, "contacthandover.redact"),
            FreeText(ContactAssignment, ("exception_reason",), assignments_of, "contactassignment.redact"),
        ),
        reaches={"residents.ContactExemption": "reason until"},
    )
)
