"""What the agenda of a briefing is filled with: live data of the community (domain.md M19)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import ngettext

from governance.meetings.choices import TEXT_LENGTH, ItemDecision, ItemKind, MeetingState
from governance.meetings.models import AgendaItem, Meeting
from grids.common.clock import now
from residents.contacts.models import ContactAssignment
from residents.roster.models import Household
from residents.visits.choices import TaskState, Trigger
from residents.visits.models import HouseholdNeed, VisitTask
from residents.visits.querysets import is_due, with_due

# Needs older than this were dealt with in an earlier briefing, or carried over by it.
NEEDS_SINCE = timedelta(days=92)
# More than so many are not talked about one by one: the oldest are, and the rest is named as a number.
NEEDS_MAXIMUM = 20


@dataclass(frozen=True)
class Matter:
    """One item as it would stand in the agenda."""

    kind: ItemKind
    source_key: str
    text: str
    household_id: int | None = None
    need_id: int | None = None
    member_id: int | None = None
    carried_from: AgendaItem | None = None


def matters_of(meeting: Meeting) -> list[Matter]:
    """Everything that the briefing has to talk about, in the order of the agenda; a constant number of queries."""
    carried = list(_carried(meeting))
    old_needs = {matter.need_id for matter in carried if matter.need_id}
    return [
        *carried,
        *(matter for matter in _needs(meeting) if matter.need_id not in old_needs),
        *_visits_not_done(meeting),
        *_five_must(meeting),
    ]


def _carried(meeting: Meeting) -> Iterator[Matter]:
    """What the briefings before put off and no later one has taken up; and what people had asked for in one that was
    called off, which comes in from nowhere else.
    """
    put_off = Q(decision=ItemDecision.CARRIED)
    called_off = Q(meeting__state=MeetingState.CANCELLED, decision=ItemDecision.OPEN, source_key="")
    rows = AgendaItem.objects.filter(
        put_off | called_off, meeting__series=meeting.series, meeting__month__lt=meeting.month
    ).filter(Q(carried_to__isnull=True) | Q(carried_to__meeting=meeting))
    rows = rows.exclude(kind__in=ItemKind.counted())
    for item in rows.order_by("meeting__month", "order", "pk"):
        yield Matter(
            ItemKind(item.kind),
            f"carried:{item.pk}",
            item.text,
            household_id=item.household_id,
            need_id=item.need_id,
            member_id=item.member_id,
            carried_from=item,
        )


def open_needs(grid: Any, *, since: datetime) -> Any:
    """Needs of the community that are neither answered nor an affair, the oldest first; `contact_id` is annotated."""
    primary = ContactAssignment.objects.serving().primary().filter(household=OuterRef("household"))
    code = "household__dwelling__grid__code"
    raised = {"raised_at__gte": since, "raised_at__lte": now()}
    rows = HouseholdNeed.objects.filter(**{f"{code}__startswith": grid.code}, **raised)
    # An emptied need is one whose words were kept long enough.
    rows = rows.filter(affair__isnull=True, answer__isnull=True).exclude(text="")
    return rows.annotate(contact_id=Subquery(primary.values("member_id")[:1])).order_by("raised_at", "pk")


def _needs(meeting: Meeting) -> Iterator[Matter]:
    needs = list(open_needs(meeting.grid, since=now() - NEEDS_SINCE))
    for need in needs[:NEEDS_MAXIMUM]:
        yield Matter(
            ItemKind.NEED,
            f"need:{need.pk}",
            need.text[:TEXT_LENGTH],
            household_id=need.household_id,
            need_id=need.pk,
            member_id=need.contact_id,
        )
    if (more := len(needs) - NEEDS_MAXIMUM) > 0:
        yield Matter(
            ItemKind.NEEDS,
            "needs",
            ngettext("%(count)d more need is still open.", "%(count)d more needs are still open.", more)
            % {"count": more},
        )


def _visits_not_done(meeting: Meeting) -> Iterator[Matter]:
    late = with_due(Household.objects.active().under(meeting.grid)).filter(is_due(now()))
    if number := late.order_by().count():
        text = ngettext(
            "%(count)s household has not been visited in time.",
            "%(count)s households have not been visited in time.",
            number,
        ) % {"count": f"{number:,}"}
        yield Matter(ItemKind.VISITS, "visits", text)


def month_before(month: date) -> tuple[datetime, datetime]:
    """The calendar month before ``month``, as moments [from, to)."""
    first = (month - timedelta(days=1)).replace(day=1)
    return tuple(timezone.make_aware(datetime.combine(day, time.min)) for day in (first, month))  # type: ignore[return-value]


def _five_must(meeting: Meeting) -> Iterator[Matter]:
    start, end = month_before(meeting.month)
    tasks = VisitTask.objects.under(meeting.grid).filter(
        trigger__in=Trigger.five(), raised_at__gte=start, raised_at__lt=end
    )
    number = tasks.exclude(state=TaskState.CANCELLED).count()
    if number:
        on_time = tasks.filter(state=TaskState.ARRIVED, arrived_at__lte=F("due_at")).count()
        text = ngettext(
            "%(count)d event last month, arrived in time at %(on_time)d of them.",
            "%(count)d events last month, arrived in time at %(on_time)d of them.",
            number,
        ) % {
            "count": number,
            "on_time": on_time,
        }
        yield Matter(ItemKind.FIVE_MUST, "five_must", text)
