"""Questions about jobs and stored files."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from grids.jobs.choices import JobState


class JobQuerySet(models.QuerySet):
    """Jobs belong to whoever ordered them: nobody else sees them."""

    def of(self, user: Any) -> Self:
        """What ``user`` may see: the own jobs; an administrator also those of the portal itself."""
        own = Q(owner=user)
        return self.filter(own | Q(owner=None) if user.is_superuser else own)

    def waiting(self) -> Self:
        return self.filter(state=JobState.WAITING)

    def running(self) -> Self:
        return self.filter(state=JobState.RUNNING)

    def live(self) -> Self:
        return self.filter(state__in=JobState.live())


class StoredFileQuerySet(models.QuerySet):
    """Files at rest; their content is read only by whoever asks for it."""

    def of(self, user: Any) -> Self:
        return self.filter(owner=user)

    def expired(self, moment: datetime) -> Self:
        return self.filter(expires_at__lte=moment)
