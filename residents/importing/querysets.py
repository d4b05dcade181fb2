"""Questions to the imports; each belongs to the grid whose roster it is about."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from grids.access.querysets import GridScopedQuerySet
from grids.jobs.choices import JobState
from residents.importing.choices import ChunkKind, ImportState


class RosterImportQuerySet(GridScopedQuerySet):
    grid_path = "grid"

    def being_written(self) -> Self:
        """Those that a worker writes just now; there is one at most, for they hold one lock."""
        return self.filter(state=ImportState.APPLYING, job__state=JobState.RUNNING).select_related("job")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def with_people(self) -> Self:
        """Fetch what a line about an import is written from."""
        return self.select_related("grid__parent", "owner", "job")


class ImportChunkQuerySet(models.QuerySet):
    def plan(self) -> Self:
        return self.filter(kind=ChunkKind.PLAN).order_by("number")

    def typed(self) -> Self:
        return self.filter(kind=ChunkKind.TYPED).order_by("number")

    def aside(self) -> Self:
        return self.filter(kind=ChunkKind.ASIDE).order_by("number")

    def of_the_file(self) -> Self:
        return self.filter(kind__in=ChunkKind.of_the_file())

    def undo(self) -> Self:
        return self.filter(kind=ChunkKind.UNDO).order_by("number")

    def over(self, *, made_before: datetime, moment: datetime) -> Self:
        """Packets nobody needs any more: what a file said or was corrected to before ``made_before``, and undo records
        whose time is over.
        """
        plans = models.Q(kind__in=ChunkKind.of_the_file(), roster_import__created_at__lt=made_before)
        undone = models.Q(kind=ChunkKind.UNDO, roster_import__undo_until__lt=moment)
        return self.filter(plans | undone)


class HeadingMemoryQuerySet(models.QuerySet):
    def of(self, user: Any) -> dict[str, str]:
        """What ``user`` said about headings before: normalised heading to field, "" for "leave out"."""
        return dict(self.filter(user=user).values_list("heading", "field"))
