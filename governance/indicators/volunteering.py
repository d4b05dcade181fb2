"""Party members who report to the community in numbers (M21; I55, I56): who was taken on, and what was confirmed."""

from django.db.models import Count, Q, QuerySet

from governance.indicators.choices import Part
from governance.indicators.rules import Frame
from governance.indicators.scoping import RowsOf, among, within
from residents.volunteers.choices import ClaimState, ReportState
from residents.volunteers.models import PartyMemberReport, ServiceClaim

# Accepted once, whatever became of it later; who withdrew before anybody decided was not.
IS_TAKEN_ON = Q(state__in=[ReportState.ACCEPTED, ReportState.ENDED]) | Q(
    state=ReportState.WITHDRAWN, decided_at__isnull=False
)
# Only what who benefited has confirmed counts (M21).
IS_CONFIRMED = Q(state=ClaimState.CONFIRMED)


def reported(frame: Frame) -> QuerySet:
    """Reports to a community made in the period, up to now."""
    return within(PartyMemberReport.objects, frame).filter(
        reported_at__gte=frame.period.start_at, reported_at__lt=frame.period.end_at, reported_at__lte=frame.as_of
    )


def claimed(frame: Frame) -> QuerySet:
    """Claims of wishes and posts made in the period, up to now."""
    return within(ServiceClaim.objects, frame).filter(
        claimed_at__gte=frame.period.start_at, claimed_at__lt=frame.period.end_at, claimed_at__lte=frame.as_of
    )


FIGURES: dict[str, dict[Part, RowsOf]] = {
    "I55": among(reported, lambda frame: IS_TAKEN_ON),
    "I56": among(claimed, lambda frame: IS_CONFIRMED),
}
# What a report counts, and by which numbers of its rows.
COUNTS = (
    (reported, {"reported": Count("pk"), "taken_on": Count("pk", filter=IS_TAKEN_ON)}),
    (claimed, {"claimed": Count("pk"), "confirmed": Count("pk", filter=IS_CONFIRMED)}),
)
