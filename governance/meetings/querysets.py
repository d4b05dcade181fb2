"""Questions about meetings."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q

from governance.meetings.choices import AttendanceState, ItemDecision, MeetingState
from grids.access.querysets import GridScopedQuerySet, Scope
from grids.tree.choices import Level


class MeetingQuerySet(GridScopedQuerySet):
    """Meetings of communities; also of the community that one's grid lies in (domain.md 3.8: grid members read)."""

    def in_scope(self, scope: Scope) -> Self:
        if scope.everything:
            return self
        digits = Level.COMMUNITY.digits
        around = {prefix[:digits] for prefix in scope.prefixes if len(prefix) > digits}
        return self.filter(scope.condition(self.code_path()) | Q(grid__code__in=around))

    def ahead(self) -> Self:
        return self.filter(state__in=[*MeetingState.ahead(), MeetingState.OPEN])

    def over(self) -> Self:
        return self.filter(state__in=MeetingState.over())

    def with_numbers(self) -> Self:
        """Annotate `invited`, `present`, `items` and `undecided`."""
        return self.annotate(
            invited=Count("attendances", distinct=True),
            present=Count("attendances", filter=Q(attendances__state=AttendanceState.PRESENT), distinct=True),
            items=Count("agenda", distinct=True),
            undecided=Count("agenda", filter=Q(agenda__decision=ItemDecision.OPEN), distinct=True),
        )

    def of_member(self, user: Any) -> Self:
        """Meetings to which the account's own member is invited."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(attendances__member__user=user)

    def in_period(self, start: date, end: date) -> Self:
        """Meetings whose day lies in [start, end)."""
        return self.filter(planned_on__gte=start, planned_on__lt=end)


class AttendanceQuerySet(GridScopedQuerySet):
    """Who was invited, by the community of the meeting."""

    grid_path = "meeting__grid"


class AgendaQuerySet(models.QuerySet):
    def undecided(self) -> Self:
        return self.filter(decision=ItemDecision.OPEN)

    def with_links(self) -> Self:
        """In their order, with what each item names: member, door, affair and whose eyes it is for."""
        return self.select_related(
            "member__person",
            "member__grid",
            "household__dwelling__grid",
            "household__dwelling__unit__building",
            "affair__grid",
            "affair__lead_grid",
            "need",
        ).order_by("order", "pk")

    def brought_by(self, user: Any) -> Self:
        """What the account's own member brought, and what came from the households that he contacted."""
        return self.filter(member__user=user)
