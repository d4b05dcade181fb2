"""Who was visited when it was due (I29, I30): by the rule of the lists of doors, and by no rule of its own."""

from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone

from governance.indicators.choices import Part
from governance.indicators.rules import Frame
from governance.indicators.scoping import RowsOf, among, households
from residents.visits.models import Encounter
from residents.visits.querysets import first_due_by, is_due, with_care, with_care_since, with_due
from residents.visits.rules import CYCLES


# ---------------------------------------------------------------- I29: every household in its cycle
def _with_due(frame: Frame) -> QuerySet:
    return with_due(households(frame), at=frame.moment)


def _is_in_grace(frame: Frame) -> Q:
    """Nobody has been there yet, and nobody had to: the first days after moving in."""
    return Q(last_counted_at__isnull=True) & ~is_due(frame.moment)


def in_cycle(frame: Frame) -> QuerySet:
    """Those of ``households`` that a visit was owed to by the end of the period (or now), with when the next is due.

    Who is due here is due on my day, among the gaps and on the list of doors (V4).
    """
    return _with_due(frame).exclude(_is_in_grace(frame))


def in_grace(frame: Frame) -> QuerySet:
    """Those of ``households`` that moved in so lately that the first visit is not due yet."""
    return _with_due(frame).filter(_is_in_grace(frame))


def is_in_time(frame: Frame) -> Q:
    return ~is_due(frame.moment)


# ---------------------------------------------------------------- I30: those who need care, each time it was due
def care_owed(frame: Frame) -> QuerySet:
    """Households with a care level to which a visit was owed in the period; `late`: one came late, or none.

    A visit is owed where a cycle ended in the period, or had ended before and nobody had come when the period began.
    The level is that of ``frame.day``; the day on which it was set owes nothing yet.
    """
    day, moment = frame.day, frame.moment
    midnight = timedelta(days=1) - timezone.localtime(moment).utcoffset()  # type: ignore[operator]
    rows = with_care_since(with_care(households(frame), on=day), on=day).exclude(care_level="")
    rows = rows.filter(care_since__lt=day).annotate(
        watched_since=_plus(Cast("care_since", DateTimeField()), midnight), first_due_at=first_due_by(day)
    )
    owed = Q(first_due_at__range=(frame.period.start_at, moment), first_due_at__gte=F("watched_since"))
    late = Q(first_due_at__lte=moment) & ~Exists(_came(frame, "pk", by="first_due_at", since="watched_since"))
    for level, cycle in CYCLES.items():
        if level:
            owed |= Q(Exists(_cycles(frame, cycle)), care_level=level)
            late |= Q(Exists(_missed(frame, cycle)), care_level=level)
    flag = Case(When(late, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(late=flag).filter(owed | Q(late=True))


def _plus(moment: Any, span: timedelta) -> ExpressionWrapper:
    return ExpressionWrapper(moment + Value(span), output_field=DateTimeField())


def _ended(frame: Frame, cycle: timedelta) -> QuerySet:
    """Visits to the outer household that count, whose cycle had ended by the end of the period; with `ends_at`."""
    visits = Encounter.objects.covering().filter(household=OuterRef("pk"), occurred_at__lte=frame.moment - cycle)
    return visits.annotate(ends_at=_plus(F("occurred_at"), cycle))


def _cycles(frame: Frame, cycle: timedelta) -> QuerySet:
    """Those of ``_ended`` whose cycle ended in the period, while the household was one that needs care."""
    begun = frame.period.start_at - cycle
    return _ended(frame, cycle).filter(occurred_at__gte=begun, ends_at__gte=OuterRef("watched_since"))


def _missed(frame: Frame, cycle: timedelta) -> QuerySet:
    """Those of ``_ended`` after which nobody came in time, nor before the period began."""
    came = _came(frame, "household", by="ends_at", since=OuterRef("watched_since"))
    return _ended(frame, cycle).exclude(Exists(came.filter(occurred_at__gt=OuterRef("occurred_at"))))


def _came(frame: Frame, household: str, *, by: str, since: Any) -> QuerySet:
    """Visits that count, made by the outer moment ``by``, or before the period or the care began."""
    early = Q(occurred_at__lte=OuterRef(by)) | Q(occurred_at__lt=frame.period.start_at)
    return Encounter.objects.covering().filter(
        early | Q(occurred_at__lt=OuterRef(since)), household=OuterRef(household)
    )


FIGURES: dict[str, dict[Part, RowsOf]] = {
    "I29": among(in_cycle, is_in_time),
    "I30": among(care_owed, lambda frame: Q(late=False)),
}
EXCLUDED: dict[str, RowsOf] = {"I29": in_grace}
