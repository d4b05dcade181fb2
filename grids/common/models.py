"""Base classes that know no subject."""

from typing import Any

from django.db import models

from grids.common.clock import now
from grids.common.errors import StaleVersion
from grids.common.privacy import C2


class Stamped(models.Model):
    """A row that knows when it was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    data_classes = {C2: "created_at changed_at"}

    class Meta:
        abstract = True


class Versioned(Stamped):
    """A row that forms edit: the version in the form must still be the row's version when it is saved."""

    version = models.PositiveIntegerField(default=1, editable=False)

    data_classes = {C2: "version"}

    class Meta:
        abstract = True


def advance(row: Versioned, *, expected: int, reason: object, **values: Any) -> None:
    """Write ``values`` to ``row`` if its version is still ``expected``; the version goes up by one.

    One conditional UPDATE decides, so that of any number of simultaneous writers exactly one wins (promises D2).
    Raises ``StaleVersion(reason)`` for the others. ``row`` itself carries the new values afterwards.
    """
    manager = type(row)._base_manager
    changed = manager.filter(pk=row.pk, version=expected).update(**values, version=expected + 1, changed_at=now())
    if not changed:
        raise StaleVersion(reason)
    for name, value in {**values, "version": expected + 1}.items():
        setattr(row, name, value)
