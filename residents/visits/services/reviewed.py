"""A visit that arrived too late to be logged by whoever made it: the secretary lets it in under his name."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common import clock
from grids.common.decisions import Allowed, Decision, Denied
from grids.trail.services import record
from residents.roster.models import Household
from residents.visits import rules
from residents.visits.models import Encounter, HouseholdNeed
from residents.visits.rules import Visit
from residents.visits.services.encounters import fill, needs_of, note_absence, visit_logged

LATE_REASON = 200


def may_let_in(user: Any, grid: Any, *, visitor: Any) -> Decision:
    """The secretary, and nobody his own."""
    if user.pk == visitor.pk:
        return Denied(_("Nobody decides about his own records."))
    if user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Allowed()
    return Denied(_("The community secretary decides about records that arrived too late."))


@transaction.atomic
def let_in_visit(
    household: Household,
    *,
    visitor: Any,
    actor: Any,
    client_id: uuid.UUID,
    occurred_at: datetime,
    needs: Iterable[str] = (),
    late_reason: str = "",
    **fields: Any,
) -> Encounter:
    """Store a visit that ``visitor`` made at ``occurred_at``, whatever became of his post or of the household since.

    ``fields`` are those of ``log_visit``. The limit of 48 hours and the present rights do not count: the secretary has
    looked at it. Raises ``Refused`` for anybody else, ``ValidationError`` by field.
    """
    household = Household.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=household.pk)
    may_let_in(actor, household.grid, visitor=visitor).or_raise()
    moment = clock.now()
    visit = rules.clean_visit(Visit(needs=tuple(needs), **fields), now=occurred_at)
    visit = replace(visit, late_reason=late_reason[:LATE_REASON])
    encounter = Encounter(
        household=household,
        visitor=visitor,
        client_id=client_id,
        payload_digest=rules.digest_of(visit, household_id=household.pk, visitor_id=visitor.pk),
    )
    fill(encounter, visit, now=moment)
    note_absence(encounter)
    encounter.save(force_insert=True)
    HouseholdNeed.objects.bulk_create(needs_of(encounter, visit))
    record(
        "visit.let_in",
        encounter,
        actor=actor,
        grid=household.grid,
        changes={"household": [None, household.pk], "visitor": [None, visitor.pk], "outcome": ["", visit.outcome]},
        reason=encounter.late_reason,
    )
    for settle in visit_logged:
        settle(encounter, actor=visitor)
    return encounter
