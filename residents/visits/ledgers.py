"""The ready-made ledger of visits."""

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.exporting.catalogue import ReadyMade, ready_made

ready_made.register(
    ReadyMade(
        "visits",
        _("Visit records"),
        "residents:encounter-list",
        order=60,
        columns=("occurred_at", "household", "kind", "channel", "outcome", "visitor", "grid"),
        power=Permission.VIEW_VISITS,
        intro=_("Who was visited when, and what came of it"),
    )
)
