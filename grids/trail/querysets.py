"""Questions to the trail."""

from django.db import models


class AuditEntryQuerySet(models.QuerySet):
    """Entries of the audit trail."""

    def about(self, obj: models.Model) -> "AuditEntryQuerySet":
        """Entries about one object, newest first."""
        return self.filter(object_type=obj._meta.label, object_id=str(obj.pk)).order_by("-pk")

    def unsealed(self) -> "AuditEntryQuerySet":
        """Entries that are not yet part of the chain, in the order in which they will be sealed."""
        return self.filter(seal__isnull=True).order_by("pk")
