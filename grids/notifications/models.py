"""What the portal tells its users (ux.md 5, page 4)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C2, C3
from grids.notifications.kinds import kinds
from grids.notifications.querysets import NotificationQuerySet


class Notification(models.Model):
    """One message to one account; ``kind`` names its words (kinds.py), ``values`` fill them, ``url`` is where to go.

    With a ``key`` an account gets a message once, however often the event is told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=60)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(_("sent"), default=now)
    read_at = models.DateTimeField(_("read"), null=True)

    data_classes = {C2: "user kind url key created_at read_at", C3: "values"}

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notification_by_user")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="notification_once_per_key")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the reader's language; a kind that no room knows any more still says that there was one."""
        kind = kinds.get(self.kind)
        if kind is None:
            return gettext("A message of a part of the portal that is no longer there.")
        values: dict[str, Any] = self.values
        return str(kind.words) % values

    @property
    def icon(self) -> str:
        kind = kinds.get(self.kind)
        return kind.icon if kind else "bell"
