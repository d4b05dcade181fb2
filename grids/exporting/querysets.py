"""Questions about exports and ledgers: what is one's own, what waits for one's decision."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q, Sum

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, scope_of
from grids.common.codes import after
from grids.exporting.choices import ExportState


class ExportQuerySet(models.QuerySet):
    """Exports are seen by whoever asked for them and by those who may decide on them."""

    def of(self, user: Any) -> Self:
        return self.filter(Q(owner=user) | self._decidable(user))

    def own(self, user: Any) -> Self:
        return self.filter(owner=user)

    def to_decide(self, user: Any) -> Self:
        """Those that wait for ``user``: never the own ones, and only where he approves over all that they cover."""
        return self.filter(self._decidable(user), state=ExportState.WAITING).exclude(owner=user)

    def restrict(self, user: Any, permission: Permission) -> Self:
        """Those whose whole area lies where ``user`` holds ``permission``."""
        return self.filter(self._within(user, permission))

    def _decidable(self, user: Any) -> Q:
        return self._within(user, Permission.APPROVE_EXPORTS)

    def _within(self, user: Any, permission: Permission) -> Q:
        scope = scope_of(user, permission)
        if scope.everything:
            return Q()
        condition = Q(pk__in=[])
        for prefix in scope.prefixes:
            condition |= Q(area__gte=prefix, area__lt=after(prefix))
        return condition

    def taken_since(self, user: Any, moment: datetime) -> tuple[int, int]:
        """How many exports, and how many rows, ``user`` has taken or asked for since ``moment``."""
        counted = self.filter(owner=user, asked_at__gte=moment, state__in=ExportState.counted())
        sums = counted.aggregate(files=Count("pk"), rows=Sum("rows"))
        return sums["files"], sums["rows"] or 0


class SavedLedgerQuerySet(GridScopedQuerySet):
    """Saved ledgers and filters: the own ones, and those that the community shares."""

    grid_path = "grid"

    def seen_by(self, user: Any) -> Self:
        """The own ones, and those shared where ``user`` may export; whether their list opens is for ``ledgers``."""
        shared = scope_of(user, Permission.EXPORT_LISTS).condition("grid__code")
        return self.filter(Q(owner=user) | (Q(shared=True, grid__isnull=False) & shared))

    def ledgers(self) -> Self:
        return self.filter(is_filter=False)

    def filters(self) -> Self:
        return self.filter(is_filter=True)
