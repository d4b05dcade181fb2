"""What the home page says of contacts that change hands: who is asked to take a household, which need a successor."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.workbench.cards import Card, Row
from governance.workbench.querysets import first_of
from governance.workbench.units import HOUSEHOLDS
from governance.worktime.chips import deadline_chip
from grids.access.choices import Permission
from grids.access.querysets import scope_of
from residents.contacts.querysets import contact_todos, proposals_to_answer
from residents.roster.rules import shown_household

FIRST_ROWS = 3


def asked_to_contact(user: Any, *, now: datetime) -> list[Card]:
    """The households that the account's own member is asked to contact: the door, and until when he may answer."""
    first, number = first_of(proposals_to_answer(user), FIRST_ROWS)
    if not number:
        return []
    rows = [
        Row(
            shown_household(None, one.household),
            reverse("residents:contact-proposal", args=[one.pk]),
            [one.get_role_display()],
            deadline_chip(one.respond_by, now=now),
        )
        for one in first
    ]
    return [Card("asked", _("You are asked to contact"), "handshake", number, HOUSEHOLDS, rows, tone="warning")]


def successors_to_find(user: Any, *, now: datetime) -> list[Card]:
    """The households that are handed over and whose successor this account looks for, by their deadline."""
    if not scope_of(user, Permission.ASSIGN_CONTACTS):
        return []
    first, number = first_of(contact_todos(user), FIRST_ROWS)
    if not number:
        return []
    rows = [
        Row(
            shown_household(user, one.household),
            one.get_absolute_url(),
            [one.get_reason_display()],
            deadline_chip(one.due_at, now=now),
        )
        for one in first
    ]
    url, tone = reverse("residents:contacthandover-list"), "alarm" if first[0].due_at < now else "warning"
    title = _("Successors to be found")
    return [Card("successors", title, "repeat", number, HOUSEHOLDS, rows, url, _("See all"), tone)]
