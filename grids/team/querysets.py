"""Questions about staff and posts."""

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from grids.access.choices import Role
from grids.access.querysets import GridScopedQuerySet, Scope
from grids.common.clock import today


class PostQuerySet(GridScopedQuerySet):
    """Dated posts by their grid."""

    def held_on(self, day: date | None = None) -> Self:
        """Posts in office on ``day`` (default: today); on the day on which a post ends it is held no more."""
        day = day or today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def not_ended(self, day: date | None = None) -> Self:
        """Posts in office on ``day`` (default: today) and those that begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day or today()))

    def meeting(self, starts_on: date) -> Self:
        """Posts that are still held on ``starts_on`` or begin after it: they stand in the way of a new one."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))


class StaffQuerySet(GridScopedQuerySet):
    """Staff belong to the grids of their posts; one without any post belongs to the grid he was entered for."""

    grid_path = "home"

    def serving_in(self, grid: Any, day: date | None = None) -> Self:
        """Who holds a post in the subtree of ``grid`` on ``day`` (default: today); each counted once."""
        posts = self.model._meta.get_field("posts").related_model.objects
        return self.filter(Exists(posts.held_on(day).under(grid).filter(staff=OuterRef("pk"))))

    def in_scope(self, scope: Scope) -> Self:
        if scope.everything:
            return self
        posts = self.model._meta.get_field("posts").related_model
        mine = Exists(posts.objects.filter(scope.condition("grid__code"), staff=OuterRef("pk")))
        return self.filter(mine | models.Q(scope.condition("home__code")))


def left_by(holder: str, place: str, *, roles: Collection[Role] = tuple(Role), since: str = "") -> Q:
    """The condition that somebody served over a place by a post that has ended, and serves over it no more.

    ``holder`` and ``place`` are the lookup paths from the row to the account and to the grid; only posts of ``roles``
    count. ``since`` is the path to the day on which he got the row: a post that had ended before is not why he has it.
    """
    covers = {
        "grid__tree_id": OuterRef(f"{place}__tree_id"),
        "grid__lft__lte": OuterRef(f"{place}__lft"),
        "grid__rght__gte": OuterRef(f"{place}__rght"),
    }
    posts = apps.get_model("grids.Post").objects.filter(staff__user=OuterRef(holder), role__in=roles, **covers)
    ended = posts.order_by().filter(ends_on__lte=today())
    if since:
        ended = ended.filter(ends_on__gte=OuterRef(since))
    return Q(Exists(ended)) & ~Q(Exists(posts.order_by().held_on()))


def with_strength(grids: Any, day: date | None = None) -> Any:
    """Annotate ``full_count`` and ``part_count``: grid members of either kind in office on ``day`` (default: today)."""
    day = day or today()
    held = Q(posts__starts_on__lte=day) & (Q(posts__ends_on__isnull=True) | Q(posts__ends_on__gt=day))
    return grids.annotate(
        full_count=Count("posts", filter=held & Q(posts__role=Role.FULL_TIME)),
        part_count=Count("posts", filter=held & Q(posts__role=Role.PART_TIME)),
    )
