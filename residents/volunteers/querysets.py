"""Questions about reports, calls for help and claims."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, scope_of
from residents.volunteers.choices import CallState, ClaimState, ReportState


class ReportQuerySet(GridScopedQuerySet):
    """Reports by their community."""

    def active(self) -> Self:
        """Waiting or accepted."""
        return self.filter(state__in=ReportState.active())

    def accepted(self) -> Self:
        return self.filter(state=ReportState.ACCEPTED)

    def to_accept(self, user: Any) -> Self:
        """Those that wait for a decision of ``user``: nobody decides about his own report."""
        mine = self.restrict(user, Permission.ACCEPT_VOLUNTEERS)
        return mine.filter(state=ReportState.REPORTED).exclude(user=user.pk)

    def of_user(self, user: Any) -> Self:
        """The account's own reports; none for nobody."""
        return self.filter(user=user.pk) if getattr(user, "is_authenticated", False) else self.none()

    def standing_for(self, user: Any) -> Self:
        """Waiting or accepted ones of the account, and those that the desk entered for the person whose account it is.

        Whose an account is, is known of joint-family members.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        members = apps.get_model("residents.ContactMember").objects.filter(user=user, ends_on__isnull=True)
        return self.active().filter(Q(user=user) | Q(person__in=members.order_by().values("person")))

    def in_sight(self, user: Any) -> Self:
        """Those that the user reads as the community does, and his own."""
        reads = scope_of(user, Permission.VIEW_VOLUNTEERS).condition("grid__code")
        own = Q(user=user.pk) if getattr(user, "is_authenticated", False) else Q(pk__in=[])
        return self.filter(reads | own)

    def with_person(self) -> Self:
        """Fetch what the name is written from."""
        return self.select_related("person", "grid", "user")

    def named_for(self, user: Any) -> Q:
        """The condition under which ``rules`` of contact write the member's name and employer out for ``user``."""
        return scope_of(user, Permission.VIEW_NAMES).condition("grid__code")

    def with_service(self) -> Self:
        """Annotate `half_hours` (confirmed), `confirmed` and `running`: how many claims are confirmed and under way."""
        claims = apps.get_model("residents.ServiceClaim").objects.filter(report=OuterRef("pk")).order_by()
        by_report = claims.values("report")
        confirmed = by_report.filter(state=ClaimState.CONFIRMED)
        running = by_report.filter(state__in=ClaimState.running())
        return self.annotate(
            half_hours=_number(confirmed.annotate(number=Sum("half_hours"))),
            confirmed=_number(confirmed.annotate(number=Count("pk"))),
            running=_number(running.annotate(number=Count("pk"))),
        )


class ServiceCallQuerySet(GridScopedQuerySet):
    """Wishes and posts by the grid they are for."""

    def open(self, *, on: date) -> Self:
        """Those that can be claimed on this day."""
        return self.filter(state=CallState.OPEN, until_on__gte=on)

    def running(self) -> Self:
        return self.filter(state__in=CallState.running())

    def in_sight(self, user: Any) -> Self:
        """Those the user keeps or reads, and those that his own report claimed and that run still."""
        reads = scope_of(user, Permission.VIEW_VOLUNTEERS).condition("grid__code")
        own = apps.get_model("residents.ServiceClaim").objects.of_user(user).running()
        return self.filter(reads | Q(Exists(own.filter(call=OuterRef("pk")))))

    def with_place(self) -> Self:
        """Fetch what the door of a household is written from."""
        return self.select_related("grid", "household__dwelling__grid", "household__dwelling__unit__building")


class ServiceClaimQuerySet(GridScopedQuerySet):
    """Claims by the grid of what was claimed."""

    grid_path = "call__grid"

    def running(self) -> Self:
        return self.filter(state__in=ClaimState.running())

    def of_user(self, user: Any) -> Self:
        """The account's own claims."""
        return self.filter(report__user=user.pk) if getattr(user, "is_authenticated", False) else self.none()

    def carried_by(self, user: Any) -> Self:
        """The account's own claims, and those that the desk enters for others."""
        keeps = scope_of(user, Permission.KEEP_VOLUNTEERS).condition(self.code_path())
        own = Q(report__user=user.pk) if getattr(user, "is_authenticated", False) else Q(pk__in=[])
        return self.filter(keeps | own)

    def with_call(self) -> Self:
        """Fetch the call with its door, and who claimed it."""
        return self.select_related(
            "call__grid",
            "call__household__dwelling__grid",
            "call__household__dwelling__unit__building",
            "report__person",
            "report__grid",
            "report__user",
        )

    def confirmed_by(self, user: Any) -> Self:
        """Claims, in whatever state, that ``user`` is asked about for who benefited: as the household's contact, or as
        the desk where it was a post. Never one's own."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        keeps = scope_of(user, Permission.KEEP_VOLUNTEERS).condition("call__grid__code")
        rows = self.filter((keeps & Q(call__household__isnull=True)) | Q(Exists(contact_of_call(user))))
        return rows.exclude(report__user=user.pk)

    def to_confirm(self, user: Any) -> Self:
        """Those of them that wait for this user."""
        return self.confirmed_by(user).filter(state=ClaimState.DONE).exclude(finished_by=user.pk)


def contact_of_call(user: Any) -> models.QuerySet:
    """Within a query over claims: the assignments by which ``user`` is the contact of the household that benefited.

    A contact who is the same person as the claiming member confirms nothing for himself.
    """
    own = apps.get_model("residents.ContactAssignment").objects.of_user(user)
    here = own.filter(household=OuterRef("call__household"))
    return here.exclude(member__person=OuterRef("report__person"))


def _number(counted: models.QuerySet) -> Coalesce:
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
