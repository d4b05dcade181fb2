"""Questions about notifications."""

from typing import Any, Self

from django.db import models


class NotificationQuerySet(models.QuerySet):
    """Notifications belong to one account; nobody else ever reads them."""

    def of(self, user: Any) -> Self:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)
