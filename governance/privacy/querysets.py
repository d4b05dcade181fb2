"""Questions to requests, holds and disclosures; all of them are scoped by the grid they name."""

from datetime import date
from typing import Any, Self

from django.db import models

from governance.privacy.choices import DisclosingAct, RequestState
from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, Scope, scope_of


def may_ask_about(user: Any) -> Scope:
    """Where ``user`` may know who looked at hidden values: as an auditor, or as one who answers for them."""
    scopes = [scope_of(user, power) for power in (Permission.VIEW_DISCLOSURES, Permission.MANAGE_PRIVACY)]
    if any(scope.everything for scope in scopes):
        return Scope(everything=True)
    return Scope(tuple(sorted({prefix for scope in scopes for prefix in scope.prefixes})))


class SubjectRequestQuerySet(GridScopedQuerySet):
    """Requests belong to the grid where the person lived when asking."""

    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def overdue(self, on: date) -> Self:
        """Open requests whose last day is over."""
        return self.open().filter(due_on__lt=on)

    def most_pressing_first(self) -> Self:
        """Open ones by their last day, then those that were answered, the newest first."""
        answered = models.Case(models.When(state=RequestState.OPEN, then=0), default=1)
        return self.order_by(answered, "-answered_on", "due_on", "pk")

    def with_person(self) -> Self:
        return self.select_related("person", "landlord_of", "grid", "received_by", "answered_by")


class LegalHoldQuerySet(GridScopedQuerySet):
    """Holds belong to the grid of what they keep."""

    def in_force(self, on: date) -> Self:
        """Holds that were not lifted and have not run out on ``on`` (their last day counts)."""
        return self.filter(lifted_at__isnull=True).filter(models.Q(until__isnull=True) | models.Q(until__gte=on))

    def with_subject(self) -> Self:
        return self.select_related("person", "landlord_of", "affair", "grid", "placed_by", "lifted_by")


class DisclosureQuerySet(GridScopedQuerySet):
    """Entries of the trail by which somebody saw personal data in clear."""

    def disclosing(self) -> Self:
        return self.filter(act__in=DisclosingAct.values)

    def of_person(self, person: models.Model) -> Self:
        """Everything of one person that was shown, newest first."""
        return self.disclosing().filter(object_type=person._meta.label, object_id=str(person.pk)).order_by("-pk")

    def by_account(self, user: models.Model) -> Self:
        return self.disclosing().filter(actor=user)
