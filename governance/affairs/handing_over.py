"""What goes from the old contact to the new one with a household: open needs, and affairs on their way (C9, V11)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import Category
from governance.affairs.models import Affair
from grids.common.clock import now
from grids.trail.services import record
from residents.contacts.handover import HandoverPart, handover_parts
from residents.visits.models import HouseholdNeed

NEEDS_SHOWN = 10


def needs_of(household: Any) -> list[str]:
    """Needs that are neither answered nor grown into an affair, the newest first."""
    needs = HouseholdNeed.objects.filter(household=household, answer__isnull=True, affair__isnull=True).exclude(text="")
    return [f"{timezone.localtime(need.raised_at):%Y-%m-%d} {need.text}" for need in needs[:NEEDS_SHOWN]]


def affairs_of(household: Any) -> list[str]:
    """Open affairs of the household by number and state; family affairs keep to those who handle them."""
    rows = Affair.objects.open().filter(household=household).exclude(category=Category.FAMILY)
    return [f"{affair.number} {affair.get_state_display()}" for affair in rows.order_by("pk")]


def stay_with_household(household: Any, old_member: Any, new_member: Any) -> None:
    """Needs belong to the household: whoever contacts it reads them."""


def pass_affairs_on(household: Any, old_member: Any, new_member: Any) -> None:
    """The new contact speaks for the household from now on; whoever did before hears no more of it.

    Also where that was somebody long before, whose membership has ended and no longer names his account.
    """
    after = new_member.user_id
    for affair in Affair.objects.open().filter(household=household).exclude(agent=after).order_by("pk"):
        before = affair.agent_id
        Affair.objects.filter(pk=affair.pk, agent=before).update(agent=after, changed_at=now())
        record("affair.agent", affair, actor=None, grid=affair.grid, changes={"agent": [before, after]})


handover_parts.register(HandoverPart("needs", _("Open needs"), needs_of, stay_with_household))
handover_parts.register(HandoverPart("affairs", _("Affairs on their way"), affairs_of, pass_affairs_on))
