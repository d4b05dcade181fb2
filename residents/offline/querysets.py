"""Questions about what phones sent."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, Scope
from residents.offline.choices import ItemState


class SyncItemQuerySet(GridScopedQuerySet):
    """Items by where their household is now; one without a household by the grid of who sent it."""

    grid_path = "grid"

    def in_scope(self, scope: Scope) -> Self:
        here = scope.condition("household__dwelling__grid__code")
        return self.filter(
            Q(household__isnull=False) & here | Q(household__isnull=True) & scope.condition("grid__code")
        )

    def of(self, account: Any) -> Self:
        return self.filter(account=account)

    def waiting(self) -> Self:
        return self.filter(state__in=ItemState.waiting())

    def conflicts(self) -> Self:
        return self.filter(state=ItemState.CONFLICT)

    def held(self) -> Self:
        return self.filter(state=ItemState.HELD)

    def to_review(self, user: Any) -> Self:
        """Held items that the secretary of the household's grid decides; nobody decides his own."""
        return self.held().restrict(user, Permission.ASSIGN_CONTACTS).exclude(account=user)

    def with_place(self) -> Self:
        """Fetch what the address of the household and the name of the sender are written from."""
        return self.select_related(
            "household__dwelling__grid", "household__dwelling__unit__building", "account", "grid", "decided_by"
        )


class PhotoUploadQuerySet(models.QuerySet):
    """Photos on their way."""

    def without_content(self) -> Self:
        return self.defer("content")
