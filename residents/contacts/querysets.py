"""Questions about contact assignments and members."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, Scope, scope_of
from grids.common.clock import today
from grids.team.querysets import left_by
from grids.tree.choices import Level
from residents.contacts.bands import DEFAULT_BAND, Band
from residents.contacts.choices import AssignmentStatus, ContactRole, HandoverState, MemberKind

# Conditions over `with_load()` and `with_band()`.
BELOW_BAND = Q(load__lt=F("band_minimum"), is_exempt=False)
TO_RELIEVE = Q(load__gt=F("band_exception")) | Q(load__gt=F("band_maximum") + F("excepted"))
IN_BAND = Q(load__gte=F("band_minimum"), load__lte=F("band_maximum"))


class MemberQuerySet(GridScopedQuerySet):
    """Joint-family members: of one's communities, and those who contact households of one's grids."""

    def in_scope(self, scope: Scope) -> Self:
        if scope.everything:
            return self
        assignments = apps.get_model("residents.ContactAssignment").objects.serving().in_scope(scope)
        contacts_here = Exists(assignments.filter(member=OuterRef("pk")))
        return self.filter(scope.condition("grid__code") | Q(contacts_here))

    def serving(self) -> Self:
        return self.filter(ends_on__isnull=True)

    def available(self) -> Self:
        """Those who may get more households: neither away for long nor on their way out."""
        return self.serving().filter(suspended_on__isnull=True, leaving_since__isnull=True)

    def of_community(self, code: str) -> Self:
        """Members of the community in which the grid with ``code`` lies."""
        return self.filter(grid__code=code[:12])

    def named_for(self, user: Any) -> Q:
        """The condition under which ``rules.sees_member_names`` writes a member's name out for ``user``."""
        scope = scope_of(user, Permission.VIEW_NAMES)
        if scope.everything:
            return Q()
        inside = {prefix[: Level.COMMUNITY.digits] for prefix in scope.prefixes}
        return scope.condition("grid__code") | Q(grid__code__in=inside)

    def with_load(self) -> Self:
        """Annotate `load` and `backup_load`: households that the member is primary or backup contact of now.

        Where he stands in for the primary contact he still counts as backup: nobody leaves his band by an emergency.
        `excepted`: how many of the primary ones he contacts by an exception that still holds.
        """
        serving = Q(assignments__status__in=AssignmentStatus.serving())
        own = Q(assignments__role=ContactRole.PRIMARY, assignments__acting=False)
        covered = Q(assignments__exception_until__gte=today())
        return self.annotate(
            load=Count("assignments", filter=serving & own),
            backup_load=Count("assignments", filter=serving & ~own),
            excepted=Count("assignments", filter=serving & own & covered),
        )

    def with_band(self, on: date | None = None) -> Self:
        """Annotate `band_minimum`, `band_maximum`, `band_exception`, `band_backup`, `mass_allowed`, `mass_counts` (the
        band of the member's community now) and `is_exempt` (from its minimum on ``on``, today if left out).
        """
        exemptions = apps.get_model("residents.ContactExemption").objects.on(on or today())
        return self.annotate(
            **{name: Coalesce(F(f"grid__contact_band__{field}"), default) for name, field, default in BAND_FIELDS},
            is_exempt=Exists(exemptions.filter(member=OuterRef("pk"))),
        )

    def with_exemption(self) -> Self:
        """Annotate `exempt_until`: the last day of the exemption that holds today; None without one, or without end."""
        exemptions = apps.get_model("residents.ContactExemption").objects.on(today()).filter(member=OuterRef("pk"))
        return self.annotate(exempt_until=Subquery(exemptions.order_by("pk").values("until")[:1]))

    def to_relieve(self) -> Self:
        """More households than the maximum and the valid exceptions allow; needs `with_load()` and `with_band()`."""
        return self.filter(TO_RELIEVE)

    def out_of_band(self) -> Self:
        """Below the minimum and not exempt, or to be relieved; needs `with_load()` and `with_band()`."""
        return self.filter(BELOW_BAND | TO_RELIEVE)

    def with_home(self) -> Self:
        """Annotate `home_household_id`, `home_code`, `home_building_id`, `home_key`: where the member lives, or None.

        `home_code` is the code of the grid of his door, `home_key` its place in the reading order of that grid.
        """
        living = apps.get_model("residents.Residency").objects.active().filter(person=OuterRef("person_id"))
        return self.annotate(
            home_household_id=Subquery(living.values("household_id")[:1]),
            home_code=Subquery(living.values("household__dwelling__grid__code")[:1]),
            home_building_id=Subquery(living.values("household__dwelling__unit__building_id")[:1]),
            home_key=Subquery(living.values("household__dwelling__sort_key")[:1]),
        )


