"""What a dwelling is used for, when a room above the roster finds out (a rental file is opened or closed)."""

from typing import Any

from django.db import transaction

from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import HouseholdStatus
from residents.roster.models import Dwelling
from residents.roster.rules import check_use, may_edit_roster
from residents.roster.services.rows import changed_meanwhile


@transaction.atomic
def put_to_use(dwelling: Dwelling, use: str, *, actor: Any) -> Dwelling:
    """Note what the dwelling is used for from now on; the same use again changes nothing."""
    may_edit_roster(actor, dwelling.grid).or_raise()
    present = Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling.pk)
    lived_in = present.households.filter(status=HouseholdStatus.ACTIVE).exists()
    chosen = check_use(use, lived_in=lived_in)
    if chosen != present.use:
        changes = {"use": [present.use, chosen.value]}
        advance(present, expected=present.version, reason=changed_meanwhile(), use=chosen.value)
        record("dwelling.use", present, actor=actor, grid=dwelling.grid, changes=changes)
    dwelling.use, dwelling.version = present.use, present.version
    return dwelling
