"""How long the double report keeps what (domain.md 2.11): words three years, what was never accepted half a year."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C3
from grids.common.retention import RetentionRule, retention_rules, start_of, years_before
from grids.trail.services import HIDDEN, record_many
from residents.volunteers.choices import CallState, ReportState
from residents.volunteers.models import PartyMemberReport, ReportSkill, ServiceCall, ServiceClaim

NEVER_ACCEPTED_KEPT = timedelta(days=180)
YEARS_KEPT = 3


def reports_due(on: date) -> QuerySet[PartyMemberReport]:
    """Reports that are over and still name an employer."""
    never = Q(decided_at__isnull=True) | Q(state=ReportState.REFUSED)
    served = Q(over_at__lt=start_of(years_before(on, YEARS_KEPT)))
    over = PartyMemberReport.objects.exclude(state__in=ReportState.active()).exclude(employer="")
    return over.filter((never & Q(over_at__lt=start_of(on - NEVER_ACCEPTED_KEPT))) | served)


def empty_reports(rows: QuerySet[PartyMemberReport], on: date, actor: Any) -> int:
    """Employer, skills and reason go; that somebody reported stays, and what counts of it."""
    reports = list(rows.select_related("grid"))
    keys = [report.pk for report in reports]
    ReportSkill.objects.filter(report__in=keys).delete()
    PartyMemberReport.objects.filter(pk__in=keys).update(employer="", refusal="", changed_at=now())
    return record_many("partymemberreport.redact", reports, actor=actor, grid_of=lambda report: report.grid)


def calls_due(on: date) -> QuerySet[ServiceCall]:
    limit = start_of(years_before(on, YEARS_KEPT))
    return ServiceCall.objects.exclude(state__in=CallState.running()).filter(closed_at__lt=limit).exclude(text="")


def empty_calls(rows: QuerySet[ServiceCall], on: date, actor: Any) -> int:
    """The words go; kind, hours and confirmation stay."""
    calls = list(rows.select_related("grid"))
    keys = [call.pk for call in calls]
    ServiceCall.objects.filter(pk__in=keys).update(title=HIDDEN, text="", changed_at=now())
    ServiceClaim.objects.filter(call__in=keys).exclude(refusal="").update(refusal="", changed_at=now())
    return record_many("servicecall.redact", calls, actor=actor, grid_of=lambda call: call.grid)


retention_rules.register(
    RetentionRule(
        key="residents.member_reports",
        title=_("Reports of party members"),
        data_class=C3,
        keeps=_("3 years after the end; 6 months where it was never accepted"),
        happens=_("Employer, skills and reason are emptied; confirmed hours stay."),
        due=reports_due,
        purge=empty_reports,
        held_by={"residents.Person": "person"},
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.service_calls",
        title=_("Words of wishes and posts"),
        data_class=C3,
        keeps=_("3 years after it was closed"),
        happens=_("The words are emptied; that it was fulfilled stays."),
        due=calls_due,
        purge=empty_calls,
    )
)
