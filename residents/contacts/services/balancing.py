"""Apply a proposal of balancing: all of it or nothing, on the state that it was made from (domain.md 3.4, C14)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.locks import lock
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.trail.services import record, record_many
from residents.contacts.bulk import assign_in_bulk
from residents.contacts.choices import AssignmentEnd, AssignmentStatus
from residents.contacts.facts import in_chunks
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.services.locking import allow
from residents.contacts.standing import Standing, standing_of
from residents.roster.models import Household

BALANCED = "contacts.balanced"
kinds.register(
    Kind(
        BALANCED,
        gettext_lazy("Households were shared out anew: %(taken)s come to you, %(given)s go to others."),
        "scale",
    )
)
AGREED = gettext_noop("The members concerned have agreed.")


@dataclass(frozen=True)
class Applied:
    """What was done: households that got a contact, households that changed theirs."""

    assigned: int
    changed: int


@transaction.atomic
def apply_balance(community: Any, fingerprint: str, *, actor: Any) -> Applied:
    """Do what the proposal shown under ``fingerprint`` says, and nothing else.

    The members were asked before (``AGREED`` is in the trail). Raises ``Conflict`` when anything that the proposal
    depends on has changed since, or changes at the same moment: nothing is done then.
    """
    allow(actor, community)
    lock(f"contacts:balance:{community.pk}")
    standing = standing_of(community)
    if standing.fingerprint != fingerprint:
        raise Conflict(state_moved_on())
    plan = standing.proposal()
    if not plan.moves:
        raise Refused(_("There is nothing to share out anew."))
    _lock(standing, [move.household_id for move in plan.moves])
    old = {move.household_id: standing.assignments[move.household_id] for move in plan.moves if move.before is not None}
    _end(list(old.values()), standing, actor=actor)
    pairs = [(standing.households[move.household_id], _member(standing, move.member_id)) for move in plan.moves]
    made = assign_in_bulk(pairs, actor=actor)
    for row in made:
        row.replaces = old.get(row.household_id)
    ContactAssignment.objects.bulk_update([row for row in made if row.replaces_id], ["replaces"], batch_size=500)
    record(
        "contact.balance",
        community,
        actor=actor,
        grid=community,
        changes={"assigned": [0, len(made) - len(old)], "changed": [0, len(old)]},
        reason=AGREED,
    )
    _tell(standing, plan.moves)
    return Applied(len(made) - len(old), len(old))


def state_moved_on() -> str:
    return _("Somebody changed contacts of this community meanwhile. Nothing was done; look at the new proposal.")


def _member(standing: Standing, member_id: int) -> ContactMember:
    return standing.members[member_id]


def _lock(standing: Standing, household_ids: list[int]) -> None:
    """Households first, then members, then assignments, by key; then the state is read once more."""
    for part in in_chunks(sorted(household_ids)):
        doors = Household.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=part)
        list(doors.order_by("pk").values("pk"))
    for part in in_chunks(sorted(standing.members)):
        people = ContactMember.objects.select_for_update(of=("self",)).filter(pk__in=part)
        list(people.order_by("pk").values("pk"))
    if standing_of(standing.community).fingerprint != standing.fingerprint:
        raise Conflict(state_moved_on())


def _end(rows: list[ContactAssignment], standing: Standing, *, actor: Any) -> None:
    """End the present contacts of the households that change hands; each only in the version that was read."""
    day, moment = today(), now()
    for part in in_chunks([row.pk for row in rows]):
        changed = ContactAssignment.objects.filter(pk__in=part, status=AssignmentStatus.ACTIVE).update(
            status=AssignmentStatus.ENDED,
            ends_on=day,
            end_reason=AssignmentEnd.REBALANCED,
            version=F("version") + 1,
            changed_at=moment,
        )
        if changed != len(part):
            raise Conflict(state_moved_on())
    record_many(
        "contact.end",
        rows,
        actor=actor,
        grid_of=lambda row: standing.households[row.household_id].grid,
        changes_of=lambda row: {"member": [row.member_id, None], "ends_on": [None, day]},
        reason=AssignmentEnd.REBALANCED.value,
    )


def _tell(standing: Standing, moves: list[Any]) -> None:
    """Every member concerned who has an account hears how many households come and go."""
    taken = Counter(move.member_id for move in moves)
    given = Counter(move.before for move in moves if move.before is not None)
    users = {
        row.pk: row.user
        for part in in_chunks({*taken, *given})
        for row in ContactMember.objects.filter(pk__in=part, user__isnull=False).select_related("user")
    }
    for pk, user in users.items():
        notify([user], BALANCED, url=reverse("home"), values={"taken": taken[pk], "given": given[pk]})
