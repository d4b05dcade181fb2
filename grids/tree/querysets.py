"""Questions about grids."""

from typing import Any, Self

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from grids.access.querysets import GridScopedQuerySet, Scope
from grids.tree.choices import GridStatus, Level


class GridQuerySet(GridScopedQuerySet, TreeQuerySet):
    """Grids of the forest; the default order is by code, which is the order of the tree."""

    grid_path = ""

    def living(self) -> Self:
        return self.filter(status__in=GridStatus.living())

    def at_level(self, level: Level) -> Self:
        return self.filter(level=level)

    def ancestors_of(self, grid: Any, *, include_self: bool = False) -> Self:
        """From the district down."""
        bounds = Q(tree_id=grid.tree_id, lft__lt=grid.lft, rght__gt=grid.rght)
        return self.filter(bounds | Q(pk=grid.pk) if include_self else bounds).order_by("depth")

    def with_path(self) -> Self:
        """Read the grids above along with each row, so that ``Grid.path`` asks nothing more."""
        return self.select_related("parent__parent__parent__parent")

    def with_counts(self) -> Self:
        """Annotate living grids: ``child_count`` directly below; ``grid_count``, ``microgrid_count`` below."""
        living = self.model._default_manager.living().order_by()
        below = living.filter(tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), lft__lt=OuterRef("rght"))
        return self.annotate(
            child_count=_number_of(living.filter(parent=OuterRef("pk"))),
            grid_count=_number_of(below.at_level(Level.GRID)),
            microgrid_count=_number_of(below.at_level(Level.MICROGRID)),
        )

    def top_of(self, scope: Scope) -> Self:
        """The top-most grids of a scope: where its holder's part of the forest begins."""
        if scope.everything:
            return self.filter(parent__isnull=True)
        return self.filter(code__in=[prefix.ljust(12, "0") for prefix in scope.prefixes])

    def matching(self, words: str) -> Self:
        """Grids whose Chinese or English name or code (present or retired) holds ``words``."""
        words = words.strip()
        if words.isdigit():
            return self.filter(Q(code__startswith=words) | Q(codes__code__startswith=words)).distinct()
        return self.filter(Q(name_zh__contains=words) | Q(name_en__icontains=words))


def _number_of(grids: GridQuerySet) -> Coalesce:
    """How many there are, as a subquery: 0 where there are none."""
    counted = grids.annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class GridManager(TreeManager.from_queryset(GridQuerySet)):  # type: ignore[misc]
    """mptt's manager would order by (tree_id, lft); the portal reads the forest by code."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> GridQuerySet:
        return GridQuerySet(self.model, using=self._db).order_by("code")
