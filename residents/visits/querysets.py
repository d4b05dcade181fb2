"""Questions about visits. Only the newest version of an encounter counts."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, scope_of
from grids.common.clock import now
from grids.places.choices import VesselStatus
from residents.roster.choices import ConsentPurpose
from residents.visits.choices import Channel, EncounterKind, Outcome, RemoteReason, TaskState, Trigger
from residents.visits.rules import (
    CYCLES,
    GRACE_LONG_OVER,
    GRACE_LOOKBACK,
    ROUTINE_INTERVAL,
    SUBSTANCE_CHARACTERS,
    SUGGESTED_LEVEL,
    first_due,
    suggested_level,
)


class EncounterQuerySet(GridScopedQuerySet):
    """Encounters by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def current(self) -> Self:
        """Without the versions that a correction replaced."""
        return self.filter(replaced_by__isnull=True)

    def effective(self) -> Self:
        """V2: met face to face, with substance (a need, something changed, or a note of 10 characters)."""
        return self.current().filter(_effective())

    def covering(self) -> Self:
        """Those that count for visit coverage: effective ones, and calls to households that are away (V3)."""
        from_afar = Q(household_away=True, remote_reason__in=RemoteReason.of_absent()) & ~Q(channel=Channel.FACE)
        return self.current().filter(_effective() | (from_afar & Q(outcome__in=Outcome.met_somebody())))

    def attempts(self) -> Self:
        """V2: somebody went there and met nobody."""
        return self.current().filter(channel=Channel.FACE, outcome=Outcome.NOT_HOME)

    def routine_at_door(self) -> Self:
        """What V6 counts: routine visits at the door; that nobody was at home disturbed nobody."""
        routine = self.current().filter(kind=EncounterKind.ROUTINE, channel=Channel.FACE)
        return routine.exclude(outcome=Outcome.NOT_HOME)

    def near(self, moment: datetime) -> Self:
        """Less than 14 days before or after ``moment``."""
        return self.filter(occurred_at__gt=moment - ROUTINE_INTERVAL, occurred_at__lt=moment + ROUTINE_INTERVAL)

    def met(self) -> Self:
        """Those in which somebody of the household was met or reached."""
        return self.filter(outcome__in=Outcome.met_somebody())

    def visible_to(self, user: Any) -> Self:
        """Visits in the user's scope, and his own at households that he still visits or contacts (domain.md 3.8)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        at_home = scope_of(user, Permission.LOG_VISITS).condition(self.code_path())
        served = Exists(_assignments().of_user(user).filter(household=OuterRef("household")))
        seen = scope_of(user, Permission.VIEW_VISITS).condition(self.code_path())
        return self.filter(seen | (Q(visitor=user) & (at_home | Q(served))))

    def with_place(self) -> Self:
        """Fetch what the address of the household and the name of the visitor are written from."""
        return self.select_related("household__dwelling__grid", "household__dwelling__unit__building", "visitor")


class NeedQuerySet(GridScopedQuerySet):
    """Needs by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def to_answer(self, user: Any) -> Self:
        """Needs that exist for ``user``: in the scope of visits, of households he contacts, noted by himself."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        path = self.code_path()
        served = Exists(_assignments().of_user(user).filter(household=OuterRef("household")))
        own = Q(encounter__visitor=user) & scope_of(user, Permission.LOG_VISITS).condition(path)
        return self.filter(scope_of(user, Permission.VIEW_VISITS).condition(path) | Q(served) | own)

    def with_place(self) -> Self:
        """Fetch what the address of the household is written from."""
        return self.select_related("household__dwelling__grid", "household__dwelling__unit__building")


class VisitTaskQuerySet(GridScopedQuerySet):
    """Owed visits by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def open(self) -> Self:
        return self.filter(state=TaskState.OPEN)

    def overdue(self, *, now: datetime) -> Self:
        """Open ones whose time is over."""
        return self.open().filter(due_at__lt=now)

    def counted(self) -> Self:
        """Those that the arrival rate is made of (I28): the five, without those that were called off."""
        return self.filter(trigger__in=Trigger.five()).exclude(state=TaskState.CANCELLED)

    def on_time(self) -> Self:
        """Arrived before the time was over."""
        return self.filter(state=TaskState.ARRIVED, arrived_at__lte=F("due_at"))

    def visible_to(self, user: Any) -> Self:
        """Those in the scope of visits, those of households that the account contacts, and those it raised itself.

        Whoever raised one sees it as long as he still visits there.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        path = self.code_path()
        at_home = scope_of(user, Permission.LOG_VISITS).condition(path)
        served = Exists(_assignments().of_user(user).filter(household=OuterRef("household")))
        return self.filter(
            scope_of(user, Permission.VIEW_VISITS).condition(path) | Q(served) | (Q(raised_by=user) & at_home)
        )

    def with_served(self, user: Any) -> Self:
        """Annotate `is_served`: whether the account's own member contacts the household now."""
        return self.annotate(is_served=Exists(_assignments().of_user(user).filter(household=OuterRef("household"))))

    def owed_by(self, user: Any) -> Self:
        """Open ones that the account's own member answers for now."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        served = Exists(_assignments().of_user(user).primary().filter(household=OuterRef("household")))
        return self.open().filter(served)

    def left_behind(self) -> Self:
        """Open ones owed by the household's contact who served there as staff too, until that post ended."""
        contacts = _assignments().left_behind().filter(household=OuterRef("household"), member=OuterRef("member"))
        return self.open().filter(Exists(contacts))

    def with_place(self) -> Self:
        """Fetch what the address of the household is written from."""
        return self.select_related("household__dwelling__grid", "household__dwelling__unit__building")


