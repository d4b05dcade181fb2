"""What happens by itself at night: claims lapse, wishes expire, reports of those who left end.

Safe to run at any hour and any number of times; each case is its own transaction.
"""

from django.db.models import Exists, OuterRef

from grids.common.clock import now, today
from residents.roster.models import Residency
from residents.volunteers.choices import CallState, ClaimState, ReportEnd
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from residents.volunteers.rules import CONFIRM_WITHIN
from residents.volunteers.services.calls import expire
from residents.volunteers.services.claims import lapse
from residents.volunteers.services.reports import end


def watch() -> dict[str, int]:
    """Do what is due by now; returns how often each thing was done."""
    claims = ServiceClaim.objects.with_call().order_by("pk")
    undone = claims.filter(state=ClaimState.CLAIMED, call__until_on__lt=today())
    unconfirmed = claims.filter(state=ClaimState.DONE, finished_at__lt=now() - CONFIRM_WITHIN)
    lapsed = sum(lapse(claim) for rows in (undone, unconfirmed) for claim in list(rows))
    late = ServiceCall.objects.filter(state=CallState.OPEN, until_on__lt=today()).order_by("pk")
    return {"lapsed": lapsed, "expired": sum(expire(call) for call in list(late)), "ended": _end_those_who_left()}


def _end_those_who_left() -> int:
    homes = Residency.objects.active().filter(person=OuterRef("person"))
    home = homes.filter(household__dwelling__grid__code__startswith=OuterRef("grid__code"))
    accepted = PartyMemberReport.objects.accepted().select_related("person").filter(~Exists(home)).order_by("pk")
    gone = list(accepted)
    for report in gone:
        died = report.person is not None and report.person.deceased_on is not None
        end(report, actor=None, reason=ReportEnd.DIED if died else ReportEnd.MOVED)
    return len(gone)
