"""Apply a proposal of balancing: everybody it concerns is asked, on the state it was made from (domain.md 3.4, C14).

Nothing changes hands here: a household gets its contact when the member accepts (C8), and keeps the present one until
then (C9).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.common.clock import now, today
from grids.common.errors import Conflict, Refused
from grids.common.locks import lock
from grids.common.workdays import after_working_days
from grids.notifications.kinds import Kind, kinds
from grids.notifications.services import notify
from grids.trail.services import record, record_many
from residents.contacts.balancing import Move
from residents.contacts.choices import ANSWER_DAYS, HANDOVER_DAYS, AssignmentEnd, AssignmentStatus
from residents.contacts.facts import in_chunks
from residents.contacts.models import ContactAssignment, ContactHandover, ContactMember
from residents.contacts.services.locking import allow
from residents.contacts.services.telling import day_of, own_page
from residents.contacts.standing import Standing, standing_of
from residents.roster.models import Household

BATCH = 500
BALANCED = "contacts.balanced"
kinds.register(
    Kind(
        BALANCED,
        gettext_lazy(
            "Loads are being balanced. Households you are asked to take: %(taken)s, please answer by %(day)s. "
            "Households of yours that go to others once they accept: %(given)s."
        ),
        "scale",
    )
)


@dataclass(frozen=True)
class Asked:
    """What members were asked: households without a contact, households to be handed over, and until when."""

    gaps: int
    changes: int
    respond_by: datetime


@transaction.atomic
def apply_balance(community: Any, fingerprint: str, *, actor: Any) -> Asked:
    """Ask the members what the proposal shown under ``fingerprint`` says, and nothing else.

    Raises ``Conflict`` when anything that the proposal depends on has changed since, or changes at the same moment:
    nothing is done then.
    """
    allow(actor, community)
    lock(f"contacts:balance:{community.pk}")
    standing = standing_of(community)
    if standing.fingerprint != fingerprint:
        raise Conflict(state_moved_on())
    moves = standing.proposal().moves
    if not moves:
        raise Refused(_("There is nothing to share out anew."))
    _lock(standing, [move.household_id for move in moves])
    moment = now()
    respond_by = after_working_days(moment, ANSWER_DAYS)
    given = [standing.assignments[move.household_id] for move in moves if move.before is not None]
    try:
        with transaction.atomic():
            _hand_over(given, standing, actor=actor, moment=moment)
            _propose(moves, standing, actor=actor, respond_by=respond_by)
    except IntegrityError as problem:
        raise Conflict(state_moved_on()) from problem
    asked = Asked(len(moves) - len(given), len(given), respond_by)
    record(
        "contact.balance",
        community,
        actor=actor,
        grid=community,
        changes={"asked": [0, asked.gaps], "handed_over": [0, asked.changes], "respond_by": [None, respond_by]},
    )
    _tell(standing, moves, respond_by)
    return asked


def state_moved_on() -> str:
    return _("Somebody changed contacts of this community meanwhile. Nothing was done; look at the new proposal.")


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


def _hand_over(rows: list[ContactAssignment], standing: Standing, *, actor: Any, moment: datetime) -> None:
    """The present contacts of the households that are to change hands go on until a successor accepts (C9)."""
    for part in in_chunks([row.pk for row in rows]):
        changed = ContactAssignment.objects.filter(pk__in=part, status=AssignmentStatus.ACTIVE).update(
            status=AssignmentStatus.HANDOVER, version=F("version") + 1, changed_at=moment
        )
        if changed != len(part):
            raise Conflict(state_moved_on())
    due_at = after_working_days(moment, HANDOVER_DAYS)
    handovers = [
        ContactHandover(
            household=standing.households[row.household_id],
            from_assignment=row,
            reason=AssignmentEnd.REBALANCED,
            opened_at=moment,
            opened_by=actor,
            due_at=due_at,
        )
        for row in rows
    ]
    ContactHandover.objects.bulk_create(handovers, batch_size=BATCH)
    record_many(
        "contact.handover",
        handovers,
        actor=actor,
        grid_of=lambda row: row.household.grid,
        changes_of=lambda row: {
            "household": [None, row.household_id],
            "member": [row.from_assignment.member_id, None],
        },
        reason=AssignmentEnd.REBALANCED.value,
    )


def _propose(moves: list[Move], standing: Standing, *, actor: Any, respond_by: datetime) -> None:
    """A proposal to each new contact; the plan kept the rules of contact, and acceptance asks them again."""
    before = dict(standing.assignments)
    for part in in_chunks([move.household_id for move in moves]):
        for handover in ContactHandover.objects.open().filter(household__in=part).select_related("from_assignment"):
            before[handover.household_id] = handover.from_assignment
    proposals = [
        ContactAssignment(
            household=standing.households[move.household_id],
            member=standing.members[move.member_id],
            status=AssignmentStatus.PROPOSED,
            starts_on=today(),
            accepted_at=None,
            proposed_by=actor,
            respond_by=respond_by,
            replaces=before.get(move.household_id),
        )
        for move in moves
    ]
    ContactAssignment.objects.bulk_create(proposals, batch_size=BATCH)
    record_many(
        "contact.propose",
        proposals,
        actor=actor,
        grid_of=lambda row: row.household.grid,
        changes_of=lambda row: {"household": [None, row.household_id], "member": [None, row.member_id]},
    )


def _tell(standing: Standing, moves: list[Move], respond_by: datetime) -> None:
    """Every member concerned who has an account hears how many households are to come and to go, and until when."""
    taken = Counter(move.member_id for move in moves)
    given = Counter(move.before for move in moves if move.before is not None)
    users = {
        row.pk: row.user
        for part in in_chunks({*taken, *given})
        for row in ContactMember.objects.filter(pk__in=part, user__isnull=False).select_related("user")
    }
    for pk, user in users.items():
        values = {"taken": taken[pk], "given": given[pk], "day": day_of(respond_by)}
        notify([user], BALANCED, url=own_page(), values=values)