class EncounterPhotoQuerySet(GridScopedQuerySet):
    """Photos by the grid of their household."""

    grid_path = "encounter__household__dwelling__grid"

    def without_content(self) -> Self:
        """Everything but the picture itself."""
        return self.defer("content")


class CareLevelPlanQuerySet(GridScopedQuerySet):
    """Care plans by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def current(self) -> Self:
        return self.filter(ended_on__isnull=True)


def _effective() -> Q:
    """V2 as a condition; see ``rules.is_effective``."""
    substance = Q(has_needs=True) | Q(outcome=Outcome.CHANGED) | Q(note_length__gte=SUBSTANCE_CHARACTERS)
    met = Q(channel=Channel.FACE, outcome__in=Outcome.met_somebody())
    return substance & met & ~Q(kind=EncounterKind.CONTACT)


def _assignments() -> Any:
    return apps.get_model("residents.ContactAssignment").objects


def _encounters() -> Any:
    return apps.get_model("residents.Encounter").objects.order_by()


def _newest_of(encounters: Any) -> Subquery:
    """The newest moment among the household's ``encounters``, or None."""
    rows = encounters.filter(household=OuterRef("pk")).order_by()
    return Subquery(rows.values("household").annotate(newest=Max("occurred_at")).values("newest"))


def _standing(on: date, path: str = "", *, last: str = "ended_on") -> Q:
    """What had begun on ``on`` and had not ended."""
    begun, ended = f"{path}starts_on", f"{path}{last}"
    return Q(**{f"{begun}__lte": on}) & (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": on}))


def _plans(on: date) -> models.QuerySet:
    """The care plan of the outer household that stood on that day."""
    plans = apps.get_model("residents.CareLevelPlan").objects.filter(_standing(on), household=OuterRef("pk"))
    return plans.order_by("-starts_on", "-pk")


def _tags(on: date) -> models.QuerySet:
    """Care tags of those who lived in the outer household on that day, with the level that each `suggests`."""
    living = Q(person__residencies__household=OuterRef("pk")) & _standing(on, "person__residencies__", last="ends_on")
    suggests = Case(*(When(kind=kind, then=Value(str(level))) for kind, level in SUGGESTED_LEVEL.items()))
    tags = apps.get_model("residents.CareTag").objects.filter(living, _standing(on), kind__in=SUGGESTED_LEVEL)
    return tags.annotate(suggests=suggests).order_by("suggests", "starts_on", "pk")


def with_care(households: models.QuerySet, *, on: date) -> models.QuerySet:
    """Annotate `care_level`: A, B, C or "", of the plan that stood on that day, else as care tags suggest."""
    return households.annotate(
        care_level=Coalesce(
            Subquery(_plans(on).values("level")[:1]),
            Subquery(_tags(on).values("suggests")[:1]),
            Value(""),
            output_field=models.CharField(),
        )
    )


def with_care_since(households: models.QuerySet, *, on: date) -> models.QuerySet:
    """Annotate `care_since`: the day on which what gives the household its `care_level` began, or None."""
    plan, tag = (rows.values("starts_on")[:1] for rows in (_plans(on), _tags(on)))
    return households.annotate(care_since=Coalesce(Subquery(plan), Subquery(tag)))


def with_due(households: models.QuerySet, *, at: datetime | None = None) -> models.QuerySet:
    """Annotate `care_level` (see ``with_care``), `last_counted_at` (the newest visit that counts, or None) and
    `next_due_at` (see ``rules.next_due``), as they were at the moment ``at``, by default now.

    The level is for those with a care duty only; the moment tells it to nobody.
    """
    moment = at or now()
    on = timezone.localtime(moment).date()
    cycles = {key: span for key, span in CYCLES.items() if key}
    cycle = Case(
        *(When(care_level=key, then=Value(span)) for key, span in cycles.items()),
        default=Value(CYCLES[""]),
        output_field=models.DurationField(),
    )
    counted = with_last_counted(with_care(households, on=on), at=moment)
    after = ExpressionWrapper(F("last_counted_at") + cycle, output_field=models.DateTimeField())
    return counted.annotate(next_due_at=Coalesce(after, first_due_by(on)))


def with_last_counted(households: models.QuerySet, *, at: datetime) -> models.QuerySet:
    """Annotate `last_counted_at`: the newest visit until ``at`` that counts for coverage, or None."""
    return households.annotate(last_counted_at=_newest_of(_encounters().covering().filter(occurred_at__lte=at)))


def is_due(moment: datetime) -> Q:
    """Households (see ``with_due``) to which a visit is due by ``moment``: the list, my day, gaps and figures ask this.

    The same as ``rules.is_due``.
    """
    return Q(next_due_at__lte=moment)


def first_due_by(on: date) -> Case:
    """``rules.first_due`` in SQL: the days of the last two months one by one, because only the calendar knows them."""
    by_moment: dict[datetime, list[date]] = {}
    for days in range(GRACE_LOOKBACK.days + 1):
        opened_on = on - timedelta(days=days)
        by_moment.setdefault(first_due(opened_on, today=on), []).append(opened_on)
    midnight = Cast("opened_on", models.DateTimeField())
    return Case(
        *(When(opened_on__in=opened, then=Value(moment)) for moment, opened in by_moment.items()),
        default=ExpressionWrapper(midnight + Value(GRACE_LONG_OVER), output_field=models.DateTimeField()),
        output_field=models.DateTimeField(),
    )


def with_attempts(households: models.QuerySet) -> models.QuerySet:
    """Annotate `attempts`: on how many days somebody came in vain since the household was last reached (V2)."""
    return households.annotate(attempts=_attempts())


def suggested_for(household: Any) -> str:
    """The care level that the care tags of the household's present members suggest, or ""."""
    tags = apps.get_model("residents.CareTag").objects.active()
    here = {"person__residencies__household": household, "person__residencies__ends_on__isnull": True}
    return suggested_level(tags.filter(**here).order_by().values_list("kind", flat=True))


def attempts_before(encounter: Any) -> int:
    """On how many days somebody had come in vain when this encounter took place."""
    earlier = _encounters().current().filter(household=encounter.household_id, occurred_at__lt=encounter.occurred_at)
    reached = earlier.met().aggregate(last=Max("occurred_at"))["last"]
    in_vain = earlier.attempts().filter(occurred_at__gt=reached) if reached else earlier.attempts()
    return in_vain.aggregate(days=Count(TruncDate("occurred_at"), distinct=True))["days"]


def is_away(household: Any, on: date) -> bool:
    """Whether everybody who lives in the household is away or at sea on that day, by the roster (V3)."""
    living = household.residencies.active()
    absences = apps.get_model("residents.Absence").objects.filter(residency=OuterRef("pk"), starts_on__lte=on)
    away = Exists(absences.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on)))
    crew = apps.get_model("residents.VesselCrew").objects.active().filter(person=OuterRef("person"))
    at_sea = Exists(crew.filter(vessel__status=VesselStatus.AT_SEA, vessel__closed_on__isnull=True))
    return living.exists() and not living.exclude(away | at_sea).exists()


