"""What a dwelling is used for, when a room above the roster finds out (a rental file is opened or closed)."""

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from grids.common.models import advance
from grids.trail.services import record
from residents.roster.choices import DwellingUse, HouseholdStatus
from residents.roster.models import Dwelling
from residents.roster.rules import check_use, may_edit_roster
from residents.roster.services.rows import changed_meanwhile

# Upper rooms that keep something for let dwellings add a function(keys of dwellings) here in AppConfig.ready: which of
# these stay let, with the sentence why.
kept_let: list[Callable[[Collection[int]], dict[int, str]]] = []


def staying_let(dwellings: Collection[int]) -> dict[int, str]:
    """Those of ``dwellings`` (keys) that cannot be called anything but let, with the reason. One query a room."""
    return {pk: reason for ask in kept_let for pk, reason in ask(dwellings).items()}


def check_new_use(dwelling: Dwelling, use: str) -> DwellingUse:
    """Raises ``ValidationError`` at ``use`` when a dwelling in which somebody lives cannot be used so from now on."""
    chosen = check_use(use)
    if chosen != DwellingUse.LET and (reason := staying_let([dwelling.pk]).get(dwelling.pk)):
        raise ValidationError({"use": reason})
    return chosen


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