# Name of the annotation, field of ContactBand, value where the community set no band.
BAND_FIELDS = (
    ("band_minimum", "minimum", DEFAULT_BAND.minimum),
    ("band_maximum", "maximum", DEFAULT_BAND.maximum),
    ("band_exception", "exception_maximum", DEFAULT_BAND.exception_maximum),
    ("band_backup", "backup_maximum", DEFAULT_BAND.backup_maximum),
    ("mass_allowed", "mass_allowed", DEFAULT_BAND.mass_allowed),
    ("mass_counts", "mass_counts", DEFAULT_BAND.mass_counts),
)


def band_on(row: Any) -> Band:
    """The band that ``with_band()`` annotated on a member."""
    return Band(**{field: getattr(row, name) for name, field, _default in BAND_FIELDS})


class ExemptionQuerySet(models.QuerySet):
    """Exemptions from the minimum of the band."""

    def on(self, day: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), starts_on__lte=day)

    def not_over(self, day: date) -> Self:
        """Those that hold on ``day`` or later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))


class AssignmentQuerySet(GridScopedQuerySet):
    """Assignments by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def serving(self) -> Self:
        return self.filter(status__in=AssignmentStatus.serving())

    def primary(self) -> Self:
        return self.filter(role=ContactRole.PRIMARY)

    def in_own_hand(self) -> Self:
        """Households of which somebody is the primary contact himself, not standing in for another."""
        return self.serving().primary().filter(acting=False)

    def left_behind(self) -> Self:
        """Of those, the ones whose member looked after the place as staff too, until that post ended (C12)."""
        return self.in_own_hand().filter(left_by("member__user", self.grid_path, since="starts_on"))

    def proposed(self) -> Self:
        """Proposals that wait for an answer."""
        return self.filter(status=AssignmentStatus.PROPOSED)

    def asked_of(self, user: Any) -> Self:
        """Proposals, answered or not, that the account's own member was asked, or that its user decides about."""
        decides = scope_of(user, Permission.ASSIGN_CONTACTS).condition(self.code_path())
        serves = scope_of(user, Permission.SERVE_HOUSEHOLDS).condition(self.code_path())
        own = serves & Q(member__user=user) if getattr(user, "is_authenticated", False) else Q(pk__in=[])
        return self.filter(decides | own, respond_by__isnull=False)

    def ever_served(self) -> Self:
        """Without proposals, be they open or come to nothing."""
        return self.exclude(status__in=AssignmentStatus.unanswered())

    def counting(self) -> Self:
        """Those that cover a household: of party members, and of others where the community counts them (Q7)."""
        return self.filter(Q(member__kind=MemberKind.PARTY) | Q(member__grid__contact_band__mass_counts=True))

    def expired_exceptions(self, on: date) -> Self:
        """Households whose member contacts them by an exception that is over."""
        return self.serving().primary().filter(exception_until__lt=on)

    def on(self, day: date) -> Self:
        """C16: who contacted whom on ``day``. The day of a hand-over belongs to the new contact."""
        return self.ever_served().filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day),
            Q(suspended_on__isnull=True) | Q(suspended_on__gt=day),
            starts_on__lte=day,
        )

    def of_user(self, user: Any) -> Self:
        """Assignments that the account's own member serves now; none when his power to serve was taken."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.restrict(user, Permission.SERVE_HOUSEHOLDS).serving().filter(member__user=user)

    def with_place(self) -> Self:
        """Fetch what the address of the household is written from."""
        return self.select_related("household__dwelling__grid", "household__dwelling__unit__building")


class OfHousehold(GridScopedQuerySet):
    """Hand-overs and wishes, by the grid of their household."""

    grid_path = "household__dwelling__grid"

    def open(self) -> Self:
        return self.filter(state=HandoverState.OPEN)

    def with_place(self) -> Self:
        """Fetch what the address of the household is written from."""
        return self.select_related("household__dwelling__grid", "household__dwelling__unit__building")


class HandoverQuerySet(OfHousehold):
    def with_members(self) -> Self:
        return self.select_related(
            "from_assignment__member__person",
            "from_assignment__member__grid",
            "to_assignment__member__person",
            "to_assignment__member__grid",
        )

    def seen_by(self, user: Any) -> Self:
        """Those the user decides about, and those by which his own member gives or takes a household."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        decides = scope_of(user, Permission.ASSIGN_CONTACTS).condition(self.code_path())
        serves = scope_of(user, Permission.SERVE_HOUSEHOLDS).condition(self.code_path())
        own = Q(from_assignment__member__user=user) | Q(to_assignment__member__user=user)
        return self.filter(decides | (serves & own))


