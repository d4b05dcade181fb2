"""Questions about requests to move staff: who sees them, which wait for whose decision."""

from typing import Any, Self

from django.db.models import Q

from grids.access.choices import Permission
from grids.access.querysets import GridScopedQuerySet, scope_of
from grids.moves.choices import MoveState


class StaffMoveQuerySet(GridScopedQuerySet):
    """Requests by the grid that is left."""

    grid_path = "post__grid"

    def waiting(self) -> Self:
        """Those that wait for a decision; one about a person at a time."""
        return self.filter(state=MoveState.WAITING)

    def of(self, user: Any) -> Self:
        """Those that ``user`` asked for, decides on or could have asked for; once agreed, those about himself too."""
        managed = scope_of(user, Permission.MANAGE_TEAM).condition(self.code_path())
        concerned = Q(state=MoveState.AGREED) & (Q(staff__user=user.pk) | Q(successor__user=user.pk))
        return self.filter(managed | self._decidable(user) | concerned | Q(asked_by=user.pk))

    def to_decide(self, user: Any) -> Self:
        """Those that wait for ``user``: never the own ones, never one about himself."""
        own = Q(asked_by=user.pk) | Q(staff__user=user.pk) | Q(successor__user=user.pk, successor__isnull=False)
        # A plain exclude() would lose the rows whose staff has no account.
        mine = self.filter(own).order_by().values("pk")
        return self.waiting().filter(self._decidable(user)).exclude(pk__in=mine)

    def with_names(self) -> Self:
        """Fetch what a row of a list and the page of one request are written from."""
        return self.select_related(
            "staff", "post__grid", "post__staff", "to_grid", "successor__user", "asked_by", "decided_by"
        )

    def _decidable(self, user: Any) -> Q:
        """Where he approves over the grid that is left and over the one that is reached."""
        scope = scope_of(user, Permission.APPROVE_MOVES)
        return scope.condition(self.code_path()) & scope.condition("to_grid__code")
