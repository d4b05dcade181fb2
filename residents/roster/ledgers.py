"""Ready-made ledgers of the register."""

from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.exporting.catalogue import ReadyMade, ready_made

PERSON = ("name", "sex", "age", "relation", "door", "phone", "kind", "grid", "starts_on")

ready_made.register(
    ReadyMade(
        "households",
        _("Household roster"),
        "residents:household-list",
        order=10,
        columns=("door", "head_name", "size", "use", "grid", "opened_on"),
        power=Permission.VIEW_ROSTER,
        intro=_("Every household with its head, door by door"),
    )
)
ready_made.register(
    ReadyMade(
        "residents",
        _("Resident roster"),
        "residents:person-list",
        order=20,
        columns=PERSON,
        power=Permission.VIEW_ROSTER,
        intro=_("Everybody who lives here, masked"),
    )
)
ready_made.register(
    ReadyMade(
        "migrants",
        _("Migrant residents"),
        "residents:person-list",
        order=40,
        query="kind=migrant",
        columns=("name", "sex", "age", "door", "phone", "starts_on", "grid"),
        power=Permission.VIEW_ROSTER,
        intro=_("Residents who came from elsewhere"),
    )
)
ready_made.register(
    ReadyMade(
        "care",
        _("Care groups"),
        "residents:person-list",
        order=30,
        query="care=any",
        columns=("name", "sex", "age", "door", "phone", "grid"),
        power=Permission.VIEW_CARE,
        intro=_("Residents who need looking after; always with a second person's approval"),
    )
)
