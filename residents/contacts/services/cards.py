"""C15: what a household is told about its contact, on a card: name, and the phone if he agreed; nothing else."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from grids.common.clock import today
from grids.common.errors import Refused
from grids.trail.services import HIDDEN, record
from residents.contacts.models import ContactAssignment
from residents.contacts.rules import may_hand_out_card
from residents.roster.choices import RevealPurpose
from residents.roster.models import Household


@dataclass(frozen=True)
class Card:
    """``phone`` is empty where the member did not agree, or the roster knows none."""

    community: str
    name: str
    phone: str


def contact_of(household: Household) -> ContactAssignment | None:
    """The primary contact who serves now, with his person and his community."""
    rows = household.contact_assignments.serving().primary().select_related("member__person", "member__grid")
    return rows.first()


@transaction.atomic
def card_of(household: Household, *, actor: Any) -> Card:
    """The card for ``household``; that somebody saw the phone on it stays in the trail."""
    may_hand_out_card(actor, household.grid).or_raise()
    row = contact_of(household)
    if row is None:
        raise Refused(_("The household has no primary contact yet."))
    member = row.member
    agreed = member.phone_shown_since is not None and member.phone_shown_since <= today()
    phone = str(member.person.phone) if agreed else ""
    if phone:
        purpose = RevealPurpose.CONTACT.value
        changes = {"phone": ["", HIDDEN]}
        record("person.reveal", member.person, actor=actor, grid=member.grid, changes=changes, reason=purpose)
    return Card(member.grid.name, member.person.name, phone)