def photo_consents(household: Any) -> int:
    """How many of those who live there agreed to photos taken on a visit."""
    agreed = {"person__consents__purpose": ConsentPurpose.PHOTO, "person__consents__withdrawn_on__isnull": True}
    return household.residencies.active().filter(**agreed).count()


def with_last_visit(households: models.QuerySet) -> models.QuerySet:
    """Annotate `last_visited_at`: the moment of the newest current encounter that met somebody, or None."""
    return households.annotate(last_visited_at=_last_visited())


def with_last_routine(households: models.QuerySet) -> models.QuerySet:
    """Annotate `last_routine_at`: the newest routine visit at the door that disturbed somebody, or None (V6)."""
    return households.annotate(last_routine_at=_last_routine())


def with_last_try(households: models.QuerySet) -> models.QuerySet:
    """Annotate `last_tried_at`: the newest current encounter of any outcome, or None."""
    return households.annotate(last_tried_at=_last_tried())


# Nothing in these depends on the day or the reader: they are put together once, and each query resolves them for
# itself. That is a good part of what a page of doors spends before it asks the database anything.
@cache
def _last_visited() -> Subquery:
    return _newest_of(_encounters().current().met())


@cache
def _last_routine() -> Subquery:
    return _newest_of(_encounters().routine_at_door())


