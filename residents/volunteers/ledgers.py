"""The ready-made ledger of those who reported."""

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.exporting.catalogue import ReadyMade, ready_made

ready_made.register(
    ReadyMade(
        "member_reports",
        _("Party members who reported to the community"),
        "residents:partymemberreport-list",
        order=60,
        columns=("name", "employer", "skills", "hours_a_month", "confirmed", "half_hours", "grid"),
        power=Permission.VIEW_VOLUNTEERS,
        intro=_("Who reported, what he can help with, and the hours that were confirmed"),
    )
)
