"""The ready-made ledger of rental dwellings."""

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.exporting.catalogue import ReadyMade, ready_made

ready_made.register(
    ReadyMade(
        "rentals",
        _("Rental dwellings"),
        "residents:rentalfile-list",
        order=50,
        columns=("door", "colour", "next_check_on", "landlord", "rooms_let", "tenant_count", "grid"),
        power=Permission.VIEW_RENTALS,
        intro=_("Every let dwelling with its colour and its next check"),
    )
)