def proposals_to_answer(user: Any) -> models.QuerySet:
    """Proposals that wait for an answer of the account's own member, the most urgent first."""
    if not getattr(user, "is_authenticated", False):
        return apps.get_model("residents.ContactAssignment").objects.none()
    waiting = apps.get_model("residents.ContactAssignment").objects.asked_of(user).proposed().filter(member__user=user)
    return waiting.with_place().order_by("respond_by", "pk")


def contact_todos(user: Any) -> models.QuerySet:
    """Households that need a successor, by their deadline: the to-do of whoever decides about contacts."""
    handovers = apps.get_model("residents.ContactHandover").objects
    return handovers.restrict(user, Permission.ASSIGN_CONTACTS).open().with_place().order_by("due_at", "pk")


def uncovered(households: models.QuerySet) -> models.QuerySet:
    """Those of ``households`` that nobody who counts is the primary contact of."""
    assignments = apps.get_model("residents.ContactAssignment").objects.serving().primary().counting()
    return households.filter(~Exists(assignments.filter(household=OuterRef("pk"))))


def with_contact(households: models.QuerySet) -> models.QuerySet:
    """Annotate `contact_id`, `contact_name` and `contact_member_id`: the present primary contact, or None."""
    primary = apps.get_model("residents.ContactAssignment").objects.serving().primary().filter(household=OuterRef("pk"))
    return households.annotate(
        contact_id=Subquery(primary.values("pk")[:1]),
        contact_name=Subquery(primary.values("member__person__name")[:1]),
        contact_member_id=Subquery(primary.values("member_id")[:1]),
    )


def with_contact_due(households: models.QuerySet) -> models.QuerySet:
    """Annotate `successor_due_at` (of the open hand-over, or None) and `uncovered_since`: the day of C11, on which the
    last contact ended, or since which the household lives here.
    """
    handovers = apps.get_model("residents.ContactHandover").objects.open().filter(household=OuterRef("pk"))
    ended = apps.get_model("residents.ContactAssignment").objects.ever_served().primary()
    last = ended.filter(household=OuterRef("pk"), ends_on__isnull=False).order_by("-ends_on")
    return households.annotate(
        successor_due_at=Subquery(handovers.order_by().values("due_at")[:1]),
        uncovered_since=Coalesce(Subquery(last.values("ends_on")[:1]), F("opened_on")),
    )


def served_by(households: models.QuerySet, user: Any) -> models.QuerySet:
    """Those of ``households`` that the account's own member contacts now (Permission.SERVE_HOUSEHOLDS)."""
    assignments = apps.get_model("residents.ContactAssignment").objects
    return households.filter(Exists(assignments.of_user(user).filter(household=OuterRef("pk"))))


def coverage(households: Any) -> dict[str, int]:
    """``{"households", "covered"}`` of those of ``households`` that owe a contact (domain.md 3.4), in one query."""
    assignments = apps.get_model("residents.ContactAssignment").objects.serving().primary().counting()
    has_contact = Q(Exists(assignments.filter(household=OuterRef("pk"))))
    return (
        households.covered_by_duty()
        .order_by()
        .aggregate(households=Count("pk"), covered=Count("pk", filter=has_contact))
    )