@cache
def _last_tried() -> Subquery:
    return _newest_of(_encounters().current())


@cache
def _attempts() -> Coalesce:
    reached = _encounters().current().met().filter(household=OuterRef("household"))
    in_vain = _encounters().attempts().filter(household=OuterRef("pk"))
    since = in_vain.exclude(Exists(reached.filter(occurred_at__gt=OuterRef("occurred_at"))))
    counted = since.values("household").annotate(days=Count(TruncDate("occurred_at"), distinct=True)).values("days")
    return Coalesce(Subquery(counted), 0, output_field=models.IntegerField())


def to_visit(households: models.QuerySet, user: Any) -> models.QuerySet:
    """Those of ``households`` that ``user`` may log visits to: in the grids he visits, and those he contacts."""
    scope = scope_of(user, Permission.LOG_VISITS).condition("scope_grid__code")
    return households.filter(scope | _is_served(user))


def in_sight(households: models.QuerySet, user: Any) -> models.QuerySet:
    """Those of ``households`` that exist for ``user``: seen in the roster, visited, or contacted by him."""
    seen = scope_of(user, Permission.VIEW_ROSTER).condition("scope_grid__code")
    visited = scope_of(user, Permission.LOG_VISITS).condition("scope_grid__code")
    return households.filter(seen | visited | _is_served(user))


def _is_served(user: Any) -> Q:
    if not getattr(user, "is_authenticated", False):
        return Q(pk__in=[])
    return Q(Exists(_assignments().of_user(user).filter(household=OuterRef("pk"))))


def is_contact_of(user: Any, household: Any) -> bool:
    """Whether the account's own member contacts the household now."""
    return _assignments().of_user(user).filter(household=household).exists()
