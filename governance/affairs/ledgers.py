"""The ready-made ledger of affairs."""

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.exporting.catalogue import ReadyMade, ready_made

ready_made.register(
    ReadyMade(
        "affairs",
        _("Affair register"),
        "governance:affair-list",
        order=70,
        columns=("number", "text", "category", "state", "grid", "lead", "reported_at", "due_at"),
        power=Permission.VIEW_AFFAIRS,
        intro=_("Every affair with its state and deadline"),
    )
)
